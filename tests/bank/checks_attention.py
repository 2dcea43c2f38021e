"""An independent value for each numeric question, got without its formula."""

import math

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)


def check_attention_what__first_weight(*, n, a, b) -> float:
    logits = torch.full((int(n),), float(b), dtype=torch.float64)
    logits[0] = a
    return torch.softmax(logits, 0)[0].item()


def check_attention_additive__intermediate_bytes(*, n, d, b) -> float:
    # the real broadcast, on the meta device: sizes are right, nothing is stored
    dtype = {2: torch.bfloat16, 4: torch.float32}[b]
    query, key = (torch.empty(n, d, dtype=dtype, device="meta") for _ in range(2))
    return float(torch.tanh(query[:, None] + key[None]).nbytes)


def check_attention_additive__parameters(*, d, m) -> float:
    scorer = nn.Sequential(
        nn.Linear(2 * d, m, bias=False, device="meta"),  # on the concatenation of q and k
        nn.Tanh(),
        nn.Linear(m, 1, bias=False, device="meta"),
    )
    return float(sum(weight.numel() for weight in scorer.parameters()))


def check_attention_dot_product__rank(*, n, d) -> float:
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(n, 512, generator=rng, dtype=torch.float64)
    wq, wk = torch.randn(2, 512, d, generator=rng, dtype=torch.float64)
    return float(torch.linalg.matrix_rank((x @ wq) @ (x @ wk).T))


def check_attention_dot_product__score_flops(*, h, d, n) -> float:
    query, key = (torch.empty(1, h, n, d, device="meta") for _ in range(2))
    with FlopCounterMode(display=False) as counter:
        _ = query @ key.mT
    return float(counter.get_total_flops())


def check_attention_scale__variance_value(*, d, s, c) -> tuple[float, float]:
    # simulated, within 3 %: the standard error of the variance is about 0.4 % here
    rng = torch.Generator().manual_seed(0)
    query, key = torch.randn(2, 100_000, d, generator=rng) * s
    return ((query * key).sum(-1) / c).var().item(), 0.03


def check_attention_scale__aligned_logit(*, a, d) -> tuple[float, float]:
    # simulated, within 3 %; the rest r may have any distribution of mean 0
    rng = torch.Generator().manual_seed(0)
    query, rest = torch.randn(2, 40_000, d, generator=rng)
    key = a * query + 0.5 * rest
    return ((query * key).sum(-1) / math.sqrt(d)).mean().item(), 0.03


def check_attention_heads__parameter_count(*, D, h) -> float:
    layer = nn.MultiheadAttention(D, h, bias=False, device="meta")
    return float(sum(weight.numel() for weight in layer.parameters()))


def check_attention_heads__layer_flops(*, D, T) -> float:
    # counted while the layer runs on the meta device, with 8 heads: their number does not matter
    project, output = (nn.Linear(D, m * D, bias=False, device="meta") for m in (3, 1))
    x = torch.empty(1, T, D, device="meta")
    with FlopCounterMode(display=False) as counter:
        q, k, v = project(x).view(1, T, 3, 8, D // 8).permute(2, 0, 3, 1, 4)
        mixed = (q @ k.mT).softmax(-1) @ v
        output(mixed.transpose(1, 2).reshape(1, T, D))
    return float(counter.get_total_flops())


def check_attention_head_dim__score_count(*, h, T) -> float:
    query, key = (torch.empty(h, T, 64, device="meta") for _ in range(2))
    return float((query @ key.mT).numel())


def check_attention_head_dim__decoupled_parameters(*, D, h, d) -> float:
    projections = [nn.Linear(D, h * d, bias=False, device="meta") for _ in "qkv"]
    projections.append(nn.Linear(h * d, D, bias=False, device="meta"))
    return float(sum(layer.weight.numel() for layer in projections))


def check_attention_dropout__survivor(*, p, x) -> float:
    torch.manual_seed(0)
    dropped = nn.Dropout(p).train()(torch.full((1000,), float(x), dtype=torch.float64))
    return dropped.max().item()


def check_attention_dropout__row_deviation(*, n, p) -> tuple[float, float]:
    # simulated, within 3 %: the standard error of a deviation from 40,000 rows is about 0.4 %
    torch.manual_seed(0)
    rows = torch.full((40_000, n), 1 / n)
    return nn.functional.dropout(rows, p, training=True).sum(-1).std().item(), 0.03


def check_attention_bias__share(*, D) -> float:
    layer = nn.MultiheadAttention(D, 1, bias=True, device="meta")
    sizes = {name: weight.numel() for name, weight in layer.named_parameters()}
    return sum(size for name, size in sizes.items() if "bias" in name) / sum(sizes.values())


def check_attention_bias__default_bound(*, n) -> tuple[float, float]:
    # the largest of 4,000 uniform values is below the bound by 0.025 % on average
    torch.manual_seed(0)
    return nn.Linear(n, 4000).bias.abs().max().item(), 0.03
