"""Heads and batch as one axis, with bmm."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    size = x.shape[-1]
    if size // num_heads * num_heads != size:
        raise ValueError(f"{num_heads} heads do not divide a width of {size}")
    return torch.stack(x.split(size // num_heads, dim=-1), dim=-3)


def merge_heads(x: Tensor) -> Tensor:
    heads, length, width = x.shape[-3:]
    return x.swapaxes(-3, -2).reshape(*x.shape[:-3], length, heads * width)


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
        batch, length, d_model = x.shape
        heads, width = self.num_heads, d_model // self.num_heads
        shape = (batch * heads, length, width)
        q = split_heads(self.q_proj(x), heads).reshape(shape)
        k = split_heads(self.k_proj(x), heads).reshape(shape)
        v = split_heads(self.v_proj(x), heads).reshape(shape)
        scores = torch.bmm(q, k.transpose(1, 2)) * (1 / width**0.5)
        wide = scores.float() if scores.dtype.itemsize < 4 else scores
        if mask is not None:
            full = mask.expand(batch, heads, length, length).reshape(batch * heads, length, length)
            wide = wide.masked_fill(full.logical_not(), float("-inf"))
            weights = wide.softmax(2)
            weights = weights.where(full, torch.zeros_like(weights))
        else:
            weights = wide.softmax(2)
        mixed = torch.bmm(weights.to(v.dtype), v)
        return self.out_proj(merge_heads(mixed.reshape(batch, heads, length, width)))
