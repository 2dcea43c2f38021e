"""How far a right answer may be from the exact one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from llmquiz.grading.call import Call, Outcome

# Right programs differ in the order of their sums and in where they round. docs/tolerances.md shows
# how near the right solutions in tests/ come to what this allows.
SAFETY = 8.0
OUTPUT = "(output)"  # no parameter is called so


def bounds(
    reference: Callable[[Call], Outcome], call: Call, shaken: int = 0
) -> dict[int | str, tuple[Tensor, float]]:
    """What is exact for a call, and how far a right answer may be from it.

    For the output, and for each gradient where the call asks for them. Where a few of the results
    amplify rounding far more than the others, the reference may be lucky: then its error is the
    largest of several, for inputs `shaken` in their last place.
    """
    exact = _results(reference(call.exact))
    runs = [call, *(call.shaken(seed) for seed in range(shaken))]
    rounded = [_results(reference(run)) for run in runs]
    # A gradient that is exactly zero is a sum of terms as large as the cotangent.
    scale = 0.0
    if call.cotangent is not None and call.cotangent.numel():
        scale = call.cotangent.double().abs().max().item()
    narrow: list[dict[int | str, Any]] = []
    found = {}
    for key, value in exact.items():
        own = [results[key] for results in rounded if results[key] is not None]
        if value is None or not own:
            continue
        if own[0].dtype == torch.float64:
            # There is nothing more exact to compare with: the error is that of float32, scaled to
            # the places that float64 has.
            ratio = torch.finfo(torch.float64).eps / torch.finfo(torch.float32).eps
            narrow = narrow or [_results(reference(run.cast(torch.float32))) for run in runs]
            own = [value + (results[key].double() - value) * ratio for results in narrow]
        value = value.double()  # noqa: PLW2901
        terms = 0.0 if key == OUTPUT else scale
        found[key] = (value, max(allowed_error(value, one, terms) for one in own))
    return found


def _results(outcome: Outcome) -> dict[int | str, Any]:
    return {OUTPUT: outcome.output, **outcome.gradients}


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
