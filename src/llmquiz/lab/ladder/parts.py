"""The references of all parts, by torch's own operations where it has them.

B batch, H heads, L tokens, D model width, d head width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab import bpe

Parts = Mapping[str, Any]  # a name of components.NAMES -> the function or class


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    return F.scaled_dot_product_attention(query, key, value, mask)


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    return x.unflatten(-1, (num_heads, -1)).transpose(-3, -2)  # (B, L, D) -> (B, H, L, d)


def merge_heads(x: Tensor) -> Tensor:
    return x.transpose(-3, -2).flatten(-2)  # (B, H, L, d) -> (B, L, D)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    powers = torch.arange(0, x.shape[-1], 2, device=x.device) / x.shape[-1]
    angles = positions[..., None] * base**-powers  # (L, d/2)
    even, odd, cos, sin = x[..., 0::2], x[..., 1::2], angles.cos(), angles.sin()
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def repeat_kv(x: Tensor, times: int) -> Tensor:
    return x.repeat_interleave(times, dim=1)  # (B, H, L, d) -> (B, H * times, L, d)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        projections = (self.q_proj, self.k_proj, self.v_proj)
        query, key, value = (split_heads(project(x), self.num_heads) for project in projections)
        return self.out_proj(merge_heads(attention(query, key, value, mask)))


class SwiGLU(nn.Module):
    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.gate = nn.Linear(d_model, d_ff, bias=False)
        self.up = nn.Linear(d_model, d_ff, bias=False)
        self.down = nn.Linear(d_ff, d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class _Block(nn.Module):
    """The model puts its own norms, attention and feed-forward network in."""

    norm1: nn.Module
    norm2: nn.Module
    attention: nn.Module
    feed_forward: nn.Module

    def __init__(self, d_model: int, num_heads: int, d_ff: int) -> None:  # noqa: ARG002
        super().__init__()


class PreNormBlock(_Block):
    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), mask)
        return x + self.feed_forward(self.norm2(x))


class PostNormBlock(_Block):
    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        x = self.norm1(x + self.attention(x, mask))
        return self.norm2(x + self.feed_forward(x))


class RMSNorm(nn.RMSNorm):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__(dim, eps=eps)


REFERENCES: Parts = {
    "scaled_dot_product_attention": attention,
    "split_heads": split_heads,
    "merge_heads": merge_heads,
    "MultiHeadAttention": MultiHeadAttention,
    "RMSNorm": RMSNorm,
    "LayerNorm": nn.LayerNorm,
    "apply_rope": apply_rope,
    "SwiGLU": SwiGLU,
    "repeat_kv": repeat_kv,
    "PreNormBlock": PreNormBlock,
    "PostNormBlock": PostNormBlock,
    "train_bpe": bpe.train_bpe,
    "Tokenizer": bpe.Tokenizer,
}
