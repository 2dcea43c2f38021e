"""muP: the learning rate found on a small model stays right on a wide one.

With Adam every weight moves by about the learning rate, and a layer of width n adds up n such
moves: at a fixed rate a wide model changes too much. muP divides the rate of the hidden and output
matrices by the width, and starts the output smaller. Then one rate fits all widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, spread

ABOUT = {
    "topic": "training",
    "order": 240,
    "title": ("muP: a learning rate that transfers", "muP：可迁移的学习率"),
    "claim": (
        "With the standard parametrisation the best learning rate falls with the width; with muP it "
        "stays.",
        "标准参数化下，最佳学习率随宽度下降；muP 下保持不变。",
    ),
    "measures": (
        "Networks with two hidden layers of several widths learn a random function with Adam at "
        "eleven rates, in both parametrisations; the rate with the lowest loss, in powers of two.",
        "几种宽度的两隐层网络用 Adam 在十一种学习率下学习随机函数，两种参数化；"
        "取损失最低的学习率，以 2 的幂表示。",
    ),
}

INPUTS, BASE = 16, 32
POWERS = tuple(range(-13, -2))


def run(seeds: Sequence[int], quick: bool) -> Found:
    steps, seeds = (40, seeds[:2]) if quick else (80, seeds[:3])
    widths = (32, 128) if quick else (32, 128, 512)
    wide = widths[-1]
    losses = {
        (mup, width): [{p: loss(seed, width, 2.0**p, mup, steps) for p in POWERS} for seed in seeds]
        for mup in (False, True)
        for width in widths
    }
    best = {key: spread(best_power(run) for run in runs) for key, runs in losses.items()}

    def moved(mup: bool) -> Spread:
        pairs = zip(best[mup, BASE].values, best[mup, wide].values, strict=True)
        return spread(one - other for one, other in pairs)

    by = (
        f"best rate at width 32 over that at {wide}, in powers of two",
        f"宽度 32 与 {wide} 的最佳学习率之比（2 的幂次）",
    )
    names = {False: ("standard", "标准"), True: ("muP", "muP")}
    return Found(
        claims=(
            Claim(("Standard: the best rate falls with the width", "标准参数化：最佳学习率随宽度下降"), by, moved(False), ">", 1.2),
            Claim(("muP: it stays", "muP：保持不变"), by, spread(abs(v) for v in moved(True).values), "<", 1.0),
        ),
        tables=(
            Table((("width", "宽度"), ("best power, standard", "最佳幂次（标准）"), ("best power, muP", "最佳幂次（muP）")),
                  tuple((w, best[False, w], best[True, w]) for w in widths)),
        ),
        plots=tuple(
            Plot((f"{names[mup][0]} parametrisation", f"{names[mup][1]}参数化"), ("log2 of the learning rate", "学习率（以 2 为底的对数）"),
                 ("loss", "损失"),
                 tuple(Series((f"width {w}", f"宽度 {w}"), POWERS,
                              tuple(spread(min(run[p], 1.5) for run in losses[mup, w]) for p in POWERS)) for w in widths))
            for mup in (False, True)
        ),
    )  # fmt: skip


def best_power(losses: dict[int, float]) -> float:
    """Where a parabola through the lowest loss and its neighbours is lowest."""
    at = min(POWERS, key=lambda p: losses[p])
    if at in (POWERS[0], POWERS[-1]):
        return float(at)
    left, middle, right = (min(losses[p], 10.0) for p in (at - 1, at, at + 1))
    bend = left - 2 * middle + right
    return at + (0.5 * (left - right) / bend if bend > 0 else 0.0)


class Network(nn.Module):
    def __init__(self, width: int, mup: bool) -> None:
        super().__init__()
        self.first = nn.Linear(INPUTS, width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.last = nn.Linear(width, 1)
        for layer in (self.first, *self.hidden, self.last):
            fan_in = layer.weight.shape[1]
            nn.init.normal_(layer.weight, std=(2 / fan_in) ** 0.5)
            nn.init.zeros_(layer.bias)
        if mup:
            with torch.no_grad():
                self.last.weight.mul_((BASE / width) ** 0.5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        for layer in self.hidden:
            x = layer(x).relu()
        return self.last(x)


@cache
def task(seed: int) -> tuple[Tensor, Tensor]:
    """The same inputs and targets for all rates and widths."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1024, INPUTS, generator=generator)
    inner, outer = (torch.randn(*s, generator=generator) for s in ((INPUTS, 32), (32, 1)))
    y = (x @ inner * 0.4).tanh() @ outer
    return x, (y - y.mean()) / y.std()


def loss(seed: int, width: int, rate: float, mup: bool, steps: int) -> float:
    """Mean loss of the last steps, 10 where it went to infinity."""
    torch.manual_seed(seed)
    x, y = task(seed)
    model = Network(width, mup)
    wide = [*model.hidden.parameters(), model.last.weight]
    slower = rate * BASE / width if mup else rate
    matrices = [p for p in wide if p.dim() == 2]
    others = [p for p in model.parameters() if all(p is not m for m in matrices)]
    optimiser = torch.optim.Adam(
        [{"params": matrices, "lr": slower}, {"params": others, "lr": rate}], foreach=True
    )
    seen = []
    for step in range(steps):
        rows = torch.arange(64) + 64 * (step % 16)
        error = F.mse_loss(model(x[rows]), y[rows])
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        seen.append(float(error.detach()))
    last = sum(seen[-8:]) / 8
    return last if last < 10 else 10.0
