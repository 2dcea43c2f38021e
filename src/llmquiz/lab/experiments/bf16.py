"""Numbers with eight bits of precision.

bfloat16 has float32's range and 8 significant bits: above 256 it skips odd integers. So sums stop
growing, positions merge, and angles of RoPE are off by radians. float16 has 11 bits and ends at
65504. Hence the rule: statistics, softmax and angles in float32, then back.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from llmquiz.lab.parts import frequencies
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, spread

ABOUT = {
    "topic": "training",
    "order": 230,
    "question": "training.numerics (b)",
    "title": ("Numerics in bfloat16", "bfloat16 的数值问题"),
    "claim": (
        "bfloat16 is too coarse for long sums, positions and RoPE angles, and an exponential without "
        "the maximum subtracted overflows even in float32.",
        "bfloat16 对长求和、位置和 RoPE 角度来说都太粗；"
        "不减去最大值的指数运算，即使在 float32 中也会溢出。",
    ),
    "measures": (
        "A running sum of ones, the largest error of RoPE angles and of a softmax computed in "
        "bfloat16, the mean square of float16 inputs, softmax with and without subtraction.",
        "逐个累加 1 的和、bfloat16 中 RoPE 角度与 softmax 的最大误差、float16 输入的均方值，"
        "以及减与不减最大值的 softmax。",
    ),
}

POSITIONS = (100, 500, 1001, 4097, 32769)


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    angles = {p: angle_error(p) for p in POSITIONS}
    halves = [softmax_error(seed) for seed in seeds]
    x = torch.tensor([90.0, 0.0])
    naive = x.exp() / x.exp().sum()
    return Found(
        claims=(
            Claim(("A running sum of ones gets stuck", "逐个累加 1 会停住"),
                  ("sum of 1000 ones in bfloat16", "bfloat16 中 1000 个 1 之和"),
                  spread([running_sum(1000)]), "<", 257),
            Claim(("RoPE angles computed in bfloat16 are off by radians", "bfloat16 计算的 RoPE 角度误差可达几弧度"),
                  ("largest error at position 1001, radians", "位置 1001 处的最大误差（弧度）"),
                  spread([angles[1001]]), ">", 0.5),
            Claim(("float16 squares overflow at 256", "float16 中 256 的平方就溢出"),
                  ("1 / mean square of a float16 vector of 300s", "一串 300 的 float16 均方值的倒数"),
                  spread([1 / float(torch.full((8,), 300.0).half().square().mean())]), "<", 1e-12),
            Claim(("exp(x) / sum exp(x) needs no care in float32", "float32 中 exp(x) / Σexp(x) 无须小心"),
                  ("share of finite results for (90, 0)", "对 (90, 0) 得到有限结果的比例"),
                  spread([float(naive.isfinite().double().mean())]), ">", 0.99, popular=True, expected=False),
            Claim(("Softmax in float32, cast back, is the better one", "用 float32 计算 softmax 再转回更准确"),
                  ("error in bfloat16 over error in float32, cast back", "bfloat16 计算与 float32 计算再转回的误差之比"),
                  spread(a / b for a, b in halves), ">", 1.5),
        ),
        tables=(
            Table((("position", "位置"), ("stored as", "存成"), ("angle error, rad", "角度误差（弧度）")),
                  tuple((p, float(torch.tensor(float(p)).bfloat16()), angles[p]) for p in POSITIONS)),
            Table((("format", "格式"), ("eps", "eps"), ("largest", "最大值")),
                  tuple((str(t).removeprefix("torch."), torch.finfo(t).eps, torch.finfo(t).max)
                        for t in (torch.float32, torch.bfloat16, torch.float16))),
        ),
        plots=(
            Plot(("Counting to 1000 by ones", "逐个数到 1000"), ("added", "加了几次"), ("sum", "和"),
                 (Series(("bfloat16", "bfloat16"), tuple(range(0, 1001, 50)),
                         tuple(spread([running_sum(n)]) for n in range(0, 1001, 50))),
                  Series(("true", "真值"), tuple(range(0, 1001, 50)),
                         tuple(spread([n]) for n in range(0, 1001, 50))))),
        ),
    )  # fmt: skip


def running_sum(count: int) -> float:
    total, one = torch.zeros((), dtype=torch.bfloat16), torch.ones((), dtype=torch.bfloat16)
    for _ in range(count):
        total = total + one
    return float(total)


def angle_error(position: int) -> float:
    """position * theta in bfloat16 against float64."""
    theta = frequencies(64)
    rough = (torch.tensor(float(position)).bfloat16() * theta.bfloat16()).double()
    return float((rough - position * theta).abs().max())


def softmax_error(seed: int) -> tuple[float, float]:
    """Step by step in bfloat16, and in float32 with one cast: largest error against float64."""
    torch.manual_seed(seed)
    scores = (torch.randn(64, 256) * 3).bfloat16()
    exact = scores.double().softmax(-1)

    def error(p: Tensor) -> float:
        return float(((p.double() - exact).abs() / exact).max())

    e = (scores - scores.amax(-1, keepdim=True)).exp()
    total = torch.zeros(64, 1, dtype=torch.bfloat16)
    for column in e.T:
        total = total + column[:, None]
    return error(e / total), error(scores.float().softmax(-1).bfloat16())
