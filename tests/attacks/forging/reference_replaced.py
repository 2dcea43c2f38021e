# tries: to find the judge's module of reference functions and to replace them by its own
# stopped-by: separation
# wins: points
import sys
import types

import torch


def attention_scores(query, key, scale=None):
    frame = sys._getframe(1)
    while frame is not None:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if isinstance(value, types.ModuleType) and hasattr(value, "masked_softmax"):
                value.attention_scores = wrong
        frame = frame.f_back
    return wrong(query, key)


def wrong(query, key, scale=None):
    return torch.full((*query.shape[:-1], key.shape[-2]), 7.0)
