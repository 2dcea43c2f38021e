"""An attempt at exercises/rope.py: pairs feature i with i + head_dim/2, as Llama's code does."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"head_dim {head_dim} is odd")
    return 1.0 / base ** (torch.arange(0, head_dim, 2).float() / head_dim)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    angles = positions.unsqueeze(-1) * rope_frequencies(x.shape[-1], base)
    cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)
    first, second = x.float().chunk(2, dim=-1)
    rotated = torch.cat((-second, first), dim=-1)
    return (x.float() * cos + rotated * sin).to(x.dtype)
