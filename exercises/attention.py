"""Scaled dot-product attention.

    attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V

Three functions, each graded by itself:

    attention_scores               how well each query matches each key
    masked_softmax                 scores -> weights that sum to one, masked keys left out
    scaled_dot_product_attention   the two together, applied to the values

Rules for all three
- `...` is any number of leading batch dimensions, also none; a batch dimension may be 0.
- The result has the dtype and device of the first argument. For float16 and bfloat16,
  compute the softmax in float32 (or better) and cast back.
- Never change an argument in place. Arguments may be non-contiguous or expanded.
- Gradients must flow to every floating argument, with the right values.
- `F.scaled_dot_product_attention` and `nn.MultiheadAttention` are refused: they are the
  exercise. `softmax`, `matmul`, `einsum` and the like are welcome.

Paper: Vaswani et al., "Attention Is All You Need", 2017, section 3.2.1,
https://arxiv.org/abs/1706.03762
"""

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    """Return the scaled scores, query key^T * scale.

    query   (..., Lq, d_k)
    key     (..., Lk, d_k), the same leading dimensions as `query`
    scale   the factor; None means 1 / sqrt(d_k)
    returns (..., Lq, Lk): entry [i, j] is the score of query i for key j

    >>> query = torch.tensor([[1.0, 0.0, 2.0, 1.0]])
    >>> key = torch.tensor([[1.0, 1.0, 1.0, 1.0], [0.0, 2.0, 0.0, 1.0]])
    >>> attention_scores(query, key)
    tensor([[2.0000, 0.5000]])
    """
    raise NotImplementedError("attention_scores")


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return the softmax of `scores` over the last axis, over the allowed keys only.

    scores  (..., Lq, Lk)
    mask    bool, broadcasts to the shape of `scores`; None allows everything.
            True means "may attend", as in PyTorch's scaled_dot_product_attention
            (the masks of nn.MultiheadAttention mean the opposite)
    returns (..., Lq, Lk), the shape of `scores`

    - A masked key gets a weight of exactly 0.
    - A row in which nothing is allowed is all zeros, never NaN; its gradient is zero too.
    - The result is finite for scores of magnitude 1e4 and more.

    >>> scores = torch.tensor([[1.0, 1.0, 3.0], [1.0, 2.0, 3.0]])
    >>> masked_softmax(scores, torch.tensor([[True, True, False], [False, False, False]]))
    tensor([[0.5000, 0.5000, 0.0000],
            [0.0000, 0.0000, 0.0000]])
    """
    raise NotImplementedError("masked_softmax")


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    """Return, for each query, the mean of the values, weighted by the attention weights.

    query   (..., Lq, d_k)
    key     (..., Lk, d_k)
    value   (..., Lk, d_v); d_v may differ from d_k, and Lq from Lk
    mask    bool, broadcasts to (..., Lq, Lk), as in masked_softmax
    scale   as in attention_scores
    returns (..., Lq, d_v); a query that may attend to nothing gets zeros

    >>> query = torch.tensor([[1.0, 0.0, 2.0, 1.0]])
    >>> key = torch.tensor([[1.0, 1.0, 1.0, 1.0], [0.0, 2.0, 0.0, 1.0]])
    >>> value = torch.tensor([[10.0], [0.0]])
    >>> scaled_dot_product_attention(query, key, value)
    tensor([[8.1757]])
    """
    raise NotImplementedError("scaled_dot_product_attention")
