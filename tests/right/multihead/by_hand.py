"""The softmax written out, and matrices of the projections used as they are."""

import torch
from torch import Tensor, nn


def split_heads(x: Tensor, num_heads: int) -> Tensor:
    if x.shape[-1] % num_heads:
        raise ValueError(f"cannot cut {x.shape[-1]} features into {num_heads} heads")
    width = x.shape[-1] // num_heads
    cut = x.reshape(*x.shape[:-1], num_heads, width)
    return cut.swapdims(-2, -3)


def merge_heads(x: Tensor) -> Tensor:
    back = x.swapdims(-2, -3)
    return back.reshape(*back.shape[:-2], back.shape[-2] * back.shape[-1])


def project(layer: nn.Linear, x: Tensor) -> Tensor:
    y = x @ layer.weight.T
    return y if layer.bias is None else y + layer.bias


def weigh(scores: Tensor, allowed: Tensor) -> Tensor:
    scores = scores.masked_fill(~allowed, -torch.inf)
    top = scores.detach().amax(-1, keepdim=True).nan_to_num(neginf=0.0)
    powers = torch.exp(scores - top)
    total = powers.sum(-1, keepdim=True)
    return powers / total.masked_fill(total == 0, 1.0)


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model: int, num_heads: int, bias: bool = False) -> None:
        super().__init__()
        if d_model % num_heads:
            raise ValueError(f"num_heads={num_heads} does not divide d_model={d_model}")
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=bias)
        self.k_proj = nn.Linear(d_model, d_model, bias=bias)
        self.v_proj = nn.Linear(d_model, d_model, bias=bias)
        self.out_proj = nn.Linear(d_model, d_model, bias=bias)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        q = split_heads(project(self.q_proj, x), self.num_heads)
        k = split_heads(project(self.k_proj, x), self.num_heads)
        v = split_heads(project(self.v_proj, x), self.num_heads)
        scores = (q * q.shape[-1] ** -0.5) @ k.mT
        wide = torch.promote_types(scores.dtype, torch.float32)
        allowed = torch.ones((), dtype=torch.bool) if mask is None else mask
        weights = weigh(scores.to(wide), allowed).to(x.dtype)
        return project(self.out_proj, merge_heads(weights @ v))
