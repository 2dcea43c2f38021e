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

from llmquiz.errors import OurFault, UsageProblem

Text = Mapping[str, str]  # language -> words


@dataclass(frozen=True)
class GraderTest:
    """One hidden test, as its decorator describes it."""

    name: str
    part: str
    points: int
    sentence: Text
    needs: tuple[str, ...]
    after: tuple[str, ...]


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
    package = Path(__file__).resolve().parent
    installed = package / "_content"
    return installed if installed.is_dir() else package.parents[1]


def hidden_paths() -> list[Path]:
    """What no submission may read: graders, solutions and answers."""
    return [content_root() / name for name in ("graders", "solutions", "questions.yaml")]


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
        )
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise OurFault("broken_content", path=path, error=repr(error)) from error


def _read_tests(path: Path) -> list[GraderTest]:
    """The `@graded(...)` functions of a grader, by its syntax tree: nothing is imported."""
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
