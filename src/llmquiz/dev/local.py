"""Grades trusted sources in this process: the same graders and diagnosis, without a sandbox.

For what an author wrote: the solution, its faults, other right programs. Never for a learner's.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from llmquiz.catalog import Exercise
from llmquiz.grading.bench import Bench
from llmquiz.grading.call import Call, run
from llmquiz.grading.draw import Draw
from llmquiz.grading.memory import Memory
from llmquiz.grading.run import grade_with
from llmquiz.grading.session import Session
from llmquiz.grading.subject import Submission, Trace
from llmquiz.grading.trusted import Trusted
from llmquiz.grading.wrong import Wrong
from llmquiz.report import Report
from llmquiz.sandbox.client import Program, Reply
from llmquiz.sandbox.worker import describe_error
from llmquiz.submission import Submission as Source

# Hundreds of programs meet the cases of a few seeds.
_MEMORY = Memory()
_BENCHES: dict[Path, tuple[int, Bench]] = {}


class LocalClient:
    """Stands where the sandbox's client stands."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._module = ModuleType("submission")

    def load(self) -> Reply:
        """Run the source."""
        code = compile(self._program.source, self._program.path, "exec", dont_inherit=True)
        exec(code, self._module.__dict__)
        return Reply("ok")

    def call(
        self,
        target: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        init: tuple[tuple[Any, ...], dict[str, Any]] | None = None,
        state: dict[str, Tensor] | None = None,
        before: tuple[tuple[Any, ...], ...] = (),
        method: str | None = None,
        cotangent: Tensor | None = None,
        meanwhile: Callable[[], None] | None = None,  # noqa: ARG002 - here nothing runs beside it
    ) -> Reply:
        """Call a function or a method."""
        if not hasattr(self._module, target):
            return Reply("missing", {"name": target})
        call = Call(target, args, kwargs, init, state or {}, method, cotangent, before)
        try:
            outcome = run(self._module, call)
        except Exception as error:
            facts = describe_error(error)
            return Reply(facts.pop("kind"), facts)
        return Reply("ok", {}, outcome.output, outcome.inputs, outcome.values, outcome.gradients)

    def close(self) -> None:
        """Nothing to close."""


def grade_here(exercise: Exercise, source: str, seed: int = 1) -> Report:
    """The report of a trusted source."""
    path = Path(f"{exercise.name}.py")
    session = Session(LocalClient, seed, memory=_MEMORY)
    return _bench(exercise).grade(session, Source(path, str(path), source))


def _bench(exercise: Exercise) -> Bench:
    """The collected grader of an exercise, anew where its file has changed."""
    stamp = exercise.grader.stat().st_mtime_ns
    known, bench = _BENCHES.get(exercise.grader, (0, None))
    if bench is None or known != stamp:
        if bench is not None:
            bench.close()
        bench = Bench(exercise)
        _BENCHES[exercise.grader] = stamp, bench
    return bench


def called_dtypes(exercise: Exercise, seed: int = 1) -> dict[str, set[torch.dtype]]:
    """By function or class: the dtypes of the floating arguments that the grader gives it."""
    found: dict[str, set[torch.dtype]] = {}

    class Recorder(LocalClient):
        def call(self, target: str, args: tuple[Any, ...], *others: Any, **named: Any) -> Reply:
            dtypes = {a.dtype for a in args if isinstance(a, Tensor) and a.is_floating_point()}
            found.setdefault(target, set()).update(dtypes)
            return super().call(target, args, *others, **named)

    path = exercise.solution
    source = Source(path, str(path), path.read_text(encoding="utf-8"))
    grade_with(Session(Recorder, seed), [(exercise, source)])
    return found


def fails(exercise: Exercise, source: str, tests: Iterable[str], seed: int = 1) -> bool:
    """Whether a trusted source fails at least one of these tests, each run by itself.

    Many times faster than a report, and enough where only the refusal counts.
    """
    grader = _grader(exercise)
    trusted = Trusted(exercise, _MEMORY)
    for name in tests:
        client = LocalClient(Program(exercise.name, f"{exercise.name}.py", source))
        client.load()
        given = {
            "submission": Submission(client, trusted, Trace()),
            "draw": Draw(seed, f"{exercise.name}.{name}"),
        }
        test = getattr(grader, name)
        wanted = inspect.signature(test).parameters
        try:
            test(**{key: value for key, value in given.items() if key in wanted})
        except Wrong:
            return True
    return False


@cache
def _grader(exercise: Exercise) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_grader_{exercise.name}", exercise.grader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
