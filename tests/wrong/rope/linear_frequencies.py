"""Frequencies that fall along a line."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd: {head_dim}")
    return torch.linspace(1, 1 / base, head_dim // 2)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    return x * theta.repeat_interleave(2) + positions[..., None]
