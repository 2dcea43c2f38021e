"""Rotary position embedding (RoPE).

    theta_i  = base**(-2i / head_dim)                      for i = 0, ..., head_dim/2 - 1
    out[2i]   = x[2i] * cos(m * theta_i) - x[2i+1] * sin(m * theta_i)
    out[2i+1] = x[2i] * sin(m * theta_i) + x[2i+1] * cos(m * theta_i)

The token at position m turns its i-th pair of features counter-clockwise by the angle
m * theta_i. The dot product of a turned query and a turned key then depends on their positions
only through the distance.

Two functions, each graded by itself:

    rope_frequencies   the angles theta_i
    apply_rope         the rotation

Rules for both
- `...` is any number of leading batch dimensions, also none; a batch dimension may be 0.
- An odd head_dim is a ValueError in both functions, with the number in the message.
- Never change an argument in place. Arguments may be non-contiguous or expanded.
- Gradients must flow to `x`, with the right values.
- Rotary embeddings of other libraries are refused: they are the exercise. `cos`, `sin`,
  `stack`, `polar` and the like are welcome.

Paper: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021,
section 3.2, https://arxiv.org/abs/2104.09864 (the paper counts i from 1, here it starts at 0)
"""

import torch
from torch import Tensor


def rope_frequencies(head_dim: int, base: float = 10000.0) -> Tensor:
    """Return the angle per position of every pair, theta_i = base**(-2i / head_dim).

    head_dim  the number of features, even
    base      the base of the powers
    returns   (head_dim/2,), float32: the first entry is 1, then they fall towards 1 / base

    >>> rope_frequencies(4)
    tensor([1.0000, 0.0100])
    >>> rope_frequencies(4, base=100.0)
    tensor([1.0000, 0.1000])
    """
    raise NotImplementedError("rope_frequencies")


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    """Rotate every adjacent pair of features (x[2i], x[2i+1]) by its token's position.

    x          (..., L, head_dim): queries or keys
    positions  integers, 0 or more, (L,) or any shape that broadcasts to x.shape[:-1]; need
               not start at 0 nor be in order. For x of shape (batch, num_heads, L, head_dim),
               positions that differ by batch entry have the shape (batch, 1, L)
    base       as in rope_frequencies
    returns    the shape, dtype and device of `x`

    - Adjacent features make a pair, as in RoFormer: 0 with 1, 2 with 3. Pairing i with
      i + head_dim/2, as some models do, is a different function.
    - Positions count from 0: a token at position 0 stays as it is.
    - Compute angles and rotation in float32 or better, also for float16 and bfloat16, and cast
      the result back. Rotate float64 `x` in float64; the float32 values of rope_frequencies
      are precise enough for it too.
    - Right at position 100000 too: there float32 and float64 angles differ by about 1e-2 and
      both pass, angles in half precision do not.

    >>> x = torch.tensor([[1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]])
    >>> apply_rope(x, torch.tensor([0, 1]), base=100.0)  # position 1: angles 1 and 0.1
    tensor([[ 1.0000,  0.0000,  0.0000,  1.0000],
            [ 0.5403,  0.8415, -0.0998,  0.9950]])
    """
    raise NotImplementedError("apply_rope")
