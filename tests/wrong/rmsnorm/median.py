"""Divides by the median of the squares."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        middle = x.pow(2).median(-1, keepdim=True).values
        return x * torch.rsqrt(middle + self.eps) * self.weight
