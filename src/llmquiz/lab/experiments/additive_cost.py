"""Additive (Bahdanau) against dot-product scores.

additive   v . tanh(W q + U k): a small network, run for every pair of positions
dot        q . k: one matrix product for all pairs

Both take about n^2 d multiplications. But tanh must be applied to n x n x d numbers, which a plain
implementation writes to memory, while the matrix product only ever writes n x n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from llmquiz.lab.parts import milliseconds
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "attention",
    "order": 30,
    "question": "attention.additive",
    "title": ("Additive against dot-product scores", "加性打分与点积打分的开销"),
    "claim": (
        "Additive scores write d times as many numbers as dot-product scores, though both need "
        "about n^2 d arithmetic.",
        "加性打分与点积打分的算术量同为 n·n·d 量级，但前者写出的数值个数是后者的 d 倍。",
    ),
    "measures": (
        "The numbers that each writes for n queries and n keys of width 64, counted while it runs; "
        "and its CPU time.",
        "n 个 query 与 n 个宽 64 的 key：运行时统计各自写出的中间数值个数，并测量 CPU 时间。",
    ),
}

WIDTH = 64
Scores = Callable[..., Tensor]


def run(seeds: Sequence[int], quick: bool) -> Found:
    lengths = (32, 64, 128) if quick else (64, 128, 256, 512)
    sizes = {n: (written(additive, n), written(dot, n)) for n in lengths}
    times = [
        {(n, f.__name__): timed(seed, n, f) for n in lengths for f in (additive, dot)}
        for seed in seeds
    ]
    last = lengths[-1]
    return Found(
        claims=(
            Claim(
                ("Additive scores write many times more", "加性打分写出的数值多得多"),
                (f"numbers written, additive over dot, n = {last}", f"写出的数值个数之比，n = {last}"),
                spread([sizes[last][0] / sizes[last][1]]), ">", 20,
            ),
            Claim(
                ("They are slower here", "在这台机器上也更慢"),
                (f"CPU time, additive over dot, n = {last}", f"CPU 时间之比，n = {last}"),
                spread(t[last, "additive"] / t[last, "dot"] for t in times), ">", 2, machine=True,
            ),
        ),
        tables=(
            Table(
                (("n", "n"), ("written, additive", "写出（加性）"), ("written, dot", "写出（点积）"),
                 ("ms, additive", "毫秒（加性）"), ("ms, dot", "毫秒（点积）")),
                tuple(
                    (n, *sizes[n], over(times, (n, "additive")), over(times, (n, "dot")))
                    for n in lengths
                ),
            ),
        ),
        plots=(
            Plot(
                ("CPU time of the scores", "计算打分的 CPU 时间"), ("n", "n"), ("ms", "毫秒"),
                tuple(
                    Series(label, lengths, tuple(over(times, (n, name)) for n in lengths))
                    for name, label in (("additive", ("additive", "加性")), ("dot", ("dot product", "点积")))
                ),
                log_x=True, log_y=True,
            ),
        ),
    )  # fmt: skip


def additive(q: Tensor, k: Tensor, w: Tensor, u: Tensor, v: Tensor) -> Tensor:
    return torch.tanh((q @ w)[:, None] + (k @ u)[None]) @ v  # (n, 1, d) + (1, n, d) -> (n, n)


def dot(q: Tensor, k: Tensor, w: Tensor, u: Tensor, v: Tensor) -> Tensor:  # noqa: ARG001
    return (q @ w) @ (k @ u).T  # (n, n)


def inputs(seed: int, n: int) -> tuple[Tensor, ...]:
    torch.manual_seed(seed)
    square = (WIDTH, WIDTH)
    return (*torch.randn(2, n, WIDTH), torch.randn(square), torch.randn(square), torch.randn(WIDTH))


def written(scores: Scores, n: int) -> int:
    """How many numbers torch's operations return on the way."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Count(TorchDispatchMode):
        numbers = 0

        def __torch_dispatch__(
            self,
            func: Any,
            types: Any,
            args: Any = (),
            kwargs: Any = None,
        ) -> Any:
            out = func(*args, **(kwargs or {}))
            if not func.is_view:
                self.numbers += out.numel()
            return out

    arguments = inputs(0, n)
    with Count() as count:
        scores(*arguments)
    return count.numbers


def timed(seed: int, n: int, scores: Scores) -> float:
    arguments = inputs(seed, n)
    return milliseconds(lambda: scores(*arguments))
