# prints from the constructor, registers buffers and hooks, and shows itself
import torch
from torch import nn


class RMSNorm(nn.Module):
    made = 0

    def __init__(self, dim, eps=1e-6):
        super().__init__()
        RMSNorm.made += 1
        print(f"number {RMSNorm.made}", flush=True)
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.register_buffer("calls", torch.zeros(()), persistent=False)
        self.register_forward_hook(lambda module, inputs, output: print("hook", output.shape))
        print(self)

    def extra_repr(self):
        return f"eps={self.eps} \N{GREEK SMALL LETTER EPSILON}"

    def forward(self, x):
        self.calls += 1
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        normed = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + self.eps)
        return (normed * self.weight).to(x.dtype)
