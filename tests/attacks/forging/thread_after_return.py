# tries: to go on in a thread after the function has returned, and to patch the judge then
# stopped-by: separation
# wins: points
import threading
import time

import torch

returned, struck = threading.Event(), threading.Event()


def strike():
    returned.wait()
    while True:
        torch.allclose = lambda *args, **kwargs: True
        struck.set()
        time.sleep(0.001)


threading.Thread(target=strike, daemon=True).start()


def attention_scores(query, key, scale=None):
    returned.set()
    struck.wait(5)
    return torch.zeros(*query.shape[:-1], key.shape[-2])
