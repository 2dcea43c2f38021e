"""One batch axis: reshape, bmm, reshape back."""

import math

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    *batch, length, width = query.shape
    count = math.prod(batch)
    rows = query.reshape(count, length, width)
    columns = key.reshape(count, key.shape[-2], width).transpose(1, 2)
    if scale is None:
        scale = 1.0 / math.sqrt(width)
    return (torch.bmm(rows, columns) * scale).reshape(*batch, length, key.shape[-2])


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    kind = torch.float64 if scores.dtype == torch.float64 else torch.float32
    weights = scores.to(kind)
    if mask is not None:
        mask = mask.expand(scores.shape)
        blocked = torch.zeros_like(weights)
        blocked[~mask] = float("-inf")
        nothing = ~mask.any(dim=-1, keepdim=True)
        weights = weights.masked_fill(nothing, 0.0) + blocked.masked_fill(nothing, 0.0)
        weights = weights.softmax(dim=-1) * ~nothing
    else:
        weights = weights.softmax(dim=-1)
    return weights.to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    weights = masked_softmax(attention_scores(query, key, scale), mask)
    *batch, length, keys = weights.shape
    count = math.prod(batch)
    values = value.reshape(count, keys, value.shape[-1])
    result = torch.bmm(weights.reshape(count, length, keys), values)
    return result.reshape(*batch, length, value.shape[-1])
