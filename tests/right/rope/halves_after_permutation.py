"""Permutes adjacent pairs to halves, turns them as rotate_half does, and permutes back."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2 > 0:
        raise ValueError(f"head_dim must be a multiple of 2 and is {head_dim}")
    exponent = torch.linspace(0, 1, head_dim // 2 + 1)[:-1]
    return torch.reciprocal(base**exponent)


def rotate_half(x: Tensor) -> Tensor:
    left, right = x.chunk(2, dim=-1)
    return torch.cat((-right, left), dim=-1)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    d = x.shape[-1]
    theta = rope_frequencies(d, base).double()
    order = torch.arange(d).view(-1, 2).t().reshape(-1)
    back = torch.argsort(order)
    angles = positions.double()[..., None] * torch.cat([theta, theta])
    h = x.double()[..., order]
    h = h * angles.cos() + rotate_half(h) * angles.sin()
    return h[..., back].to(x.dtype)
