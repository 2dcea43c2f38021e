# imports much of the standard library late, inside its functions
import math

import torch


def attention_scores(query, key, scale=None):
    import asyncio
    import collections
    import copy
    import csv
    import fractions
    import hashlib
    import heapq
    import io
    import itertools
    import json
    import statistics
    import textwrap

    async def product():
        return query @ key.transpose(-2, -1)

    hashlib.sha256(json.dumps({"a": [1, 2]}).encode()).hexdigest()
    csv.writer(io.StringIO()).writerow(heapq.nsmallest(2, [3, 1, 2]))
    statistics.mean([1, 2, 3])
    textwrap.dedent("  x")
    copy.deepcopy(collections.OrderedDict(itertools.product("ab", "c")))
    if scale is None:
        scale = float(fractions.Fraction(1)) / math.sqrt(query.shape[-1])
    coroutine = product()
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value * scale
    return asyncio.run(product()) * scale


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
