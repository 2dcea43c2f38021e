"""One run of the graders: which submissions, which seed, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import torch
from torch import Tensor

from llmquiz import __version__
from llmquiz.catalog import Exercise, exercises
from llmquiz.errors import OurFault
from llmquiz.grading.call import Call
from llmquiz.grading.diagnosis import diagnose, further
from llmquiz.grading.faults import Fault, definition_line, faults_of
from llmquiz.grading.memory import Memory
from llmquiz.grading.mentions import mentions
from llmquiz.grading.subject import Trace
from llmquiz.grading.trusted import Trusted
from llmquiz.report import Cause, Diagnosis, Failure, Report, TestResult
from llmquiz.sandbox.client import Client, Program, Reply
from llmquiz.sandbox.launch import Launcher
from llmquiz.sandbox.layers import Standing
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import Submission as Source

MOST_CAUSES = 3  # that are named together
DEATHS = (
    "timeout", "spent", "crashed", "exited", "closed", "malformed", "printed", "memory", "oversize",
)  # fmt: skip


class Worker(Protocol):
    """Where a submission runs: the sandbox's client, or this process for an author's own code."""

    def load(self) -> Reply: ...
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
        meanwhile: Callable[[], None] | None = None,
    ) -> Reply: ...
    def close(self) -> None: ...


@dataclass
class Subject:
    """One submission of one exercise during a run."""

    exercise: Exercise
    source: Source
    client: Worker
    trusted: Trusted
    loaded: Reply | None = None
    results: dict[str, TestResult] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)  # of the tests that failed
    passed: dict[str, list[tuple[Call, Reply]]] = field(default_factory=dict)  # calls, by part

    @property
    def reference(self) -> ModuleType:
        """The solution's module."""
        return self.trusted.module

    def load(self) -> Reply:
        """Load the submission into the worker, once."""
        if self.loaded is None:
            self.loaded = self.client.load()
        return self.loaded


@dataclass
class Session:
    """The submissions of one run, and what makes the workers that they run in."""

    open: Callable[[Program], Worker]
    seed: int
    subjects: dict[str, Subject] = field(default_factory=dict)
    standing: Callable[[], Standing] = Standing.none  # of the sandbox
    trusted: bool = False  # somebody said that these submissions may run at any level
    memory: Memory | None = None  # for many submissions with the same seed
    broken: OurFault | None = None  # a grader or the sandbox failed, not the submission

    def __post_init__(self) -> None:
        # The tensors are small: on a busy machine a second thread costs ten times the work, in
        # waiting. It also adds in another order, and a report is to be the same in every run.
        torch.set_num_threads(1)

    def add(self, exercise: Exercise, source: Source) -> None:
        """Grade this submission of this exercise too."""
        worker = self.open(_program(exercise, source))
        trusted = Trusted(exercise, self.memory)
        self.subjects[exercise.name] = Subject(exercise, source, worker, trusted)

    def add_missing(self, exercise: Exercise, path: Path) -> None:
        """Grade an exercise of which there is no file: no point, and its first test says why."""
        self.add(exercise, Source(path, str(path), ""))
        self.subjects[exercise.name].loaded = Reply("no_file", {"path": str(path)})

    def reopen(self, name: str) -> Worker:
        """One more worker with the same submission, to be closed by the caller."""
        subject = self.subjects[name]
        return self.open(_program(subject.exercise, subject.source))

    def close(self) -> None:
        """End the workers."""
        for subject in self.subjects.values():
            subject.client.close()

    def reports(self) -> list[Report]:
        """One report a submission, in the order in which they were added."""
        return [_report(subject, self) for subject in self.subjects.values()]


def _program(exercise: Exercise, source: Source) -> Program:
    return Program(
        exercise.name,
        source.shown,
        source.source,
        exercise.refused_calls,
        exercise.refused_imports,
    )


def in_sandbox(
    launcher: Launcher,
    limits: Limits,
    seed: int,
    trusted: bool = False,
    memory: Memory | None = None,
) -> Session:
    """A session whose submissions run in the sandbox."""
    return Session(
        lambda program: Client(launcher, program, limits),
        seed,
        standing=lambda: launcher.standing,
        trusted=trusted,
        memory=memory,
    )


def failure_of(source: Source, kind: str, facts: dict[str, object], trace: Trace) -> Failure:
    """A failure with the learner's own lines looked up in the text that we hold."""
    facts = dict(facts)
    frames = [
        (int(line), str(function))
        for path, line, function in facts.pop("frames", ())  # type: ignore[attr-defined]
        if path == source.shown
    ]
    last = frames[-1][0] if frames else 0
    if facts.get("missing_module") in [exercise.name for exercise in exercises()]:
        facts["sibling"] = True  # a learner who wants to import another exercise
    return Failure(
        kind=kind,
        facts=facts,
        inputs=_describe_inputs(trace),
        place=source.place(last) if frames else "",
        line=source.line(last) if frames else "",
        traceback=tuple(f"{source.place(line)} in {function}" for line, function in frames),
    )


def looked_into(subject: Subject, known: TestResult, trace: Trace) -> TestResult:
    """A diagnosed result, with one more cause where the calls of a skipped test show one."""
    failure = known.failure
    assert failure is not None
    assert failure.diagnosis is not None
    causes = failure.diagnosis.causes
    if len(causes) >= MOST_CAUSES:
        return known
    catalogue = {f.name: f for f in faults_of(subject.exercise.root, subject.exercise.name)}
    assumed = tuple(catalogue[cause.fault] for cause in causes)
    passed = subject.passed.get(known.part, [])
    found = further(subject.trusted, assumed, trace.calls, passed)
    if found is None:
        return known
    more = (*causes, _cause(found))
    return replace(
        known, failure=replace(failure, diagnosis=replace(failure.diagnosis, causes=more))
    )


def _cause(fault: Fault) -> Cause:
    return Cause(fault.name, fault.means, fault.hint, fault.question)


def diagnosed(subject: Subject, failure: Failure, trace: Trace, test: str, part: str) -> Failure:
    """The failure with the fault that explains it, where there is one."""
    passed = subject.passed.get(part, [])
    found = diagnose(subject.trusted, trace.calls, test, passed)
    if found is None or trace.last_call is None:
        return failure
    call = trace.last_call
    name = call.target if call.init is None else f"{call.target}.{call.method or 'forward'}"
    line = definition_line(subject.source.source, name)
    causes = tuple(_cause(fault) for fault in found.faults)
    place = subject.source.place(line) if line else ""
    return replace(failure, diagnosis=Diagnosis(causes, found.others, place))


def _describe_inputs(trace: Trace) -> tuple[str, ...]:
    call = trace.last_call
    if call is None:
        return ()
    described = list(_describe_arguments(call, trace.names))
    if call.init is not None:
        args, kwargs = call.init
        made = [repr(v) for v in args] + [f"{name}={v!r}" for name, v in kwargs.items()]
        described.insert(0, f"{call.target}({', '.join(made)})"[:200])
    return tuple(described)


def _describe_arguments(call: Call, names: tuple[str, ...]) -> list[str]:
    described = []
    for name, value in zip(names, (*call.args, *call.kwargs.values()), strict=True):
        if isinstance(value, torch.Tensor):
            dtype = str(value.dtype).removeprefix("torch.")
            text = f"{name} {tuple(value.shape)} {dtype}"
            described.append(text if value.is_contiguous() else f"{text} non-contiguous")
        elif value is not None:
            text = repr(value)
            described.append(f"{name} {text if len(text) <= 60 else text[:60] + '...'}")
    return described


def _report(subject: Subject, session: Session) -> Report:
    exercise, loaded = subject.exercise, subject.loaded
    failure = None
    if loaded is not None and loaded.kind != "ok":
        failure = failure_of(subject.source, loaded.kind, loaded.facts, Trace())
    return Report(
        exercise=exercise.name,
        title=exercise.title,
        parts=exercise.parts,
        path=subject.source.shown,
        seed=session.seed,
        level=session.standing().level,
        trusted=session.trusted,
        versions={"llmquiz": __version__, "torch": str(torch.__version__)},
        tests=tuple(subject.results.values()),
        failure=failure,
        printed=loaded.printed if loaded is not None else "",
        mentioned=tuple(
            f"{subject.source.place(line)} {name}"
            for line, name in mentions(subject.source.source, exercise.refused_calls)
        ),
        ignored=subject.source.ignored,
    )
