"""What a question is made of. All text comes in both languages: {"en": ..., "zh": ...}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Text = Mapping[str, str]
KINDS = ("open", "choice", "numeric")


@dataclass(frozen=True)
class Work:
    """A source: a paper, a report, a page. `link` is its address."""

    key: str
    authors: str
    title: str
    year: int
    link: str

    @property
    def short(self) -> str:
        """How it is cited in a text: `Vaswani et al. 2017`."""
        names = [name.strip() for name in self.authors.split(",")]
        family = [name.split()[-1] for name in names if name and not name.startswith("et al")]
        if len(names) > 2:
            return f"{family[0]} et al. {self.year}"
        return f"{' & '.join(family)} {self.year}"


@dataclass(frozen=True)
class Cited:
    """A source of a question, and the place in it that was checked."""

    work: Work
    at: str


@dataclass(frozen=True)
class Point:
    """One claim that an answer to an open question either makes or not."""

    id: str
    part: str
    text: Text


@dataclass(frozen=True)
class Misconception:
    """A wrong belief, and why it is wrong."""

    id: str
    text: Text
    why: Text


@dataclass(frozen=True)
class Option:
    """An answer to choose, which explains itself."""

    right: bool
    text: Text
    why: Text


@dataclass(frozen=True)
class Choice:
    """A closed question of which one or several options are right."""

    id: str
    prompt: Text
    options: tuple[Option, ...]

    kind = "choice"

    @property
    def several(self) -> bool:
        return sum(option.right for option in self.options) > 1


@dataclass(frozen=True)
class Numeric:
    """A closed question for a number, with parameters drawn anew each time.

    `[[name]]` in a text stands for a parameter, `[[answer]]` in the solution for the result.
    """

    id: str
    prompt: Text
    parameters: Mapping[str, tuple[float, ...]]
    formula: str
    tolerance: float  # relative
    solution: Text
    example: Mapping[str, float]  # parameters, and the answer that they must give
    unit: Text | None

    kind = "numeric"


Closed = Choice | Numeric


@dataclass(frozen=True)
class Question:
    """One conceptual question; its topic is the first word of its id."""

    id: str
    level: str
    prompt: Text
    answer: Text
    rubric: tuple[Point, ...]
    misconceptions: tuple[Misconception, ...]
    closed: tuple[Closed, ...]
    sources: tuple[Cited, ...]
    exercises: tuple[str, ...]
    labs: tuple[str, ...]
    related: tuple[str, ...]
    was: tuple[str, ...]  # earlier ids, so that what was learnt under them counts

    @property
    def topic(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Bank:
    """All questions, in the order of the file."""

    topics: Mapping[str, Text]
    questions: Mapping[str, Question]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.questions.values())

    def find(self, name: str) -> Question | None:
        """A question by its id or by one that it had earlier."""
        if name in self.questions:
            return self.questions[name]
        return next((question for question in self if name in question.was), None)


def bank_of(data: Mapping[str, Any]) -> Bank:
    """A bank from data that `llmquiz.quiz.validate` found right."""
    works = {key: Work(key, **facts) for key, facts in data["sources"].items()}
    questions = {key: _question(key, facts, works) for key, facts in data["questions"].items()}
    return Bank(data["topics"], questions)


def _question(key: str, data: Mapping[str, Any], works: Mapping[str, Work]) -> Question:
    return Question(
        id=key,
        level=data["level"],
        prompt=data["prompt"],
        answer=data["answer"],
        rubric=tuple(Point(p["id"], p.get("part", ""), _text(p)) for p in data["rubric"]),
        misconceptions=tuple(
            Misconception(m["id"], _text(m), m["why"]) for m in data["misconceptions"]
        ),
        closed=tuple(_closed(item) for item in data["closed"]),
        sources=tuple(_cited(source, works) for source in data["sources"]),
        exercises=tuple(data.get("exercises", ())),
        labs=tuple(data.get("labs", ())),
        related=tuple(data.get("related", ())),
        was=tuple(data.get("was", ())),
    )


def _closed(data: Mapping[str, Any]) -> Closed:
    if data["kind"] == "choice":
        options = tuple(
            Option(option.get("right", False), _text(option), option["why"])
            for option in data["options"]
        )
        return Choice(data["id"], data["prompt"], options)
    return Numeric(
        id=data["id"],
        prompt=data["prompt"],
        parameters={name: tuple(values) for name, values in data["parameters"].items()},
        formula=data["formula"],
        tolerance=data["tolerance"],
        solution=data["solution"],
        example=data["example"],
        unit=data.get("unit"),
    )


def _cited(source: str | Mapping[str, str], works: Mapping[str, Work]) -> Cited:
    if isinstance(source, str):
        return Cited(works[source], "")
    return Cited(works[source["key"]], source["at"])


def _text(data: Mapping[str, Any]) -> Text:
    return {"en": data["en"], "zh": data["zh"]}
