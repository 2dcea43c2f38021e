# writes to the descriptors of stdout and stderr as C++ does, past Python
import ctypes
import math
import os
import sys

import torch

libc = ctypes.CDLL(None)


def attention_scores(query, key, scale=None):
    os.write(1, b"raw bytes \xff\xfe on one\n")
    os.write(2, b"[W Context.cpp:70] Warning: a warning of C++ (function operator())\n")
    libc.puts(b"from C")
    libc.fflush(None)
    libc.perror(b"as C says")
    print("to the first stdout", file=sys.__stdout__)
    print("to the first stderr", file=sys.__stderr__, flush=True)
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
