"""RoPE: the score depends on the distance, and only for some vectors does it fall with it.

A query at position m is turned by m * theta, a key at n by n * theta; their dot product sees only
(m - n) * theta. Turning never changes a length. How the score then depends on the distance is up to
the vectors: for q = k it falls, with ups and downs; for independent ones it does not.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llmquiz.lab.parts import F64, frequencies, rope
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "position",
    "order": 70,
    "question": "position.rope (b)",
    "title": ("RoPE: shift and decay", "RoPE 的平移不变性与衰减"),
    "claim": (
        "With RoPE the score of a query and a key depends on their distance alone, at any position.",
        "使用 RoPE 时，query 与 key 的分数只取决于两者的距离，与所在位置无关。",
    ),
    "measures": (
        "The same pair at the same distance, shifted by up to 100000 positions, in float64 and "
        "float32; the score against the distance for equal and for independent vectors.",
        "同一对向量、同样距离，整体平移最多 100000 个位置（float64 与 float32）；"
        "相同向量和独立向量的分数随距离的变化。",
    ),
}

D = 64
SHIFTS = (10, 1000, 100000)
DISTANCES = (0, 1, 4, 16, 64, 256, 1024, 4096)


def run(seeds: Sequence[int], quick: bool) -> Found:
    pairs = 1000 if quick else 4000
    exact = [{s: shifted(seed, s, F64) for s in SHIFTS} for seed in seeds]
    single = [{s: shifted(seed, s, torch.float32) for s in SHIFTS} for seed in seeds]
    equal = {m: float((m * frequencies(D)).cos().mean()) for m in DISTANCES}
    independent = [{m: independent_std(seed, m, pairs) for m in DISTANCES} for seed in seeds]
    curve = (torch.arange(4096)[:, None] * frequencies(D)).cos().mean(1)
    drawn = sorted({round(1.06**i) - 1 for i in range(108)})  # evenly on a logarithmic axis
    rising = float((curve[1:] > curve[:-1]).double().mean())
    return Found(
        claims=(
            Claim(("A shift of both changes nothing", "整体平移不改变分数"),
                  ("largest change, shifts to 100000, float64", "平移至 100000 的最大变化，float64"),
                  spread(max(run.values()) for run in exact), "<", 1e-9),
            Claim(("For q = k the score falls with the distance", "q = k 时分数随距离下降"),
                  ("score at 4096 over score at 0", "距离 4096 与距离 0 的分数之比"),
                  spread([equal[4096] / equal[0]]), "<", 0.2),
            Claim(("That fall is monotone", "这种下降是单调的"),
                  ("share of steps that go up", "上升步数的比例"),
                  spread([rising]), "<", 0.01, popular=True, expected=False),
            Claim(("RoPE decays with distance in general", "RoPE 的分数总是随距离衰减"),
                  ("size of the scores of independent q, k: 4096 over 0",
                   "独立 q、k 的分数幅度之比：距离 4096 比距离 0"),
                  spread(run[4096] / run[0] for run in independent), "<", 0.8,
                  popular=True, expected=False),
        ),
        tables=(
            Table((("shift", "平移"), ("change, float64", "变化 float64"), ("float32", "float32")),
                  tuple((s, over(exact, s), over(single, s)) for s in SHIFTS)),
            Table((("distance", "距离"), ("q = k", "q = k"), ("independent (std)", "独立（标准差）")),
                  tuple((m, equal[m], over(independent, m)) for m in DISTANCES)),
        ),
        plots=(
            Plot(
                ("Scores against distance", "分数随距离的变化"), ("distance + 1", "距离 + 1"),
                ("score / score at 0", "分数 / 距离 0 的分数"),
                (
                    Series(("q = k", "q = k"), tuple(m + 1 for m in drawn),
                           tuple(spread([float(curve[m])]) for m in drawn)),
                    Series(("independent (std)", "独立（标准差）"), tuple(m + 1 for m in DISTANCES[:6]),
                           tuple(over(independent, m) for m in DISTANCES[:6])),
                ),
                log_x=True,
            ),
        ),
    )  # fmt: skip


def shifted(seed: int, shift: int, dtype: torch.dtype) -> float:
    """Change of a score at distance 3 when both positions move by `shift`."""
    torch.manual_seed(seed)
    q, k = torch.randn(2, 1, D, dtype=dtype)

    def score(m: int, n: int) -> float:
        return float((rope(q, torch.tensor([m])) * rope(k, torch.tensor([n]))).sum())

    return abs(score(5 + shift, 2 + shift) - score(5, 2))


def independent_std(seed: int, distance: int, pairs: int) -> float:
    """Of the scores of independent Gaussian pairs at a distance, over sqrt(d)."""
    torch.manual_seed(seed)
    q, k = torch.randn(2, pairs, D, dtype=F64)
    turned = rope(q, torch.full((pairs,), distance))
    return float((turned * k).sum(-1).std() / D**0.5)
