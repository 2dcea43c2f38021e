"""Why scores are divided by the root of d_k.

With independent components of variance 1, q.k is a sum of d_k terms of variance 1, so its variance
is d_k. Scores that far apart make softmax nearly one-hot, and there its Jacobian diag(p) - p p^T,
through which every gradient to q and k must pass, is nearly zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, spread

ABOUT = {
    "topic": "attention",
    "order": 10,
    "question": "attention.scale (a)",
    "title": ("Softmax saturation against d_k", "softmax 饱和与 d_k"),
    "claim": (
        "Without scaling, the variance of q.k grows like d_k, softmax saturates and its gradient "
        "vanishes; dividing by sqrt(d_k) keeps all three where they were.",
        "不缩放时，q·k 的方差随 d_k 线性增长，softmax 趋于饱和、梯度消失；"
        "除以 √d_k 后三者都不随 d_k 变化。",
    ),
    "measures": (
        "Random queries, each with 64 random keys: the variance of the scores, the largest weight, "
        "and the norm of the softmax Jacobian (median, because rare ties hold the mean up).",
        "随机 query，各配 64 个随机 key：分数的方差、最大权重、softmax 雅可比矩阵的范数"
        "（取中位数，因为少数势均力敌的行会抬高均值）。",
    ),
}

WIDTHS = (4, 16, 64, 256, 1024)
KEYS = 64


def run(seeds: Sequence[int], quick: bool) -> Found:
    rows = 200 if quick else 1000
    raw = [{d: measure(seed, d, 1.0, rows) for d in WIDTHS} for seed in seeds]
    scaled = [{d: measure(seed, d, d**-0.5, rows) for d in WIDTHS} for seed in seeds]

    def of(runs: list[dict[int, tuple[float, float, float]]], d: int, which: int) -> Spread:
        return spread(run[d][which] for run in runs)

    last, first = WIDTHS[-1], WIDTHS[0]
    return Found(
        claims=(
            Claim(
                ("Unscaled, the gradient vanishes", "不缩放，梯度消失"),
                ("median Jacobian norm, d_k = 1024 over d_k = 4", "雅可比范数中位数，d_k = 1024 比 d_k = 4"),
                spread(run[last][2] / run[first][2] for run in raw), "<", 0.1,
            ),
            Claim(
                ("Scaled, it stays", "缩放后，梯度保持"),
                ("the same ratio with 1/sqrt(d_k)", "同一比值，带 1/√d_k"),
                spread(run[last][2] / run[first][2] for run in scaled), ">", 0.7,
            ),
            Claim(
                ("The variance of the scores is d_k", "分数的方差等于 d_k"),
                ("largest |variance / d_k - 1|", "|方差 / d_k - 1| 的最大值"),
                spread(max(abs(run[d][0] / d - 1) for d in WIDTHS) for run in raw), "<", 0.1,
            ),
        ),
        tables=(
            Table(
                (("d_k", "d_k"), ("Var(q.k)", "q·k 的方差"), ("max weight", "最大权重"),
                 ("gradient", "梯度"), ("max weight, scaled", "最大权重（缩放）"),
                 ("gradient, scaled", "梯度（缩放）")),
                tuple(
                    (d, of(raw, d, 0), of(raw, d, 1), of(raw, d, 2), of(scaled, d, 1),
                     of(scaled, d, 2))
                    for d in WIDTHS
                ),
            ),
        ),
        plots=(
            Plot(
                ("Gradient through softmax", "穿过 softmax 的梯度"), ("d_k", "d_k"),
                ("median Jacobian norm", "雅可比范数中位数"),
                (
                    Series(("unscaled", "不缩放"), WIDTHS, tuple(of(raw, d, 2) for d in WIDTHS)),
                    Series(("/ sqrt(d_k)", "除以 √d_k"), WIDTHS,
                           tuple(of(scaled, d, 2) for d in WIDTHS)),
                ),
                log_x=True, log_y=True,
            ),
        ),
    )  # fmt: skip


def measure(seed: int, d: int, scale: float, rows: int) -> tuple[float, float, float]:
    """Variance of the unscaled scores; mean largest weight; median Jacobian norm."""
    torch.manual_seed(seed)
    query, key = torch.randn(rows, 1, d), torch.randn(rows, KEYS, d)
    scores = (query * key).sum(-1)  # (rows, KEYS)
    p = (scores * scale).softmax(-1)
    # ||diag(p) - p p^T||^2 without the matrix: sum p^2 - 2 sum p^3 + (sum p^2)^2
    squares = p.square().sum(-1)
    norms = (squares - 2 * p.pow(3).sum(-1) + squares.square()).clamp(min=0).sqrt()
    return float(scores.var()), float(p.max(-1).values.mean()), float(norms.median())
