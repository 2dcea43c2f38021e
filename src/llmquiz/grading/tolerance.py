"""How far a right answer may be from the exact one."""

from __future__ import annotations

import torch
from torch import Tensor

# Right programs differ in the order of their sums and in where they round. Measured over the right
# solutions in tests/, none comes near this many times the reference's own rounding error.
SAFETY = 8.0


def allowed_error(exact: Tensor, rounded: Tensor, scale: float = 0.0) -> float:
    """The largest absolute error that a right answer may have.

    exact    the reference computed in float64
    rounded  the reference computed in the dtype that was asked for
    scale    the size of what the value was computed from, where it may cancel to nothing: a
             gradient that is exactly zero is a sum of terms as large as the cotangent

    The reference's own rounding error in this very case, plus one unit in the last place of its
    largest value (for the cases in which the reference happens to round nowhere), times SAFETY.
    """
    if exact.numel() == 0:
        return 0.0
    own_error = (rounded.double() - exact).abs().max().item()
    last_place = torch.finfo(rounded.dtype).eps * max(exact.abs().max().item(), scale)
    return SAFETY * (own_error + last_place)
