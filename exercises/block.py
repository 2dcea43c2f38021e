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
        batch, length, d_model = x.shape
        qkv = self.qkv_proj(x).view(batch, length, 3, self.num_heads, d_model // self.num_heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # (B, L, 3, H, d) -> 3 of (B, H, L, d)
        if mask is not None:
            mask = mask.expand(batch, self.num_heads, length, length)
        heads = torch.nn.functional.scaled_dot_product_attention(query, key, value, mask)
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
    """The block of GPT-2 and of most models since. Its `__init__` is the given one of Block."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return h + feed_forward(norm2(h)), where h = x + attention(norm1(x), mask).

        x        (batch, L, d_model), in the dtype of the parameters
        mask     bool, broadcasts to (batch, num_heads, L, L); None allows everything.
                 True means "may attend", as in PyTorch's scaled_dot_product_attention
                 (the masks of nn.MultiheadAttention mean the opposite)
        returns  (batch, L, d_model)

        - Each addition takes the unnormalised stream: `x`, then `h`. Only what a sublayer
          reads is normalised, never what it returns, and nothing after the last addition.

        Here attention returns [0, 0] and feed_forward [3, 0]:

        >>> block = PreNormBlock(d_model=2, num_heads=1, d_ff=4)
        >>> for parameter in [*block.attention.parameters(), *block.feed_forward.parameters()]:
        ...     _ = nn.init.zeros_(parameter)
        >>> block.feed_forward[2].bias.data = torch.tensor([3.0, 0.0])
        >>> block(torch.tensor([[[0.0, 8.0]]])).detach()
        tensor([[[3., 8.]]])
        """
        raise NotImplementedError("PreNormBlock.forward")


class PostNormBlock(Block):
    """The block of the original Transformer. Its `__init__` is the given one of Block."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return norm2(h + feed_forward(h)), where h = norm1(x + attention(x, mask)).

        x        as in PreNormBlock
        mask     as in PreNormBlock
        returns  (batch, L, d_model)

        - Both sublayers read their input as it is. The sums are normalised, not the sublayers'
          results; the second addition takes `h`, which norm1 has normalised, not `x`.

        Here attention returns [0, 0] and feed_forward [3, 0]:

        >>> block = PostNormBlock(d_model=2, num_heads=1, d_ff=4)
        >>> for parameter in [*block.attention.parameters(), *block.feed_forward.parameters()]:
        ...     _ = nn.init.zeros_(parameter)
        >>> block.feed_forward[2].bias.data = torch.tensor([3.0, 0.0])
        >>> block(torch.tensor([[[0.0, 8.0]]])).detach()  # h is [-1, 1]
        tensor([[[ 1.0000, -1.0000]]])
        """
        raise NotImplementedError("PostNormBlock.forward")
