"""What the feed-forward network's width and non-linearity are for.

Two matrices without a non-linearity between them are one matrix: no width helps. With one, a wider
hidden layer fits more. A gated network (SwiGLU) has three matrices, so its hidden width is 8/3 D
instead of 4 D for the same number of parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "block",
    "order": 150,
    "question": "block.ffn",
    "title": ("FFN: width and non-linearity", "FFN 的宽度与非线性"),
    "claim": (
        "The non-linearity, not the width alone, makes the feed-forward network useful; with it, a "
        "wider one fits better, with diminishing returns.",
        "让前馈网络有用的是非线性，而不只是宽度；有了非线性，越宽拟合越好，但收益递减。",
    ),
    "measures": (
        "Networks of growing width learn the same random function of 16 inputs, a sum of "
        "cosines; the error left after training, as a share of the target's variance.",
        "不同宽度的网络学习同一个 16 维随机函数（余弦之和）；训练后剩余误差占目标方差的比例。",
    ),
}

D = 16
RATIOS = (0.5, 1, 2, 4, 8)


def run(seeds: Sequence[int], quick: bool) -> Found:
    steps = 100 if quick else 400
    keys = [*(("gelu", r) for r in RATIOS), ("linear", 8), ("swiglu", 8 / 3)]
    runs = [{key: error(seed, *key, steps) for key in keys} for seed in seeds]
    linear, gated = over(runs, ("linear", 8)), over(runs, ("swiglu", 8 / 3))
    wide = [over(runs, ("gelu", r)) for r in RATIOS]
    return Found(
        claims=(
            Claim(("Without a non-linearity, width is useless", "没有非线性，再宽也没用"),
                  ("error of a linear network 8 times as wide", "8 倍宽的线性网络的误差"),
                  linear, ">", 0.9),
            Claim(("With it, a wide network fits better", "有非线性时，越宽拟合越好"),
                  ("error at 8 D over error at D / 2", "8 D 与 D / 2 的误差之比"),
                  spread(run["gelu", 8] / run["gelu", 0.5] for run in runs), "<", 0.7),
        ),
        tables=(
            Table(
                (("network", "网络"), ("hidden / D", "隐层 / D"), ("parameters", "参数量"),
                 ("error left", "剩余误差")),
                (*(("GELU", r, size("gelu", r), w) for r, w in zip(RATIOS, wide, strict=True)),
                 ("SwiGLU", 8 / 3, size("swiglu", 8 / 3), gated),
                 (("linear", "线性"), 8.0, size("linear", 8), linear)),
            ),
        ),
        plots=(
            Plot(
                ("Width of the hidden layer", "隐层宽度"), ("hidden / D", "隐层 / D"),
                ("error left (share of variance)", "剩余误差（占方差比例）"),
                (Series(("GELU", "GELU"), RATIOS, tuple(wide)),
                 Series(("linear", "线性"), (8,), (linear,)),
                 Series(("SwiGLU", "SwiGLU"), (8 / 3,), (gated,))),
                log_x=True,
            ),
        ),
    )  # fmt: skip


class FeedForward(nn.Module):
    def __init__(self, kind: str, ratio: float) -> None:
        super().__init__()
        hidden = round(D * ratio)
        self.kind = kind
        self.gate = nn.Linear(D, hidden, bias=False) if kind == "swiglu" else None
        self.up, self.down = nn.Linear(D, hidden, bias=False), nn.Linear(hidden, D, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        hidden: Tensor = self.up(x)
        if self.gate is not None:
            hidden = F.silu(self.gate(x)) * hidden
        elif self.kind == "gelu":
            hidden = F.gelu(hidden)
        return self.down(hidden)


def size(kind: str, ratio: float) -> int:
    return sum(p.numel() for p in FeedForward(kind, ratio).parameters())


def error(seed: int, kind: str, ratio: float, steps: int) -> float:
    """What is left of the variance of a random function, on fresh inputs."""
    torch.manual_seed(seed)
    inner, outer = torch.randn(D, 32) * 0.3, torch.randn(32, D)
    mean = ((torch.randn(20000, D) @ inner).cos() @ outer).mean(0)  # no bias could learn it
    model = FeedForward(kind, ratio)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1e-2 * (1 - step / steps)
        x = torch.randn(128, D)
        loss = F.mse_loss(model(x), (x @ inner).cos() @ outer - mean)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        x = torch.randn(2000, D)
        y = (x @ inner).cos() @ outer - mean
        return float((model(x) - y).square().mean() / y.square().mean())
