"""What answers of the bank state as [#name], computed anew."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

torch.set_num_threads(1)


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _rotate(x: Tensor, positions: Tensor) -> Tensor:
    """RoPE on the last axis, pairs (2i, 2i + 1)."""
    width = x.shape[-1]
    rates = 10000.0 ** (-torch.arange(0, width, 2, dtype=x.dtype) / width)
    angles = positions.to(x.dtype)[:, None] * rates
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = (even * angles.cos() - odd * angles.sin(), even * angles.sin() + odd * angles.cos())
    return torch.stack(turned, -1).flatten(-2)


class _Decoder:
    """Two pre-norm layers with one RoPE head and an FFN, float64, with or without a cache."""

    def __init__(self, width: int = 16, layers: int = 2) -> None:
        generator = _generator()

        def draw(rows: int, columns: int) -> Tensor:
            return torch.randn(rows, columns, generator=generator, dtype=torch.float64) / rows**0.5

        self.width = width
        self.layers = [
            {name: draw(width, width) for name in ("q", "k", "v", "o", "up", "down")}
            for _ in range(layers)
        ]

    def __call__(
        self, x: Tensor, positions: Tensor, mask: Tensor, cache: list | None = None
    ) -> Tensor:
        for index, w in enumerate(self.layers):
            normed = functional.rms_norm(x, (self.width,))
            q, k = _rotate(normed @ w["q"], positions), _rotate(normed @ w["k"], positions)
            v = normed @ w["v"]
            if cache is not None:
                if len(cache) > index:
                    k, v = torch.cat([cache[index][0], k]), torch.cat([cache[index][1], v])
                    cache[index] = (k, v)
                else:
                    cache.append((k, v))
            scores = (q @ k.T / self.width**0.5).masked_fill(~mask, -math.inf)
            x = x + scores.softmax(-1) @ v @ w["o"]
            x = x + torch.relu(functional.rms_norm(x, (self.width,)) @ w["up"]) @ w["down"]
        return x


def test_kv_exact() -> None:
    """One token at a time with a cache gives what one causal pass gives."""
    model, length = _Decoder(), 12
    x = torch.randn(length, model.width, generator=_generator(1), dtype=torch.float64)
    positions = torch.arange(length)
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    whole = model(x, positions, causal)
    cache: list = []
    steps = [
        model(x[t : t + 1], positions[t : t + 1], torch.ones(1, t + 1, dtype=torch.bool), cache)
        for t in range(length)
    ]
    assert torch.allclose(torch.cat(steps), whole, atol=1e-12)
    # the same in chunks: query i of a chunk after 5 cached tokens may see keys j <= i + 5
    cache = []
    model(x[:5], positions[:5], causal[:5, :5], cache)
    i, j = torch.arange(3)[:, None], torch.arange(8)[None, :]
    assert torch.allclose(model(x[5:8], positions[5:8], j <= i + 5, cache), whole[5:8], atol=1e-12)
    # without a causal mask earlier states change
    full = torch.ones(length, length, dtype=torch.bool)
    shorter = model(x[:-1], positions[:-1], full[:-1, :-1])
    assert (model(x, positions, full)[:-1] - shorter).abs().max() > 1e-3


def _cache_bytes(layers: int, heads: int, width: int, tokens: int) -> int:
    keys = torch.empty(layers, heads, tokens, width, dtype=torch.bfloat16, device="meta")
    return keys.nbytes + torch.empty_like(keys).nbytes


def test_kv_gib() -> None:
    """80 layers, 8 KV heads of 128, 131,072 tokens: 40 GiB in bf16."""
    assert _cache_bytes(80, 8, 128, 131072) == 40 * 2**30


def test_kv_per_token() -> None:
    """32 layers, heads of 128: 512, 128 and 16 KiB a token for 32, 8 and 1 KV heads."""
    assert [_cache_bytes(32, heads, 128, 1) / 1024 for heads in (32, 8, 1)] == [512, 128, 16]


def test_mla_bytes() -> None:
    """61 layers: a latent of 512 and a key of 64 take 68.6 KiB a token; 128 full heads 3904 KiB."""
    kept = torch.empty(61, 512 + 64, dtype=torch.bfloat16)
    assert round(kept.nbytes / 1024, 1) == 68.6
    assert _cache_bytes(61, 128, 128, 1) == 3904 * 1024


def test_mla_absorb() -> None:
    """Expanded keys and values, or absorbed up-projections: the same output. RoPE key included."""
    heads, width, latent, rotary, length = 3, 8, 6, 4, 7
    generator = _generator()

    def draw(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    c, key_r = draw(length, latent), _rotate(draw(length, rotary), torch.arange(length))
    up_k, up_v, out = draw(heads, latent, width), draw(heads, latent, width), draw(heads, width, 5)
    q = draw(heads, length, width)
    q_r = _rotate(draw(heads, length, rotary), torch.arange(length))
    mask = torch.ones(length, length, dtype=torch.bool).tril()

    def weights(scores: Tensor) -> Tensor:
        total = scores + q_r @ key_r.T
        return total.masked_fill(~mask, -math.inf).softmax(-1)

    expanded = weights(q @ (c @ up_k).mT) @ (c @ up_v) @ out
    absorbed = weights(q @ up_k.mT @ c.T) @ c @ (up_v @ out)
    assert torch.allclose(expanded, absorbed, atol=1e-10)


def test_roofline_balance() -> None:
    """1e15 FLOP/s over 3.35e12 bytes/s is about 300 FLOPs per byte; a 16-bit weight gives 1."""
    assert round(1e15 / 3.35e12, -1) == 300
    weight = torch.empty(64, 64, dtype=torch.bfloat16)
    flops = 2 * weight.numel()  # one multiply-add a weight, for one token
    assert flops / weight.nbytes == 1


def test_decode_bound() -> None:
    """8e9 parameters of 2 bytes at 3.35e12 bytes/s: 209 tokens a second."""
    weights = torch.empty(8 * 10**9, dtype=torch.bfloat16, device="meta")
    assert round(3.35e12 / weights.nbytes) == 209


LOGITS = torch.tensor([3.0, 2.0, 1.0, 0.0, -1.0], dtype=torch.float64)


def _nucleus(probabilities: Tensor, p: float) -> int:
    """The size of the smallest set of the likeliest tokens whose mass reaches p."""
    mass = probabilities.sort(descending=True).values.cumsum(0)
    return int((mass < p).sum()) + 1


def test_sampling_entropy() -> None:
    """Logits 3, 2, 1, 0, -1: 0.458, 1.000, 1.394 nats at T = 0.5, 1, 2."""
    found = []
    for temperature in (0.5, 1, 2):
        p = (LOGITS / temperature).softmax(0)
        found.append(round(-(p * p.log()).sum().item(), 3))
    assert found == [0.458, 1.000, 1.394]


def test_sampling_tail() -> None:
    """15 nats above each of 50,000 others: 98.5 % at T = 1, 31 % at T = 1.5."""
    logits = torch.full((50_001,), -15.0, dtype=torch.float64)
    logits[0] = 0
    assert [round(100 * (logits / t).softmax(0)[0].item(), 1) for t in (1, 1.5)] == [98.5, 30.6]


def test_sampling_sets() -> None:
    """At T = 1 the nucleus of 0.9 holds 3 tokens, and so does min-p with 0.1."""
    p = LOGITS.softmax(0)
    assert _nucleus(p, 0.9) == 3
    assert int((p >= 0.1 * p.max()).sum()) == 3


def test_sampling_order() -> None:
    """Temperature 2 first: 4 tokens in the nucleus, 5 under min-p; top-k keeps the same tokens."""
    hot = (LOGITS / 2).softmax(0)
    assert _nucleus(hot, 0.9) == 4
    assert int((hot >= 0.1 * hot.max()).sum()) == 5
    assert _nucleus(LOGITS.softmax(0), 0.9) == 3
    assert torch.equal(LOGITS.topk(3).indices, (LOGITS / 2).softmax(0).topk(3).indices)


def test_speculative_exact() -> None:
    """Rejection sampling over whole drafts: the law of two tokens is that of the target."""
    generator = _generator()
    size = 4

    def law(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64).mul(2).softmax(-1)

    p1, q1 = law(size), law(size)  # of the first token
    p2, q2 = law(size, size), law(size, size)  # of the second, given the first
    residual1 = (p1 - q1).clamp(min=0)
    residual1 = residual1 / residual1.sum()
    joint = torch.zeros(size, size, dtype=torch.float64)
    accepted = 0.0
    for x in range(size):
        keep_x = min(1.0, (p1[x] / q1[x]).item())
        accepted += (q1[x] * keep_x).item()
        residual2 = (p2[x] - q2[x]).clamp(min=0)
        residual2 = residual2 / residual2.sum()
        for y in range(size):
            path = q1[x] * q2[x, y]  # the draft is (x, y)
            keep_y = min(1.0, (p2[x, y] / q2[x, y]).item())
            joint[x, y] += path * keep_x * keep_y
            joint[x] += path * keep_x * (1 - keep_y) * residual2
            # x rejected: the corrected token ends the round, the next round starts behind it
            joint += path * (1 - keep_x) * residual1[:, None] * p2
    assert torch.allclose(joint, p1[:, None] * p2, atol=1e-12)
    assert math.isclose(accepted, torch.minimum(p1, q1).sum().item(), rel_tol=1e-12)
    assert math.isclose(accepted, 1 - (p1 - q1).abs().sum().item() / 2, rel_tol=1e-12)
    # the wrong correction (from p itself) overdoes what the draft overrates
    wrong = torch.minimum(p1, q1) + (1 - accepted) * p1
    assert (wrong[q1 > p1] > p1[q1 > p1]).all()


def test_speculative_tokens() -> None:
    """Acceptance 0.8, drafts of 4: 3.36 tokens a pass."""
    accepted = torch.rand(400_000, 4, generator=_generator()) < 0.8
    tokens = accepted.long().cumprod(1).sum(1) + 1
    assert abs(tokens.double().mean().item() - 3.36) < 0.02


def test_init_std() -> None:
    """1 / sqrt(2500) is 0.02."""
    layer = torch.empty(400, 2500)
    nn.init.kaiming_normal_(layer, nonlinearity="linear", generator=_generator())
    assert abs(layer.std().item() - 0.02) < 0.0002


def test_init_stream() -> None:
    """A pre-norm stream of random linear branches: RMS 3, 5.7, 11.4 plain, 1.4 scaled."""

    def rms(blocks: int, factor: float, width: int = 256) -> float:
        generator = _generator()
        x = functional.rms_norm(torch.randn(64, width, generator=generator), (width,))
        for _ in range(2 * blocks):
            weight = torch.randn(width, width, generator=generator) * factor / width**0.5
            x = x + functional.rms_norm(x, (width,)) @ weight
        return x.square().mean().sqrt().item()

    for blocks, expected in ((4, 3.0), (16, 5.7), (64, 11.4)):
        assert abs(rms(blocks, 1.0) / expected - 1) < 0.03
        assert abs(rms(blocks, 1 / math.sqrt(2 * blocks)) / 1.4 - 1) < 0.03


def test_init_loss() -> None:
    """Equal logits cost ln V = 10.82 nats for V = 50,257; small random ones s^2 / 2 more."""
    logits = torch.zeros(1, 50_257, dtype=torch.float64)
    assert round(functional.cross_entropy(logits, torch.tensor([7])).item(), 2) == 10.82
    noise = torch.randn(200, 50_257, generator=_generator())
    for s in (0.5, 1.0):
        targets = torch.randint(50_257, (200,), generator=_generator(1))
        loss = functional.cross_entropy(s * noise, targets)
        assert abs(loss.item() - 10.82 - s**2 / 2) < 4 * s / 200**0.5


def test_mup_adam_step() -> None:
    """One Adam step of rate eta moves the output of a layer of width n by eta n; random weights
    of a fixed size give sqrt(n)."""
    rate = 1e-3
    for width in (64, 1024):
        x = torch.ones(1, width, dtype=torch.float64)
        x[:, ::2] = -1
        layer = nn.Linear(width, 200, bias=False, dtype=torch.float64)
        nn.init.normal_(layer.weight, generator=_generator())
        before = layer(x)
        assert abs(before.std().item() / math.sqrt(width) - 1) < 0.2
        optimiser = torch.optim.Adam(layer.parameters(), lr=rate, eps=0.0)
        before.square().sum().backward()
        optimiser.step()
        moved = (layer(x) - before).abs()
        assert torch.allclose(moved, torch.full_like(moved, rate * width), rtol=1e-6)


def test_mup_vector_step() -> None:
    """One Adam step of rate eta moves what an embedding, a gain or a bias yields by eta at any width."""
    rate = 1e-3
    for width in (64, 1024):
        embedding = nn.Embedding(5, width, dtype=torch.float64)
        gain = nn.Parameter(torch.ones(width, dtype=torch.float64))
        bias = nn.Parameter(torch.zeros(width, dtype=torch.float64))
        weights = [embedding.weight, gain, bias]
        tokens = torch.tensor([0, 3])
        x = torch.sign(torch.randn(2, width, generator=_generator(), dtype=torch.float64))
        target = torch.randn(3, 2, width, generator=_generator(1), dtype=torch.float64) * 9

        def yields() -> list[Tensor]:
            return [embedding(tokens), gain * x[:1], bias + 0 * x[:1]]  # noqa: B023

        before = [part.detach() for part in yields()]
        loss = sum((y - t[: len(y)]).square().sum() for y, t in zip(yields(), target, strict=True))
        optimiser = torch.optim.Adam(weights, lr=rate, eps=0.0)
        loss.backward()
        optimiser.step()
        for old, new in zip(before, yields(), strict=True):
            moved = (new - old).abs()
            assert torch.allclose(moved, torch.full_like(moved, rate), rtol=1e-6)


def test_mup_aligned() -> None:
    """Correlated q and k: q.k grows like d. Independent ones: like sqrt(d)."""
    sizes = {}
    for width in (64, 1024):
        k = torch.randn(4000, width, generator=_generator())
        other = torch.randn(4000, width, generator=_generator(1))
        q = 0.5 * k + math.sqrt(0.75) * other
        aligned, independent = (q * k).sum(-1), (other * k).sum(-1)
        sizes[width] = aligned.mean().item(), independent.std().item()
    assert abs(sizes[1024][0] / sizes[64][0] - 16) < 0.5
    assert abs(sizes[1024][1] / sizes[64][1] - 4) < 0.2


def test_numerics_formats() -> None:
    """Steps above 1, largest numbers, the smallest number of fp16."""
    eps = {
        torch.float32: 2**-23,
        torch.float16: 2**-10,
        torch.bfloat16: 2**-7,
        torch.float8_e4m3fn: 2**-3,
        torch.float8_e5m2: 2**-2,
    }
    for dtype, step in eps.items():
        assert torch.finfo(dtype).eps == step
    assert torch.finfo(torch.float16).max == 65504
    assert torch.finfo(torch.float8_e4m3fn).max == 448
    assert torch.finfo(torch.float8_e5m2).max == 57344
    assert torch.tensor([2.0**-24, 2.0**-25]).half().tolist() == [2.0**-24, 0]
    assert torch.finfo(torch.bfloat16).tiny == torch.finfo(torch.float32).tiny


def test_numerics_sum() -> None:
    """In bf16 256 + 1 = 256, and a thousand ones sum to 256."""
    total = torch.zeros((), dtype=torch.bfloat16)
    for _ in range(1000):
        total = total + 1
    assert total.item() == 256


def test_numerics_overflow() -> None:
    """exp(12) and 256 squared overflow fp16; a naive softmax of (90, 0) is nan in fp32."""
    assert math.isinf(torch.tensor(12.0).half().exp())
    assert math.isinf(torch.tensor(256.0).half().square())
    logits = torch.tensor([90.0, 0.0])
    assert (logits.exp() / logits.exp().sum()).isnan().any()
    shifted = (logits - logits.max()).exp()
    assert torch.equal(shifted / shifted.sum(), logits.softmax(0))
    x = torch.full((8,), 300.0, dtype=torch.float16)
    assert torch.equal(x / (x.square().mean() + 1e-5).sqrt(), torch.zeros_like(x))
    assert torch.equal(functional.rms_norm(x.float(), (8,)), torch.ones(8))


def test_numerics_rope() -> None:
    """Angles in bf16 are off by up to 2.1 rad at position 1000."""
    rates = 10000.0 ** (-torch.arange(0, 64, 2, dtype=torch.float64) / 64)
    low = torch.tensor(1000, dtype=torch.bfloat16) * rates.to(torch.bfloat16)
    assert round((low.double() - 1000 * rates).abs().max().item(), 1) == 2.1


def test_numerics_update() -> None:
    """In bf16 1 + 0.003 = 1."""
    weight = torch.ones((), dtype=torch.bfloat16)
    for _ in range(100):
        weight = weight + 0.003
    assert weight.item() == 1


def test_packing_rope() -> None:
    """Under the document mask a row of packed texts gives what each text alone gives,
    with positions that restart or run on."""
    model, lengths = _Decoder(), (4, 6)
    x = torch.randn(sum(lengths), model.width, generator=_generator(1), dtype=torch.float64)
    document = torch.tensor([0] * lengths[0] + [1] * lengths[1])
    running = torch.arange(len(x))
    restarted = torch.cat([torch.arange(n) for n in lengths])
    causal = torch.ones(len(x), len(x), dtype=torch.bool).tril()
    mask = causal & (document[:, None] == document[None, :])
    alone = torch.cat(
        [
            model(part, torch.arange(len(part)), torch.ones(len(part), len(part)).tril().bool())
            for part in x.split(lengths)
        ]
    )
    assert torch.allclose(model(x, running, mask), alone, atol=1e-12)
    assert torch.allclose(model(x, restarted, mask), alone, atol=1e-12)
    assert (model(x, running, causal) - alone).abs().max() > 1e-2  # without the document mask


def test_packing_mean() -> None:
    """Losses (1, 1, 1, 1) and (3): 1.4 per token, 2.0 as the mean of means."""
    losses = [torch.ones(4), torch.tensor([3.0])]
    assert math.isclose(torch.cat(losses).mean().item(), 1.4, rel_tol=1e-6)
    assert torch.stack([part.mean() for part in losses]).mean().item() == 2.0


def test_perplexity_bits() -> None:
    """Perplexity 10 at 4 bytes a token is 0.83 bits per byte, 5 at 2 bytes 1.16."""
    for perplexity, size, expected in ((10, 4, 0.83), (5, 2, 1.16)):
        text = b"x" * 4000
        nats = len(text) // size * math.log(perplexity)
        assert round(nats / (len(text) * math.log(2)), 2) == expected


def test_perplexity_utf8() -> None:
    """Most Chinese characters have 3 bytes in UTF-8, an English letter one."""
    assert all(len(character.encode()) == 3 for character in "\u6ce8\u610f\u529b")
    assert all(len(letter.encode()) == 1 for letter in "aZ")
