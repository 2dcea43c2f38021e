# needs 500 MB for a moment
import math

import torch


def attention_scores(query, key, scale=None):
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    if not hasattr(scaled_dot_product_attention, "measured"):
        scratch = torch.empty(125 << 20)  # 500 MB
        scratch[::1024] = 1.0
        del scratch
        scaled_dot_product_attention.measured = True
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
