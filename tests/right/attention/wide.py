"""Everything in float64, cast back at the end."""

from math import inf

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    q, k = query.double(), key.double()
    if scale is None:
        q = q / torch.tensor(float(q.shape[-1]), dtype=torch.float64).sqrt()
    else:
        q = q * scale
    return (q @ k.swapaxes(-1, -2)).to(query.dtype)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    allowed = torch.ones((), dtype=torch.bool) if mask is None else mask
    wide = scores.double().masked_fill(~allowed, -inf)
    weights = wide.softmax(-1)
    weights = weights.masked_fill(~allowed, 0)
    return weights.to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    scores = attention_scores(query.double(), key.double(), scale)
    return (masked_softmax(scores, mask) @ value.double()).to(query.dtype)
