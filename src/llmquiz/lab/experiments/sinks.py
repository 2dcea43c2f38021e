"""Attention sinks: a row of softmax must put its weight somewhere.

Even where no key fits, the weights of a row sum to one. Large models learn to leave them with the
first token, whose value they make small. A softmax with one more, empty place can attend to
nothing. Whether sinks appear depends on size and training: a tiny model shows none.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread
from llmquiz.lab.tiny import trained, windows

ABOUT = {
    "topic": "attention",
    "order": 67,
    "question": "attention.sink",
    "title": ("Attention sinks", "注意力汇聚（attention sink）"),
    "claim": (
        "The weights of a softmax row sum to one even where no key fits; with one more empty place "
        "they need not.",
        "即使没有合适的 key，softmax 每行权重之和也是 1；多加一个空位后就不必如此。",
    ),
    "measures": (
        "The weight that 32 keys with scores near -8 get, with both kinds of softmax; and the "
        "weight on the first token in a tiny trained model, over what even attention gives.",
        "32 个分数约为 -8 的 key 在两种 softmax 下得到的总权重；"
        "以及训练好的极小模型中首个 token 的权重与均匀注意力之比。",
    ),
}

KEYS, LENGTH = 32, 32


def run(seeds: Sequence[int], quick: bool) -> Found:
    masses = [mass(seed) for seed in seeds]
    trained_seeds = seeds[:2] if quick else seeds[:3]
    shares = [first_token(seed, 150 if quick else 400) for seed in trained_seeds]
    heads = tuple(shares[0])
    return Found(
        claims=(
            Claim(("Softmax cannot attend to nothing", "softmax 无法什么都不关注"),
                  ("total weight where no key fits", "没有合适 key 时的总权重"), over(masses, "softmax"), ">", 0.999),
            Claim(("With an empty place it can", "加一个空位就可以"),
                  ("total weight where no key fits", "没有合适 key 时的总权重"), over(masses, "plus one"), "<", 0.1),
            Claim(("Every trained model has sinks at its first token", "训练好的模型都会把注意力汇聚到首个 token"),
                  ("weight of the first token over an even share, mean over heads", "首个 token 的权重与均匀份额之比（各 head 平均）"),
                  spread(sum(s.values()) / len(s) for s in shares), ">", 2, popular=True, expected=False),
        ),
        tables=(
            Table((("softmax", "softmax"), ("total weight", "总权重")),
                  ((("ordinary", "普通"), over(masses, "softmax")),
                   (("with an empty place", "带空位"), over(masses, "plus one")))),
            Table((("layer/head", "层/head"), ("weight of the first token / even share", "首个 token 的权重 / 均匀份额")),
                  tuple((head, over(shares, head)) for head in heads),
                  ("In a tiny trained model", "训练好的极小模型")),
        ),
        plots=(
            Plot(("First token in a tiny trained model", "训练好的极小模型中的首个 token"),
                 ("layer/head", "层/head"), ("weight / even share", "权重 / 均匀份额"),
                 (Series(("first token", "首个 token"), heads, tuple(over(shares, h) for h in heads)),), bars=True),
        ),
        notes=(
            ("Sinks are a habit of large models trained for long. That a tiny one shows none neither "
             "proves nor refutes them there.",
             "attention sink 是训练充分的大模型的现象；极小模型中看不到，并不说明大模型里没有。"),
        ),
    )  # fmt: skip


def mass(seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    scores = -8 + 0.1 * torch.randn(1000, KEYS)
    e = scores.exp()
    return {
        "softmax": float(scores.softmax(-1).sum(-1).mean()),
        "plus one": float((e / (1 + e.sum(-1, keepdim=True))).sum(-1).mean()),
    }


def first_token(seed: int, steps: int) -> dict[str, float]:
    """For each head: the mean weight of token 0, over that of even attention, for later queries."""
    model = trained(seed, "rope", LENGTH, steps)
    with torch.no_grad():
        model(windows(True, 64, LENGTH, torch.Generator().manual_seed(7))[:, :-1])
    even = 1 / torch.arange(1, LENGTH + 1)
    found: dict[str, float] = {}
    for layer, weights in enumerate(model.weights, start=1):
        ratio = (weights[:, :, 8:, 0] / even[8:]).mean((0, 2))  # (B, H, T, T) -> (H,)
        found |= {f"{layer}/{head}": float(r) for head, r in enumerate(ratio, start=1)}
    return found
