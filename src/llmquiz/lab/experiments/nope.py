"""NoPE: a causal decoder knows the order without positions, from the second layer on.

One causal layer sees, at the last token, a set: shuffle the past and nothing changes. But that
layer writes into every earlier token what *it* has seen, and those sets differ. The second layer
reads them, and so the order. A first layer that attends evenly even counts: the share of a beginning
token in the mean is 1 / position.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llmquiz.lab.experiments.permutation import D, network
from llmquiz.lab.parts import F64, largest
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "position",
    "order": 100,
    "question": "position.why (a)",
    "title": ("NoPE: order from the causal mask", "NoPE：因果掩码带来的顺序信息"),
    "claim": (
        "A decoder without positions is blind to the order of the past with one layer, not with two "
        "or more.",
        "没有位置编码的解码器，一层时看不到过去 token 的顺序，两层起就能看到。",
    ),
    "measures": (
        "How much the last token's output changes when the tokens before it are shuffled, for one "
        "to four causal layers; and how exactly an even mean tells the position.",
        "打乱前面的 token 后，最后一个 token 的输出变化多少（一到四层因果注意力）；"
        "以及均匀注意力能多准确地给出位置。",
    ),
}

T = 12
LAYERS = (1, 2, 3, 4)


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    runs = [{n: past_shuffled(seed, n) for n in LAYERS} for seed in seeds]
    return Found(
        claims=(
            Claim(("One causal layer is blind to order", "一层因果注意力看不到顺序"),
                  ("change of the last output", "最后输出的变化"), over(runs, 1), "<", 1e-9),
            Claim(("Two layers see it", "两层就能看到"),
                  ("change of the last output", "最后输出的变化"), over(runs, 2), ">", 1e-2),
            Claim(("A decoder cannot know positions without a position encoding",
                   "没有位置编码，解码器就无法知道位置"),
                  ("largest error of the position read from an even mean", "由均匀平均读出的位置的最大误差"),
                  spread(counted(seed) for seed in seeds), ">", 1e-6, popular=True, expected=False),
        ),
        tables=(
            Table((("layers", "层数"), ("change when the past is shuffled", "打乱过去后的变化")),
                  tuple((n, over(runs, n)) for n in LAYERS)),
        ),
        plots=(
            Plot(("Last output after a shuffle of the past", "打乱过去之后最后一个输出的变化"),
                 ("causal layers", "因果注意力层数"), ("largest change", "最大变化"),
                 (Series(("change", "变化"), tuple(map(str, LAYERS)), tuple(over(runs, n) for n in LAYERS)),),
                 bars=True, log_y=True),
        ),
    )  # fmt: skip


def past_shuffled(seed: int, layers: int) -> float:
    torch.manual_seed(seed)
    x = torch.randn(T, D, dtype=F64)
    order = torch.cat(
        [(torch.arange(T - 1) + 1) % (T - 1), torch.tensor([T - 1])]
    )  # all moved by 1
    net = network(is_causal=True, with_rope=False, layers=layers)
    return largest(net(x[order])[-1] - net(x)[-1])


def counted(seed: int) -> float:
    """Even causal attention over values in which feature 0 marks the beginning token."""
    torch.manual_seed(seed)
    values = torch.randn(T, D, dtype=F64)
    values[:, 0] = 0
    values[0, 0] = 1
    even = torch.ones(T, T, dtype=F64).tril()
    share = (even / even.sum(1, keepdim=True)) @ values  # (T, D); feature 0 is 1 / (position + 1)
    return largest(1 / share[:, 0] - 1 - torch.arange(T))
