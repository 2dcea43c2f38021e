"""One product for queries, keys and values, and permuted views."""

import torch
from torch import Tensor, nn
from torch.nn import functional


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    if x.shape[-1] % num_heads:
        raise ValueError(f"num_heads {num_heads} does not go into {x.shape[-1]}")
    grouped = x.unflatten(-1, (num_heads, x.shape[-1] // num_heads))
    order = [*range(x.dim() - 2), x.dim() - 1, x.dim() - 2, x.dim()]
    return grouped.permute(order)


def merge_heads(x: Tensor) -> Tensor:
    order = [*range(x.dim() - 3), x.dim() - 2, x.dim() - 3, x.dim() - 1]
    return x.permute(order).flatten(-2)


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
        layers = [self.q_proj, self.k_proj, self.v_proj]
        weight = torch.cat([layer.weight for layer in layers])
        bias = None
        if self.q_proj.bias is not None:
            bias = torch.cat([layer.bias for layer in layers])
        qkv = functional.linear(x, weight, bias).unflatten(-1, (3, self.num_heads, -1))
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        scores = query @ key.mT * query.shape[-1] ** -0.5
        if x.dtype != torch.float64:
            scores = scores.float()
        if mask is not None:
            forbidden = ~mask
            scores = scores.masked_fill(forbidden, -torch.inf)
            weights = scores.softmax(-1).masked_fill(forbidden, 0)
        else:
            weights = scores.softmax(-1)
        return self.out_proj(merge_heads(weights.to(x.dtype) @ value))
