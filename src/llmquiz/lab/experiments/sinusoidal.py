"""Sinusoidal positions: a shift is a rotation, and left looks like right.

The encoding of position p + k is a fixed matrix times the encoding of p: each pair (sin, cos) turns
by k times its frequency. Dot products of encodings depend on the distance only, and not on its sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from llmquiz.lab.parts import F64, frequencies, largest
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "position",
    "order": 90,
    "question": "position.why (b)",
    "title": ("Sinusoidal positions", "正弦位置编码"),
    "claim": (
        "The sinusoidal encoding of p + k is a fixed linear map of that of p, and the dot product of "
        "two encodings depends on their distance only.",
        "正弦编码中，位置 p + k 的编码是 p 的编码的固定线性变换；两个编码的点积只取决于距离。",
    ),
    "measures": (
        "The error of that map at drawn positions; the change of a dot product under a shift; the "
        "difference between k to the left and k to the right.",
        "在随机位置上测量该变换的误差、点积在平移下的变化，以及向左 k 与向右 k 的差别。",
    ),
}

D = 64
DISTANCES = tuple(range(-64, 65, 4))


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    cases = [measure(seed) for seed in seeds]
    dots = {k: float(encoding(100 + k) @ encoding(100)) for k in DISTANCES}
    return Found(
        claims=(
            Claim(("A shift is a fixed rotation", "平移等于固定的旋转"),
                  ("largest error of M(k) PE(p) = PE(p + k)", "M(k) PE(p) = PE(p + k) 的最大误差"),
                  over(cases, "map"), "<", 1e-9),
            Claim(("The dot product knows only the distance", "点积只与距离有关"),
                  ("largest change under a shift", "平移造成的最大变化"), over(cases, "shift"), "<", 1e-9),
            Claim(("The dot product tells left from right", "点积能区分左右"),
                  ("difference between k to the left and to the right", "向左 k 与向右 k 的差别"),
                  over(cases, "side"), ">", 1e-6, popular=True, expected=False),
        ),
        tables=(
            Table((("quantity", "量"), ("value", "值")),
                  ((("error of the map", "变换的误差"), over(cases, "map")),
                   (("change under a shift", "平移造成的变化"), over(cases, "shift")),
                   (("left against right", "左右之差"), over(cases, "side")))),
        ),
        plots=(
            Plot(
                ("Dot product with the encoding of position 100", "与位置 100 的编码的点积"),
                ("distance", "距离"), ("dot product", "点积"),
                (Series(("dot product", "点积"), DISTANCES, tuple(spread([dots[k]]) for k in DISTANCES)),),
            ),
        ),
        notes=(
            ("Projections W_q and W_k may tell left from right; the encodings by themselves cannot.",
             "学到的 W_q、W_k 可以区分左右，编码本身做不到。"),
        ),
    )  # fmt: skip


def encoding(position: int) -> Tensor:
    """(sin, cos) of each frequency: (D,)."""
    angles = position * frequencies(D)
    return torch.stack((angles.sin(), angles.cos()), -1).flatten()


def shift_matrix(k: int) -> Tensor:
    """M(k): turns every pair by k times its frequency."""
    blocks = []
    for theta in frequencies(D):
        c, s = (k * theta).cos(), (k * theta).sin()
        blocks.append(torch.stack((torch.stack((c, s)), torch.stack((-s, c)))))
    return torch.block_diag(*blocks).to(F64)


def measure(seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    p, far = (int(v) for v in torch.randint(10, 2000, (2,)))
    k = int(torch.randint(1, 50, (1,)))
    return {
        "map": largest(shift_matrix(k) @ encoding(p) - encoding(p + k)),
        "shift": abs(float(encoding(p) @ encoding(p + k) - encoding(far) @ encoding(far + k))),
        "side": abs(float(encoding(far) @ encoding(far + k) - encoding(far) @ encoding(far - k))),
    }
