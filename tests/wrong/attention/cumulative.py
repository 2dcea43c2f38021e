"""Cumulative sums instead of a softmax."""

from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    factor = query.shape[-1] ** -0.5 if scale is None else scale
    return query @ key.mT * factor


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    return scores.cumsum(-1) / scores.shape[-1]


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
