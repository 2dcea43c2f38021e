"""More heads, the same model width: what changes and what does not.

Each head has d = D / H features. The projections are four D x D matrices and the scores take
H * T^2 * d = T^2 * D multiplications, whatever H is. What does change is the rank of a head's
scores, at most d, and the number of scores, H * T^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from llmquiz.lab.parts import F64, milliseconds
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "multihead",
    "order": 40,
    "question": "attention.heads",
    "title": ("Heads: parameters, FLOPs and rank", "head 数与参数量、FLOPs、秩"),
    "claim": (
        "At a fixed model width, the number of heads changes neither parameters nor FLOPs; it "
        "limits the rank of each head's scores to d_model / heads.",
        "d_model 固定时，head 数既不改变参数量也不改变 FLOPs，"
        "但每个 head 的分数矩阵的秩不超过 d_model / head 数。",
    ),
    "measures": (
        "Counted parameters and FLOPs of one attention layer; the rank of the score matrix of one "
        "head, and how well its rank can imitate a random pattern.",
        "统计一层注意力的参数量与 FLOPs；测量单个 head 分数矩阵的秩，"
        "以及这个秩对随机模式的最佳逼近误差。",
    ),
}

D = 256
HEADS = (1, 2, 4, 8, 16, 32, 64)


def run(seeds: Sequence[int], quick: bool) -> Found:
    length = 64 if quick else 128
    layers = {h: Attention(h) for h in HEADS}
    flops = {h: counted(layer, length) for h, layer in layers.items()}
    parameters = {h: sum(p.numel() for p in layer.parameters()) for h, layer in layers.items()}
    times = {h: milliseconds(partial(layers[h], torch.ones(length, D))) for h in HEADS}
    ranks = [{h: rank(seed, h) for h in HEADS} for seed in seeds]
    errors = [{h: misfit(seed, D // h) for h in HEADS} for seed in seeds]
    return Found(
        claims=(
            Claim(
                ("Parameters do not depend on the heads", "参数量与 head 数无关"),
                ("most over fewest parameters", "参数量最大值与最小值之比"),
                spread([max(parameters.values()) / min(parameters.values())]), "<", 1.0001,
            ),
            Claim(
                ("More heads need more FLOPs", "head 越多，FLOPs 越多"),
                ("FLOPs of 64 heads over 1 head", "64 个 head 与 1 个 head 的 FLOPs 之比"),
                spread([flops[64] / flops[1]]), ">", 1.0001, popular=True, expected=False,
            ),
            Claim(
                ("The rank of a head's scores is its width", "head 分数矩阵的秩等于 head 宽度"),
                ("largest |rank - d_model / heads|", "|秩 - d_model / head 数| 的最大值"),
                spread(max(abs(run[h] - D // h) for h in HEADS) for run in ranks), "<", 0.5,
            ),
            Claim(
                ("A narrow head fits an arbitrary pattern worse", "窄 head 难以拟合任意模式"),
                ("relative error of the best fit, width 4", "最佳逼近的相对误差，宽度 4"),
                over(errors, 64), ">", 0.8,
            ),
        ),
        tables=(
            Table(
                (("heads", "head 数"), ("width", "宽度"), ("parameters", "参数量"), ("FLOPs", "FLOPs"),
                 ("scores", "分数个数"), ("rank", "秩"), ("misfit", "逼近误差"), ("ms", "毫秒")),
                tuple(
                    (h, D // h, parameters[h], flops[h], h * length**2, over(ranks, h),
                     over(errors, h), times[h])
                    for h in HEADS
                ),
            ),
        ),
        plots=(
            Plot(
                ("What a head can express", "单个 head 的表达能力"), ("heads", "head 数"),
                ("relative error of the best fit", "最佳逼近的相对误差"),
                (Series(("misfit", "逼近误差"), HEADS, tuple(over(errors, h) for h in HEADS)),),
                log_x=True,
            ),
        ),
        notes=(
            ("Time does grow with many narrow heads, because there are heads x T x T scores for "
             "softmax and small matrix products are slow: that depends on the machine.",
             "head 很多很窄时确实会变慢：softmax 要处理 head 数 × T × T 个分数，"
             "小矩阵乘法效率也低；具体取决于机器。"),
        ),
    )  # fmt: skip


class Attention(nn.Module):
    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(D, 3 * D, bias=False), nn.Linear(D, D, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(1, 2, 0, 3)  # (H, T, d)
        weights = (q @ k.mT * q.shape[-1] ** -0.5).softmax(-1)
        return self.out((weights @ v).transpose(0, 1).flatten(1))


def counted(layer: nn.Module, length: int) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        layer(torch.ones(length, D))
    return counter.get_total_flops()


def rank(seed: int, heads: int) -> int:
    """Of x W_q (x W_k)^T for one head, on D tokens."""
    torch.manual_seed(seed)
    x = torch.randn(D, D, dtype=F64)
    w_q, w_k = torch.randn(2, D, D // heads, dtype=F64)
    return int(torch.linalg.matrix_rank((x @ w_q) @ (x @ w_k).T))


def misfit(seed: int, width: int) -> float:
    """Relative error of the best matrix of rank `width` for a random D x D pattern."""
    torch.manual_seed(seed)
    values = torch.linalg.svdvals(torch.randn(D, D, dtype=F64))
    return float(values[width:].norm() / values.norm())
