# tries: 1.5 GiB of tensors
# stopped-by: limits
# wins: raise
import torch

held = []
try:
    for _ in range(24):
        held.append(torch.empty(1 << 24))
except (RuntimeError, MemoryError):
    pass
count = len(held)
del held
if count == 24:
    raise RuntimeError("PWNED: 1.5 GiB")
