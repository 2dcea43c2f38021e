"""Transformer blocks: pre-norm and post-norm.

    pre-norm    h = x + attention(norm1(x), mask)       output = h + feed_forward(norm2(h))
    post-norm   h = norm1(x + attention(x, mask))       output = norm2(h + feed_forward(h))

Two classes, each graded by itself; you write the `forward` of each:

    PreNormBlock    the norm stands before each sublayer, off the residual stream
    PostNormBlock   the norm stands after each addition, on the residual stream

Rules for both
- Two sublayers in sequence: attention first; feed_forward reads `h`, not `x`.
- Each sublayer has its own norm: norm1 for attention, norm2 for feed_forward.
- `mask` is passed on to `attention`, by position or by keyword, also when it is None.
- The result has the dtype and device of `x`; the given modules see to half precision.
- Never change an argument in place. `x` and `mask` may be non-contiguous or expanded, and the
  batch may be 0. Gradients must flow to `x` and every parameter, with the right values.
- `nn.TransformerEncoderLayer`, `nn.TransformerDecoderLayer` and `nn.MultiheadAttention` are
  refused: use the given modules.

Paper: Xiong et al., "On Layer Normalization in the Transformer Architecture", 2020, section 3,
https://arxiv.org/abs/2002.04745
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SelfAttention(nn.Module):
    """Multi-head self-attention, called as attention(x, mask). Given; leave it as it is."""

    def __init__(self, d_model: int, num_heads: int) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide d_model={d_model}")
        self.num_heads = num_heads
        self.qkv_proj = nn.Linear(d_model, 3 * d_model)
        self.out_proj = nn.Linear(d_model, d_model)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        head_dim = x.shape[-1] // self.num_heads
        qkv = self.qkv_proj(x).unflatten(-1, (3, self.num_heads, head_dim))  # (B, L, 3, H, d)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # (B, L, 3, H, d) -> 3 of (B, H, L, d)
        heads = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out_proj(heads.transpose(1, 2).flatten(2))  # (B, H, L, d) -> (B, L, D)


class Block(nn.Module):
    """The parts of both blocks. Given; leave it as it is."""

    def __init__(self, d_model: int, num_heads: int, d_ff: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(d_model)
        self.attention = SelfAttention(d_model, num_heads)
        self.norm2 = nn.LayerNorm(d_model)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, d_ff), nn.GELU(), nn.Linear(d_ff, d_model)
        )


class PreNormBlock(Block):
    """The block of GPT-2 and most models since. Its `__init__` is given, in Block."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return h + feed_forward(norm2(h)), where h = x + attention(norm1(x), mask).
