"""What answers of the bank state as [#name], computed anew."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)


def _normal(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_gqa_copies() -> None:
    """GQA is multi-head attention whose K and V heads are copies within a group."""
    q, k, v = _normal(1, 8, 6, 4), _normal(1, 2, 6, 4, seed=1), _normal(1, 2, 6, 4, seed=2)
    grouped = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
    copied = F.scaled_dot_product_attention(
        q, k.repeat_interleave(4, 1), v.repeat_interleave(4, 1), is_causal=True
    )
    assert torch.allclose(grouped, copied, atol=1e-12)


def test_crossover() -> None:
    """At T = 6D the quadratic part takes as many FLOPs as projections and a 4x FFN; heads do not matter."""
    width = 64
    x = torch.empty(6 * width, width, device="meta")
    square, up = (
        torch.empty(width, width, device="meta"),
        torch.empty(width, 4 * width, device="meta"),
    )
    with FlopCounterMode(display=False) as linear:
        for _ in range(4):
            x @ square
        (x @ up) @ up.T
    assert linear.get_total_flops() == 24 * x.shape[0] * width**2
    for heads in (1, 4, 16):
        split = x.view(-1, heads, width // heads).transpose(0, 1)
        with FlopCounterMode(display=False) as core:
            (split @ split.mT) @ split
        assert core.get_total_flops() == linear.get_total_flops()


def test_dilution() -> None:
    """A margin of 5 is worth 0.54 among 128 keys and 0.02 among 8192."""
    for count, weight in ((128, 0.54), (8192, 0.02)):
        logits = torch.zeros(count, dtype=torch.float64)
        logits[0] = 5
        assert abs(float(torch.softmax(logits, 0)[0]) - weight) < 0.005


def _tiled(q: Tensor, k: Tensor, v: Tensor, size: int) -> Tensor:
    top = torch.full((len(q), 1), -math.inf, dtype=q.dtype)
    total, out = torch.zeros_like(top), torch.zeros(len(q), v.shape[1], dtype=q.dtype)
    for start in range(0, len(k), size):
        scores = q @ k[start : start + size].T
        new = torch.maximum(top, scores.amax(1, keepdim=True))
        old, terms = (top - new).exp(), (scores - new).exp()
        total = total * old + terms.sum(1, keepdim=True)
        out = out * old + terms @ v[start : start + size]
        top = new
    return out / total


def test_flash_tiles() -> None:
    """Tiles with a running softmax give the full softmax, within 1e-14 in float64."""
    q, k, v = _normal(64, 16) / 4, _normal(256, 16, seed=1), _normal(256, 16, seed=2)
    full = torch.softmax(q @ k.T, 1) @ v
    assert float((_tiled(q, k, v, 32) - full).abs().max()) < 1e-14


def test_flash_recompute() -> None:
    """Forward and backward take six matmuls; recomputing the scores makes seven, same gradients."""
    q, k, v, g = (_normal(32, 8, seed=s) for s in range(4))
    one = 2 * 32 * 32 * 8
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    with FlopCounterMode(display=False) as stored:
        (torch.softmax(leaves[0] @ leaves[1].T, 1) @ leaves[2]).backward(g)
    assert stored.get_total_flops() == 6 * one

    with FlopCounterMode(display=False) as recomputed:
        scores = q @ k.T
        statistics = torch.logsumexp(scores, 1, keepdim=True)
        out = (scores - statistics).exp() @ v
        del scores  # only q, k, v, out and one number a row are kept
        p = (q @ k.T - statistics).exp()
        dv, dp = p.T @ g, g @ v.T
        ds = p * (dp - (g * out).sum(1, keepdim=True))
        dq, dk = ds @ k, ds.T @ q
    assert recomputed.get_total_flops() == 7 * one
    for leaf, gradient in zip(leaves, (dq, dk, dv), strict=True):
        assert torch.allclose(leaf.grad, gradient, atol=1e-12)


def _window(length: int, w: int) -> Tensor:
    distance = torch.arange(length)[:, None] - torch.arange(length)
    return (distance >= 0) & (distance < w)


def test_window_reach() -> None:
    """With skips, the influence reaches L(w-1) tokens back and is exactly zero beyond."""
    layers, w, length = 3, 4, 14
    x = _normal(length, 8).requires_grad_()
    h = x
    for layer in range(layers):
        weights = [_normal(8, 8, seed=10 * layer + i) / 3 for i in range(3)]
        q, k, v = (h @ m for m in weights)
        scores = (q @ k.T).masked_fill(~_window(length, w), -math.inf)
        h = h + torch.softmax(scores, 1) @ v
    h[-1].sum().backward()
    reached = x.grad.abs().amax(1) > 0
    assert length - 1 - int(reached.nonzero()[0]) == layers * (w - 1)
    assert not reached[: length - 1 - layers * (w - 1)].any()


def test_window_share() -> None:
    """Uniform weights, no skips: the farthest token has a share of w^-L."""
    for layers, w in ((2, 4), (3, 8)):
        far = layers * (w - 1)
        mask = _window(far + 1 + w * layers, w).double()
        mix = torch.matrix_power(mask / mask.sum(1, keepdim=True), layers)
        assert math.isclose(float(mix[-1, -1 - far]), w**-layers, rel_tol=1e-12)
        assert float(mix[-1, : -1 - far].sum()) == 0


def test_sink_mass() -> None:
    """32 logits of -8: softmax still gives 1 in total, softmax with one more 1 gives 0.011."""
    logits = torch.full((32,), -8.0, dtype=torch.float64)
    assert math.isclose(float(torch.softmax(logits, 0).sum()), 1.0)
    mass = logits.exp().sum() / (1 + logits.exp().sum())
    assert abs(float(mass) - 0.011) < 0.0005


def test_qknorm_scale() -> None:
    """With RMS-normalised queries and keys the size of W_q does not change the logits; without, it does."""
    x, wq, wk = _normal(10, 32), _normal(32, 16, seed=1), _normal(32, 16, seed=2)

    def logits(scale: float, *, norm: bool) -> Tensor:
        q, k = x @ (scale * wq), x @ wk
        if norm:
            q, k = F.rms_norm(q, (16,), eps=0.0), F.rms_norm(k, (16,), eps=0.0)
        return q @ k.T / 4

    assert torch.allclose(logits(1, norm=True), logits(100, norm=True), atol=1e-12)
    assert torch.allclose(logits(100, norm=False), 100 * logits(1, norm=False))
    assert float(logits(1, norm=True).abs().max()) <= 4


def test_qknorm_flat() -> None:
    """Unit vectors without a temperature: no weight among 1024 keys exceeds 0.0072."""
    logits = torch.full((1024,), -1.0, dtype=torch.float64)
    logits[0] = 1
    best = float(torch.softmax(logits, 0)[0])
    assert abs(best - 0.0072) < 0.00005
    q, k = F.normalize(_normal(50, 4), dim=1), F.normalize(_normal(1024, 4, seed=1), dim=1)
    assert float(torch.softmax(q @ k.T, 1).max()) <= best


def test_softcap_values() -> None:
    """Values and slopes of the cap at c = 50."""
    x = torch.tensor([10.0, 50.0, 200.0], dtype=torch.float64, requires_grad=True)
    y = 50 * torch.tanh(x / 50)
    y.sum().backward()
    assert [round(v, 2) for v in y.tolist()] == [9.87, 38.08, 49.97]
    assert [round(v, 3) for v in x.grad.tolist()] == [0.961, 0.42, 0.001]


def test_softcap_onehot() -> None:
    """A cap of 50 still allows one-hot attention: logits 40 and 0 keep more than 0.999."""
    logits = torch.tensor([40.0, 0.0], dtype=torch.float64)
    assert float(torch.softmax(50 * torch.tanh(logits / 50), 0)[0]) > 0.999


def test_softcap_mask() -> None:
    """Capping after the mask gives hidden keys the logit -c and a weight above zero."""
    scores = torch.tensor([1.0, 2.0, -math.inf], dtype=torch.float64)
    late = 5 * torch.tanh(scores / 5)
    assert float(late[2]) == -5
    assert float(torch.softmax(late, 0)[2]) > 0
    early = (5 * torch.tanh(torch.tensor([1.0, 2.0, 3.0]) / 5)).masked_fill(
        torch.tensor([False, False, True]), -math.inf
    )
    assert float(torch.softmax(early, 0)[2]) == 0


def _phi(x: Tensor) -> Tensor:
    return F.elu(x) + 1


def test_linear_forms() -> None:
    """Masked matmuls and the running state give the same outputs."""
    q, k, v = _phi(_normal(20, 6)), _phi(_normal(20, 6, seed=1)), _normal(20, 5, seed=2)
    weights = (q @ k.T).tril()
    parallel = weights @ v / weights.sum(1, keepdim=True)
    state, total = torch.zeros(6, 5, dtype=q.dtype), torch.zeros(6, dtype=q.dtype)
    for t in range(20):
        state, total = state + k[t, :, None] * v[t], total + k[t]
        assert torch.allclose(q[t] @ state / (q[t] @ total), parallel[t], atol=1e-12)


def test_linear_orthonormal() -> None:
    """A d x d state returns d pairs with orthonormal keys exactly."""
    keys, values = torch.linalg.qr(_normal(16, 16)).Q, _normal(16, 16, seed=1)
    assert torch.allclose(keys @ (keys.T @ values), values, atol=1e-12)


def _recall(pairs: int, trials: int = 100) -> tuple[float, float]:
    """Share of values recovered (nearest stored value): linear state, sharp softmax."""
    keys = F.normalize(_normal(trials, pairs, 16, seed=pairs), dim=-1)
    values = _normal(trials, pairs, 16, seed=pairs + 1)
    goal = torch.arange(pairs)
    linear = keys @ (keys.mT @ values)
    softmax = torch.softmax(200 * keys @ keys.mT, -1) @ values
    right = [
        float((torch.cdist(x, values).argmin(-1) == goal).double().mean())
        for x in (linear, softmax)
    ]
    return right[0], right[1]


def test_linear_recall() -> None:
    """State of width 16, random unit keys: 98, 59 and 10 per cent of 8, 32 and 128 pairs; softmax: all."""
    for pairs, share in ((8, 0.98), (32, 0.59), (128, 0.10)):
        linear, softmax = _recall(pairs)
        assert abs(linear - share) < 0.03
        assert softmax == 1
