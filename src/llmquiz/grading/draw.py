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

    def with_ones(self, *sizes: int) -> list[tuple[int, ...]]:
        """The sizes, with each of them in turn replaced by 1, and then with all of them 1."""
        one_by_one = [(*sizes[:i], 1, *sizes[i + 1 :]) for i in range(len(sizes))]
        return [*one_by_one, (1,) * len(sizes)]

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """Independent normal numbers with standard deviation `scale`."""
        # Drawn in float64 where that is asked for: its numbers do not fit into a float32.
        wide = torch.promote_types(dtype, torch.float32)
        return (torch.randn(*shape, generator=self._generator, dtype=wide) * scale).to(dtype)

    def like(self, tensor: Tensor) -> Tensor:
        """Normal numbers with the shape and dtype of `tensor`."""
        return self.normal(*tensor.shape, dtype=tensor.dtype)

    def mask(self, *shape: int) -> Tensor:
        """A boolean mask in which every row (the last axis) allows and forbids something.

        A last axis of one entry allows it.
        """
        mask = torch.rand(*shape, generator=self._generator) < 0.5
        if shape[-1] == 1:
            return torch.ones_like(mask)  # there is nothing to choose
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
