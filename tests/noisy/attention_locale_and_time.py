# sets the locale, seeds, precisions and signal handlers, looks at the time and the environment
import datetime
import decimal
import locale
import math
import os
import platform
import random
import signal
import time

import torch

for name in ("", "C", "de_DE.UTF-8"):
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pass
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("OMP_NUM_THREADS", "4")
random.seed(0)
torch.manual_seed(0)
torch.set_printoptions(precision=2, sci_mode=False)
torch.set_float32_matmul_precision("highest")
decimal.getcontext().prec = 5
signal.signal(signal.SIGINT, signal.SIG_DFL)
print(
    platform.machine(),
    os.getpid(),
    os.cpu_count(),
    datetime.datetime.now().isoformat(),
    os.getcwd(),
)
started = time.perf_counter()


def attention_scores(query, key, scale=None):
    time.sleep(0.001)
    print(f"{time.perf_counter() - started:.3f} s")
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


if __name__ == "__main__":
    print(scaled_dot_product_attention(torch.ones(2, 3), torch.ones(2, 3), torch.ones(2, 3)))
