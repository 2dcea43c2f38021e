"""A class with one method a step; the functions only call it."""

import torch
from torch import Tensor


class Attention:
    def __init__(self, scale: float | None, mask: Tensor | None) -> None:
        self.scale = scale
        self.mask = mask

    def match(self, query: Tensor, key: Tensor) -> Tensor:
        scale = self.scale
        if scale is None:
            scale = query.shape[-1] ** -0.5
        return torch.matmul(query, key.transpose(-1, -2)).mul(scale)

    def normalize(self, scores: Tensor) -> Tensor:
        wide = scores.float() if scores.element_size() < 4 else scores
        if self.mask is None:
            return torch.nn.functional.softmax(wide, dim=-1).to(scores.dtype)
        hidden = self.mask.logical_not().expand_as(scores)
        wide = wide.clone()
        wide[hidden] = -torch.inf
        weights = torch.nn.functional.softmax(wide, dim=-1)
        weights = weights.masked_fill(hidden, 0.0)
        return weights.to(scores.dtype)

    def __call__(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return self.normalize(self.match(query, key)).matmul(value)


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    return Attention(scale, None).match(query, key)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    return Attention(None, mask).normalize(scores)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    return Attention(scale, mask)(query, key, value)
