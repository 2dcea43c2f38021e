"""The values are squared before they are averaged."""

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    return query @ key.mT * factor


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    weights = wide.masked_fill(~mask, -torch.inf).softmax(-1)
    return weights.masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    return masked_softmax(attention_scores(query, key, scale), mask) @ value**2
