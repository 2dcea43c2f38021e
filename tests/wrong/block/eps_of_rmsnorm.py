"""The second norm is run by hand, with an eps of its own."""

import torch
from torch import Tensor, nn


class SelfAttention(nn.Module):
    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide d_model={d_model}")
        self.num_heads = num_heads
        self.qkv_proj = nn.Linear(d_model, 3 * d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        batch, length, d_model = x.shape
        qkv = self.qkv_proj(x).view(batch, length, 3, self.num_heads, d_model // self.num_heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # (B, L, 3, H, d) -> 3 of (B, H, L, d)
        if mask is not None:
            mask = mask.expand(batch, self.num_heads, length, length)
        heads = torch.nn.functional.scaled_dot_product_attention(query, key, value, mask)
        return self.out_proj(heads.transpose(1, 2).flatten(2))  # (B, H, L, d) -> (B, L, D)


class Block(nn.Module):
    def __init__(self, d_model: int, num_heads: int, d_ff: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(d_model)
        self.attention = SelfAttention(d_model, num_heads)
        self.norm2 = nn.LayerNorm(d_model)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, d_ff), nn.GELU(), nn.Linear(d_ff, d_model)
        )


class PreNormBlock(Block):
    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        # The stream itself is never normalised, only read through a norm. So x reaches the output
        # unchanged, and a gradient reaches x, however many blocks stand in between.
        h = x + self.attention(self.norm1(x), mask)  # (B, L, D)
        # subtle: `h += ...` would overwrite what norm2 needs for its backward pass.
        return h + self.feed_forward(self.norm2(h))  # (B, L, D)


class PostNormBlock(Block):
    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        # The norms stand on the stream: every block returns vectors of unit scale, but a gradient
        # on its way to x passes through both norms.
        h = self.norm1(x + self.attention(x, mask))  # (B, L, D)
        return nn.functional.layer_norm(h + self.feed_forward(h), h.shape[-1:], self.norm2.weight, self.norm2.bias, 1e-6)  # (B, L, D)
