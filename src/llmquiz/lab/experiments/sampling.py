"""Temperature, top-k, top-p, min-p: what each keeps.

Temperature divides the logits and reshapes the whole distribution. The other three cut it: top-k a
fixed number of tokens, top-p as many as a share of the probability needs, min-p those within a
factor of the best. Only the last two keep more tokens where the model is unsure.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from llmquiz.lab.parts import F64
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, spread

ABOUT = {
    "topic": "inference",
    "order": 210,
    "question": "inference.sampling",
    "title": ("Sampling: temperature and truncation", "采样：温度与截断"),
    "claim": (
        "Temperature changes the entropy without changing the order of the tokens; top-p and min-p "
        "keep more tokens when the model is unsure, top-k does not.",
        "温度改变熵而不改变 token 的次序；模型不确定时，top-p 与 min-p 会保留更多 token，top-k 不会。",
    ),
    "measures": (
        "The entropy at five temperatures, how many tokens each rule keeps of a sharp and of a flat "
        "distribution over 50 tokens, and the frequencies of tokens really drawn.",
        "五种温度下的熵；在 50 个 token 上的尖锐与平坦分布中各规则保留多少 token；实际抽样的频率。",
    ),
}

TEMPERATURES = (0.25, 0.5, 1.0, 1.5, 2.0)
VOCAB = 50


def run(seeds: Sequence[int], quick: bool) -> Found:
    draws = 20000 if quick else 100000
    logits = [drawn(seed) for seed in seeds]
    entropy_of = {t: spread(entropy((x / t).softmax(-1)) for x in logits) for t in TEMPERATURES}
    sharp = [kept((1.5 * x).softmax(-1)) for x in logits]
    flat = [kept((0.2 * x).softmax(-1)) for x in logits]
    rules = tuple(sharp[0])
    return Found(
        claims=(
            Claim(("Entropy grows with the temperature", "熵随温度升高"),
                  ("entropy at 2 minus entropy at 0.5, nats", "温度 2 与 0.5 的熵之差（nat）"),
                  spread(entropy((x / 2).softmax(-1)) - entropy((x / 0.5).softmax(-1)) for x in logits), ">", 0.5),
            Claim(("Temperature never changes the order", "温度不改变次序"),
                  ("tokens that change places between 0.25 and 2", "温度从 0.25 到 2 换了位次的 token 数"),
                  spread(moved(x) for x in logits), "<", 0.5),
            Claim(("top-p keeps more when the model is unsure", "模型不确定时 top-p 保留更多"),
                  ("tokens kept, flat over sharp", "平坦与尖锐分布保留数之比"),
                  spread(f["top-p 0.9"] / s["top-p 0.9"] for f, s in zip(flat, sharp, strict=True)), ">", 2),
            Claim(("top-k adapts to the model's confidence", "top-k 会随模型的把握程度调整"),
                  ("tokens kept, flat over sharp", "平坦与尖锐分布保留数之比"),
                  spread(f["top-k 5"] / s["top-k 5"] for f, s in zip(flat, sharp, strict=True)), ">", 1.01,
                  popular=True, expected=False),
            Claim(("Drawn tokens follow the truncated distribution", "抽出的 token 服从截断后的分布"),
                  ("total variation between frequencies and probabilities", "频率与概率的总变差距离"),
                  spread(frequency_error(x, seed, draws) for x, seed in zip(logits, seeds, strict=True)), "<", 0.03),
        ),
        tables=(
            Table((("temperature", "温度"), ("entropy, nats", "熵（nat）")),
                  tuple((t, entropy_of[t]) for t in TEMPERATURES)),
            Table((("rule", "规则"), ("kept, sharp", "保留（尖锐）"), ("kept, flat", "保留（平坦）")),
                  tuple((rule, spread(s[rule] for s in sharp), spread(f[rule] for f in flat)) for rule in rules)),
        ),
        plots=(
            Plot(("Tokens kept of 50", "50 个 token 中保留的个数"), ("", ""), ("tokens", "token 数"),
                 (Series(("sharp", "尖锐"), rules, tuple(spread(s[r] for s in sharp) for r in rules)),
                  Series(("flat", "平坦"), rules, tuple(spread(f[r] for f in flat) for r in rules))),
                 bars=True),
        ),
    )  # fmt: skip


def drawn(seed: int) -> Tensor:
    torch.manual_seed(seed)
    return 1.5 * torch.randn(VOCAB, dtype=F64)


def entropy(p: Tensor) -> float:
    return float(-(p * p.log()).sum())


def moved(logits: Tensor) -> int:
    cold, hot = ((logits / t).softmax(-1).argsort(descending=True) for t in (0.25, 2.0))
    return int((cold != hot).sum())


def nucleus(p: Tensor, share: float) -> Tensor:
    """The mask of the smallest set of likeliest tokens that holds `share` of the probability."""
    order = p.argsort(descending=True)
    before = p[order].cumsum(0) - p[order]  # subtle: a token counts if the share is not yet full
    mask = torch.zeros_like(p, dtype=torch.bool)
    mask[order[before < share]] = True
    return mask


def kept(p: Tensor) -> dict[str, int]:
    return {
        "top-k 5": 5,
        "top-p 0.9": int(nucleus(p, 0.9).sum()),
        "min-p 0.1": int((p >= 0.1 * p.max()).sum()),
    }


def frequency_error(logits: Tensor, seed: int, draws: int) -> float:
    torch.manual_seed(seed)
    p = logits.softmax(-1)
    p = p * nucleus(p, 0.9)
    p = p / p.sum()
    counts = torch.multinomial(p, draws, replacement=True).bincount(minlength=VOCAB)
    return float((counts / draws - p).abs().sum() / 2)
