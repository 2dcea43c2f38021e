"""View and transpose, as in the well-known tutorials."""

import math

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    *batch, length, d_model = x.shape
    if d_model % num_heads != 0:
        raise ValueError(f"{d_model} features cannot be shared by {num_heads} heads")
    return x.reshape(*batch, length, num_heads, d_model // num_heads).transpose(-2, -3)


def merge_heads(x: Tensor) -> Tensor:
    *batch, heads, length, width = x.shape
    return x.transpose(-2, -3).contiguous().view(*batch, length, heads * width)


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
        query = split_heads(self.q_proj(x), self.num_heads)
        key = split_heads(self.k_proj(x), self.num_heads)
        value = split_heads(self.v_proj(x), self.num_heads)
        scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(query.size(-1))
        if scores.dtype in (torch.float16, torch.bfloat16):
            scores = scores.float()
        if mask is not None:
            scores = scores.masked_fill(mask == 0, float("-inf"))
        weights = torch.softmax(scores, dim=-1)
        if mask is not None:
            weights = weights.masked_fill(mask == 0, 0.0)
        context = torch.matmul(weights.to(x.dtype), value)
        return self.out_proj(merge_heads(context))
