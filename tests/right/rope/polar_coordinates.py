"""Adds the angle in polar coordinates: three shears instead of a matrix."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    pairs, rest = divmod(head_dim, 2)
    if rest:
        raise ValueError(f"{head_dim} features do not make pairs")
    ratio = base ** (-1.0 / pairs)
    return ratio ** torch.arange(pairs, dtype=torch.float32)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    theta = rope_frequencies(x.shape[-1], base)
    angle = positions[..., None].double() * theta.double()
    angle = torch.remainder(angle + torch.pi, 2 * torch.pi) - torch.pi
    wide = x.double()
    flip = (angle.abs() > torch.pi / 2).to(wide.dtype)
    sign, angle = 1 - 2 * flip, angle - flip * torch.pi * torch.sign(angle)
    a, b = wide[..., 0::2] * sign, wide[..., 1::2] * sign
    t, s = torch.tan(angle / 2), torch.sin(angle)
    a = a - t * b
    b = b + s * a
    a = a - t * b
    return torch.stack([a, b], dim=-1).reshape(x.shape).to(x.dtype)
