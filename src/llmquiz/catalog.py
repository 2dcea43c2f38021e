"""The exercises that there are: found by their files, read without importing torch."""

from __future__ import annotations

import ast
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from llmquiz.errors import OurFault, UsageProblem

Text = Mapping[str, str]  # language -> words
STEPS = ("question", "direction", "code")  # of a hint


@dataclass(frozen=True)
class GraderTest:
    """One hidden test, as its decorator describes it."""

    name: str
    part: str
    points: int
    sentence: Text
    needs: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """Something computed on the way to the output of `of`: a call of a part, or an expression."""

    of: str  # a function, or Class.method
    title: Text
    call: str
    derive: str  # of `out`, the output
    axes: Text


@dataclass(frozen=True)
class PublicShape:
    """A call whose result's shape may be known to everybody."""

    call: str
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise: four files with the same stem, and the words of its TOML file."""

    name: str
    root: Path
    order: int
    title: Text
    parts: Mapping[str, Text]
    refused_calls: tuple[str, ...]
    refused_imports: tuple[str, ...]
    chinese: Mapping[str, str]  # docstring owner ("module", a function, "Class.method") -> words
    hints: Mapping[str, tuple[Text, ...]]  # part -> a question, a direction, almost code
    steps: tuple[Step, ...]  # that `llmquiz explain` shows
    latex: str = ""  # the formulas of the docstring, a line each
    public: tuple[PublicShape, ...] = ()  # what students can check at home, beside the examples

    @property
    def stub(self) -> Path:
        return self.root / "exercises" / f"{self.name}.py"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / f"{self.name}.py"

    @property
    def grader(self) -> Path:
        return self.root / "graders" / f"test_{self.name}.py"

    @cached_property
    def tests(self) -> tuple[GraderTest, ...]:
        """The hidden tests, in the order of the file."""
        return tuple(_read_tests(self.grader))

    @property
    def points(self) -> int:
        return sum(test.points for test in self.tests)


def content_root() -> Path:
    """Where exercises/, solutions/ and graders/ are.

    LLMQUIZ_CONTENT names a folder of one's own; else they are inside the package, once installed.
    Raises UsageProblem.
    """
    own = os.environ.get("LLMQUIZ_CONTENT")
    if own:
        if not (Path(own) / "exercises").is_dir():
            raise UsageProblem("no_content", path=own)
        return Path(own).resolve()
    return own_root()


def own_root() -> Path:
    """The content that ships with llmquiz: inside the package once installed, else beside it."""
    package = Path(__file__).resolve().parent
    installed = package / "_content"
    return installed if installed.is_dir() else package.parents[1]


def hidden_paths() -> list[Path]:
    """What no submission may read: graders, solutions and answers."""
    return [content_root() / name for name in ("graders", "solutions", "questions.yaml")]


def has_graders() -> bool:
    """Whether hidden tests are here: a kit for students has none."""
    return (content_root() / "graders").is_dir()


def is_kit() -> bool:
    """Whether this llmquiz is a kit for students, whatever the content in use."""
    return not (own_root() / "graders").is_dir()


def exercises() -> tuple[Exercise, ...]:
    """All exercises, in the order in which a learner meets them."""
    return _exercises(content_root())


@cache
def _exercises(root: Path) -> tuple[Exercise, ...]:
    found = [read(root, path.stem) for path in (root / "exercises").glob("*.toml")]
    return tuple(sorted(found, key=lambda exercise: (exercise.order, exercise.name)))


def find(name: str) -> Exercise:
    """The exercise called `name`. Raises UsageProblem, with the nearest name."""
    for exercise in exercises():
        if exercise.name == name:
            return exercise
    names = [exercise.name for exercise in exercises()]
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if near:
        raise UsageProblem("unknown_exercise_near", name=name, near=near[0])
    raise UsageProblem("unknown_exercise", name=name, names=", ".join(names))


def beside(root: Path, name: str) -> Exercise:
    """The exercise of the content folder `root`, or else of the one in use."""
    if (root / "exercises" / f"{name}.toml").exists():
        return read(root, name)
    return find(name)


def read(root: Path, name: str) -> Exercise:
    """One exercise of a content folder. Raises OurFault where its words cannot be read."""
    path = root / "exercises" / f"{name}.toml"
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
        refused = words.get("refused", {})
        return Exercise(
            name=name,
            root=root,
            order=words["order"],
            title=words["title"],
            parts=words["parts"],
            refused_calls=tuple(refused.get("calls", ())),
            refused_imports=tuple(refused.get("imports", ())),
            chinese={owner: text.strip("\n") for owner, text in words["zh"].items()},
            hints={
                part: tuple(_hint(steps[step]) for step in STEPS)
                for part, steps in words.get("hints", {}).items()
            },
            steps=tuple(_step(facts) for facts in words.get("stages", ())),
            latex=words.get("latex", "").strip(),
            public=tuple(
                PublicShape(one["call"], tuple(one["shape"])) for one in words.get("public", ())
            ),
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise OurFault("broken_content", path=path, error=repr(error)) from error


def _step(facts: Mapping[str, Any]) -> Step:
    nothing = {"en": "", "zh": ""}
    return Step(
        facts["of"],
        facts["title"],
        facts.get("call", ""),
        facts.get("derive", ""),
        facts.get("axes", nothing),
    )


def _hint(text: Text) -> Text:
    return {lang: words.strip("\n") for lang, words in text.items()}


def _read_tests(path: Path) -> list[GraderTest]:
    """The `@graded(...)` functions of a grader, by its syntax tree: nothing is imported."""
    if not path.parent.is_dir():  # a kit for students has no graders
        return []
    tests = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "graded":
                facts = {k.arg: ast.literal_eval(k.value) for k in decorator.keywords}
                sentence = (ast.get_docstring(node) or node.name).splitlines()[0]
                tests.append(
                    GraderTest(
                        name=node.name,
                        part=facts["part"],
                        points=facts["points"],
                        sentence={"en": sentence, "zh": facts["zh"]},
                        needs=tuple(facts.get("needs", ())),
                        after=tuple(facts.get("after", ())),
                    )
                )
    return tests
