"""Speculative sampling gives exactly the large model's distribution.

The draft proposes x from q; it is accepted with probability min(1, p(x) / q(x)), else a token is
drawn from what is missing, max(p - q, 0). Both together are p, however bad the draft. A bad draft
only costs speed: the accepted share is sum min(p, q).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from llmquiz.lab.parts import F64
from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, spread

ABOUT = {
    "topic": "inference",
    "order": 220,
    "question": "inference.speculative",
    "title": ("Speculative sampling", "投机采样"),
    "claim": (
        "Speculative sampling draws from the large model's distribution whatever the draft is; the "
        "draft decides only how often it is accepted.",
        "无论草稿模型好坏，投机采样得到的都是大模型的分布；草稿只决定接受率。",
    ),
    "measures": (
        "The distance (total variation) between drawn tokens and the target, for a near, a middling "
        "and a far draft; the accepted share against sum min(p, q).",
        "草稿分布较近、居中、较远时，抽样结果与目标分布的总变差距离；接受率与 Σ min(p, q) 的比较。",
    ),
}

VOCAB = 8
DRAFTS = {("near", "较近"): 0.3, ("middling", "居中"): 1.0, ("far", "较远"): 3.0}


def run(seeds: Sequence[int], quick: bool) -> Found:
    draws = 50000 if quick else 200000
    names = list(DRAFTS)
    runs = {name: [measure(seed, DRAFTS[name], draws) for seed in seeds] for name in names}

    def of(name: int, which: int) -> Spread:
        return spread(run[which] for run in runs[names[name]])

    return Found(
        claims=(
            Claim(("The target's distribution, even with a far draft", "草稿再差，得到的也是目标分布"),
                  ("distance of drawn tokens to the target", "抽样结果与目标分布的距离"), of(2, 0), "<", 0.015),
            Claim(("That draft really is far", "这个草稿确实差得远"),
                  ("distance of the draft to the target", "草稿与目标分布的距离"), of(2, 1), ">", 0.2),
            Claim(("The accepted share is sum min(p, q)", "接受率等于 Σ min(p, q)"),
                  ("largest |accepted - sum min(p, q)|", "|接受率 - Σ min(p, q)| 的最大值"),
                  spread(max(abs(runs[n][i][2] - runs[n][i][3]) for n in names) for i in range(len(seeds))), "<", 0.02),
            Claim(("A worse draft makes worse text", "草稿越差，生成质量越差"),
                  ("distance to the target, far minus near draft", "与目标的距离：较远草稿减较近草稿"),
                  spread(a[0] - b[0] for a, b in zip(runs[names[2]], runs[names[0]], strict=True)), ">", 0.03,
                  popular=True, expected=False),
        ),
        tables=(
            Table(
                (("draft", "草稿"), ("draft to target", "草稿到目标"), ("drawn to target", "抽样到目标"),
                 ("accepted", "接受率"), ("theory", "理论值"), ("tokens a round of 4", "每轮 4 个草稿 token 得到的 token 数")),
                tuple((name, of(i, 1), of(i, 0), of(i, 2), of(i, 3),
                       spread((1 - r[3] ** 5) / (1 - r[3]) for r in runs[name])) for i, name in enumerate(names)),
            ),
        ),
        plots=(
            Plot(("Distance to the target's distribution", "与目标分布的距离"), ("", ""), ("total variation", "总变差距离"),
                 (Series(("draft", "草稿"), tuple(n[0] for n in names), tuple(of(i, 1) for i in range(3))),
                  Series(("drawn tokens", "抽样结果"), tuple(n[0] for n in names), tuple(of(i, 0) for i in range(3)))),
                 bars=True),
        ),
    )  # fmt: skip


def measure(seed: int, noise: float, draws: int) -> tuple[float, float, float, float]:
    torch.manual_seed(seed)
    logits = 1.5 * torch.randn(VOCAB, dtype=F64)
    p = logits.softmax(-1)
    q = (logits + noise * torch.randn(VOCAB, dtype=F64)).softmax(-1)
    tokens, accepted = speculate(p, q, draws)
    frequencies = tokens.bincount(minlength=VOCAB) / draws
    theory = float(torch.minimum(p, q).sum())
    return distance(frequencies, p), distance(q, p), float(accepted.double().mean()), theory


def speculate(p: Tensor, q: Tensor, draws: int) -> tuple[Tensor, Tensor]:
    proposed = torch.multinomial(q, draws, replacement=True)
    accepted = torch.rand(draws, dtype=F64) < (p / q)[proposed]
    missing = (p - q).clamp(min=0)
    instead = torch.multinomial(missing / missing.sum(), draws, replacement=True)
    return torch.where(accepted, proposed, instead), accepted


def distance(a: Tensor, b: Tensor) -> float:
    return float((a - b).abs().sum() / 2)
