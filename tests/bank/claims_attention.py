"""What answers of the bank state as [#name], computed anew."""

import itertools
import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)


def test_permutation() -> None:
    """Attention without mask and positions is permutation-equivariant."""
    rng = torch.Generator().manual_seed(0)
    length, width = 10, 16
    x = torch.randn(length, width, generator=rng, dtype=torch.float64)
    wq, wk, wv = torch.randn(3, width, width, generator=rng, dtype=torch.float64) / 4

    def attend(x: torch.Tensor) -> torch.Tensor:
        scores = (x @ wq) @ (x @ wk).T / math.sqrt(width)
        return scores.softmax(-1) @ (x @ wv)

    order = torch.randperm(length, generator=rng)
    assert not torch.equal(order, torch.arange(length))
    torch.testing.assert_close(attend(x[order]), attend(x)[order], rtol=0, atol=1e-12)


class _Largest(TorchDispatchMode):
    """Remembers the number of elements of the largest tensor that is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        self.elements = max(self.elements, result.numel())
        return result


def test_additive_intermediate() -> None:
    """The largest tensor of plain additive scores is n x n x d, that of dot products n x n."""
    n, d = 256, 64
    q, k = torch.empty(2, n, d, device="meta").unbind()
    wq, wk = torch.empty(2, d, d, device="meta").unbind()
    u = torch.empty(d, device="meta")
    with _Largest() as additive:
        scores = torch.tanh((q @ wq)[:, None] + (k @ wk)[None]) @ u
    with _Largest() as dot:
        products = (q @ wq) @ (k @ wk).T
    assert scores.shape == products.shape == (n, n)
    assert additive.elements == 4_194_304
    assert dot.elements == 65_536 == additive.elements // 64


def test_logit_rank() -> None:
    """The logit matrix of a head of random weights has exactly the rank of the head's width."""
    rng = torch.Generator().manual_seed(0)
    tokens = torch.randn(64, 64, generator=rng, dtype=torch.float64)
    for width in (2, 8, 32, 64):
        wq, wk = torch.randn(2, 64, width, generator=rng, dtype=torch.float64)
        assert torch.linalg.matrix_rank((tokens @ wq) @ (tokens @ wk).T) == width


def _largest_weight_and_jacobian(width: int, scale: float) -> tuple[float, float]:
    """Mean of the largest of 64 weights, median norm of the Jacobian of softmax."""
    rng = torch.Generator().manual_seed(0)
    rows = 1000
    query = torch.randn(rows, width, generator=rng)
    logits = torch.stack([torch.randn(64, width, generator=rng) @ q for q in query])
    weights = (logits * scale).softmax(-1)
    jacobian = torch.diag_embed(weights) - weights[:, :, None] * weights[:, None, :]
    return (
        weights.max(-1).values.mean().item(),
        jacobian.flatten(1).norm(dim=1).median().item(),
    )


def test_saturation() -> None:
    """Without a factor softmax saturates as the width grows; with the root it does not."""
    narrow, jacobian_narrow = _largest_weight_and_jacobian(4, 1)
    wide, jacobian_wide = _largest_weight_and_jacobian(1024, 1)
    assert abs(narrow - 0.27) < 0.01
    assert abs(wide - 0.94) < 0.01
    assert abs(jacobian_narrow - 0.26) < 0.02
    assert jacobian_wide < 0.001
    for width in (4, 64, 1024):
        largest, _ = _largest_weight_and_jacobian(width, width**-0.5)
        assert abs(largest - 0.11) < 0.01


def test_folding() -> None:
    """A constant factor may stand in the graph or in the query projection."""
    rng = torch.Generator().manual_seed(0)
    width = 32
    x = torch.randn(9, width, generator=rng, dtype=torch.float64)
    wq, wk, wv = torch.randn(3, width, width, generator=rng, dtype=torch.float64)
    factor = width**-0.5
    outside = (((x @ wq) @ (x @ wk).T) * factor).softmax(-1) @ (x @ wv)
    inside = ((x @ (wq * factor)) @ (x @ wk).T).softmax(-1) @ (x @ wv)
    torch.testing.assert_close(inside, outside, rtol=0, atol=1e-9)


def test_aligned() -> None:
    """If k is half a copy of q, the logit grows like the width, not like its root."""
    rng = torch.Generator().manual_seed(0)
    by_root, by_width = [], []
    for width in (16, 64, 256, 1024):
        query, rest = torch.randn(2, 4000, width, generator=rng)
        logit = (query * (query + rest) / 2).sum(-1).mean().item()
        by_root.append(logit / math.sqrt(width))
        by_width.append(logit / width)
    for smaller, larger in itertools.pairwise(by_root):
        assert abs(larger / smaller - 2) < 0.05
    assert all(abs(value - 0.5) < 0.01 for value in by_width)


def test_heads_cost() -> None:
    """Parameters and FLOPs of a layer are the same for every number of heads."""
    width, length = 512, 256
    for heads in (1, 2, 4, 8, 16, 32, 64, 128):
        project = nn.Linear(width, 3 * width, bias=False)
        output = nn.Linear(width, width, bias=False)
        x = torch.randn(1, length, width)
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            split = project(x).view(1, length, 3, heads, width // heads)
            q, k, v = split.permute(2, 0, 3, 1, 4)
            mixed = (q @ k.mT).softmax(-1) @ v
            output(mixed.transpose(1, 2).reshape(1, length, width))
        assert project.weight.numel() + output.weight.numel() == 1_048_576
        assert counter.get_total_flops() == 671_088_640


def test_low_rank_fit() -> None:
    """Relative error of the best fit of low rank to random patterns of 64 x 64."""
    rng = torch.Generator().manual_seed(0)
    for rank, expected in ((8, 0.79), (32, 0.33)):
        errors = []
        for _ in range(10):
            values = torch.linalg.svdvals(torch.randn(64, 64, generator=rng, dtype=torch.float64))
            errors.append((values[rank:].norm() / values.norm()).item())
        assert abs(sum(errors) / len(errors) - expected) < 0.015


def test_dropout_modes() -> None:
    """Inverted dropout scales in training, is the identity in eval; functional attention drops."""
    torch.manual_seed(0)
    ones = torch.ones(10_000)
    dropped = nn.Dropout(0.5).train()(ones)
    assert set(dropped.tolist()) == {0.0, 2.0}
    assert torch.equal(nn.Dropout(0.5).eval()(ones), ones)

    class Attention(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.scaled_dot_product_attention(x, x, x, dropout_p=0.5)

    x = torch.randn(1, 2, 16, 8)
    module = Attention().eval()
    assert not torch.allclose(module(x), F.scaled_dot_product_attention(x, x, x))
    # the modules, on the other hand, follow their mode
    for layer in (
        nn.TransformerEncoderLayer(16, 2, dropout=0.5, batch_first=True).eval(),
        nn.MultiheadAttention(16, 2, dropout=0.5, batch_first=True).eval(),
    ):
        y = torch.randn(1, 5, 16)
        arguments = (y, y, y) if isinstance(layer, nn.MultiheadAttention) else (y,)
        first, second = layer(*arguments), layer(*arguments)
        if isinstance(first, tuple):
            first, second = first[0], second[0]
        assert torch.equal(first, second)
    # the mean survives what is linear, not a ReLU
    rows = torch.randn(20_000, 8)
    plain = torch.relu(rows.sum(1)).mean()
    noisy = torch.relu(F.dropout(rows, 0.5, training=True).sum(1)).mean()
    assert noisy > 1.2 * plain


def test_linear_bias() -> None:
    """The default bias of nn.Linear is uniform within one over the root of the inputs."""
    torch.manual_seed(0)
    for inputs in (16, 64, 256):
        bias = nn.Linear(inputs, 4000).bias
        bound = inputs**-0.5
        assert 0.99 * bound < bias.abs().max() <= bound
        assert abs(bias.var() / (bound**2 / 3) - 1) < 0.1  # the variance of a uniform law


def _rotated(x: torch.Tensor) -> torch.Tensor:
    length, width = x.shape
    frequencies = 10_000.0 ** (-torch.arange(0, width, 2, dtype=x.dtype) / width)
    angle = torch.outer(torch.arange(length, dtype=x.dtype), frequencies)
    even, odd = x[:, 0::2], x[:, 1::2]
    pairs = (even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos())
    return torch.stack(pairs, -1).flatten(-2)


def test_bias_roles() -> None:
    """The key bias cancels without RoPE and QK-norm, the value bias is a shift, the query bias matters."""
    rng = torch.Generator().manual_seed(0)
    length, width = 12, 16
    x = torch.randn(length, width, generator=rng, dtype=torch.float64)
    weights = torch.randn(3, width, width, generator=rng, dtype=torch.float64) * 0.3
    bias_q, bias_k, bias_v = torch.randn(3, width, generator=rng, dtype=torch.float64)
    causal = torch.ones(length, length).triu(1).bool()

    def attend(bq=0.0, bk=0.0, bv=0.0, turn=lambda x: x) -> torch.Tensor:
        q, k, v = x @ weights[0] + bq, x @ weights[1] + bk, x @ weights[2] + bv
        scores = turn(q) @ turn(k).T / math.sqrt(width)
        return scores.masked_fill(causal, -math.inf).softmax(-1) @ v

    plain = attend()
    torch.testing.assert_close(attend(bk=bias_k), plain, rtol=0, atol=1e-12)
    torch.testing.assert_close(attend(bv=bias_v), plain + bias_v, rtol=0, atol=1e-12)
    assert (attend(bq=bias_q) - plain).abs().max() > 0.1
    turned = attend(turn=_rotated)
    assert (attend(bk=bias_k, turn=_rotated) - turned).abs().max() > 0.1

    def unit(x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, (width,))

    assert (attend(bk=bias_k, turn=unit) - attend(turn=unit)).abs().max() > 0.1
