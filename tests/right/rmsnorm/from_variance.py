"""Mean square as variance plus squared mean."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        dtype = x.dtype
        if dtype in (torch.float16, torch.bfloat16):
            x = x.float()
        variance, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
        second_moment = variance + mean.pow(2)
        inverse = (second_moment + self.eps).pow(-0.5)
        return (x * inverse * self.weight).to(dtype)
