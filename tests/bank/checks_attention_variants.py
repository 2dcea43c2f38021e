"""An independent value for each numeric question, got without its formula."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)
META = torch.device("meta")


def check_attention_variants__gqa_parameters(*, D: int, H: int, G: int, dh: int) -> float:
    """Count the parameters of built linear layers."""
    widths = [(D, H * dh), (D, G * dh), (D, G * dh), (H * dh, D)]
    layer = nn.ModuleList(nn.Linear(i, o, bias=False, device=META) for i, o in widths)
    return float(sum(p.numel() for p in layer.parameters()))


def _block_flops(length: int, width: int, ratio: int) -> tuple[int, int]:
    """Measured FLOPs of (scores and mixing, linear layers) for one sequence."""
    x = torch.empty(length, width, device=META)
    square = [nn.Linear(width, width, bias=False, device=META) for _ in range(4)]
    up = nn.Linear(width, ratio * width, bias=False, device=META)
    down = nn.Linear(ratio * width, width, bias=False, device=META)
    with FlopCounterMode(display=False) as core:
        (x @ x.T) @ x
    with FlopCounterMode(display=False) as linear:
        for projection in square:
            projection(x)
        down(F.gelu(up(x)))
    return core.get_total_flops(), linear.get_total_flops()


def check_attention_limits__crossover(*, D: int, r: int) -> float:
    """Find by bisection the length at which the measured FLOPs meet."""
    low, high = 1, 1 << 20
    while low < high:
        middle = (low + high) // 2
        core, linear = _block_flops(middle, D, r)
        if core < linear:
            low = middle + 1
        else:
            high = middle
    core, linear = _block_flops(low, D, r)
    assert core == linear
    return float(low)


def check_attention_limits__dilution(*, n: int, p: float) -> float:
    """Find by bisection the lead at which softmax gives one key the weight p."""
    logits = torch.full((n,), -1.5, dtype=torch.float64)
    low, high = 0.0, 60.0
    for _ in range(60):
        lead = (low + high) / 2
        logits[n // 2] = -1.5 + lead
        if torch.softmax(logits, 0)[n // 2] < p:
            low = lead
        else:
            high = lead
    return low


def check_attention_flash__merge(*, m1: float, l1: int, m2: float, l2: int) -> float:
    """Blocks of equal logits: l copies of m have maximum m and sum l."""
    row = torch.tensor([m1] * l1 + [m2] * l2, dtype=torch.float64)
    return float((torch.logsumexp(row, 0) - row.max()).exp())


def check_attention_flash__score_bytes(*, H: int, T: int) -> float:
    query = torch.empty(1, H, T, 128, dtype=torch.float16, device=META)
    scores = query @ query.mT
    return scores.numel() * scores.element_size() / 1024**3


def _window(length: int, w: int) -> Tensor:
    """True where position i (row) may see position j (column)."""
    distance = torch.arange(length)[:, None] - torch.arange(length)
    return (distance >= 0) & (distance < w)


def check_attention_sliding_window__pairs(*, T: int, w: int) -> float:
    return float(_window(T, w).sum())


def check_attention_sliding_window__reach(*, L: int, w: int) -> float:
    """Pass reachability through the layers and look how far the last token sees."""
    length = L * w + 10
    mask = _window(length, w).double()
    reached = torch.eye(length, dtype=torch.float64)
    for _ in range(L):
        reached = ((mask @ reached) > 0).double()
    oldest = int(reached[-1].nonzero()[0])
    return float(length - 1 - oldest)


def check_attention_sliding_window__cache_share(*, n: int, w: int, T: int) -> float:
    """Entries of real key and value tensors, one head of size 64."""
    local = sum(2 * torch.empty(w, 64, device=META).numel() for _ in range(n))
    full = 2 * torch.empty(T, 64, device=META).numel()
    return (local + full) / (full * (n + 1))


def check_attention_sink__mass(*, n: int, x: float, s: float) -> float:
    """Softmax with one more slot, which holds the sink logit and has no value."""
    logits = torch.cat([torch.tensor([float(s)]), torch.full((n,), float(x))]).double()
    return float(torch.softmax(logits, 0)[1:].sum())


def check_attention_qk_norm__bound(*, d: int, a: float, b: float) -> float:
    """The largest logit is reached by parallel vectors; others stay below."""
    torch.manual_seed(0)
    query = a * F.rms_norm(torch.randn(1000, d, dtype=torch.float64), (d,))
    key = b * F.rms_norm(torch.randn(1000, d, dtype=torch.float64), (d,))
    largest = float((query[0] @ (query[0] * b / a)) / math.sqrt(d))
    assert float((query @ key.T).abs().max()) / math.sqrt(d) <= largest
    return largest


def check_attention_qk_norm__cosine_weight(*, s: float, n: int) -> float:
    """One key along the query, all others opposite, everything of length 1."""
    query = F.normalize(torch.arange(1.0, 33.0, dtype=torch.float64), dim=0)
    keys = -query.repeat(n, 1)
    keys[0] = query
    return float(torch.softmax(s * (keys @ query), 0)[0])


def check_attention_softcap__slope(*, x: float, c: float) -> float:
    value = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    (c * torch.tanh(value / c)).backward()
    return float(value.grad)


def check_attention_softcap__two_tokens(*, a: float, b: float, c: float) -> float:
    logits = torch.tensor([a, b], dtype=torch.float64)
    return float(torch.softmax(c * torch.tanh(logits / c), 0)[0])


def check_attention_linear__cache_ratio(*, T: int, d: int) -> float:
    key = torch.empty(T, d, device=META)
    value = torch.empty(T, d, device=META)
    state = key.T @ value
    normaliser = key.sum(0)
    return (key.numel() + value.numel()) / (state.numel() + normaliser.numel())


def check_attention_linear__flops_ratio(*, T: int, d: int) -> float:
    q, k, v = (torch.empty(T, d, device=META) for _ in range(3))
    with FlopCounterMode(display=False) as left:
        (q @ k.T) @ v
    with FlopCounterMode(display=False) as right:
        q @ (k.T @ v)
    return left.get_total_flops() / right.get_total_flops()


def check_attention_linear__interference(*, n: int, d: int) -> tuple[float, float]:
    """Simulate: store n pairs, read with the first key, measure the noise."""
    torch.manual_seed(1)
    total, trials, width = 0.0, 1500, 16
    for _ in range(2):
        keys = F.normalize(torch.randn(trials, n, d), dim=-1)
        values = torch.randn(trials, n, width)
        state = keys.mT @ values
        read = (keys[:, :1] @ state)[:, 0]
        total += float((read - values[:, 0]).var(correction=0)) / 2
    return total, 0.03
