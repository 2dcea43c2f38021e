# tries: to map the secret into a tensor, by torch's own C++
# stopped-by: bubblewrap, landlock, seccomp
# wins: raise
import torch

try:
    text = bytes(torch.from_file("@HIDDEN@", shared=False, size=16, dtype=torch.uint8).tolist())
except (RuntimeError, OSError):
    text = b""
if text:
    raise RuntimeError(f"PWNED: {text!r}")
