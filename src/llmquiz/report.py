"""The record of one graded submission. Every output (text, JSON, JUnit) is made from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = 1


class Status(StrEnum):
    """The outcome of a test, a part or an exercise."""

    PASS = "PASS"
    FAIL = "FAIL"
    TODO = "TODO"
    SKIP = "SKIP"


@dataclass(frozen=True)
class Cause:
    """A known fault that gives exactly the submission's numbers."""

    fault: str
    means: Mapping[str, str]
    hint: Mapping[str, str]
    question: str


@dataclass(frozen=True)
class Diagnosis:
    """What explains a failure: one fault, or two together."""

    causes: tuple[Cause, ...]
    others: bool  # whether other faults explain it as well
    place: str  # path:line of the function to look at, or empty


@dataclass(frozen=True)
class Failure:
    """Why a test failed: a kind (see llmquiz.grading) and the facts that its sentence names."""

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()  # e.g. "query (2, 3, 5, 8) float32"
    place: str = ""  # path:line of the learner's own line, where there is one
    line: str = ""  # its text
    diagnosis: Diagnosis | None = None
    traceback: tuple[str, ...] = ()  # "path:line in function", outermost first, ours left out


@dataclass(frozen=True)
class TestResult:
    """One hidden test."""

    __test__ = False  # not a test class of pytest

    name: str
    part: str
    sentence: Mapping[str, str]
    status: Status
    points: int
    max_points: int
    failure: Failure | None = None
    needs: str = ""  # of a skipped test: the test that it waits for
    printed: str = ""


@dataclass(frozen=True)
class Report:
    """One submission of one exercise."""

    exercise: str
    title: Mapping[str, str]
    parts: Mapping[str, Mapping[str, str]]
    path: str
    seed: int
    level: str  # of the sandbox: isolated, confined, process
    versions: Mapping[str, str]
    tests: tuple[TestResult, ...]
    failure: Failure | None = None  # of the submission as a whole: it does not load
    printed: str = ""  # while it was loaded
    trusted: bool = False  # graded at a level that does not hold strangers' code, on request
    mentioned: tuple[str, ...] = ()  # places of the text that name a refused call
    ignored: tuple[str, ...] = ()  # lines of a notebook that are not Python

    @property
    def points(self) -> int:
        return sum(test.points for test in self.tests)

    @property
    def max_points(self) -> int:
        return sum(test.max_points for test in self.tests)

    @property
    def status(self) -> Status:
        if self.failure is not None:
            return Status.FAIL
        return summary([test.status for test in self.tests])

    def of_part(self, part: str) -> tuple[TestResult, ...]:
        """The tests of one part."""
        return tuple(test for test in self.tests if test.part == part)

    def document(self) -> dict[str, Any]:
        """The report as JSON data; docs/report.schema.json describes it."""
        data = asdict(self) | {
            "status": self.status,
            "points": self.points,
            "max_points": self.max_points,
        }
        data["parts"] = [
            {
                "name": name,
                "title": dict(title),
                "status": summary([test.status for test in self.of_part(name)]),
                "points": sum(test.points for test in self.of_part(name)),
                "max_points": sum(test.max_points for test in self.of_part(name)),
            }
            for name, title in self.parts.items()
        ]
        plain: dict[str, Any] = _plain(data)
        return plain


def _plain(value: Any) -> Any:
    """What JSON can say: NaN and infinity become strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):  # half of a pair of surrogates cannot be written
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def summary(statuses: list[Status]) -> Status:
    """The status of a whole from its parts: it passes when all pass, and it is to do when nothing
    failed or passed yet."""
    if statuses and all(status is Status.PASS for status in statuses):
        return Status.PASS
    if Status.FAIL in statuses:
        return Status.FAIL
    return Status.TODO if Status.TODO in statuses else Status.SKIP
