"""What the tests of the graders' quality share."""

from __future__ import annotations

from llmquiz.report import Report, Status


def failing(report: Report) -> list[str]:
    """The tests that failed (skipped ones wait for these)."""
    return [test.name for test in report.tests if test.status is Status.FAIL]


def named(report: Report) -> list[set[str]]:
    """The faults that the report names, one set for each failing test."""
    return [
        {cause.fault for cause in test.failure.diagnosis.causes}
        for test in report.tests
        if test.failure is not None and test.failure.diagnosis is not None
    ]
