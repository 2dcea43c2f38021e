"""What several experiments need, written plainly. T tokens, H heads, D width, d head width."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

F64 = torch.float64


def causal(length: int) -> Tensor:
    """0 where a token may look, -inf where it may not: (T, T)."""
    return torch.full((length, length), -math.inf, dtype=F64).triu(1)


def heads(x: Tensor, count: int) -> Tensor:
    """(T, D) -> (H, T, d)."""
    return x.unflatten(-1, (count, -1)).transpose(0, 1)


def merged(x: Tensor) -> Tensor:
    """(H, T, d) -> (T, D)."""
    return x.transpose(0, 1).flatten(1)


def frequencies(width: int, base: float = 10000.0) -> Tensor:
    """RoPE's angle per position, one for each pair of features: (d/2,)."""
    return base ** (-torch.arange(0, width, 2, dtype=F64) / width)


def rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    """Turn each pair of features of (..., T, d) by its angle; everything in the dtype of x."""
    angles = (positions[..., None].to(F64) * frequencies(x.shape[-1], base)).to(x.dtype)
    even, odd, cos, sin = x[..., 0::2], x[..., 1::2], angles.cos(), angles.sin()
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def largest(difference: Tensor) -> float:
    """The largest entry, without its sign."""
    return float(difference.abs().max())


def milliseconds(work: Callable[[], object], repeats: int = 3) -> float:
    """CPU time of one call: the fastest of some, because other programs only ever add to it."""
    work()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1e3
