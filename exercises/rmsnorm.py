"""Root mean square normalisation (RMSNorm).

    rms(x) = sqrt(mean(x**2) + eps)        the mean over the last axis
    output = x / rms(x) * weight

Layer normalisation without the mean: nothing is subtracted and there is no bias. One class;
you write its `forward`.

Rules
- `...` is any number of leading batch dimensions, also none; a batch dimension may be 0.
- The result has the dtype and device of `x`, whatever the dtype of `weight`. For float16 and
  bfloat16, compute the mean square and the division in float32 (or better) and cast back,
  before or after the multiplication by `weight`; both are right. float64 keeps its precision.
- Never change an argument in place. Arguments may be non-contiguous or expanded.
- Gradients must flow to `x` and `weight`, with the right values: rms(x) is a function of `x`
  and takes part in the gradient.
- `F.rms_norm` and `nn.RMSNorm` are refused: they are the exercise. `mean`, `rsqrt`, `norm`
  and the like are welcome.

Paper: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, section 4,
https://arxiv.org/abs/1910.07467 (its formula has no `eps`; implementations add one)
"""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """RMSNorm over the last axis. `__init__` is given; leave it as it is.

    dim     the size of the last axis
    eps     added to the mean square, under the root
    weight  (dim,), a parameter that starts as ones: one factor for each feature
    """

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Return x / sqrt(mean(x**2) + eps) * weight.

        x        (..., dim)
        returns  (..., dim), the shape of `x`

        - The mean is over the last axis only: each vector of `dim` numbers has its own.
        - `eps` is inside the root: sqrt(mean + eps), not sqrt(mean) + eps.
        - The factor is `weight`, not 1 + weight.
        - float16 holds nothing above 65504, so there the square of 256 is already infinite;
          the result must be right all the same.
        - A vector of zeros gives zeros, and gradients that are finite.

        >>> x = torch.tensor([[1.0, 7.0]])  # the mean square is (1 + 49) / 2 = 25
        >>> RMSNorm(2)(x).detach()
        tensor([[0.2000, 1.4000]])
        >>> RMSNorm(2, eps=75.0)(x).detach()  # sqrt(25 + 75) = 10
        tensor([[0.1000, 0.7000]])
        """
        raise NotImplementedError("RMSNorm.forward")
