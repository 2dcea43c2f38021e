"""Loops over every row; only the last axis is a tensor operation."""

import math

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    if query.dim() > 2:
        parts = [attention_scores(q, k, scale) for q, k in zip(query, key, strict=True)]
        if not parts:
            return (query.sum(-1)[..., None] * key.sum(-1)[..., None, :]).to(query.dtype)
        return torch.stack(parts)
    factor = scale if scale is not None else 1 / math.sqrt(query.size(1))
    rows = [torch.stack([torch.dot(q, k) * factor for k in key]) for q in query]
    return torch.stack(rows)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    if scores.numel() == 0:
        return scores.clone()
    allowed = torch.ones(1, dtype=torch.bool) if mask is None else mask
    allowed = allowed.expand(scores.shape).reshape(-1, scores.shape[-1])
    rows = []
    for row, keep in zip(scores.reshape(-1, scores.shape[-1]), allowed, strict=True):
        out = torch.zeros_like(row)
        if keep.any():
            wide = row[keep].to(torch.promote_types(row.dtype, torch.float32))
            top = wide.max().detach()
            powers = (wide - top).exp()
            out = out.masked_scatter(keep, (powers / powers.sum()).to(row.dtype))
        rows.append(out)
    return torch.stack(rows).reshape(scores.shape)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    weights = masked_softmax(attention_scores(query, key, scale), mask)
    total = torch.zeros(*query.shape[:-1], value.shape[-1], dtype=value.dtype)
    for j in range(value.shape[-2]):
        total = total + weights[..., j, None] * value[..., None, j, :]
    return total.to(query.dtype)
