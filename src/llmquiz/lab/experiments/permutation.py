"""Attention without positions does not know the order of its tokens.

Shuffle the input and the output is shuffled in the same way: every token sees the same set. Two
things break that: positions (here RoPE), and the causal mask, which gives each token another set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from llmquiz.lab.parts import F64, causal, heads, largest, merged, rope
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over

ABOUT = {
    "topic": "attention",
    "order": 60,
    "question": "position.why (a)",
    "title": ("Attention and the order of tokens", "注意力与 token 的顺序"),
    "claim": (
        "Self-attention without positions and mask is permutation-equivariant: shuffled tokens in, "
        "the same vectors out, shuffled.",
        "没有位置编码和掩码的自注意力具有置换等变性：打乱输入 token，输出只是以同样方式打乱。",
    ),
    "measures": (
        "Three layers on ten tokens, before and after a shuffle; largest difference of the outputs, "
        "in float64.",
        "三层注意力、十个 token，比较打乱前后的输出，取最大差异（float64）。",
    ),
}

T, D, HEADS = 10, 32, 4
CASES = {  # name -> causal, RoPE
    ("no positions, no mask", "无位置、无掩码"): (False, False),
    ("RoPE", "RoPE"): (False, True),
    ("causal mask", "因果掩码"): (True, False),
}


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    cases = list(CASES)
    runs = [{case: shuffled(seed, *CASES[case]) for case in cases} for seed in seeds]
    plain, with_rope, masked = cases
    return Found(
        claims=(
            Claim(
                ("Without positions a shuffle changes nothing", "没有位置信息，打乱不改变任何结果"),
                ("largest difference", "最大差异"), over(runs, plain), "<", 1e-9,
            ),
            Claim(
                ("RoPE makes the order matter", "加上 RoPE，顺序就有影响"),
                ("largest difference", "最大差异"), over(runs, with_rope), ">", 1e-2,
            ),
            Claim(
                ("So does a causal mask by itself", "单有因果掩码，顺序也有影响"),
                ("largest difference", "最大差异"), over(runs, masked), ">", 1e-2,
            ),
        ),
        tables=(
            Table(
                (("attention", "注意力"), ("largest difference", "最大差异")),
                tuple((case, over(runs, case)) for case in cases),
            ),
        ),
        plots=(
            Plot(
                ("Output after a shuffle", "打乱之后的输出"), ("", ""),
                ("largest difference", "最大差异"),
                (Series(("difference", "差异"), tuple(case[0] for case in cases),
                        tuple(over(runs, case) for case in cases)),),
                bars=True, log_y=True,
            ),
        ),
    )  # fmt: skip


def shuffled(seed: int, is_causal: bool, with_rope: bool) -> float:
    """How far the output of shuffled tokens is from the shuffled output."""
    torch.manual_seed(seed)
    x, order = torch.randn(T, D, dtype=F64), torch.randperm(T)
    net = network(is_causal, with_rope, layers=3)
    return largest(net(x[order]) - net(x)[order])


def network(is_causal: bool, with_rope: bool, layers: int) -> Callable[[Tensor], Tensor]:
    """Attention layers with residual connections and drawn weights."""
    weights = torch.randn(layers, 4, D, D, dtype=F64) * D**-0.5

    def forward(x: Tensor) -> Tensor:
        for w_q, w_k, w_v, w_o in weights:
            q, k, v = (heads(x @ w, HEADS) for w in (w_q, w_k, w_v))  # (H, T, d)
            if with_rope:
                q, k = (rope(u, torch.arange(len(x))) for u in (q, k))
            scores = q @ k.mT * q.shape[-1] ** -0.5
            if is_causal:
                scores = scores + causal(len(x))
            x = x + merged(scores.softmax(-1) @ v) @ w_o
        return x

    return forward
