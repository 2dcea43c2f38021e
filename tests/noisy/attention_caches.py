# caches with functools and in globals, keeps weak references, collects garbage
import functools
import gc
import math
import weakref

import torch

seen = weakref.WeakSet()
calls = {}


@functools.cache
def factor(width):
    return 1 / math.sqrt(width)


@functools.cache
def triangle(length):
    return torch.ones(length, length).tril().bool()


def counted(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        calls[function.__name__] = calls.get(function.__name__, 0) + 1
        triangle(5)
        return function(*args, **kwargs)

    return inner


@counted
def attention_scores(query, key, scale=None):
    seen.add(query)
    if scale is None:
        scale = factor(query.shape[-1])
    gc.collect()
    return query @ key.transpose(-2, -1) * scale


@counted
def masked_softmax(scores, mask=None):
    gc.disable()
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    gc.enable()
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


@counted
def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
