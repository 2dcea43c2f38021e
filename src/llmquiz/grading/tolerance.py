"""How far a right answer may be from the exact one."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from llmquiz.grading.call import Call, Outcome

# Right programs differ in the order of their sums and in where they round. docs/tolerances.md shows
# how near the right solutions in tests/ come to what this allows.
SAFETY = 8.0
OUTPUT = "(output)"  # no parameter is called so


def bounds(
    reference: Callable[[Call], Outcome], call: Call
) -> dict[int | str, tuple[Tensor, float]]:
    """What is exact for a call, and how far a right answer may be from it.

    For the output, and for each gradient where the call asks for them.
    """
    exact, rounded = reference(call.cast(torch.float64)), reference(call)
    given = {OUTPUT: exact.output, **exact.gradients}
    own = {OUTPUT: rounded.output, **rounded.gradients}
    narrow: dict[int | str, Tensor | None] = {}
    if any(isinstance(v, Tensor) and v.dtype == torch.float64 for v in own.values()):
        # In float64 there is nothing more exact to compare with: the error is that of float32,
        # scaled to the places that float64 has.
        single = reference(call.cast(torch.float32))
        narrow = {OUTPUT: single.output, **single.gradients}
    # A gradient that is exactly zero is a sum of terms as large as the cotangent.
    scale = 0.0
    if call.cotangent is not None and call.cotangent.numel():
        scale = call.cotangent.double().abs().max().item()
    found = {}
    for key, value in given.items():
        mine, single_value = own[key], narrow.get(key)
        if value is None or mine is None:
            continue
        if mine.dtype == torch.float64 and single_value is not None:
            ratio = torch.finfo(torch.float64).eps / torch.finfo(torch.float32).eps
            mine = value + (single_value.double() - value) * ratio
        allowed = allowed_error(value.double(), mine, 0.0 if key == OUTPUT else scale)
        found[key] = (value.double(), allowed)
    return found


def allowed_error(exact: Tensor, rounded: Tensor, scale: float = 0.0) -> float:
    """The largest absolute error that a right answer may have.

    exact    the reference computed in float64
    rounded  the reference computed in the dtype that was asked for
    scale    the size of what the value was computed from, where it may cancel to nothing

    The reference's own rounding error in this very case, plus one unit in the last place of its
    largest value (for the cases in which the reference happens to round nowhere), times SAFETY.
    """
    if exact.numel() == 0:
        return 0.0
    own_error = (rounded.double() - exact).abs().max().item()
    last_place = torch.finfo(rounded.dtype).eps * max(exact.abs().max().item(), scale)
    return SAFETY * (own_error + last_place)
