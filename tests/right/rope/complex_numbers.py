"""Complex numbers, as in the reference code of Llama: torch.polar and a product."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    if head_dim % 2 != 0:
        raise ValueError(f"head_dim={head_dim} is odd")
    return 1.0 / (base ** (torch.arange(0, head_dim, 2).float() / head_dim))


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    real = torch.float64 if x.dtype == torch.float64 else torch.float32
    angles = (positions.unsqueeze(-1) * theta).to(real)
    spin = torch.polar(torch.ones_like(angles), angles)
    pairs = x.to(real).unflatten(-1, (-1, 2))
    turned = torch.complex(pairs[..., 0], pairs[..., 1]) * spin
    return torch.view_as_real(turned).flatten(-2).to(x.dtype)
