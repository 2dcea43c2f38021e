"""A loop over the heads, each a slice of the features."""

import math

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    d_model = x.shape[-1]
    if d_model % num_heads:
        raise ValueError(f"d_model={d_model}, num_heads={num_heads}")
    width = d_model // num_heads
    parts = [x[..., h * width : (h + 1) * width] for h in range(num_heads)]
    return torch.stack(parts, dim=-3)


def merge_heads(x: Tensor) -> Tensor:
    return torch.cat(list(x.unbind(dim=-3)), dim=-1)


def one_head(query: Tensor, key: Tensor, value: Tensor, allowed: Tensor) -> Tensor:
    scores = query @ key.mT
    scores = scores / math.sqrt(query.shape[-1])
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    wide = wide.masked_fill(~allowed, -math.inf)
    weights = torch.softmax(wide, dim=-1)
    weights = weights.masked_fill(~allowed, 0.0)
    return weights.to(value.dtype) @ value


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
        batch, length, _ = x.shape
        if mask is None:
            mask = torch.ones(length, length, dtype=torch.bool)
        mask = mask.expand(batch, self.num_heads, length, length)
        queries = split_heads(self.q_proj(x), self.num_heads)
        keys = split_heads(self.k_proj(x), self.num_heads)
        values = split_heads(self.v_proj(x), self.num_heads)
        results = [
            one_head(queries[:, h], keys[:, h], values[:, h], mask[:, h])
            for h in range(self.num_heads)
        ]
        return self.out_proj(torch.cat(results, dim=-1))
