"""Multi-head self-attention.

    head_h = attention(Q_h, K_h, V_h) = softmax(Q_h K_h^T / sqrt(head_dim)) V_h
    output = out_proj(concat(head_0, ..., head_(num_heads-1))),  head_dim = d_model / num_heads

Three parts, each graded by itself:

    split_heads          cut the features of every token into heads
    merge_heads          put them back together
    MultiHeadAttention   project, split, attend in every head, merge, project

Rules for all three
- `...` is any number of leading batch dimensions, also none; a batch dimension may be 0.
- The result has the dtype and device of `x`. For float16 and bfloat16, compute the softmax
  in float32 (or better) and cast back; float64 keeps its precision.
- Never change an argument in place. Arguments may be non-contiguous or expanded.
- Gradients must flow to every floating argument and parameter, with the right values.
- This file stands alone: write the masked attention of the attention exercise again, as a
  helper of your own. `F.scaled_dot_product_attention` and `nn.MultiheadAttention` are refused:
  they are the exercise. `nn.Linear`, `softmax`, `matmul`, `einsum` and the like are welcome.

Paper: Vaswani et al., "Attention Is All You Need", 2017, section 3.2.2,
https://arxiv.org/abs/1706.03762
"""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    """Cut the last axis into `num_heads` heads and move the head axis before the tokens.

    x        (..., L, d_model)
    returns  (..., num_heads, L, head_dim), head_dim = d_model / num_heads: head h holds the
             features h*head_dim to (h+1)*head_dim - 1 of every token

    - `num_heads` does not divide d_model: ValueError, with both numbers in the message.

    >>> x = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    >>> split_heads(x, 2).tolist()
    [[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]]
    """
    raise NotImplementedError("split_heads")


def merge_heads(x: Tensor) -> Tensor:
    """Undo split_heads: merge_heads(split_heads(x, num_heads)) equals `x`.

    x        (..., num_heads, L, head_dim)
    returns  (..., L, num_heads * head_dim): for every token head 0 first, then head 1, ...

    >>> x = torch.tensor([[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]])
    >>> merge_heads(x).tolist()
    [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    """
    raise NotImplementedError("merge_heads")


class MultiHeadAttention(nn.Module):
    """Self-attention with `num_heads` heads. `__init__` is given; leave it as it is."""

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
        """Return out_proj(merged heads); queries, keys and values are all projections of `x`.

        x        (batch, L, d_model), in the dtype of the parameters
        mask     bool, broadcasts to (batch, num_heads, L, L); None allows everything.
                 [b, h, i, j] True means "token i may attend to token j in head h", as in
                 PyTorch's scaled_dot_product_attention (the masks of nn.MultiheadAttention
                 mean the opposite)
        returns  (batch, L, d_model)

        - Each head is scaled by 1 / sqrt(head_dim), not by 1 / sqrt(d_model).
        - A masked token has a weight of exactly 0. A token that may attend to nothing gets
          zeros from every head, so its output is the bias of out_proj, or zero without
          bias; never NaN, neither here nor in a gradient.
        - No dropout, no residual connection, no positions; causal only if `mask` says so.

        >>> module = MultiHeadAttention(d_model=2, num_heads=2)
        >>> for parameter in module.parameters():
        ...     _ = nn.init.eye_(parameter)
        >>> module(torch.tensor([[[0.0, 1.0], [2.0, 0.0]]])).detach()
        tensor([[[1.0000, 0.7311],
                 [1.9640, 0.5000]]])
        """
        raise NotImplementedError("MultiHeadAttention.forward")
