"""Everything between the projections in float64, in a class of its own."""

import math

import torch
from torch import Tensor, nn


class Heads:
    def __init__(self, count: int) -> None:
        self.count = count

    def apart(self, x: Tensor) -> Tensor:
        if x.shape[-1] % self.count != 0:
            raise ValueError(f"{x.shape[-1]} % {self.count} is not 0")
        tiles = x.chunk(self.count, dim=-1)
        return torch.stack(tiles).movedim(0, -3)

    def together(self, x: Tensor) -> Tensor:
        return torch.cat([x[..., h, :, :] for h in range(self.count)], dim=-1)


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    return Heads(num_heads).apart(x)


def merge_heads(x: Tensor) -> Tensor:
    return Heads(x.shape[-3]).together(x)


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
        heads = Heads(self.num_heads)
        layers = (self.q_proj, self.k_proj, self.v_proj)
        query, key, value = (heads.apart(layer(x)).double() for layer in layers)
        scores = torch.matmul(query, key.transpose(2, 3)).div(math.sqrt(query.shape[3]))
        if mask is not None:
            hidden = mask.logical_not()
            scores = scores.masked_fill(hidden, -math.inf)
        weights = torch.nn.functional.softmax(scores, dim=3)
        if mask is not None:
            weights = weights.masked_fill(hidden, 0)
        mixed = torch.matmul(weights, value)
        return self.out_proj(heads.together(mixed).to(x.dtype))
