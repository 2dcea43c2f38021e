"""eps is rounded to float32, also for float64."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        # subtle: widen before squaring. 256**2 is already infinite in float16, and x / inf is 0.
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = wide.square().mean(dim=-1, keepdim=True)  # (..., dim) -> (..., 1)
        # eps under the root keeps a vector of zeros away from the pole of 1/sqrt: the result and
        # the gradient stay finite.
        normed = wide * torch.rsqrt(mean_square + torch.tensor(self.eps))  # (..., dim)
        # The norm fixed the length of the vector; weight gives each feature its scale back.
        return (normed * self.weight).to(x.dtype)
