"""The residual stream: gradients that arrive, and a size that grows.

A plain deep network multiplies the gradient by a matrix at each layer. A residual network adds, so
the gradient has a path on which nothing happens to it. The price: every addition makes the stream
larger, by sqrt(1 + 2L) after L blocks, unless the output projections start smaller (GPT-2 divides
them by the square root of the number of additions).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "block",
    "order": 140,
    "question": "block.residual (b)",
    "title": ("The residual stream", "残差流"),
    "claim": (
        "Residual connections carry the gradient through any depth, while the stream grows like "
        "sqrt(1 + 2L); starting the output projections at 1/sqrt(2L) of their size stops it.",
        "残差连接让梯度穿过任意深度，而残差流按 √(1 + 2L) 增长；"
        "把输出投影的初始值乘以 1/√(2L) 就能抑制增长。",
    ),
    "measures": (
        "The gradient at the input of tanh networks with and without residual connections; the "
        "standard deviation of a stream after L blocks of two additions.",
        "有无残差的 tanh 网络在输入处的梯度；L 个 block（每个 block 两次相加）之后残差流的标准差。",
    ),
}

DEPTHS = (4, 16, 48)
D = 64


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    plain = [{n: input_gradient(seed, n, 0.0) for n in DEPTHS} for seed in seeds]
    added = [{n: input_gradient(seed, n, 1.0) for n in DEPTHS} for seed in seeds]
    grown = [{n: stream(seed, n, 1.0) for n in DEPTHS} for seed in seeds]
    tamed = [{n: stream(seed, n, (2 * n) ** -0.5) for n in DEPTHS} for seed in seeds]
    ratio = ("input gradient at 48 layers over 4 layers", "48 层与 4 层的输入梯度之比")
    return Found(
        claims=(
            Claim(("Without residuals the gradient shrinks", "没有残差，梯度衰减"), ratio,
                  spread(run[48] / run[4] for run in plain), "<", 0.6),
            Claim(("With residuals it does not", "有残差，梯度不衰减"), ratio,
                  spread(run[48] / run[4] for run in added), ">", 2),
            Claim(("The stream grows like sqrt(1 + 2L)", "残差流按 √(1 + 2L) 增长"),
                  ("largest |std / sqrt(1 + 2L) - 1|", "|标准差 / √(1 + 2L) - 1| 的最大值"),
                  spread(max(abs(run[n] / (1 + 2 * n) ** 0.5 - 1) for n in DEPTHS) for run in grown),
                  "<", 0.15),
            Claim(("Scaled output projections stop the growth", "缩小输出投影可抑制增长"),
                  ("standard deviation after 48 blocks (theory: 1.41)", "48 个 block 之后的标准差（理论值 1.41）"),
                  over(tamed, 48), "<", 1.7),
        ),
        tables=(
            Table(
                (("L", "L"), ("gradient, plain", "梯度（无残差）"), ("gradient, residual", "梯度（有残差）"),
                 ("stream", "残差流"), ("stream, scaled", "残差流（缩放）")),
                tuple((n, over(plain, n), over(added, n), over(grown, n), over(tamed, n)) for n in DEPTHS),
            ),
        ),
        plots=(
            Plot(
                ("Gradient at the input", "输入处的梯度"), ("layers", "层数"), ("gradient norm", "梯度范数"),
                (Series(("plain", "无残差"), DEPTHS, tuple(over(plain, n) for n in DEPTHS)),
                 Series(("residual", "有残差"), DEPTHS, tuple(over(added, n) for n in DEPTHS))),
                log_y=True,
            ),
            Plot(
                ("Size of the stream", "残差流的大小"), ("blocks", "block 数"), ("standard deviation", "标准差"),
                (Series(("plain start", "普通初始化"), DEPTHS, tuple(over(grown, n) for n in DEPTHS)),
                 Series(("scaled by 1/sqrt(2L)", "乘以 1/√(2L)"), DEPTHS,
                        tuple(over(tamed, n) for n in DEPTHS))),
            ),
        ),
    )  # fmt: skip


def input_gradient(seed: int, layers: int, residual: float) -> float:
    torch.manual_seed(seed)
    x = torch.randn(64, D, requires_grad=True)
    h = x
    for _ in range(layers):
        h = residual * h + torch.tanh(h @ (torch.randn(D, D) * D**-0.5))
    F.mse_loss(h, torch.randn(64, D)).backward()
    assert x.grad is not None
    return float(x.grad.norm())


def stream(seed: int, blocks: int, scale: float) -> float:
    """Standard deviation after two additions a block, each a random map of the normed stream."""
    torch.manual_seed(seed)
    x = torch.randn(256, 128)
    for _ in range(2 * blocks):
        x = x + F.layer_norm(x, (128,)) @ (torch.randn(128, 128) * 128**-0.5) * scale
    return float(x.std())
