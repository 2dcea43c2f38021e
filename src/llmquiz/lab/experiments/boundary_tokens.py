"""What a beginning and an end token are for.

A bigram model learns the words a b...b c. Without an end token it has no way to stop: every
sequence goes on for ever, and no finite text has any probability. Without a beginning token it does
not know how texts begin. When texts are packed into one stream, an end token alone does both.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, over

ABOUT = {
    "topic": "tokenizer",
    "order": 170,
    "question": "tokenizer.special (b)",
    "title": ("BOS and EOS", "BOS 与 EOS"),
    "claim": (
        "A model without an end token never stops; with one it stops, and its texts have the right "
        "length.",
        "没有结束 token 的模型永远停不下来；有了它就会停，生成文本的长度也正确。",
    ),
    "measures": (
        "Bigram models of a toy language, with and without special tokens: the share of samples "
        "that end, their mean length, and the probability of all finite texts together.",
        "玩具语言的二元模型，有无特殊 token：能结束的样本比例、平均长度，以及所有有限文本的总概率。",
    ),
}

CAP = 100
Model = dict[str, Counter[str]]
CASES = {  # before and after each text
    ("BOS and EOS", "BOS 与 EOS"): ("<", ">"),
    ("packed, EOS only", "拼接，只有 EOS"): (">", ""),
    ("packed, none", "拼接，没有特殊 token"): ("", ""),
}


def run(seeds: Sequence[int], quick: bool) -> Found:
    count = 500 if quick else 2000
    runs = [{case: measure(seed, *CASES[case], count) for case in CASES} for seed in seeds]
    both, packed, none = CASES

    def of(case: tuple[str, str], fact: str) -> Spread:
        return over([run[case] for run in runs], fact)

    ended = ("share of samples that end", "能结束的样本比例")
    return Found(
        claims=(
            Claim(("With EOS, every sample ends", "有 EOS，每个样本都会结束"), ended, of(both, "ended"), ">", 0.99),
            Claim(("Without, none does", "没有 EOS，一个都不会结束"), ended, of(none, "ended"), "<", 0.01),
            Claim(("EOS alone is enough for packed texts", "文本拼接时只用 EOS 就够了"),
                  ("|mean length / true mean length - 1|", "|平均长度 / 真实平均长度 - 1|"), of(packed, "off"), "<", 0.15),
            Claim(("Without EOS finite texts have a probability of their own", "没有 EOS，有限文本也有自己的概率"),
                  ("probability of all finite texts together", "所有有限文本的总概率"), of(none, "finite"), ">", 0.01,
                  popular=True, expected=False),
        ),
        tables=(
            Table(
                (("tokens", "特殊 token"), ("ended", "结束比例"), ("mean length", "平均长度"),
                 ("true mean", "真实平均"), ("finite texts", "有限文本总概率")),
                tuple((case, *(of(case, fact) for fact in ("ended", "length", "true", "finite"))) for case in CASES),
            ),
        ),
        plots=(
            Plot(("Samples that end", "能结束的样本"), ("", ""), ended,
                 (Series(("ended", "结束比例"), tuple(c[0] for c in CASES), tuple(of(c, "ended") for c in CASES)),),
                 bars=True),
        ),
    )  # fmt: skip


def measure(seed: int, before: str, after: str, count: int) -> dict[str, float]:
    draw = random.Random(seed)
    texts = ["a" + "b" * min(20, int(draw.expovariate(0.5))) + "c" for _ in range(3000)]
    stream = "".join(before + text + after for text in texts) + before
    model: Model = defaultdict(Counter)
    for one, following in pairwise(stream):
        model[one][following] += 1
    lengths = [sampled(model, before or "a", draw) for _ in range(count)]
    ended = [length for length in lengths if length is not None]
    true = sum(map(len, texts)) / len(texts)
    mean = sum(ended) / len(ended) if ended else float(CAP)
    return {
        "ended": len(ended) / count,
        "length": mean,
        "true": true,
        "off": abs(mean / true - 1),
        "finite": finite_mass(model, before or "a"),
    }


def finite_mass(model: Model, start: str) -> float:
    """The probability of all texts of at most CAP letters, summed exactly over the bigrams."""
    at, ended = {start: 1.0}, 0.0
    for _ in range(CAP):
        following: dict[str, float] = defaultdict(float)
        for one, p in at.items():
            for letter, count in model[one].items():
                following[letter] += p * count / model[one].total()
        ended += following.pop(">", 0.0)
        at = following
    return ended


def sampled(model: Model, start: str, draw: random.Random) -> int | None:
    """How many letters come before the end, or None where none comes within CAP."""
    at = start
    for length in range(CAP):
        row = model[at]
        at = draw.choices(list(row), list(row.values()))[0]
        if at == ">":
            return length
    return None
