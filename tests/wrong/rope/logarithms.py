"""The logarithm of the base in place of a power."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"odd: {head_dim}")
    return 1 / (1 + torch.arange(head_dim // 2) * torch.tensor(base).log())


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    return x * torch.cos(positions[..., None] * theta.repeat_interleave(2))
