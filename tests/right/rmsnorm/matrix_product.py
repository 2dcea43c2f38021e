"""The mean as a product with a vector of 1/dim, and the weight as a diagonal matrix."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        kind = torch.float64 if x.dtype == torch.float64 else torch.float32
        h = x.to(kind)
        ones = torch.ones(h.shape[-1], 1, dtype=kind)
        mean = (h * h) @ ones / h.shape[-1]
        h = h * (mean + self.eps) ** -0.5
        gain = torch.diag(self.weight.to(kind))
        return (h @ gain).to(x.dtype)
