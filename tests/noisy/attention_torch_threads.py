# asks torch for many threads, and uses them in a large product
import math

import torch

torch.set_num_threads(4)
try:
    torch.set_num_interop_threads(4)
except RuntimeError as error:
    print(error)
print(torch.get_num_threads(), torch.__config__.parallel_info()[:200])


def attention_scores(query, key, scale=None):
    torch.set_num_threads(2)
    large = torch.randn(300, 300) @ torch.randn(300, 300)
    large.exp().sum()
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale


def masked_softmax(scores, mask=None):
    torch.ones(1 << 20).softmax(0)
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    torch.set_num_threads(1)
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
