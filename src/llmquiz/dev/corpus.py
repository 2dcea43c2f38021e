"""The programs that an exercise is tried on: right ones, faulted ones, unrelated wrong ones.

They stand beside the content, not in it: tests/right/NAME/*.py, tests/right/NAME/faults.toml and
tests/wrong/NAME/*.py under the content's root. A wheel does not hold them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault
from llmquiz.grading.faults import Fault, apply, faults_of


@dataclass(frozen=True)
class Variant:
    """The idea of a fault, written into a right program that is not the reference."""

    solution: str
    fault: str
    source: str


def solution(exercise: Exercise) -> str:
    """The reference's source."""
    return exercise.solution.read_text(encoding="utf-8")


def faults(exercise: Exercise) -> tuple[Fault, ...]:
    """The catalogue of an exercise."""
    return faults_of(exercise.root, exercise.name)


def right_programs(exercise: Exercise) -> list[Path]:
    """Independent right programs."""
    return sorted((exercise.root / "tests" / "right" / exercise.name).glob("*.py"))


def wrong_programs(exercise: Exercise) -> list[Path]:
    """Wrong programs that are no fault of the catalogue."""
    return sorted((exercise.root / "tests" / "wrong" / exercise.name).glob("*.py"))


def variants(exercise: Exercise) -> list[Variant]:
    """Faults in right programs, from faults.toml: program -> fault -> edits of that program.

    Raises OurFault where an edit does not apply or a fault is unknown.
    """
    path = exercise.root / "tests" / "right" / exercise.name / "faults.toml"
    if not path.exists():
        return []
    known = {fault.name for fault in faults(exercise)}
    found = []
    try:
        for stem, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
            source = path.with_name(f"{stem}.py").read_text(encoding="utf-8")
            if not known >= entries.keys():
                unknown = ", ".join(entries.keys() - known)
                raise ValueError(f"{stem}: {unknown} is not in the catalogue")  # noqa: TRY301
            for name, edits in entries.items():
                edited = tuple((old, new) for old, new in edits)
                fault = Fault(f"{stem}.{name}", "semantic", "", "", edited, {}, {})
                found.append(Variant(stem, name, apply(source, [fault])))
    except (OSError, ValueError, TypeError) as error:
        raise OurFault("broken_content", path=path, error=error) from error
    return found
