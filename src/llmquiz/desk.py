"""Where a learner stands with the exercises: folds over the log, and what is written into it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from llmquiz import catalog, history
from llmquiz.catalog import Exercise
from llmquiz.history import Record
from llmquiz.report import Report, Status

STEPS = len(catalog.STEPS)


def check_kind() -> str:
    """The kind of the records of checks. In a kit they are of the public part alone: the full
    llmquiz, in the same folder, does not take them for its own."""
    return "check" if catalog.has_graders() else "public"


def last_checks(log: Path) -> dict[str, Record]:
    """The last check of each exercise, of the kind that is made here."""
    return history.last_checks(log, check_kind())


@dataclass(frozen=True)
class Last:
    """What the log knows of the last check of an exercise. All empty where there was none."""

    status: Status = Status.TODO
    points: int = 0
    passed: frozenset[str] = frozenset()  # names of tests
    failed: tuple[str, ...] = ()  # in the order of the grader
    faults: tuple[str, ...] = ()  # that were diagnosed
    checks: int = 0  # in all
    ever_passed: bool = False
    hints: int = 0  # steps taken, in all
    known: bool = False  # whether there was a check, since a reset at least


def last(log: Path, exercise: Exercise) -> Last:
    """Fold the log for one exercise."""
    mine = [r for r in history.read(log) if r.get("exercise") == exercise.name]
    checks = [r for r in mine if r["kind"] == check_kind()]
    check = last_checks(log).get(exercise.name, {})
    return Last(
        status=_status(check),
        points=int(check.get("points", 0)),
        passed=frozenset(_names(check, "passed")),
        failed=tuple(_names(check, "failed")),
        faults=tuple(_names(check, "faults")),
        checks=len(checks),
        ever_passed=any(_status(r) is Status.PASS for r in checks),
        hints=sum(r["kind"] == "hint" for r in mine),
        known=bool(check),
    )


def _status(check: Record) -> Status:
    try:
        return Status(check.get("status", Status.TODO))
    except ValueError:  # of a version that we do not know
        return Status.TODO


def _names(check: Record, key: str) -> list[str]:
    names = check.get(key)
    return [str(name) for name in names] if isinstance(names, list) else []


def unfinished(log: Path) -> list[Exercise]:
    """The exercises whose last check did not pass, in order."""
    checks = last_checks(log)
    return [e for e in catalog.exercises() if _status(checks.get(e.name, {})) is not Status.PASS]


def remember(log: Path, report: Report) -> None:
    """Write a check into the log."""
    history.append(
        log,
        check_kind(),
        exercise=report.exercise,
        status=report.status,
        points=report.points,
        max_points=report.max_points,
        seed=report.seed,
        faults=named(report),
        passed=_tests(report, Status.PASS),
        failed=_tests(report, Status.FAIL),
    )


def named(report: Report) -> list[str]:
    """The faults that a report names."""
    diagnoses = [test.failure.diagnosis for test in report.tests if test.failure is not None]
    return sorted({cause.fault for found in diagnoses if found for cause in found.causes})


def _tests(report: Report, status: Status) -> list[str]:
    return [test.name for test in report.tests if test.status is status]


@dataclass(frozen=True)
class Change:
    """How a check differs from the one before: names of tests, in the order of the grader."""

    passing: tuple[str, ...] = ()  # newly
    failing: tuple[str, ...] = ()  # newly
    points: int = 0


def change(before: Last, report: Report) -> Change | None:
    """What is new in a report; None where there was no check before it."""
    if not before.known:
        return None
    passing = [name for name in _tests(report, Status.PASS) if name not in before.passed]
    failing = [name for name in _tests(report, Status.FAIL) if name not in before.failed]
    return Change(tuple(passing), tuple(failing), report.points - before.points)


def part_to_help(exercise: Exercise, before: Last) -> str:
    """The part that a hint should be about: of the first test that failed, else of the first that
    has not passed yet."""
    tests = {test.name: test for test in exercise.tests}
    for name in before.failed:
        if name in tests:
            return tests[name].part
    for test in exercise.tests:
        if test.name not in before.passed:
            return test.part
    return next(iter(exercise.parts))


def steps_taken(log: Path, exercise: Exercise, part: str, fault: str) -> int:
    """The highest step of the hint that was shown for this part and fault, since a reset."""
    level = 0
    for record in history.read(log):
        if record.get("exercise") != exercise.name:
            continue
        if record["kind"] == "reset":
            level = 0
        elif record["kind"] == "hint" and record.get("part") == part:
            taken = record.get("level")
            if record.get("fault") == fault and isinstance(taken, int):
                level = max(level, taken)
    return level
