"""A mask of three axes is one of samples where there are as many as heads."""

import math

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    d_model = x.shape[-1]
    if d_model % num_heads:
        raise ValueError(f"num_heads={num_heads} does not divide d_model={d_model}")
    # subtle: reshaping straight to (..., H, L, d) has the right shape but cuts the sequence, so
    # that a head sees only some of the tokens. Cut the features, then swap the axes.
    x = x.unflatten(-1, (num_heads, d_model // num_heads))  # (..., L, D) -> (..., L, H, d)
    return x.transpose(-3, -2)  # (..., L, H, d) -> (..., H, L, d)


def merge_heads(x: Tensor) -> Tensor:
    # The two steps of split_heads, undone in the opposite order.
    x = x.transpose(-3, -2)  # (..., H, L, d) -> (..., L, H, d)
    return x.flatten(-2)  # (..., L, H, d) -> (..., L, D)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    # Each head is attention of width d, so it is d, not D, that sets the variance of the scores.
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (B, H, L, L)
    # Sums of many small exponentials lose too much in half precision.
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        weights = scores.softmax(dim=-1)
    else:
        # subtle: a row with nothing allowed is NaN after the softmax. The second masked_fill
        # makes it 0 and stops the NaN gradient.
        weights = scores.masked_fill(~mask, -math.inf).softmax(dim=-1).masked_fill(~mask, 0.0)
    return weights.to(value.dtype) @ value  # (B, H, L, L) @ (B, H, L, d) -> (B, H, L, d)


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
        # One wide projection is H narrow ones side by side: rows h*d to (h+1)*d - 1 of its
        # weight are those of head h.
        query = split_heads(self.q_proj(x), self.num_heads)  # (B, L, D) -> (B, H, L, d)
        key = split_heads(self.k_proj(x), self.num_heads)  # (B, L, D) -> (B, H, L, d)
        value = split_heads(self.v_proj(x), self.num_heads)  # (B, L, D) -> (B, H, L, d)
        # H is a batch dimension here: the heads do not see each other. Only out_proj mixes them.
        heads = attend(query, key, value, mask[:, None] if mask is not None and mask.dim() == 3 and mask.shape[0] == x.shape[0] else mask)  # (B, H, L, d)
        return self.out_proj(merge_heads(heads))  # (B, H, L, d) -> (B, L, D)
