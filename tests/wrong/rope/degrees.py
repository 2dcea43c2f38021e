"""Angles in degrees."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd: {head_dim}")
    return base ** (-torch.arange(0, head_dim, 2).float() / head_dim)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    angle = torch.deg2rad(positions[..., None] * theta)
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    c, s = angle.cos(), angle.sin()
    return torch.stack([a * c - b * s, a * s + b * c], -1).flatten(-2).to(x.dtype)
