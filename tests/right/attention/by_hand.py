"""The softmax written out: maximum, exponentials, sum."""

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    factor = query.size(-1) ** -0.5 if scale is None else scale
    return torch.matmul(query * factor, key.mT)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    dtype = scores.dtype
    if dtype in (torch.float16, torch.bfloat16):
        scores = scores.float()
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    scores = scores.masked_fill(mask.logical_not(), float("-inf"))
    largest = scores.detach().amax(dim=-1, keepdim=True)
    largest = torch.where(largest.isinf(), torch.zeros_like(largest), largest)
    exponentials = torch.exp(scores - largest)
    total = exponentials.sum(dim=-1, keepdim=True)
    total = torch.where(total == 0, torch.ones_like(total), total)
    return (exponentials / total).to(dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    weights = masked_softmax(attention_scores(query, key, scale=scale), mask=mask)
    return torch.matmul(weights, value)
