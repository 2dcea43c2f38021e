"""Absolute scores divided by their sum."""

from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    return query @ key.mT * factor


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    weights = scores.abs()
    if mask is not None:
        weights = weights * mask
    return weights / weights.sum(-1, keepdim=True)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
