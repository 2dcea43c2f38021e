"""An exception that has nothing to do with the task."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd: {head_dim}")
    return base ** (-torch.arange(0, head_dim, 2).float() / head_dim)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    return x * theta.rotate(positions)
