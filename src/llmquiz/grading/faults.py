"""The catalogue of faults: what people get wrong, as edits of the reference solution.

A fault stands in graders/NAME.toml. Applied to the solution it makes a wrong program: our tests
require that the grader rejects it, and at run time its numbers are compared with a learner's.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault

KINDS = ("semantic", "robustness")


@dataclass(frozen=True, eq=False)
class Fault:
    """One thing that people get wrong.

    edits     (old text, new text) of the solution; an old text stands there exactly once
    test      the hidden test that must catch it
    question  the id of the question that it leads to
    means     what the learner's numbers are, and why that is wrong; by language
    hint      a question or a direction that leads on; by language
    """

    name: str
    kind: str
    test: str
    question: str
    edits: tuple[tuple[str, str], ...]
    means: dict[str, str]
    hint: dict[str, str]


class Incompatible(Exception):
    """Faults whose edits overlap: they cannot be made together."""


@cache
def faults_of(exercise_root: Path, name: str) -> tuple[Fault, ...]:
    """The faults of an exercise, in the order of the file: the simpler and the likelier first.

    Raises OurFault where the file is not as it should be.
    """
    path = exercise_root / "graders" / f"{name}.toml"
    if not path.exists():
        return ()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(_fault(key, entry) for key, entry in entries.items())
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise OurFault("broken_content", path=path, error=repr(error)) from error


def _fault(name: str, entry: dict[str, object]) -> Fault:
    edits = [(str(old), str(new)) for old, new in entry["edits"]]  # type: ignore[attr-defined]
    if entry["kind"] not in KINDS:
        raise ValueError(f"{name}: kind {entry['kind']!r}")
    return Fault(
        name=name,
        kind=str(entry["kind"]),
        test=str(entry["test"]),
        question=str(entry["question"]),
        edits=tuple(edits),
        means=_text(entry["means"]),
        hint=_text(entry["hint"]),
    )


def _text(value: object) -> dict[str, str]:
    assert isinstance(value, dict)
    return {"en": str(value["en"]).strip(), "zh": str(value["zh"]).strip()}


def apply(source: str, faults: Sequence[Fault]) -> str:
    """The solution's source with the edits of all the faults.

    Raises ValueError where an old text does not stand in the source exactly once, and Incompatible
    where two edits overlap.
    """
    spans = []
    for fault in faults:
        for old, new in fault.edits:
            count = source.count(old)
            if count != 1:
                raise ValueError(f"{fault.name}: the text to edit occurs {count} times: {old!r}")
            start = source.index(old)
            spans.append((start, start + len(old), new))
    spans.sort()
    for (_, end, _), (start, _, _) in itertools.pairwise(spans):
        if start < end:
            raise Incompatible
    for start, end, new in reversed(spans):
        source = source[:start] + new + source[end:]
    return source


@cache
def compiled(path: Path, faults: tuple[Fault, ...]) -> CodeType:
    """The code of a solution with faults; compiled once."""
    names = "+".join(fault.name for fault in faults)
    source = apply(path.read_text(encoding="utf-8"), faults)
    return compile(source, f"{path.name} ({names})", "exec", dont_inherit=True)


def faulted(exercise: Exercise, faults: tuple[Fault, ...]) -> ModuleType:
    """A fresh module of the solution with faults: no state is left from an earlier use."""
    module = ModuleType(f"_llmquiz_fault_{exercise.name}")
    exec(compiled(exercise.solution, faults), module.__dict__)
    return module


def definition_line(source: str, name: str) -> int:
    """The line in which a learner's source defines a function, a class or a method; else 0."""
    for part in reversed(name.split(".")):
        found = re.search(rf"^\s*(?:def|class)\s+{re.escape(part)}\b", source, re.MULTILINE)
        if found:
            return source.count("\n", 0, found.start()) + found.group().count("\n") + 1
    return 0
