"""What grows with the square of the length, and what does not.

The scores and the weighted mean take 4 T^2 D FLOPs a layer, the projections and the FFN 24 T D^2.
They are equal at T = 6 D: below, the part linear in T costs more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from llmquiz.lab.parts import milliseconds
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "attention",
    "order": 65,
    "question": "attention.limits (a)",
    "title": ("Quadratic cost", "平方级开销"),
    "claim": (
        "Doubling the length doubles the FLOPs of projections and FFN and quadruples those of "
        "scores and mean; the two meet at T = 6 D.",
        "长度加倍，投影与 FFN 的 FLOPs 加倍，而打分与加权求和的 FLOPs 变为四倍；"
        "两者在 T = 6D 处相等。",
    ),
    "measures": (
        "Counted FLOPs of one layer at growing lengths (D = 64), the bytes of its scores, and its "
        "CPU time.",
        "长度递增时一层的 FLOPs（D = 64）、分数占用的字节数与 CPU 时间。",
    ),
}

D, HEADS = 64, 4
Part = Callable[[Tensor], Tensor]


def run(seeds: Sequence[int], quick: bool) -> Found:
    lengths = (96, 192, 384, 768) if quick else (96, 192, 384, 768, 1536)
    quadratic = {t: flops(core, t) for t in lengths}
    linear = {t: flops(projections, t) for t in lengths}
    times = [
        {(f.__name__, t): timed(seed, f, t) for f in (core, projections) for t in lengths}
        for seed in seeds
    ]
    last, before = lengths[-1], lengths[-2]
    growth = (f"FLOPs at T = {last} over T = {before}", f"T = {last} 与 T = {before} 的 FLOPs 之比")
    time_growth = (
        f"CPU time at T = {last} over T = {before}",
        f"T = {last} 与 T = {before} 的 CPU 时间之比",
    )
    return Found(
        claims=(
            Claim(("Scores and mean grow fourfold", "打分与求和变为四倍"), growth,
                  spread([quadratic[last] / quadratic[before]]), ">", 3.99),
            Claim(("Projections and FFN grow twofold", "投影与 FFN 变为两倍"), growth,
                  spread([linear[last] / linear[before]]), "<", 2.01),
            Claim(("They meet at T = 6 D", "两者在 T = 6D 处相等"),
                  (f"|FLOPs of scores over the rest - 1| at T = {6 * D}", f"T = {6 * D} 时两部分 FLOPs 之比减 1 的绝对值"),
                  spread([abs(quadratic[6 * D] / linear[6 * D] - 1)]), "<", 0.01),
            Claim(("Time follows on this machine", "在这台机器上，时间也是如此"), time_growth,
                  spread(t["core", last] / t["core", before] for t in times), ">", 2.5, machine=True),
        ),
        tables=(
            Table(
                (("T", "T"), ("FLOPs, scores", "FLOPs 打分"), ("FLOPs, rest", "FLOPs 其余"),
                 ("score bytes", "分数字节数"), ("ms, scores", "毫秒 打分"), ("ms, rest", "毫秒 其余")),
                tuple(
                    (t, quadratic[t], linear[t], 4 * HEADS * t * t, over(times, ("core", t)),
                     over(times, ("projections", t)))
                    for t in lengths
                ),
            ),
        ),
        plots=(
            Plot(
                ("FLOPs of one layer", "一层的 FLOPs"), ("T", "T"), ("FLOPs", "FLOPs"),
                (Series(("scores and mean", "打分与求和"), lengths, tuple(spread([quadratic[t]]) for t in lengths)),
                 Series(("projections and FFN", "投影与 FFN"), lengths, tuple(spread([linear[t]]) for t in lengths))),
                log_x=True, log_y=True,
            ),
        ),
    )  # fmt: skip


def core(x: Tensor) -> Tensor:
    """Scores, softmax and weighted mean, all heads: 4 T^2 D FLOPs."""
    q = x.unflatten(-1, (HEADS, -1)).transpose(0, 1)  # (H, T, d); values do not matter here
    return (q @ q.mT * 0.25).softmax(-1) @ q


def projections(x: Tensor) -> Tensor:
    """Query, key, value and output projections, and an FFN of 4 D: 24 T D^2 FLOPs."""
    w = x.new_ones(D, D)
    return ((x @ w) + (x @ w) + (x @ w)) @ w @ x.new_ones(D, 4 * D) @ x.new_ones(4 * D, D)


def flops(part: Part, length: int) -> int:
    with FlopCounterMode(display=False) as counter:
        part(torch.ones(length, D))
    return counter.get_total_flops()


def timed(seed: int, part: Part, length: int) -> float:
    torch.manual_seed(seed)
    x = torch.randn(length, D)
    return milliseconds(lambda: part(x))
