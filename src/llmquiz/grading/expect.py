"""Compares an observation with the reference. Each function raises Wrong, or returns nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from llmquiz.grading.call import Observation
from llmquiz.grading.equal import brief, equal
from llmquiz.grading.tolerance import OUTPUT, bounds
from llmquiz.grading.wrong import Wrong
from llmquiz.sandbox.values import Other

F = TypeVar("F", bound=Callable[..., None])


def _unless_probing(check: F) -> F:
    """A check that leaves an observation unjudged while a test is only watched."""

    @functools.wraps(check)
    def judge(observation: Observation, *args: Any, **kwargs: Any) -> None:
        if observation.probing:
            return
        try:
            check(observation, *args, **kwargs)
        except Wrong as wrong:
            wrong.observation = observation
            raise

    return cast("F", judge)


@_unless_probing
def shape(observation: Observation) -> None:
    """The output is a tensor of the reference's shape."""
    output = _tensor(observation)
    expected = observation.reference(observation.call).output
    _same_shape(output, expected)


@_unless_probing
def values(observation: Observation, slack: float = 0.0, shaken: int = 0) -> None:
    """The output is the reference's, up to rounding.

    `slack` is added to the tolerance where right answers may differ for a reason other than the
    rounding of the output; the grader says which. `shaken` asks for so many roundings of the
    reference, where a few of the results amplify rounding far more than the others.
    """
    exact, allowed = bounds(observation.reference, observation.call, shaken)[OUTPUT]
    _values(observation, exact, allowed + slack)


@_unless_probing
def exactly(observation: Observation, expected: Any) -> None:
    """The output is this Python value (or boolean or integer tensor), not a bit different."""
    output = observation.output
    if isinstance(expected, dict):
        expected = dict(expected)  # a Counter is a dict, and a dict will do
    if isinstance(output, Other):
        raise Wrong("type", expected=type(expected).__name__, got=output.type_name)
    if isinstance(output, Tensor) or type(output) is not type(expected):
        raise Wrong("type", expected=type(expected).__name__, got=_type_name(output))
    if not equal(output, expected):
        raise Wrong("different", **_first_difference(output, expected))


@_unless_probing
def like_reference(observation: Observation) -> None:
    """The output is the Python value that the reference gives."""
    exactly(observation, observation.reference(observation.call).output)


@_unless_probing
def gradients(observation: Observation, slack: float = 0.0) -> None:
    """The gradient of every floating argument and parameter is the reference's, up to rounding."""
    limits = bounds(observation.reference, observation.call)
    exact, allowed = limits.pop(OUTPUT)
    _values(observation, exact, allowed + slack)
    for key, (expected, allowed) in limits.items():
        name = _gradient_name(observation, key)
        got = observation.gradients.get(key)
        if got is None:
            raise Wrong("no_gradient", name=name)
        _same_shape(got, expected)
        _close("gradient", got, expected, allowed + slack, name=name)


@_unless_probing
def dtype(observation: Observation) -> None:
    """The output has the reference's dtype."""
    output = _tensor(observation)
    expected = observation.reference(observation.call).output.dtype
    if output.dtype != expected:
        raise Wrong("dtype", expected=_short(expected), got=_short(output.dtype))


@_unless_probing
def unchanged(observation: Observation) -> None:
    """The arguments are as they were before the call."""
    for before, after in zip(observation.call.values(), observation.values, strict=False):
        if not equal(before, after):
            raise Wrong("changed_value", before=brief(before), after=brief(after))
    names = observation.call.tensor_names(observation.names)
    before_and_after = zip(names, observation.call.tensors(), observation.inputs, strict=False)
    for name, before, after in before_and_after:
        if before.dtype != after.dtype or not _identical(before, after):
            raise Wrong("changed_input", name=name)


def zero(part: Tensor) -> None:
    """Every entry is exactly zero."""
    if part.numel() and not bool((part == 0).all()):
        worst = part[part != 0].flatten()[0].item()
        raise Wrong("not_zero", got=worst)


@_unless_probing
def finite(observation: Observation) -> None:
    """The output has no NaN and no infinity."""
    output = _tensor(observation)
    bad = ~torch.isfinite(output)
    if bool(bad.any()):
        index = _first_index(bad)
        raise Wrong("not_finite", index=index, got=output[tuple(index)].item())


def raises(call: Callable[[], object], error: str, mentions: Sequence[object]) -> None:
    """The call raises `error` (a class name), and its message contains each of `mentions`."""
    expected = ", ".join(str(m) for m in mentions)
    try:
        call()
    except Wrong as wrong:
        if wrong.kind != "raised" or "NotImplementedError" in wrong.facts["bases"]:
            raise
        if error not in wrong.facts["bases"]:
            raise Wrong("other_error", expected=error, **wrong.facts) from None
        message = wrong.facts["message"]
        if not all(re.search(rf"(?<!\d){mention}(?!\d)", message) for mention in mentions):
            raise Wrong("error_message", error=error, expected=expected, got=message) from None
        return
    raise Wrong("no_error", expected=error, mentions=expected)


def _tensor(observation: Observation) -> Tensor:
    output = observation.output
    if not isinstance(output, Tensor):
        raise Wrong("type", expected="torch.Tensor", got=_type_name(output))
    return output


def _type_name(value: object) -> str:
    if isinstance(value, Other):
        return value.type_name
    return "None" if value is None else type(value).__name__


def _same_shape(got: Tensor, expected: Tensor) -> None:
    if got.shape != expected.shape:
        raise Wrong("shape", expected=list(expected.shape), got=list(got.shape))


def _values(observation: Observation, exact: Tensor, allowed: float) -> None:
    output = _tensor(observation)
    _same_shape(output, exact)
    _close("values", output, exact, allowed)


def _close(kind: str, got: Tensor, exact: Tensor, allowed: float, **facts: Any) -> None:
    wide = got.double()
    error = (wide - exact).abs()
    bad = ~(error <= allowed)  # so that NaN is bad
    if not bool(bad.any()):
        return
    index = _first_index(bad)
    # NaN and infinity are larger than any number.
    largest = torch.nan_to_num(error, nan=float("inf"), posinf=float("inf")).max().item()
    raise Wrong(
        kind,
        shape=list(exact.shape),
        index=index,
        expected=exact[tuple(index)].item(),
        got=wide[tuple(index)].item(),
        wrong_count=int(bad.sum()),
        count=bad.numel(),
        largest_error=largest,
        allowed=allowed,
        **facts,
    )


def _first_index(bad: Tensor) -> list[int]:
    return [int(i) for i in bad.nonzero()[0]] if bad.dim() else []


def _first_difference(got: Any, expected: Any) -> dict[str, Any]:
    """Where two Python values of the same type differ first."""
    if isinstance(expected, (list, tuple)):
        for place, (a, b) in enumerate(zip(got, expected, strict=False)):
            if not equal(a, b):
                return {"place": f"[{place}]", "expected": brief(b), "got": brief(a)}
        return {"place": "len", "expected": str(len(expected)), "got": str(len(got))}
    if isinstance(expected, dict):
        for key in expected:
            if key not in got:
                return {"place": f"[{key}]", "expected": brief(expected[key]), "got": "-"}
            if not equal(got[key], expected[key]):
                return {
                    "place": f"[{key}]",
                    "expected": brief(expected[key]),
                    "got": brief(got[key]),
                }
        extra = next(key for key in got if key not in expected)
        return {"place": f"[{brief(extra)}]", "expected": "-", "got": brief(got[extra])}
    return {"place": "", "expected": brief(expected), "got": brief(got)}


def _identical(before: Tensor, after: Tensor) -> bool:
    same = before.shape == after.shape and torch.equal(
        torch.nan_to_num(before.double()), torch.nan_to_num(after.double())
    )
    return bool(same)


def _gradient_name(observation: Observation, key: int | str) -> str:
    if isinstance(key, str):
        return key
    names = observation.call.tensor_names(observation.names)
    tensors = zip(names, observation.call.tensors(), strict=True)
    return [name for name, tensor in tensors if tensor.is_floating_point()][key]


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
