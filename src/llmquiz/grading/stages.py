"""Lays what a learner's parts give beside what the reference's give, for one failing case."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from llmquiz.catalog import Exercise, Step
from llmquiz.explanation import Explanation, Rows, Stage
from llmquiz.grading.beside import brief, laid_out
from llmquiz.grading.call import Call, run
from llmquiz.grading.session import Session, Subject, Worker, failure_of
from llmquiz.grading.subject import Trace
from llmquiz.report import Status
from llmquiz.sandbox.client import Reply

OUTPUT = {"en": "output", "zh": "输出"}
GRADIENT = {"en": "gradient of {name}", "zh": "{name} 的梯度"}
NOTHING = {"en": "", "zh": ""}


def explain(session: Session, exercise: Exercise) -> Explanation | None:
    """The first failing test's case, after a run. None where no test failed with a call."""
    subject = session.subjects[exercise.name]
    for name, result in subject.results.items():
        trace = subject.traces.get(name)
        if result.status is not Status.FAIL or trace is None or trace.last_call is None:
            continue
        worker = session.reopen(exercise.name)
        try:
            stages = tuple(_stages(subject, trace, trace.last_call, worker))
        finally:
            worker.close()
        inputs = result.failure.inputs if result.failure is not None else ()
        return Explanation(name, result.sentence, inputs, stages)
    return None


def _stages(subject: Subject, trace: Trace, call: Call, worker: Worker) -> list[Stage]:
    reference = subject.reference
    reply = next((r for c, r in reversed(trace.calls) if c is call), Reply("missing"))
    try:
        expected = run(reference, call)
    except Exception as error:  # the reference refuses this input, and so should the submission
        return [_refused(_named(call), error, reply)]
    names = vars(reference) | _arguments(reference, call, trace.names)
    stages, derived = [], []
    for step in subject.exercise.steps:
        if step.of != _named(call):
            continue
        if step.call:
            stages.append(_part(subject, step, names, worker))
        elif reply.kind == "ok":
            derived.append(_derived(step, names, expected.output, reply.output))
    stages.append(_compared(subject, OUTPUT, _named(call), NOTHING, expected.output, reply))
    stages += [stage for stage in derived if stage is not None]
    for key, gradient in expected.gradients.items() if reply.kind == "ok" else ():
        if gradient is None:
            continue
        name = key if isinstance(key, str) else _floating(call, trace.names)[key]
        title = {lang: text.format(name=name) for lang, text in GRADIENT.items()}
        got = Reply("ok", output=reply.gradients.get(key))
        stage = _compared(subject, title, "", NOTHING, gradient, got)
        if not stage.right:  # only what tells something
            stages.append(stage)
    return stages


def _refused(name: str, error: Exception, reply: Reply) -> Stage:
    """What the reference raises, beside what the submission did."""
    got = brief(reply.output) if reply.kind == "ok" else reply.kind
    if reply.kind == "raised":
        got = f"{reply.facts['class']}: {reply.facts['message']}"
    rows = (("", brief(error), got),)
    return Stage(OUTPUT, name, NOTHING, right=False, rows=Rows(rows))


def _named(call: Call) -> str:
    return call.target if call.init is None else f"{call.target}.{call.method or 'forward'}"


def _floating(call: Call, names: tuple[str, ...]) -> list[str]:
    values = (*call.args, *call.kwargs.values())
    pairs = zip(names, values, strict=True)
    return [n for n, v in pairs if isinstance(v, Tensor) and v.is_floating_point()]


def _arguments(reference: ModuleType, call: Call, names: tuple[str, ...]) -> dict[str, Any]:
    """What an expression of a step may name: the arguments, their defaults, and `self`."""
    target = getattr(reference, call.target)
    found: dict[str, Any] = {}
    if call.init is not None:
        args, kwargs = call.init
        made = target(*args, **kwargs)
        if call.state:
            made.to(next(iter(call.state.values())).dtype)
            made.load_state_dict(call.state)
        found["self"] = made
        target = getattr(made, call.method or "forward")
    for name, parameter in inspect.signature(target).parameters.items():
        if parameter.default is not inspect.Parameter.empty:
            found[name] = parameter.default
    return found | dict(zip(names, (*call.args, *call.kwargs.values()), strict=True))


def _part(subject: Subject, step: Step, names: Mapping[str, Any], worker: Worker) -> Stage:
    """A part of the learner's, called with the reference's values."""
    node = ast.parse(step.call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    with torch.no_grad():
        # The expressions stand in the exercise's own words: they are ours, not the learner's.
        args = eval(f"({', '.join(map(ast.unparse, node.args))},)", dict(names))
        expected = run(subject.reference, Call(node.func.id, args)).output
    reply = worker.call(node.func.id, args, {})
    return _compared(subject, step.title, node.func.id, step.axes, expected, reply)


def _derived(step: Step, names: Mapping[str, Any], expected: Any, got: Any) -> Stage | None:
    """Something that the two outputs tell more clearly than they do themselves."""
    if isinstance(expected, Tensor) and (
        not isinstance(got, Tensor) or got.shape != expected.shape
    ):
        return None
    with torch.no_grad():
        try:
            a, b = (eval(step.derive, dict(names) | {"out": out}) for out in (expected, got))
        except Exception:  # a value of another type than the expression is for
            return None
    return laid_out(step.title, "", step.axes, a, b)


def _compared(
    subject: Subject,
    title: Mapping[str, str],
    call: str,
    axes: Mapping[str, str],
    expected: Any,
    reply: Reply,
) -> Stage:
    if reply.kind != "ok":
        failure = failure_of(subject.source, reply.kind, {"function": call, **reply.facts}, Trace())
        problem = (failure.kind, failure.facts)
        return Stage(title, call, axes, right=False, problem=problem)
    return laid_out(title, call, axes, expected, reply.output)
