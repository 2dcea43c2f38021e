"""An independent value for each numeric question, got without its formula."""

import itertools
import math
import statistics

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)


def check_norm_rmsnorm_vs_layernorm__value(*, a: float, b: float) -> float:
    row = torch.tensor([a, b], dtype=torch.float64)
    return functional.rms_norm(row, (2,), eps=0.0)[0].item()


def check_norm_rmsnorm_vs_layernorm__saving(*, f: float, r: float) -> float:
    before = {"norms": float(f), "rest": 100.0 - f}
    after = {**before, "norms": before["norms"] - before["norms"] * r / 100}
    return 100 * (1 - sum(after.values()) / sum(before.values()))


def check_block_pre_vs_post__norm_count(*, L: int, p: int) -> float:
    blocks = [
        nn.ModuleList(
            nn.ModuleDict(
                {"layer": nn.Identity(), "norms": nn.ModuleList(nn.LayerNorm(2) for _ in range(p))}
            )
            for _ in ("attention", "ffn")
        )
        for _ in range(L)
    ]
    model = nn.ModuleList([*blocks, nn.LayerNorm(2)])
    return float(sum(isinstance(module, nn.LayerNorm) for module in model.modules()))


def check_block_residual__stream_std(*, L: int, s: float) -> tuple[float, float]:
    generator = torch.Generator().manual_seed(0)
    stream = torch.randn(50_000, generator=generator)
    for _ in range(L):
        for _ in ("attention", "ffn"):
            stream += s * torch.randn(50_000, generator=generator)
    return stream.std().item(), 0.03


def check_block_ffn__swiglu_size(*, d: int, m: int) -> float:
    whole = d * 8 // 3
    size = 0
    while size < whole:
        size += m
    return float(size)


def check_block_ffn__swiglu_parameters(*, d: int, f: int) -> float:
    with torch.device("meta"):
        gate, up = (nn.Linear(d, f, bias=False) for _ in range(2))
        down = nn.Linear(f, d, bias=False)
    return sum(layer.weight.numel() for layer in (gate, up, down)) / 1e6


def check_block_moe__ratio(*, E: int, k: int) -> float:
    width = 4  # the ratio does not depend on the width
    with torch.device("meta"):
        attention = [nn.Linear(width, width, bias=False) for _ in range(4)]
        experts = [
            [nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)]
            for _ in range(E)
        ]

    def weights(count: int) -> int:
        used = attention + [layer for expert in experts[:count] for layer in expert]
        return sum(layer.weight.numel() for layer in used)

    return weights(E) / weights(k)


def check_block_moe__touched(*, n: int, E: int, k: int) -> float:
    # a chain over the tokens: chances[j] is the probability that j experts are in use so far
    choices = math.comb(E, k)
    chances = [1.0] + [0.0] * E
    for _ in range(n):
        after = [0.0] * (E + 1)
        for used, chance in enumerate(chances):
            for new in range(min(k, E - used) + 1):
                ways = math.comb(E - used, new) * math.comb(used, k - new)
                after[used + new] += chance * ways / choices
        chances = after
    return sum(used * chance for used, chance in enumerate(chances))


def check_architecture_depth__tent_map(*, k: int) -> float:
    x = torch.arange(2**14 + 1, dtype=torch.float64) / 2**14  # every kink is one of the points
    for _ in range(k):
        x = torch.minimum(2 * x, 2 - 2 * x)
    kinks = (x.diff().diff().abs() > 1e-9).sum().item()
    return float(kinks + 1)


def _block_weights(width: int) -> int:
    with torch.device("meta"):
        attention = nn.MultiheadAttention(width, 8, bias=False)
        ffn = [nn.Linear(width, 4 * width, bias=False), nn.Linear(4 * width, width, bias=False)]
    parts = [*attention.parameters(), *(layer.weight for layer in ffn)]
    return sum(part.numel() for part in parts)


def check_architecture_width__block_parameters(*, L: int, d: int) -> float:
    return sum(_block_weights(d) for _ in range(L)) / 1e6


def check_architecture_width__equal_width(*, d: int, r: int) -> float:
    budget = _block_weights(d)
    return float(next(w for w in range(8, d + 1, 8) if r * _block_weights(w) == budget))


def check_architecture_decoder_only__loss_positions(*, T: int, m: int) -> float:
    order = torch.randperm(T, generator=torch.Generator().manual_seed(0))
    masked = torch.zeros(T, dtype=torch.bool)
    masked[order[: T * m // 100]] = True
    logits, targets = torch.zeros(T, 2), torch.zeros(T, dtype=torch.long)
    causal = functional.cross_entropy(logits, targets, reduction="none")
    only_masked = functional.cross_entropy(
        logits, targets.masked_fill(~masked, -100), reduction="none"
    )
    return (causal > 0).sum().item() / (only_masked > 0).sum().item()


def check_architecture_weight_tying__share(*, V: int, D: int, L: int) -> float:
    with torch.device("meta"):
        embedding, head = nn.Embedding(V, D), nn.Linear(D, V, bias=False)
        head.weight = embedding.weight
        block = nn.ModuleList(
            [
                *(nn.Linear(D, D, bias=False) for _ in range(4)),
                nn.Linear(D, 4 * D, bias=False),
                nn.Linear(4 * D, D, bias=False),
            ]
        )
    ends = sum(p.numel() for p in nn.ModuleList([embedding, head]).parameters())
    blocks = L * sum(p.numel() for p in block.parameters())
    return 100 * ends / (ends + blocks)


def check_architecture_weight_tying__logit_std(*, D: int, s: float) -> tuple[float, float]:
    generator = torch.Generator().manual_seed(0)
    hidden = functional.rms_norm(torch.randn(D, generator=generator), (D,))
    head = s * torch.randn(5000, D, generator=generator)
    return (head @ hidden).std().item(), 0.03


def check_architecture_counting__training_flops(*, n: int, t: int) -> float:
    # scaled down: FLOPs per parameter and token, counted in a small stack of linear layers
    layers = nn.Sequential(*(nn.Linear(16, 16, bias=False) for _ in range(3)))
    tokens = torch.randn(10, 16, requires_grad=True)  # as if there were a layer below
    with FlopCounterMode(display=False) as counter:
        layers(tokens).sum().backward()
    parameters = sum(p.numel() for p in layers.parameters())
    each = counter.get_total_flops() / (parameters * len(tokens))
    return each * (n * 1e9) * (t * 1e12) / 1e21


def check_architecture_counting__state_memory(*, n: int) -> float:
    # scaled down: bytes of the real tensors of a step of Adam, per parameter
    half = nn.Parameter(torch.randn(50, dtype=torch.float16))
    half.grad = torch.ones_like(half)
    copy = nn.Parameter(half.detach().float())
    copy.grad = half.grad.float()
    adam = torch.optim.Adam([copy])
    adam.step()
    states = [v for v in adam.state[copy].values() if v.shape == copy.shape]
    held = [half, half.grad, copy, *states]
    return sum(tensor.nbytes for tensor in held) / half.numel() * n


def check_architecture_counting__attention_share(*, T: int, d: int) -> float:
    with torch.device("meta"):
        x = torch.empty(T, d)
        projections = [torch.empty(d, d) for _ in range(4)]
        up, down = torch.empty(d, 4 * d), torch.empty(4 * d, d)
    with FlopCounterMode(display=False) as of_weights:
        q, k, v, _ = (x @ weight for weight in projections)
        _ = (x @ up) @ down
    with FlopCounterMode(display=False) as of_scores:
        _ = (q @ k.T).softmax(-1) @ v
    return 100 * of_scores.get_total_flops() / of_weights.get_total_flops()


def check_architecture_ablation__standard_errors(*, n: int, s: float, d: float) -> float:
    # two groups of n results with exactly this spread and this difference of the means
    raw = [float(i) for i in range(n)]
    centre, spread = statistics.fmean(raw), statistics.stdev(raw)
    first = [s * (r - centre) / spread for r in raw]
    second = [r + d for r in first]
    error = math.sqrt(sum(statistics.variance(group) / n for group in (first, second)))
    return (statistics.fmean(second) - statistics.fmean(first)) / error


def check_architecture_ablation__runs(*, c: int, n: int) -> float:
    sizes = {0, 1, c - 1, c}
    configurations = [
        set(kept) for size in sizes for kept in itertools.combinations(range(c), size)
    ]
    return float(sum(1 for _ in itertools.product(configurations, range(n))))
