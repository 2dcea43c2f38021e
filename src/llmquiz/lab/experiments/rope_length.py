"""Longer than in training: RoPE, ALiBi, sinusoidal positions and none.

A model trained on short windows meets distances, and with them angles, that it has never seen.
ALiBi's penalty just goes on. RoPE's slow pairs turn further than ever before; stretching its base
(NTK) slows them down again, without any training.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmquiz.lab.records import Claim, Found, Plot, Series, Spread, Table, over, spread
from llmquiz.lab.tiny import HEADS, POSITIONS, D, loss_at, trained

ABOUT = {
    "topic": "position",
    "order": 80,
    "question": "position.long-context (a)",
    "title": ("Longer than trained: RoPE, ALiBi", "超出训练长度：RoPE 与 ALiBi"),
    "claim": (
        "At several times the training length RoPE gets worse while ALiBi does not; a larger base "
        "(NTK) repairs much of RoPE's loss without training.",
        "长度达到训练时的几倍后，RoPE 的损失上升而 ALiBi 不会；"
        "不经训练、仅增大 base（NTK）就能挽回 RoPE 的不少损失。",
    ),
    "measures": (
        "Tiny models with four kinds of positions, trained on windows of 24 bytes of source code, "
        "and the RoPE model once more with the larger base; "
        "the loss on unseen text in windows of 1, 2, 4 and 8 times that.",
        "四种位置方案的极小模型，在 24 字节的源代码窗口上训练，其中 RoPE 模型再换上更大的 base；"
        "再在 1、2、4、8 倍长的窗口上测量未见文本的损失。",
    ),
}

LENGTH, TIMES = 24, (1, 2, 4, 8)
NAMES = {
    "rope": ("RoPE", "RoPE"),
    "ntk": ("RoPE, NTK base", "RoPE（NTK）"),
    "alibi": ("ALiBi", "ALiBi"),
    "sinusoidal": ("sinusoidal", "正弦"),
    "none": ("none", "无"),
}


def run(seeds: Sequence[int], quick: bool) -> Found:
    runs = [losses(seed, 200 if quick else 500) for seed in (seeds[:2] if quick else seeds[:3])]
    worse = ("loss at 8 times the length minus loss at 1", "8 倍长度与 1 倍长度的损失之差")

    def growth(name: str) -> Spread:
        return spread(run[name, 8] - run[name, 1] for run in runs)

    return Found(
        claims=(
            Claim(("RoPE gets worse beyond its length", "RoPE 超出训练长度后变差"), worse,
                  growth("rope"), ">", 0.03),
            Claim(("ALiBi does not", "ALiBi 不会"), worse, growth("alibi"), "<", 0.02),
            Claim(("A larger base repairs RoPE without training", "不经训练，增大 base 就能修复 RoPE"),
                  ("loss at 8 times the length, NTK base minus plain", "8 倍长度的损失，NTK 减普通"),
                  spread(run["ntk", 8] - run["rope", 8] for run in runs), "<", -0.01),
            Claim(("RoPE reads any length, since it knows distances only",
                   "RoPE 只看距离，所以任何长度都没问题"), worse, growth("rope"), "<", 0.02,
                  popular=True, expected=False),
        ),
        tables=(
            Table(
                (("positions", "位置方案"), *((f"x {t}", f"{t} 倍") for t in TIMES)),
                tuple((label, *(over(runs, (name, t)) for t in TIMES)) for name, label in NAMES.items()),
                ("Nats a byte on unseen text", "未见文本上每字节的 nat"),
            ),
        ),
        plots=(
            Plot(("Loss beyond the training length", "超出训练长度后的损失"),
                 ("length / training length", "长度 / 训练长度"), ("nats a byte", "每字节 nat"),
                 tuple(Series(label, TIMES, tuple(over(runs, (name, t)) for t in TIMES))
                       for name, label in NAMES.items()),
                 log_x=True),
        ),
    )  # fmt: skip


def losses(seed: int, steps: int) -> dict[tuple[str, int], float]:
    found = {}
    for positions in POSITIONS:
        model = trained(seed, positions, LENGTH, steps)
        for times in TIMES:
            found[positions, times] = loss_at(model, LENGTH * times)
        if positions == "rope":
            width = D // HEADS
            for times in TIMES:  # the slowest pair then turns as far as it did in training
                model.base = 10000.0 * times ** (width / (width - 2))
                found["ntk", times] = loss_at(model, LENGTH * times)
    return found
