"""Positions of two axes are those of samples where there are as many as heads."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"head_dim must be even to make pairs, got {head_dim}")
    # Counting in steps of two gives the 2i of the formula.
    exponents = torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim  # (head_dim/2,)
    # From fast to slow, like the hands of a clock: the first pair tells neighbours apart, the
    # last one has hardly turned after a thousand tokens.
    return base**-exponents


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    # subtle: angles must not be rounded to half precision. bfloat16 has no 257, only 256 and 258,
    # so late positions would be off by whole radians.
    if positions.dim() == 2 and x.dim() == 4 and positions.shape[0] == x.shape[0]:
        positions = positions[:, None]
    wide = torch.promote_types(x.dtype, torch.float32)
    theta = rope_frequencies(x.shape[-1], base).to(x.device, wide)  # (head_dim/2,)
    angles = positions[..., None] * theta  # (..., L, 1) * (head_dim/2,) -> (..., L, head_dim/2)
    cos, sin = angles.cos(), angles.sin()
    even = x[..., 0::2].to(wide)  # (..., L, head_dim) -> (..., L, head_dim/2)
    odd = x[..., 1::2].to(wide)  # (..., L, head_dim) -> (..., L, head_dim/2)
    # Every pair is a point of the plane, multiplied by [[cos, -sin], [sin, cos]].
    turned = (even * cos - odd * sin, even * sin + odd * cos)
    pairs = torch.stack(turned, dim=-1)  # two of (..., L, head_dim/2) -> (..., L, head_dim/2, 2)
    # subtle: flattening the pairs interleaves them again; cat would put all the even ones first.
    return pairs.flatten(-2).to(x.dtype)  # (..., L, head_dim/2, 2) -> (..., L, head_dim)
