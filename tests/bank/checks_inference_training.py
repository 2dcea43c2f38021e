"""An independent value for each numeric question, got without its formula.

Only torch and the standard library.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)

DTYPES = {  # stored mantissa bits -> a format that has them
    2: torch.float8_e5m2,
    3: torch.float8_e4m3fn,
    7: torch.bfloat16,
    10: torch.float16,
    23: torch.float32,
}


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _cache_bytes(layers: int, heads: int, width: int, tokens: int, sequences: int) -> int:
    """The bytes of the tensors of a bf16 cache, layer by layer; on meta, as they may be large."""
    shape = (sequences, heads, tokens, width)
    total = 0
    for _ in range(layers):
        keys = torch.empty(shape, dtype=torch.bfloat16, device="meta")
        values = torch.empty_like(keys)
        total += keys.nbytes + values.nbytes
    return total


def check_inference_kv_cache__memory(*, L: int, kv: int, d: int, T: int, B: int) -> float:
    return _cache_bytes(L, kv, d, T, B) / 1024**3


def check_inference_kv_cache__without_cache(*, p: int, n: int) -> float:
    """Generate greedily with a tiny model and count the rows that its linear layer gets."""
    rows = 0
    embedding, linear = nn.Embedding(7, 4), nn.Linear(4, 7)

    def count(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        nonlocal rows
        rows += inputs[0].shape[0]

    linear.register_forward_pre_hook(count)
    tokens = torch.zeros(p, dtype=torch.long)
    with torch.no_grad():
        for _ in range(n):
            logits = linear(embedding(tokens))
            tokens = torch.cat([tokens, logits[-1:].argmax(-1)])
    return float(rows)


def check_inference_kv_sharing__mla_ratio(*, H: int, d: int, c: int, r: int) -> float:
    """Run the projections of both for one token and compare the bytes of what is kept."""
    x = torch.randn(1, 32, generator=_generator())
    with torch.no_grad():
        mha = [nn.Linear(32, H * d, bias=False)(x) for _ in ("keys", "values")]
        mla = [nn.Linear(32, c, bias=False)(x), nn.Linear(32, r, bias=False)(x)]
    return sum(t.nbytes for t in mha) / sum(t.nbytes for t in mla)


def check_inference_kv_sharing__context(*, M: int, L: int, G: int, d: int) -> float:
    """Search by bisection for the longest cache that fits."""
    budget = M * 1024**3
    fits, too_long = 0, 2**32
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _cache_bytes(L, G, d, middle, 1) <= budget:
            fits = middle
        else:
            too_long = middle
    return float(fits)


def check_inference_prefill_decode__bound(*, n: float, b: float, w: float) -> float:
    """Read the weights in 1000 pieces of a meta tensor of bytes and add up the time."""
    piece = torch.empty(int(n * 1e6 * b), dtype=torch.uint8, device="meta")
    seconds = sum(piece.nbytes / (w * 1e12) for _ in range(1000))
    return 1 / seconds


def check_inference_prefill_decode__batch_bound(*, W: float, k: float, w: float, B: int) -> float:
    """Decode 50 steps on a simulated memory: weights once a step, each sequence's cache once."""
    clock, tokens = 0.0, 0
    for _step in range(50):
        clock += W / w
        for _sequence in range(B):
            clock += k / w
            tokens += 1
    return tokens / clock


def check_inference_prefill_decode__crossover(*, P: float, w: float, b: int) -> float:
    """Count the FLOPs of a linear layer for a batch of 1 and of 2; compute time is linear in it."""
    dtype = {1: torch.float8_e4m3fn, 2: torch.bfloat16}[b]
    weight = torch.empty(512, 512, dtype=dtype, device="meta")
    flops = []
    for batch in (1, 2):
        x = torch.empty(batch, 512, device="meta")
        with FlopCounterMode(display=False) as counter:
            functional.linear(x, torch.empty(512, 512, device="meta"))
        flops.append(counter.get_total_flops())
    per_row = flops[1] - flops[0]
    reading = weight.nbytes / (w * 1e12)
    return reading / (per_row / (P * 1e12))


def check_inference_sampling__nucleus_size(*, r: float, T: float, p: float) -> float:
    """2000 tokens stand for the unlimited vocabulary: what lies behind is below 1e-90."""
    logits = torch.arange(2000, dtype=torch.float64) * math.log(r)
    mass = (logits / T).softmax(0).cumsum(0)
    return float(int((mass < p).sum()) + 1)


def check_inference_sampling__two_tokens(*, g: float, T: float) -> float:
    return (torch.tensor([g, 0.0], dtype=torch.float64) / T).softmax(0)[0].item()


def check_inference_sampling__min_p_margin(*, T: float, a: float) -> float:
    """Filter a grid of logits and look at the lowest one that stays."""
    gaps = torch.linspace(0, 8, 800_001, dtype=torch.float64)
    probabilities = (-gaps / T).softmax(0)
    kept = gaps[probabilities >= a * probabilities.max()]
    return kept.max().item(), 1e-4


def check_inference_speculative__tokens(*, alpha: float, gamma: int) -> float:
    """Enumerate every sequence of acceptances and rejections of a draft."""
    mean = 0.0
    for outcome in range(2**gamma):
        accepted = [bool(outcome >> i & 1) for i in range(gamma)]
        weight = math.prod(alpha if yes else 1 - alpha for yes in accepted)
        kept = accepted.index(False) if False in accepted else gamma
        mean += weight * (kept + 1)
    return mean


def check_inference_speculative__acceptance(*, a: float, b: float) -> float:
    """The draft's token, then the rule: the mean of min(1, p/q) under q."""
    p, q = (torch.tensor([x, 1 - x], dtype=torch.float64) for x in (a, b))
    return (q * (p / q).clamp(max=1)).sum().item()


def check_inference_speculative__speed_up(*, alpha: float, gamma: int, c: float) -> float:
    """Simulate 400,000 rounds: tokens per unit of time, where a step of the target takes 1."""
    accepted = torch.rand(400_000, gamma, generator=_generator()) < alpha
    tokens = accepted.long().cumprod(1).sum(1) + 1
    seconds = len(tokens) * (1 + sum(c for _ in range(gamma)))
    return tokens.sum().item() / seconds, 0.005


def check_training_init__stream_rms(*, L: int, n: int, s: float) -> tuple[float, float]:
    """Add up branches of random scaled matrices that read the normalised stream."""
    generator, width = _generator(), 128
    stream = functional.rms_norm(torch.randn(256, width, generator=generator), (width,))
    for _block in range(n):
        for _branch in ("attention", "ffn"):
            weight = torch.randn(width, width, generator=generator) * s / width**0.5
            weight /= math.sqrt(2 * L)
            stream = stream + functional.rms_norm(stream, (width,)) @ weight
    return stream.square().mean().sqrt().item(), 0.03


def check_training_init__first_loss(*, V: int, d: int, sigma: float) -> float:
    """Rows of the output matrix are independent: 8192 of them stand for all V."""
    generator = _generator()
    weight = torch.randn(8192, d, generator=generator) * sigma
    hidden = functional.rms_norm(torch.randn(64, d, generator=generator), (d,))
    logits = hidden @ weight.T
    normaliser = logits.double().exp().mean(1).log() + math.log(V)
    targets = torch.randint(8192, (64,), generator=generator)
    loss = normaliser.mean() - logits.mean()  # every target is as likely as another
    assert abs(logits[range(64), targets].mean() - logits.mean()) < 4 * sigma * math.sqrt(d / 64)
    return loss.item(), 0.01


def _first_step(width: int, rate: float) -> float:
    """How much one step of Adam moves the outputs of a layer whose inputs are +1 or -1."""
    generator = _generator()
    x = torch.randint(0, 2, (1, width), generator=generator).double() * 2 - 1
    layer = nn.Linear(width, 4, bias=False, dtype=torch.float64)
    before = layer(x)
    optimiser = torch.optim.Adam(layer.parameters(), lr=rate, eps=0.0)
    before.sum().backward()
    optimiser.step()
    return (layer(x) - before).abs().mean().item()


def check_training_mup__rate(*, n0: int, n: int, eta: float) -> float:
    """The rate at which one step moves a wide layer's outputs as much as a narrow one's."""
    return eta * _first_step(n0, eta) / _first_step(n, eta)


def check_training_mup__aligned_logit(*, rho: float, d: int) -> float:
    generator = _generator()
    k = torch.randn(20_000, d, generator=generator)
    noise = torch.randn(20_000, d, generator=generator)
    q = rho * k + math.sqrt(1 - rho**2) * noise
    return ((q * k).sum(-1) / math.sqrt(d)).mean().item(), 0.01


def check_training_numerics__exact_integers(*, m: int) -> float:
    """Try all integers in blocks until one does not survive the cast."""
    start = 0
    while True:
        whole = torch.arange(start, start + 2**20)
        exact = whole.to(torch.float64).to(DTYPES[m]).to(torch.float64) == whole
        if not exact.all():
            return float(start + int((~exact).nonzero()[0]) - 1)
        start += 2**20


def check_training_numerics__spacing(*, m: int, x: float) -> float:
    """The next number is the one whose bit pattern is larger by one."""
    here = torch.tensor(x, dtype=DTYPES[m])
    after = (here.view(torch.int16) + 1).view(DTYPES[m])
    assert here.item() == x
    return after.item() - here.item()


def _rows_with_loss(number: int, loss: float) -> Tensor:
    """Logits of two classes whose cross-entropy against class 0 is `loss`."""
    return torch.tensor([[0.0, math.log(math.expm1(loss))]], dtype=torch.float64).repeat(number, 1)


def check_training_packing__token_mean(*, n1: int, n2: int, a: float, b: float) -> float:
    """The mean that cross_entropy takes over both, with padding that it ignores."""
    logits = torch.cat([_rows_with_loss(n1, a), _rows_with_loss(n2, b), _rows_with_loss(5, 9.0)])
    targets = torch.tensor([0] * (n1 + n2) + [-100] * 5)
    return functional.cross_entropy(logits, targets, ignore_index=-100).item()


def check_training_packing__allowed_pairs(*, a: int, b: int, c: int) -> float:
    """Build the mask and count."""
    document = torch.tensor([0] * a + [1] * b + [2] * c)
    position = torch.arange(a + b + c)
    mask = (document[:, None] == document[None, :]) & (position[:, None] >= position[None, :])
    return float(mask.sum())


def check_training_perplexity__bits(*, l: float, b: float) -> float:  # noqa: E741
    """Score 400 tokens of which each has the loss l; the text has 400 b bytes."""
    logits = _rows_with_loss(400, l)
    likelihoods = logits.softmax(-1)[:, 0]
    return (-likelihoods.log2().sum()).item() / (400 * b)


def check_training_perplexity__equal_quality(*, P: float, t: int, u: int) -> float:
    """A text of t * u bytes has u tokens for the first model and t for the second."""
    probability = math.prod(1 / P for _ in range(u))
    low, high = 1.0, float(P)
    for _ in range(200):  # bisection for the perplexity of the second model
        middle = (low + high) / 2
        if math.prod(1 / middle for _ in range(t)) > probability:
            low = middle
        else:
            high = middle
    return low
