# prints shapes everywhere, in Chinese too, to stdout and to stderr
import math
import sys

import torch


def attention_scores(query, key, scale=None):
    print("query", query.shape, "key", key.shape, file=sys.stderr)
    print("中文输出：分数", "ψ" * 3, "\t", end="")
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    scores = query @ key.transpose(-2, -1) * scale
    print(scores)
    return scores


def masked_softmax(scores, mask=None):
    sys.stdout.write("no line end")
    sys.stdout.flush()
    sys.stderr.writelines(["a\n", "b\n"])
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is not None:
        wide = wide.masked_fill(~mask, -math.inf)
    weights = wide.softmax(-1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights.to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    print(f"{query.mean()=} {'x' * 500}")
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
