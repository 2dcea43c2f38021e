"""The language model of a rung, made of the given parts.

B batch, L tokens, D model width, H heads, d head width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from llmquiz.lab.ladder.parts import Parts
from llmquiz.lab.ladder.rungs import Rung


class Attention(nn.Module):
    """Attention with what MultiHeadAttention has not: one head, RoPE, fewer key-value heads."""

    def __init__(self, parts: Parts, rung: Rung, width: int) -> None:
        super().__init__()
        self.parts, self.rung = parts, rung
        self.kv_heads = rung.kv_heads or rung.heads
        narrow = width // rung.heads * self.kv_heads
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, narrow, bias=False)
        self.v_proj = nn.Linear(width, narrow, bias=False)
        self.out_proj = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        parts, split = self.parts, self.parts["split_heads"]
        query = split(self.q_proj(x), self.rung.heads)  # (B, H, L, d)
        key, value = (split(f(x), self.kv_heads) for f in (self.k_proj, self.v_proj))
        if self.rung.rope:
            positions = torch.arange(x.shape[1], device=x.device)
            query, key = (parts["apply_rope"](u, positions) for u in (query, key))
        if self.kv_heads < self.rung.heads:
            times = self.rung.heads // self.kv_heads
            key, value = (parts["repeat_kv"](u, times) for u in (key, value))
        mixed = parts["scaled_dot_product_attention"](query, key, value, mask)
        return self.out_proj(parts["merge_heads"](mixed))


class Plain(nn.Module):
    """A layer before it is a whole block: attention, with a residual and a norm if there are."""

    def __init__(self, attention: nn.Module, norm: nn.Module, residual: bool) -> None:
        super().__init__()
        self.attention, self.norm, self.residual = attention, norm, residual

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y: Tensor = self.attention(self.norm(x), mask)
        return x + y if self.residual else y


class Model(nn.Module):
    """Embedding, layers, final norm (only before pre-norm's head), head."""

    def __init__(self, parts: Parts, rung: Rung, vocabulary: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.layers = nn.ModuleList(_layer(parts, rung, width) for _ in range(rung.layers))
        self.norm = _norm(parts, rung if rung.place == "pre" else Rung("", ("", "")), width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, ids: Tensor) -> Tensor:
        length = ids.shape[1]
        mask = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        x = self.embedding(ids)  # (B, L) -> (B, L, D)
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(self.norm(x))  # (B, L, vocabulary)


def _norm(parts: Parts, rung: Rung, width: int) -> nn.Module:
    if not rung.norm:
        return nn.Identity()
    module: nn.Module = parts["RMSNorm" if rung.norm == "rms" else "LayerNorm"](width)
    return module


def _attention(parts: Parts, rung: Rung, width: int) -> nn.Module:
    if rung.heads > 1 and not rung.rope and not rung.kv_heads:
        whole: nn.Module = parts["MultiHeadAttention"](width, rung.heads)
        return whole
    return Attention(parts, rung, width)


def _ffn(parts: Parts, rung: Rung, width: int) -> nn.Module:
    """GELU of 4 D, or SwiGLU with about the same number of parameters."""
    if rung.ffn == "swiglu":
        gated: nn.Module = parts["SwiGLU"](width, (8 * width // 3 + 7) // 8 * 8)
        return gated
    up, down = nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)
    return nn.Sequential(up, nn.GELU(), down)


def _layer(parts: Parts, rung: Rung, width: int) -> nn.Module:
    attention = _attention(parts, rung, width)
    if not rung.ffn:
        return Plain(attention, _norm(parts, rung, width), rung.residual)
    # The learner's block wires what it holds; what it holds is the rung's.
    make = parts["PreNormBlock" if rung.place == "pre" else "PostNormBlock"]
    block: nn.Module = make(width, rung.heads, 4 * width)
    block.norm1, block.norm2 = _norm(parts, rung, width), _norm(parts, rung, width)
    block.attention, block.feed_forward = attention, _ffn(parts, rung, width)
    return block
