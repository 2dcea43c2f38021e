"""What the root assumes, and muP's answer.

sqrt(d_k) is right for *independent* q and k, as at the start of training. Training aligns a query
with the keys that it looks for, and then q.k is a sum of d_k terms with a mean: it grows like d_k,
not like its root. That is why muP divides by d_k.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llmquiz.lab.parts import F64, largest
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "attention",
    "order": 20,
    "question": "training.mup (b)",
    "title": ("Aligned queries and keys, and 1/d", "query 与 key 对齐时的 1/d"),
    "claim": (
        "Once q and k are aligned, scores divided by sqrt(d_k) still grow with the width; divided "
        "by d_k they do not (muP).",
        "q 与 k 对齐之后，除以 √d_k 的分数仍随宽度增长，除以 d_k 才不变（muP 的理由）。",
    ),
    "measures": (
        "The mean score of pairs k = (q + noise) / 2, for five widths, with both divisors; and "
        "whether the factor can be moved into W_q.",
        "取 k = (q + 噪声) / 2，在五种宽度下用两种除数计算平均分数；并验证该系数能否并入 W_q。",
    ),
}

WIDTHS = (16, 64, 256, 1024, 4096)


def run(seeds: Sequence[int], quick: bool) -> Found:
    pairs = 500 if quick else 2000
    scores = [{d: mean_score(seed, d, pairs) for d in WIDTHS} for seed in seeds]
    by_root = [{d: value / d**0.5 for d, value in run.items()} for run in scores]
    by_width = [{d: value / d for d, value in run.items()} for run in scores]
    grown = [run[4096] / run[16] for run in by_root]
    return Found(
        claims=(
            Claim(
                ("Divided by the root, aligned scores grow", "除以 √d_k，对齐的分数仍增长"),
                ("score at d = 4096 over d = 16 (theory: 16)", "d = 4096 与 d = 16 的分数之比（理论值 16）"),
                spread(grown), ">", 12,
            ),
            Claim(
                ("Divided by d, they stay", "除以 d，分数不变"),
                ("largest |score - 0.5|", "|分数 - 0.5| 的最大值"),
                spread(max(abs(v - 0.5) for v in run.values()) for run in by_width), "<", 0.05,
            ),
            Claim(
                ("The factor must be sqrt(d_k): nothing else computes the same",
                 "系数必须是 √d_k，换成别的就不是同一个函数"),
                ("largest difference once the factor is inside W_q", "把系数并入 W_q 后的最大差异"),
                spread(folded(seed) for seed in seeds), ">", 1e-9, popular=True, expected=False,
            ),
        ),
        tables=(
            Table(
                (("d_k", "d_k"), ("score / sqrt(d)", "分数 / √d"), ("score / d", "分数 / d")),
                tuple((d, over(by_root, d), over(by_width, d)) for d in WIDTHS),
            ),
        ),
        plots=(
            Plot(
                ("Score of an aligned pair", "对齐的一对 q、k 的分数"), ("d_k", "d_k"), ("score", "分数"),
                (
                    Series(("/ sqrt(d)", "除以 √d"), WIDTHS, tuple(over(by_root, d) for d in WIDTHS)),
                    Series(("/ d", "除以 d"), WIDTHS, tuple(over(by_width, d) for d in WIDTHS)),
                ),
                log_x=True, log_y=True,
            ),
        ),
        notes=(
            ("A constant factor can be moved into W_q exactly, so it matters through the start of "
             "training and its speed, not through what the layer can express.",
             "常数系数可以原样并入 W_q，所以它影响的是初始状态与训练快慢，而不是表达能力。"),
        ),
    )  # fmt: skip


def mean_score(seed: int, d: int, pairs: int) -> float:
    torch.manual_seed(seed)
    query = torch.randn(pairs, d)
    key = 0.5 * query + 0.5 * torch.randn(pairs, d)
    return float((query * key).sum(-1).mean())


def folded(seed: int) -> float:
    """softmax(q k^T / sqrt(d)) against the same with W_q / sqrt(d) and no factor."""
    torch.manual_seed(seed)
    x = torch.randn(9, 32, dtype=F64)
    w_q, w_k = torch.randn(2, 32, 32, dtype=F64)
    scaled = ((x @ w_q) @ (x @ w_k).T * 32**-0.5).softmax(-1)
    inside = ((x @ (w_q * 32**-0.5)) @ (x @ w_k).T).softmax(-1)
    return largest(scaled - inside)
