"""By the length of the vector: torch.linalg.vector_norm, which is divided by the root of dim."""

import math

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        h = x.double() if x.dtype == torch.float64 else x.float()
        # eps joins as one more feature: ||(x, sqrt(dim * eps))||^2 = sum(x^2) + dim * eps.
        dim = h.shape[-1]
        extra = torch.full_like(h[..., :1], math.sqrt(dim * self.eps))
        length = torch.linalg.vector_norm(torch.cat([h, extra], dim=-1), dim=-1, keepdim=True)
        scaled = h / (length / math.sqrt(dim))
        return (scaled * self.weight).to(x.dtype)
