"""A 2x2 matrix for every position and pair, and einsum."""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    check(head_dim)
    i = torch.arange(head_dim // 2, dtype=torch.float32)
    return torch.pow(base, -2 * i / head_dim)


def check(head_dim: int) -> None:
    if head_dim & 1:
        raise ValueError("needs pairs: head_dim is " + str(head_dim))


def matrices(positions: Tensor, theta: Tensor) -> Tensor:
    angle = positions[..., None].double() * theta.double()
    c, s = torch.cos(angle), torch.sin(angle)
    return torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2)


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    R = matrices(positions, rope_frequencies(x.shape[-1], base))
    points = x.double().unflatten(-1, (-1, 2))
    turned = torch.einsum("...pij,...pj->...pi", R, points)
    return turned.flatten(-2).to(x.dtype)
