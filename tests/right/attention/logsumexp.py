"""Weights as exp(score - logsumexp), scores by broadcasting."""

import math

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    products = (query[..., :, None, :] * key[..., None, :, :]).sum(dim=-1)
    return products * (1 / math.sqrt(key.shape[-1]) if scale is None else scale)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    x = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        x = x - x.amax(dim=-1, keepdim=True)
        return torch.exp(x - torch.logsumexp(x, dim=-1, keepdim=True)).to(scores.dtype)
    # An open row of zeros stands for an empty one, so that nothing is infinite in it.
    empty = ~mask.any(dim=-1, keepdim=True)
    x = x.masked_fill(~mask & ~empty, -torch.inf).masked_fill(empty, 0.0)
    x = x - x.amax(dim=-1, keepdim=True)
    weights = torch.exp(x - torch.logsumexp(x, dim=-1, keepdim=True))
    return weights.masked_fill(empty, 0.0).to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    weights = masked_softmax(attention_scores(query, key, scale), mask)
    return (weights[..., None] * value[..., None, :, :]).sum(dim=-2)
