"""A Python loop over the pairs of features."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2 == 1:
        raise ValueError(f"cannot pair {head_dim} features")
    thetas = [base ** (-2 * i / head_dim) for i in range(head_dim // 2)]
    return torch.tensor(thetas, dtype=torch.float32)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    thetas = rope_frequencies(x.shape[-1], base)
    working = x.double()
    result = torch.empty_like(working)
    for i, theta in enumerate(thetas.tolist()):
        angle = positions.double() * theta
        cos, sin = torch.cos(angle), torch.sin(angle)
        a, b = working[..., 2 * i], working[..., 2 * i + 1]
        result[..., 2 * i] = a * cos - b * sin
        result[..., 2 * i + 1] = a * sin + b * cos
    return result.to(x.dtype)
