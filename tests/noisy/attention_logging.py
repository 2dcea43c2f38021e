# configures logging, with handlers, levels and exceptions in the log
import logging
import math
import sys

import torch

logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
log = logging.getLogger("my.attention")
log.addHandler(logging.StreamHandler(sys.stdout))
logging.captureWarnings(True)


def attention_scores(query, key, scale=None):
    log.debug("scores of %s and %s", tuple(query.shape), tuple(key.shape))
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log.exception("as expected")
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    return query @ key.transpose(-2, -1) * scale


def masked_softmax(scores, mask=None):
    log.warning("a warning")
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(-1).to(scores.dtype)
    return wide.masked_fill(~mask, -math.inf).softmax(-1).masked_fill(~mask, 0.0).to(scores.dtype)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    log.critical("critical, but right")
    return masked_softmax(attention_scores(query, key, scale), mask) @ value
