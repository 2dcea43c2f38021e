"""muP: the learning rate found on a small model stays right on a wide one.

With Adam every weight moves by about the learning rate, and a layer of width n adds up n such
moves: at a fixed rate a wide model changes too much. muP divides the rate of the hidden and output
matrices by the width, and starts the output smaller. Then one rate fits all widths.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, spread

ABOUT = {
    "topic": "training",
    "order": 240,
    "question": "training.mup",
    "title": ("muP: a learning rate that transfers", "muP：可迁移的学习率"),
    "claim": (
        "With the standard parametrisation the best learning rate falls with the width; with muP it "
        "stays.",
        "标准参数化下，最佳学习率随宽度下降；muP 下保持不变。",
    ),
    "measures": (
        "Networks with two hidden layers of several widths learn a random function with Adam at "
        "nine rates, in both parametrisations; the rate with the lowest loss, in powers of two.",
        "几种宽度的两隐层网络用 Adam 在九种学习率下学习随机函数，两种参数化；"
        "取损失最低的学习率，以 2 的幂表示。",
    ),
}

INPUTS, BASE = 16, 32
TASKS = 4  # for each seed
POWERS = tuple(range(-12, -3))


def run(seeds: Sequence[int], quick: bool) -> Found:
    steps, seeds = (30, seeds[:2]) if quick else (60, seeds[:3])
    widths = (BASE, 128) if quick else (BASE, 128, 256)
    wide = widths[-1]
    losses = {
        (mup, width): [losses_of(seed, width, mup, steps) for seed in seeds]
        for mup in (False, True)
        for width in widths
    }
    best = {key: spread(best_power(run) for run in runs) for key, runs in losses.items()}

    def price(mup: bool) -> Spread:
        pairs = zip(losses[mup, BASE], losses[mup, wide], strict=True)
        return spread(large[lowest(small)] / large[lowest(large)] for small, large in pairs)

    def moved(mup: bool) -> Spread:
        pairs = zip(best[mup, BASE].values, best[mup, wide].values, strict=True)
        return spread(small - large for small, large in pairs)

    moves = (f"best rate of width {BASE} over that of width {wide}, in powers of two",
             f"宽度 {BASE} 与 {wide} 的最佳学习率之比（2 的幂次）")  # fmt: skip
    by = (f"loss at width {wide} with the best rate of width {BASE}, over its own best",
          f"宽度 {wide} 使用宽度 {BASE} 的最佳学习率时的损失，与自身最佳损失之比")  # fmt: skip
    names = {False: ("standard", "标准"), True: ("muP", "muP")}
    return Found(
        claims=(
            Claim(("Standard: the best rate falls with the width", "标准参数化：最佳学习率随宽度下降"), moves, moved(False), ">", 1.2),
            Claim(("muP: the rate of the small model is right for the wide one", "muP：小模型的学习率适合宽模型"), by, price(True), "<", 1.4),
        ),
        tables=(
            Table((("width", "宽度"), ("best power, standard", "最佳幂次（标准）"), ("best power, muP", "最佳幂次（muP）")),
                  tuple((w, best[False, w], best[True, w]) for w in widths)),
        ),
        plots=tuple(
            Plot((f"{names[mup][0]} parametrisation", f"{names[mup][1]}参数化"), ("log2 of the learning rate", "学习率（以 2 为底的对数）"),
                 ("loss (cut at 1.5)", "损失（截断于 1.5）"),
                 tuple(Series((f"width {w}", f"宽度 {w}"), POWERS,
                              tuple(spread(min(run[p], 1.5) for run in losses[mup, w]) for p in POWERS)) for w in widths))
            for mup in (False, True)
        ),
    )  # fmt: skip


def lowest(losses: dict[int, float]) -> int:
    return min(POWERS, key=lambda p: losses[p])


def best_power(losses: dict[int, float]) -> float:
    """Where a parabola through the lowest loss and its neighbours is lowest."""
    at = lowest(losses)
    if at in (POWERS[0], POWERS[-1]):
        return float(at)
    left, middle, right = (min(losses[p], 10.0) for p in (at - 1, at, at + 1))
    bend = left - 2 * middle + right
    return at + (0.5 * (left - right) / bend if bend > 0 else 0.0)


def losses_of(seed: int, width: int, mup: bool, steps: int) -> dict[int, float]:
    """The loss at each rate, a mean of some tasks. All models learn at once: M = tasks * rates."""
    torch.manual_seed(seed)
    x, y = (part.repeat_interleave(len(POWERS), 0) for part in task())  # (M, 1024, .)
    rates = torch.tensor([2.0**p for p in POWERS]).repeat(TASKS)[:, None, None]  # (M, 1, 1)
    sizes = ((INPUTS, width), (width, width), (width, width), (width, 1))
    weights = [torch.randn(TASKS, *size) * (2 / size[0]) ** 0.5 for size in sizes]
    if mup:
        weights[-1] *= (BASE / width) ** 0.5
    weights = [w.repeat_interleave(len(POWERS), 0).requires_grad_() for w in weights]
    slower = [1.0, *[BASE / width if mup else 1.0] * 3]  # of all matrices that grow with the width
    means = [torch.zeros_like(w) for w in weights]
    squares = [torch.zeros_like(w) for w in weights]
    seen = []
    for step in range(steps):
        rows = slice(64 * (step % 16), 64 * (step % 16) + 64)
        h = x[:, rows]
        for w in weights[:-1]:
            h = (h @ w).relu()
        loss = (h @ weights[-1] - y[:, rows]).square().mean((1, 2))  # (M,)
        gradients = torch.autograd.grad(loss.sum(), weights)
        with torch.no_grad():  # Adam, with a rate for each model
            for w, g, m, v, factor in zip(weights, gradients, means, squares, slower, strict=True):
                m.lerp_(g, 0.1)
                v.lerp_(g.square(), 0.001)
                size = (v / (1 - 0.999 ** (step + 1))).sqrt() + 1e-8
                w.sub_(rates * factor * (m / (1 - 0.9 ** (step + 1))) / size)
        seen.append(loss.detach())
    last = torch.stack(seen[-8:]).mean(0).nan_to_num(10.0).clamp(max=10.0)
    return dict(zip(POWERS, last.view(TASKS, -1).mean(0).tolist(), strict=True))


def task() -> tuple[Tensor, Tensor]:
    """Inputs and targets of each task."""
    x = torch.randn(TASKS, 1024, INPUTS)
    y = (x @ torch.randn(TASKS, INPUTS, 32) * 0.4).tanh() @ torch.randn(TASKS, 32, 1)
    return x, (y - y.mean(1, keepdim=True)) / y.std(1, keepdim=True)
