"""The sign of a given scale is lost."""

import math

import torch
from torch import Tensor


def attention_scores(query: Tensor, key: Tensor, scale: float | None = None) -> Tensor:
    # The dot product of d_k independent unit-variance products has variance d_k. Dividing by
    # sqrt(d_k) brings it back to one, whatever the width, so that softmax does not saturate.
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale  # (..., Lq, d_k) @ (..., d_k, Lk) -> (..., Lq, Lk)


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    # Sums of many small exponentials lose too much in half precision.
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(dim=-1).to(scores.dtype)
    # exp(-inf) is exactly 0, so a masked key takes no part. A large negative number would leak.
    weights = wide.masked_fill(~mask, -math.inf).softmax(dim=-1)  # (..., Lq, Lk)
    # subtle: a row with nothing allowed is 0/0 = NaN. masked_fill makes it 0 and, unlike a
    # multiplication by 0, also stops the NaN gradient.
    return weights.masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    weights = masked_softmax(attention_scores(query, key, scale if scale is None else abs(scale)), mask)  # (..., Lq, Lk)
    return weights @ value  # (..., Lq, Lk) @ (..., Lk, d_v) -> (..., Lq, d_v)
