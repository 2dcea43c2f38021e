import torch

if hasattr(torch, "left_by_the_last"):
    raise RuntimeError("PWNED: torch is still patched")
