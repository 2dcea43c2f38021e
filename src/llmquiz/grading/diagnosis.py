"""Names the fault that gives exactly the learner's numbers.

A diagnosis is a claim. It is made only where a faulted solution gives, for every call of the
failing test, what the learner's code gave, and would have left the tests of this part right that
passed; where none does, nothing is said about causes.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from llmquiz.grading.call import Call
from llmquiz.grading.equal import equal
from llmquiz.grading.faults import Fault, Incompatible
from llmquiz.grading.tolerance import OUTPUT, SAFETY
from llmquiz.grading.trusted import Run, Trusted
from llmquiz.sandbox.client import Reply

Rounding = dict[int | str, float]  # of the output and of each gradient
Replies = Sequence[tuple[Call, Reply]]


@dataclass(frozen=True)
class Diagnosis:
    """The faults that together explain the numbers; `others` where rivals explain them as well."""

    faults: tuple[Fault, ...]
    others: bool


@dataclass(frozen=True)
class Seen:
    """What a call gave, in every respect that can be compared."""

    error: tuple[str, str] | None = None  # class and message
    output: Any = None
    gradients: tuple[tuple[int | str, Tensor | None], ...] = ()
    inputs: tuple[Tensor, ...] = ()
    values: tuple[Any, ...] = ()


def diagnose(
    trusted: Trusted,
    calls: Replies,
    test: str,
    passed: Replies = (),
) -> Diagnosis | None:
    """The simplest faults that explain all replies of a failing test, or None.

    Single faults first, then pairs of those that change anything here at all. Of faults that
    explain equally, those that this very test is to catch come first. `passed` are the calls of
    tests that passed: what would have shown in them is no explanation.
    """
    observed = _all_comparable(calls)
    if not observed:
        return None
    expected = [_of_run(trusted.run, call) for call, _ in observed]
    rounding = [_rounding(trusted.run, call) for call, _ in observed]
    shown = _Passed(trusted, passed)
    catalogue = sorted(trusted.faults(), key=lambda f: f.test != test)
    active: list[Fault] = []
    explaining: list[tuple[Fault, ...]] = []
    for fault in catalogue:
        outcome = _outcome(trusted, (fault,), observed, expected, rounding)
        if outcome == "explains" and not shown.rule_out((fault,)):
            explaining.append((fault,))
        if outcome != "inactive":
            active.append(fault)
    if not explaining:
        pairs = _pairs(trusted, active, observed, expected, rounding)
        explaining = [pair for pair in pairs if not shown.rule_out(pair)]
    if not explaining:
        return None
    return Diagnosis(explaining[0], len(explaining) > 1)


def further(
    trusted: Trusted,
    assumed: tuple[Fault, ...],
    calls: Replies,
    passed: Replies = (),
) -> Fault | None:
    """One more fault, beside those that are known, that explains the calls of a test.

    None where the known ones explain them, and where nothing does.
    """
    observed = _all_comparable(calls)
    if not observed:
        return None
    expected = [_of_run(trusted.run, call) for call, _ in observed]
    rounding = [_rounding(trusted.run, call) for call, _ in observed]
    if _outcome(trusted, assumed, observed, expected, rounding) == "explains":
        return None
    shown = _Passed(trusted, passed)
    for fault in trusted.faults():
        if fault in assumed:
            continue
        with contextlib.suppress(Incompatible):
            together = (*assumed, fault)
            outcome = _outcome(trusted, together, observed, expected, rounding)
            if outcome == "explains" and not shown.rule_out(together):
                return fault
    return None


class _Passed:
    """The calls of tests that passed, with what the reference gives; run when they are needed."""

    def __init__(self, trusted: Trusted, calls: Replies) -> None:
        self._trusted, self._calls = trusted, calls

    @cached_property
    def _right(self) -> list[tuple[Call, Seen, float]]:
        """The calls whose output was right. A test of a shape passes whatever the values are."""
        found = []
        for call, reply in self._calls:
            expected = _of_run(self._trusted.run, call)
            error = _rounding(self._trusted.run, call).get(OUTPUT, 0.0)
            if _same_output(_of_reply(reply), expected, error):
                found.append((call, expected, error))
        return found

    def rule_out(self, faults: tuple[Fault, ...]) -> bool:
        """Whether the faults would have changed an output that was right."""
        faulted = self._trusted.faulted(faults)
        return any(
            not _same_output(_of_run(faulted, call), expected, error)
            for call, expected, error in self._right
        )


def _all_comparable(calls: Replies) -> list[tuple[Call, Seen]]:
    """What was seen in each call; nothing where a reply cannot be compared."""
    observed = [(call, _of_reply(reply)) for call, reply in calls if _comparable(reply)]
    return observed if len(observed) == len(calls) else []


def _pairs(trusted: Trusted, active: list[Fault], *numbers: Any) -> Iterator[tuple[Fault, ...]]:
    for pair in itertools.combinations(active, 2):
        try:
            if _outcome(trusted, pair, *numbers) == "explains":
                yield pair
        except Incompatible:
            continue


def _outcome(
    trusted: Trusted,
    faults: tuple[Fault, ...],
    observed: list[tuple[Call, Seen]],
    expected: list[Seen],
    rounding: list[Rounding],
) -> str:
    """Whether faults explain what was observed, change anything at all, or neither."""
    faulted = trusted.faulted(faults)
    explains, active = True, False
    for (call, reply), right, error in zip(observed, expected, rounding, strict=True):
        seen = _of_run(faulted, call)
        active = active or not _same(seen, right, error)
        explains = explains and _same(reply, seen, error)
        if active and not explains:  # whatever comes, it is known
            break
    if explains and active:
        return "explains"
    return "active" if active else "inactive"


def _comparable(reply: Reply) -> bool:
    return reply.kind in {"ok", "raised"}


def _of_reply(reply: Reply) -> Seen:
    if reply.kind == "raised":
        return Seen(error=(reply.facts["class"], reply.facts["message"]))
    gradients = tuple(reply.gradients.items())
    return Seen(None, reply.output, gradients, reply.inputs, reply.values)


def _of_run(run: Run, call: Call) -> Seen:
    try:
        outcome = run(call)
    except Exception as error:
        return Seen(error=(type(error).__name__, str(error)))
    gradients = tuple(outcome.gradients.items())
    return Seen(None, outcome.output, gradients, outcome.inputs, outcome.values)


def _rounding(reference: Run, call: Call) -> Rounding:
    """The relative errors that right programs have for this call, of the output and gradients."""
    try:
        exact, rounded = reference(call.cast(torch.float64)), reference(call)
    except Exception:
        return {}
    pairs: dict[int | str, tuple[Any, Any]] = {OUTPUT: (exact.output, rounded.output)}
    pairs |= {key: (exact.gradients[key], rounded.gradients[key]) for key in exact.gradients}
    errors: Rounding = {}
    for key, (a, b) in pairs.items():
        if isinstance(a, Tensor) and isinstance(b, Tensor) and a.is_floating_point():
            errors[key] = torch.finfo(b.dtype).eps
            # A gradient that is zero but for rounding has no relative error worth the name.
            if a.numel() and (largest := a.abs().max().item()) > errors[key]:
                errors[key] += (b.double() - a.double()).abs().max().item() / largest
    return errors


def _same_output(one: Seen, other: Seen, error: float) -> bool:
    if one.error is not None or other.error is not None:
        return one.error == other.error
    return _close(one.output, other.output, error)


def _same(one: Seen, other: Seen, errors: Rounding) -> bool:
    if not _same_output(one, other, errors.get(OUTPUT, 0.0)):
        return False
    if one.error is not None:
        return True
    if not _all_close(one.inputs, other.inputs, 0.0) or not equal(one.values, other.values):
        return False
    a, b = dict(one.gradients), dict(other.gradients)
    keys = a.keys() | b.keys()
    return all(_close(a.get(key), b.get(key), errors.get(key, 0.0)) for key in keys)


def _all_close(some: Sequence[Tensor], others: Sequence[Tensor], error: float) -> bool:
    return len(some) == len(others) and all(
        _close(a, b, error) for a, b in zip(some, others, strict=True)
    )


def _close(a: Any, b: Any, error: float) -> bool:
    """Equal but for rounding. NaN is equal to NaN; types, shapes and dtypes count."""
    if not isinstance(a, Tensor) or not isinstance(b, Tensor):
        return equal(a, b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if torch.equal(a, b) or not a.is_floating_point():  # most often they are equal: it is fast
        return torch.equal(a, b)
    x, y = a.double(), b.double()
    finite = torch.isfinite(y)
    if not torch.equal(finite, torch.isfinite(x)):
        return False
    if not torch.equal(torch.nan_to_num(x)[~finite], torch.nan_to_num(y)[~finite]):
        return False
    if not bool(finite.any()):
        return True
    x, y = x[finite], y[finite]
    allowed = SAFETY * error * y.abs().max().item()
    return bool(((x - y).abs() <= allowed).all())
