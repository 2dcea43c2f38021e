"""Einsum, with the mask as where."""

import math

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    d_k = query.shape[-1]
    products = torch.einsum("...id,...jd->...ij", query, key)
    if scale is None:
        return products / math.sqrt(d_k)
    return products * scale


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    x = scores if scores.dtype == torch.float64 else scores.float()
    if mask is not None:
        x = torch.where(mask, x, float("-inf"))
    weights = torch.softmax(x, dim=-1)
    if mask is not None:
        weights = torch.where(mask, weights, 0.0)
    return weights.type_as(scores)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    scores = attention_scores(query, key, scale)
    weights = masked_softmax(scores, mask)
    return torch.einsum("...ij,...jv->...iv", weights, value)
