"""Divides by the largest entry first, so that no square can overflow."""

import torch
from torch import Tensor, nn


def widened(x: Tensor) -> Tensor:
    return x if x.dtype == torch.float64 else x.to(torch.float32)


def rms_normalise(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    values = widened(x)
    largest = values.detach().abs().amax(-1, keepdim=True).clamp(min=1.0)
    small = values / largest
    power = small.square().mean(-1, keepdim=True) + eps / largest.square()
    return (small / torch.sqrt(power) * widened(weight)).to(x.dtype)


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return rms_normalise(x, self.weight, self.eps)
