"""An attempt at exercises/attention.py: the keys are not transposed."""

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    if scale is None:
        scale = query.shape[-1] ** -0.5
    return query @ key * scale


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is not None:
        wide = wide.masked_fill(~mask, float("-inf"))
    weights = wide.softmax(dim=-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights.to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
