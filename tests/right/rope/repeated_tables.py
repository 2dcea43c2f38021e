"""x * cos + rotated(x) * sin with repeated tables, the adjacent twin of rotate_half."""

import math

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd head_dim: {head_dim}")
    steps = torch.arange(0, head_dim, 2, dtype=torch.float32)
    return torch.exp(steps * (-math.log(base) / head_dim))


def rotate_pairs(x: Tensor) -> Tensor:
    first, second = x[..., ::2], x[..., 1::2]
    return torch.stack((-second, first), dim=-1).reshape(x.shape)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    compute = torch.promote_types(x.dtype, torch.float32)
    inv_freq = rope_frequencies(x.shape[-1], base).to(compute)
    angles = positions.to(compute).unsqueeze(-1) * inv_freq
    angles = angles.repeat_interleave(2, dim=-1)
    h = x.to(compute)
    out = h * angles.cos() + rotate_pairs(h) * angles.sin()
    return out.type_as(x)
