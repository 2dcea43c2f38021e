"""Dropout on attention weights: what it keeps, what it does not, and where eval() does not reach.

Inverted dropout divides what it keeps by 1 - p, so that the expectation stays. A row of weights
then sums to one only on average. The module nn.Dropout stops in eval mode; the argument dropout_p
of F.scaled_dot_product_attention is just a number and does not know about eval mode.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "attention",
    "order": 50,
    "question": "attention.dropout",
    "title": ("Dropout on attention weights", "注意力权重上的 dropout"),
    "claim": (
        "Dropout keeps the expectation of the output, not the sum of a row of weights, and "
        "dropout_p of F.scaled_dot_product_attention also acts in eval mode.",
        "dropout 保持输出的期望，但不保持权重之和为 1；"
        "F.scaled_dot_product_attention 的 dropout_p 在 eval 模式下照样生效。",
    ),
    "measures": (
        "Weights of 32 tokens dropped many times: the error of the mean output, the sums of the "
        "rows, the mean behind a ReLU; outputs of modules in eval mode.",
        "对 32 个 token 的权重反复做 dropout：平均输出的误差、各行之和、ReLU 之后的均值；"
        "以及各模块在 eval 模式下的输出。",
    ),
}

RATES = (0.05, 0.1, 0.2, 0.3, 0.5)
T, WIDTH = 32, 16


def run(seeds: Sequence[int], quick: bool) -> Found:
    times = 2000 if quick else 10000
    runs = [{p: dropped(seed, p, times) for p in RATES} for seed in seeds]
    errors = [{p: run[p][0] for p in RATES} for run in runs]
    sums = [{p: run[p][1] for p in RATES} for run in runs]
    return Found(
        claims=(
            Claim(
                ("The mean of many dropped outputs is the output", "多次 dropout 的平均等于原输出"),
                ("largest error of the mean, p = 0.1", "平均值的最大误差，p = 0.1"),
                over(errors, 0.1), "<", 0.05,
            ),
            Claim(
                ("A row of dropped weights still sums to one", "dropout 之后每行权重之和仍为 1"),
                ("standard deviation of the row sums, p = 0.1", "行和的标准差，p = 0.1"),
                over(sums, 0.1), "<", 0.01, popular=True, expected=False,
            ),
            Claim(
                ("eval() turns all dropout off", "调用 eval() 就关掉了所有 dropout"),
                ("difference in eval mode with dropout_p = 0.1", "eval 模式下 dropout_p = 0.1 造成的差异"),
                spread(functional_in_eval(seed) for seed in seeds), "<", 1e-6,
                popular=True, expected=False,
            ),
            Claim(
                ("nn.Dropout does nothing in eval mode", "nn.Dropout 在 eval 模式下不起作用"),
                ("difference in eval mode", "eval 模式下的差异"),
                spread(module_in_eval(seed) for seed in seeds), "<", 1e-12,
            ),
            Claim(
                ("The expectation survives a ReLU", "经过 ReLU 之后期望仍不变"),
                ("E[relu(dropped sum)] / E[relu(sum)], p = 0.5", "E[relu(dropout 之和)] / E[relu(和)]，p = 0.5"),
                spread(behind_relu(seed) for seed in seeds), "<", 1.1, popular=True, expected=False,
            ),
        ),
        tables=(
            Table(
                (("p", "p"), ("error of the mean", "平均值误差"), ("std of row sums", "行和标准差")),
                tuple((p, over(errors, p), over(sums, p)) for p in RATES),
            ),
        ),
        plots=(
            Plot(
                ("Rows no longer sum to one", "每行之和不再是 1"), ("p", "p"),
                ("std of the row sums", "行和的标准差"),
                (Series(("row sums", "行和"), RATES, tuple(over(sums, p) for p in RATES)),),
            ),
        ),
    )  # fmt: skip


def dropped(seed: int, p: float, times: int) -> tuple[float, float]:
    """Error of the mean output over `times` draws; standard deviation of the row sums."""
    torch.manual_seed(seed)
    weights, values = torch.randn(T, T).softmax(-1), torch.randn(T, WIDTH)
    total, sums = torch.zeros(T, WIDTH), []
    for _ in range(times // 50):
        draw = F.dropout(weights.expand(50, T, T), p)
        total += (draw @ values).sum(0)
        sums.append(draw.sum(-1))
    return float((total / times - weights @ values).abs().max()), float(torch.cat(sums).std())


def functional_in_eval(seed: int) -> float:
    """A module that passes dropout_p on without asking self.training."""

    class Careless(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return F.scaled_dot_product_attention(x, x, x, dropout_p=0.1)

    torch.manual_seed(seed)
    x = torch.randn(1, 1, T, WIDTH)
    return float((Careless().eval()(x) - F.scaled_dot_product_attention(x, x, x)).abs().max())


def module_in_eval(seed: int) -> float:
    torch.manual_seed(seed)
    x = torch.randn(T, WIDTH)
    return float((nn.Dropout(0.5).eval()(x) - x).abs().max())


def behind_relu(seed: int) -> float:
    torch.manual_seed(seed)
    x = torch.randn(20000, 8)
    return float(F.dropout(x, 0.5).sum(1).relu().mean() / x.sum(1).relu().mean())
