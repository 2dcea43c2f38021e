# computes in threads that end, by threading and by a pool
import math
import threading
from concurrent.futures import ThreadPoolExecutor

import torch


def attention_scores(query, key, scale=None):
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    found = []
    thread = threading.Thread(target=lambda: found.append(query @ key.transpose(-2, -1) * scale))
    thread.start()
    thread.join()
    return found[0]


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    with ThreadPoolExecutor(4) as pool:
        if mask is None:
            return pool.submit(lambda: wide.softmax(-1)).result().to(scores.dtype)
        weights = pool.submit(lambda: wide.masked_fill(~mask, -math.inf).softmax(-1)).result()
    return weights.masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    lock = threading.Lock()
    timer = threading.Timer(0.001, lock.acquire)
    timer.start()
    timer.join()
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
