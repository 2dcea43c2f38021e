"""Einsum with the heads as an axis of the weights."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    width, rest = divmod(x.size(-1), num_heads)
    if rest:
        raise ValueError(f"d_model {x.size(-1)} is no multiple of num_heads {num_heads}")
    return x.unflatten(-1, (num_heads, width)).movedim(-2, -3)


def merge_heads(x: Tensor) -> Tensor:
    return x.movedim(-3, -2).flatten(start_dim=-2)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, num_heads: int, bias: bool = False) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide d_model={d_model}")
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, d_model, bias=bias)
        self.v_proj = nn.Linear(d_model, d_model, bias=bias)
        self.out_proj = nn.Linear(d_model, d_model, bias=bias)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        heads = self.num_heads
        q = self.q_proj(x).unflatten(-1, (heads, -1))
        k = self.k_proj(x).unflatten(-1, (heads, -1))
        v = self.v_proj(x).unflatten(-1, (heads, -1))
        scores = torch.einsum("bihd,bjhd->bhij", q, k) * q.size(-1) ** -0.5
        scores = scores if scores.dtype == torch.float64 else scores.to(torch.float32)
        if mask is not None:
            scores = torch.where(mask, scores, -torch.inf)
        weights = scores.softmax(dim=-1)
        if mask is not None:
            weights = torch.where(mask, weights, 0.0)
        mixed = torch.einsum("bhij,bjhd->bihd", weights.to(v.dtype), v)
        return self.out_proj(mixed.flatten(-2))
