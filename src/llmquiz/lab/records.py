"""What a lab says about itself and what it found. Every output is made from these records."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Text = tuple[str, str]  # English, Chinese


@dataclass(frozen=True)
class Lab:
    """A lab as its file describes it, read without importing it."""

    name: str
    topic: str  # of the question bank
    order: int
    question: str  # of the bank, that says why: `position.rope`, or a part: `position.rope (b)`
    title: Text
    claim: Text  # one sentence
    measures: Text  # what is measured, in one or two sentences


@dataclass(frozen=True)
class Spread:
    """One number, measured once per seed."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @property
    def std(self) -> float:
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0


def spread(values: Iterable[float]) -> Spread:
    """One value per seed."""
    return Spread(tuple(float(value) for value in values))


def over(runs: Sequence[Mapping[Any, float]], key: Any) -> Spread:
    """The values of one key, where each seed gave a dictionary."""
    return spread(run[key] for run in runs)


@dataclass(frozen=True)
class Claim:
    """A sentence, and the number that decides it: it holds where every seed agrees.

    popular   people say so; a lab may refute it
    expected  what our own runs gave: CI compares
    machine   depends on the machine, as times do: reported, never compared
    """

    text: Text
    measure: Text
    value: Spread
    relation: str  # "<" or ">"
    bound: float
    popular: bool = False
    expected: bool = True
    machine: bool = False

    @property
    def sides(self) -> tuple[bool, ...]:
        """For each seed, whether the number is where the sentence needs it."""
        less = self.relation == "<"
        return tuple(v < self.bound if less else v > self.bound for v in self.value.values)

    @property
    def held(self) -> bool:
        return all(self.sides)

    @property
    def refuted(self) -> bool:
        """No seed agrees; where some do, neither is shown."""
        return not any(self.sides)

    @property
    def margin(self) -> float:
        """How many standard deviations the mean is away from the bound."""
        distance = abs(self.value.mean - self.bound)
        return distance / self.value.std if self.value.std else math.inf


Cell = str | int | float | Spread | Text


@dataclass(frozen=True)
class Table:
    """Numbers with names."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: Text = ("", "")


@dataclass(frozen=True)
class Series:
    """One line or one group of bars of a plot."""

    label: Text
    x: tuple[float | str, ...]
    y: tuple[Spread, ...]


@dataclass(frozen=True)
class Plot:
    """One pair of axes."""

    title: Text
    x: Text
    y: Text
    series: tuple[Series, ...]
    log_x: bool = False
    log_y: bool = False
    bars: bool = False


@dataclass(frozen=True)
class Found:
    """What an experiment measured."""

    claims: tuple[Claim, ...]
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, repr=False)
class Result:
    """One run of one lab."""

    lab: Lab
    found: Found
    seed: int
    seeds: int
    quick: bool
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()  # ids of the bank
    lang: str | None = None  # that it speaks in a notebook; None: the language in use

    @property
    def held(self) -> bool:
        """Whether the lab's own claims held; what people say is judged apart."""
        return all(claim.held for claim in self.found.claims if not claim.popular)

    def document(self) -> dict[str, Any]:
        """The result as JSON data; docs/lab.schema.json describes it."""
        from llmquiz.lab.document import document

        return document(self)

    def __repr__(self) -> str:
        """The screen of the command, for an interpreter."""
        from llmquiz.lab.text import lines
        from llmquiz.words import language

        return "\n".join(lines(self, language(self.lang)))

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from llmquiz.lab.page import fragment
        from llmquiz.words import language

        return fragment(self, language(self.lang))
