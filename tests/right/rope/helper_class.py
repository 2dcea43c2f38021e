"""A class that keeps the tables, made anew in every call."""

import torch
from torch import Tensor


class Rotary:
    def __init__(self, head_dim: int, base: float, dtype: torch.dtype) -> None:
        self.theta = rope_frequencies(head_dim, base)
        self.dtype = torch.promote_types(dtype, torch.float32)

    def tables(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        angles = torch.einsum("...l,f->...lf", positions.float(), self.theta)
        return torch.cos(angles).to(self.dtype), torch.sin(angles).to(self.dtype)

    def __call__(self, x: Tensor, positions: Tensor) -> Tensor:
        cos, sin = self.tables(positions)
        x0, x1 = x.to(self.dtype).unflatten(-1, (-1, 2)).unbind(-1)
        y0 = x0 * cos - x1 * sin
        y1 = x1 * cos + x0 * sin
        return torch.cat([y0[..., None], y1[..., None]], dim=-1).flatten(-2).to(x.dtype)


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2:
        raise ValueError(f"head_dim has to be even, not {head_dim}")
    half = head_dim // 2
    return torch.tensor(base) ** (-torch.arange(half) / half)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    return Rotary(x.shape[-1], base, x.dtype)(x, positions)
