"""Grades trusted sources in this process: the same graders and diagnosis, without a sandbox.

The quality of the graders is measured over thousands of faulted solutions of our own. They are no
strangers' code, and a fork for each call would only cost time.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from torch import Tensor

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.grading import session as sessions
from llmquiz.grading.call import Call, run
from llmquiz.grading.faults import Fault, apply, faults_of
from llmquiz.report import Report, Status
from llmquiz.sandbox.client import Program, Reply
from llmquiz.sandbox.limits import Limits
from llmquiz.sandbox.worker import describe_error
from llmquiz.submission import Submission

HERE = Path(__file__).parent
RIGHT, WRONG = HERE / "right", HERE / "wrong"


class LocalClient:
    """Stands for the sandbox's client."""

    def __init__(self, launcher: object, program: Program, limits: Limits) -> None:
        self._program = program
        self._module = ModuleType("submission")

    def load(self) -> Reply:
        code = compile(self._program.source, self._program.path, "exec", dont_inherit=True)
        exec(code, self._module.__dict__)
        return Reply("ok")

    def call(
        self,
        target: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        init: Any = None,
        state: dict[str, Tensor] | None = None,
        method: str | None = None,
        cotangent: Tensor | None = None,
    ) -> Reply:
        if not hasattr(self._module, target):
            return Reply("missing", {"name": target})
        call = Call(target, args, kwargs, init, state or {}, method, cotangent)
        try:
            outcome = run(self._module, call)
        except Exception as error:
            facts = describe_error(error)
            return Reply(facts.pop("kind"), facts)
        return Reply("ok", {}, outcome.output, outcome.inputs, outcome.gradients)

    def close(self) -> None:
        """Nothing to close."""


class NoLauncher:
    """Nothing is launched."""

    def close(self) -> None:
        """Nothing to close."""


def grade_here(exercise: Exercise, source: str, seed: int = 1) -> Report:
    """The report of a trusted source."""
    from llmquiz.grading.run import grade

    submission = Submission(Path(f"{exercise.name}.py"), f"{exercise.name}.py", source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "Client", LocalClient)
        launcher: Any = NoLauncher()
        return grade([(exercise, submission)], launcher=launcher, limits=Limits(), seed=seed)[0]


def solution(exercise: Exercise) -> str:
    """The reference's source."""
    return exercise.solution.read_text(encoding="utf-8")


def faults(exercise: Exercise) -> tuple[Fault, ...]:
    """The catalogue of an exercise."""
    return faults_of(exercise.root, exercise.name)


def right_solutions(exercise: Exercise) -> list[Path]:
    """The independent right solutions of an exercise."""
    return sorted((RIGHT / exercise.name).glob("*.py"))


@cache
def variants(name: str) -> list[tuple[str, str, str]]:
    """Faults written into right solutions: (solution, fault, source) of an exercise.

    tests/right/NAME/faults.toml holds, by solution and fault, the edits of that solution.
    """
    exercise = catalog.find(name)
    path = RIGHT / name / "faults.toml"
    known = {fault.name for fault in faults(exercise)}
    found = []
    for stem, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        source = (RIGHT / name / f"{stem}.py").read_text(encoding="utf-8")
        for fault, edits in entries.items():
            assert fault in known, f"{path}: {stem}.{fault} is not in the catalogue"
            edited = [(old, new) for old, new in edits]
            stand_in = Fault(fault, "semantic", "", "", tuple(edited), {}, {})
            found.append((stem, fault, apply(source, [stand_in])))
    return found


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
