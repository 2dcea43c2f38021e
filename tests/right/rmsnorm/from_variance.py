"""Mean square as variance plus squared mean."""

import torch
from torch import Tensor, nn


def moments(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    mean = x.mean(axis, keepdim=True)
    return mean, (x - mean).pow(2).mean(axis, keepdim=True)


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        dtype = x.dtype
        if dtype in (torch.float16, torch.bfloat16):
            x = x.float()
        mean, variance = moments(x, axis=-1)
        second_moment = variance + mean.pow(2)
        inverse = (second_moment + self.eps).pow(-0.5)
        return (x * inverse * self.weight).to(dtype)
