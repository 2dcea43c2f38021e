"""Attention alone makes all tokens equal.

Each output is a mean of values, and means of means come together: without residual connections the
tokens of a deep stack become the same vector. Measured is how far the (T, D) matrix of tokens is
from one with equal rows: 0 means that all tokens are equal.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from llmquiz.lab.parts import F64, causal, heads, merged
from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, over, spread

ABOUT = {
    "topic": "block",
    "order": 130,
    "question": "architecture.depth (b)",
    "title": ("Rank collapse without residuals", "没有残差时的秩坍缩"),
    "claim": (
        "Stacked attention without residual connections makes all tokens equal after a few layers; "
        "residual connections prevent it.",
        "没有残差连接的多层注意力，几层之后所有 token 变得相同；残差连接可以避免。",
    ),
    "measures": (
        "The distance of 32 random tokens from their mean, relative to their size, through 12 "
        "layers with drawn weights.",
        "32 个随机 token 与其均值的相对距离，逐层测量，共 12 层，权重随机。",
    ),
}

LAYERS, T, D, HEADS = 12, 32, 64, 4
DEPTHS = (0, 1, 2, 4, 8, 12)
CASES = {  # parts
    ("attention only", "只有注意力"): "",
    ("causal", "因果注意力"): "causal",
    ("+ FFN", "加 FFN"): "ffn",
    ("+ norm", "加归一化"): "norm",
    ("+ residual", "加残差"): "residual",
    ("whole block", "完整的 block"): "residual norm ffn",
}


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    cases = list(CASES)
    runs = {case: [distances(seed, CASES[case]) for seed in seeds] for case in cases}

    def last(case: int) -> Spread:
        return spread(run[LAYERS] for run in runs[cases[case]])

    after = ("distance after 12 layers", "12 层之后的距离")
    return Found(
        claims=(
            Claim(("Attention alone collapses", "只有注意力会坍缩"), after, last(0), "<", 1e-6),
            Claim(("Residual connections prevent it", "残差连接可以避免坍缩"), after, last(4), ">", 0.05),
            Claim(("A causal mask only slows it down", "因果掩码只是减缓坍缩"), after, last(1), "<", 0.05),
            Claim(("A feed-forward network prevents the collapse", "前馈网络（FFN）可以防止坍缩"),
                  after, last(2), ">", 0.1, popular=True, expected=False),
            Claim(("Normalisation prevents the collapse", "归一化可以防止坍缩"),
                  after, last(3), ">", 0.1, popular=True, expected=False),
        ),
        tables=(
            Table(
                (("layers", "层数"), *cases),
                tuple((depth, *(over(runs[case], depth) for case in cases)) for depth in DEPTHS),
            ),
        ),
        plots=(
            Plot(
                ("Tokens become equal", "token 逐渐变得相同"), ("layers", "层数"),
                ("distance from their mean", "与均值的距离"),
                tuple(Series(case, DEPTHS, tuple(over(runs[case], d) for d in DEPTHS)) for case in cases),
                log_y=True,
            ),
        ),
        notes=(
            ("At random weights neither an FFN nor a norm helps; theory says that an FFN slows the "
             "collapse down, which trained weights may use.",
             "在随机权重下，FFN 和归一化都不起作用；理论认为 FFN 可以减缓坍缩，训练后的权重或许用得上。"),
        ),
    )  # fmt: skip


def distances(seed: int, parts: str) -> dict[int, float]:
    """After each number of layers: |x - mean of the tokens| / |x|."""
    torch.manual_seed(seed)
    x = torch.randn(T, D, dtype=F64)
    found = {}
    for depth in range(LAYERS + 1):
        found[depth] = float((x - x.mean(0)).norm() / x.norm())
        w_q, w_k, w_v, w_o = torch.randn(4, D, D, dtype=F64) * D**-0.5
        u = F.layer_norm(x, (D,)) if "norm" in parts else x
        q, k, v = (heads(u @ w, HEADS) for w in (w_q, w_k, w_v))
        scores = q @ k.mT * (D // HEADS) ** -0.5
        if "causal" in parts:
            scores = scores + causal(T)
        y = merged(scores.softmax(-1) @ v) @ w_o
        x = x + y if "residual" in parts else y
        if "ffn" in parts:
            up = torch.randn(D, 4 * D, dtype=F64) * (2 / D) ** 0.5
            down = torch.randn(4 * D, D, dtype=F64) * (4 * D) ** -0.5
            u = F.layer_norm(x, (D,)) if "norm" in parts else x
            y = (u @ up).relu() @ down
            x = x + y if "residual" in parts else y
    return found
