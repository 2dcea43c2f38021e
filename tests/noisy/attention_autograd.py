# an autograd function of its own, hooks, anomaly mode, no_grad blocks and vmap
import math

import torch
from torch.func import vmap


class Scores(torch.autograd.Function):
    @staticmethod
    def forward(ctx, query, key, scale):
        ctx.save_for_backward(query, key)
        ctx.scale = scale
        return query @ key.transpose(-2, -1) * scale

    @staticmethod
    def backward(ctx, gradient):
        query, key = ctx.saved_tensors
        return gradient @ key * ctx.scale, gradient.transpose(-2, -1) @ query * ctx.scale, None


def attention_scores(query, key, scale=None):
    scores = Scores.apply(query, key, 1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if scores.requires_grad:
        scores.register_hook(lambda gradient: print("gradient", tuple(gradient.shape)))
    return scores


def masked_softmax(scores, mask=None):
    with torch.no_grad():
        vmap(torch.sin)(torch.ones(3, 2))
    with torch.autograd.set_detect_anomaly(True, check_nan=False):
        wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
        if mask is None:
            return wide.softmax(-1).to(scores.dtype)
        weights = wide.masked_fill(~mask, -math.inf).softmax(-1)
        return weights.masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    with torch.profiler.record_function("attention"):
        return masked_softmax(attention_scores(query, key, scale), mask) @ value
