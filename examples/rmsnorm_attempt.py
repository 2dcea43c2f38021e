"""An attempt at exercises/rmsnorm.py with three mistakes at once."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        size = torch.linalg.vector_norm(x.float(), dim=-1, keepdim=True)
        return x / (size + self.eps) * self.weight
