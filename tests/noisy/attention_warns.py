# warns, also with a class of its own, and sets filters; PyTorch warns too
import math
import warnings

import torch

warnings.simplefilter("always")


class Mine(UserWarning):
    pass


def attention_scores(query, key, scale=None):
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
    warnings.warn(Mine("of my own"))
    torch.arange(4).reshape(2, 2).float().T.sum()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.warn("not to be seen")
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.mT * scale


def masked_softmax(scores, mask=None):
    torch.nn.functional.softmax(torch.zeros(2, 2))  # warns: implicit dim
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
