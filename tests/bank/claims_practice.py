"""What answers of the bank state as [#name], computed anew."""

import math
import re
from collections.abc import Callable

import torch
from torch import Tensor, nn

torch.set_num_threads(1)


def message(call: Callable[[], object]) -> str:
    """What the RuntimeError says that a call must raise."""
    try:
        call()
    except RuntimeError as error:
        return str(error)
    raise AssertionError("no error")


def test_mask_conventions() -> None:
    """True is "may attend" for one function of PyTorch and "must not" for the other."""
    torch.manual_seed(0)
    x = torch.randn(1, 3, 4)
    first_only = torch.zeros(3, 3, dtype=torch.bool)
    first_only[:, 0] = True
    out = nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=first_only)
    torch.testing.assert_close(out, x[:, :1].expand(1, 3, 4))
    layer = nn.MultiheadAttention(4, 1, batch_first=True)
    _, weights = layer(x, x, x, attn_mask=first_only)
    assert (weights[..., 0] == 0).all()
    _, weights = layer(x, x, x, attn_mask=~first_only)
    assert (weights[..., 0] == 1).all()


def test_exp_overflow() -> None:
    """exp is finite at 88 and infinite at 89 in float32; 11 and 12 in float16."""
    for dtype, finite, infinite in ((torch.float32, 88.0, 89.0), (torch.float16, 11.0, 12.0)):
        assert torch.tensor(finite, dtype=dtype).exp().isfinite()
        assert torch.tensor(infinite, dtype=dtype).exp().isinf()


def test_empty_row_gradient() -> None:
    """Zeros in the result, but NaN goes back through an added -inf and not through masked_fill."""
    mask = torch.tensor([[True, False], [False, False]])

    def gradient(added: bool) -> Tensor:
        scores = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        if added:
            masked = scores + torch.zeros(2, 2).masked_fill(~mask, -math.inf)
        else:
            masked = scores.masked_fill(~mask, -math.inf)
        weights = masked.softmax(-1).masked_fill(~mask, 0.0)
        assert (weights[1] == 0).all()
        (weights * torch.tensor([1.0, 3.0])).sum().backward()
        return scores.grad

    assert gradient(added=True)[1].isnan().all()
    assert (gradient(added=False)[1] == 0).all()


def test_round_trip_blind() -> None:
    """Two wrong reshapes undo each other."""
    x = torch.arange(4.0 * 6).view(4, 6)
    split = x.reshape(3, 4, 2)
    assert not torch.equal(split, x.view(4, 3, 2).transpose(0, 1))
    assert torch.equal(split.reshape(4, 6), x)


def test_eps_gradient() -> None:
    """At zeros: 1 / sqrt(eps) with eps under the root, NaN with eps after it."""
    x = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    (x / (x.square().mean() + 1e-6).sqrt())[0].backward()
    torch.testing.assert_close(x.grad, torch.tensor([1000.0, 0, 0, 0], dtype=torch.float64))
    x.grad = None
    (x / (x.square().mean().sqrt() + 1e-6)).sum().backward()
    assert x.grad.isnan().all()


def test_eps_visible() -> None:
    """The places of eps agree at unit scale; small inputs or a large eps tell them apart."""
    torch.manual_seed(0)

    def spread(size: float, eps: float) -> float:
        x = torch.randn(64, dtype=torch.float64)
        x *= size / x.square().mean().sqrt()
        square = x.square().mean()
        divisors = torch.stack(
            [
                (square + eps).sqrt(),
                square.sqrt() + eps,
                square.clamp(min=eps).sqrt(),
                (square + eps**2).sqrt(),
            ]
        )
        return (divisors.max() / divisors.min() - 1).item()

    assert spread(1.0, 1e-6) < 1.01e-6
    assert spread(1e-3, 1e-6) > 0.4
    assert spread(1.0, 0.1) > 0.04


def test_half_squares() -> None:
    """float16: 255 squared is finite, 256 squared is not; small squares are 0."""
    assert torch.finfo(torch.float16).max == 65504
    x = torch.tensor([255.0, 256.0]).half()
    assert (x * x).isfinite().tolist() == [True, False]
    assert (x / (x * x).mean().sqrt() == 0).all()
    small = torch.tensor([1.6e-4, 1.8e-4]).half()
    assert ((small * small) == 0).tolist() == [True, False]
    assert torch.tensor([257.0]).bfloat16().item() == 256  # 8 significant bits
    assert torch.finfo(torch.bfloat16).eps == 2**-7


def test_bf16_angles() -> None:
    """Angles in half precision, 32 pairs, base 10000."""
    theta = 10000.0 ** -(torch.arange(0, 64, 2, dtype=torch.float64) / 64)

    def error(position: int, dtype: torch.dtype) -> float:
        angles = torch.tensor(position).to(dtype) * theta.to(dtype)
        return (angles.double() - position * theta).abs().max().item()

    assert torch.equal(torch.arange(257).bfloat16().long(), torch.arange(257))
    assert torch.tensor(257).bfloat16() == 256
    assert 2 < error(1000, torch.bfloat16) < 2.2
    assert error(100_000, torch.float32) < 0.011
    assert torch.equal(torch.arange(2049).half().long(), torch.arange(2049))  # 11 bits
    far = torch.tensor(100_000).half()
    assert far.isinf()
    assert far.cos().isnan()


def test_decode_per_id() -> None:
    """One character over three ids: joined it is whole, alone every part is broken."""
    data = "\u4e2d".encode()
    assert len(data) == 3
    assert data.decode("utf-8") == "\u4e2d"
    assert "".join(bytes([b]).decode("utf-8", "replace") for b in data) == "\ufffd" * 3


def test_pre_tokens() -> None:
    """The pattern of the exercise on the cases that the answer names."""
    pattern = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
    ascii_only = re.compile(
        pattern.pattern.replace(r"[^\W\d_]", "[A-Za-z]").replace(r"\w", "A-Za-z0-9_")
    )
    no_lookahead = re.compile(pattern.pattern.replace(r"|\s+(?!\S)", ""))
    clause = "\u4eca\u5929\u5929\u6c14\u5f88\u597d"  # a Chinese clause of six characters
    assert pattern.findall("dog. dog!") == ["dog", ".", " dog", "!"]
    assert pattern.findall("    x") == ["   ", " x"]
    assert no_lookahead.findall("    x") == ["    ", "x"]
    assert pattern.findall(clause) == [clause]
    assert pattern.findall("caf\u00e9s") == ["caf\u00e9s"]
    assert ascii_only.findall("caf\u00e9s") == ["caf", "\u00e9", "s"]
    assert ascii_only.findall(clause + "!") == [clause + "!"]  # one run, together with punctuation


def test_rms_gradient() -> None:
    """The gradient of x / rms(x) is orthogonal to x, that with a detached rms is not."""
    torch.manual_seed(0)
    x = torch.randn(16, dtype=torch.float64, requires_grad=True)
    direction = torch.randn(16, dtype=torch.float64)

    def product(detached: bool) -> float:
        rms = x.square().mean().sqrt()
        loss = (x / (rms.detach() if detached else rms)) @ direction
        (gradient,) = torch.autograd.grad(loss, x)
        return (gradient @ x).item()

    assert abs(product(detached=False)) < 1e-12
    assert abs(product(detached=True)) > 0.1


def test_promotion() -> None:
    """Which dtypes elementwise operations and matrix products give."""
    half, wide = torch.ones(2, 2).half(), torch.ones(2, 2)
    assert (half * wide).dtype == torch.float32
    assert (half * torch.ones(2, 2).bfloat16()).dtype == torch.float32
    assert (half * 0.125).dtype == torch.float16
    assert (half * torch.ones(1)).dtype == torch.float32
    assert half.softmax(-1).dtype == half.square().mean(-1).dtype == torch.float16
    assert "dtype" in message(lambda: half @ wide)


def test_in_place_autograd() -> None:
    """A leaf refuses; a saved tensor fails in backward; .data escapes the check."""
    x = torch.ones(3, requires_grad=True)
    assert "leaf" in message(lambda: x.mul_(2))
    y = x.exp()  # exp saves its result
    value = y.sum().item()
    y += 1
    assert math.isclose(y.sum().item(), value + 3, rel_tol=1e-6)
    assert "modified by an inplace operation" in message(lambda: y.sum().backward())
    y = x.exp()
    y.data += 1
    y.sum().backward()
    torch.testing.assert_close(x.grad, torch.full((3,), math.e + 1))  # not e
