"""Inputs of a test, drawn from the run's seed."""

from __future__ import annotations

import hashlib
import random

import torch
from torch import Tensor


class Draw:
    """Draws sizes, tensors and texts. The same seed and test give the same inputs."""

    def __init__(self, seed: int, test: str) -> None:
        digest = hashlib.sha256(f"{seed}:{test}".encode()).digest()
        own_seed = int.from_bytes(digest[:8], "little") >> 1
        self.random = random.Random(own_seed)
        self._generator = torch.Generator().manual_seed(own_seed)

    def sizes(self, count: int, low: int = 2, high: int = 9) -> list[int]:
        """`count` sizes from low to high, all different: no two axes can be mixed up unnoticed."""
        return self.random.sample(range(low, high + 1), count)

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """Independent normal numbers with standard deviation `scale`."""
        return (torch.randn(*shape, generator=self._generator) * scale).to(dtype)

    def like(self, tensor: Tensor) -> Tensor:
        """Normal numbers with the shape and dtype of `tensor`."""
        return torch.randn(tensor.shape, generator=self._generator).to(tensor.dtype)

    def mask(self, *shape: int) -> Tensor:
        """A boolean mask in which every row (the last axis) allows and forbids something.

        The last axis must have at least two entries.
        """
        mask = torch.rand(*shape, generator=self._generator) < 0.5
        one, other = (
            torch.rand(*shape, generator=self._generator).topk(2, dim=-1).indices.unbind(-1)
        )
        mask.scatter_(-1, one[..., None], True)
        mask.scatter_(-1, other[..., None], False)
        return mask

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """Integers from low to high, both included."""
        return torch.randint(low, high + 1, shape, generator=self._generator)

    def permutation(self, count: int) -> Tensor:
        """The numbers 0 to count - 1 in random order."""
        return torch.randperm(count, generator=self._generator)


def strided(tensor: Tensor) -> Tensor:
    """The same values in a non-contiguous tensor: a slice of a transposed, larger one."""
    reversed_axes = list(range(tensor.dim() - 1, -1, -1))
    room = torch.zeros([size + 1 for size in reversed(tensor.shape)], dtype=tensor.dtype)
    view = room.permute(reversed_axes)
    for axis, size in enumerate(tensor.shape):
        view = view.narrow(axis, 1, size)
    view.copy_(tensor)
    return view
