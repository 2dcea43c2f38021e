"""Turns the first pair only."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd: {head_dim}")
    return base ** (-torch.arange(0, head_dim, 2).float() / head_dim)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    a, b = x[..., :1].float(), x[..., 1:2].float()
    m = positions[..., None].float()
    turned = torch.cat([a * m.cos() - b * m.sin(), a * m.sin() + b * m.cos()], -1)
    return torch.cat([turned.to(x.dtype), x[..., 2:]], -1)
