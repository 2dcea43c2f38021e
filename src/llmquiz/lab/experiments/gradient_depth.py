"""Gradients at the start of training, pre-norm and post-norm.

Pre-norm adds to a stream that nothing rescales: it grows with depth, and the final norm divides the
gradient of the last layers by its size. Post-norm rescales the stream after every addition, so the
last layers get the same large gradient at any depth, and what reaches the first layers has passed
every norm. That is why post-norm needs a careful start.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "norm",
    "order": 120,
    "question": "block.pre-vs-post",
    "title": ("Gradients by depth, pre- and post-norm", "pre-norm 与 post-norm 的梯度随深度的变化"),
    "claim": (
        "At initialisation the gradient of the last layer shrinks with depth in pre-norm and does "
        "not in post-norm.",
        "初始化时，最后一层的梯度在 pre-norm 中随深度减小，在 post-norm 中则不会。",
    ),
    "measures": (
        "The norm of the gradient of the last layer's second FFN matrix, for models of several "
        "depths with drawn weights, one backward pass each.",
        "随机权重、多种深度的模型各做一次反向传播，测量最后一层 FFN 第二个矩阵的梯度范数。",
    ),
}

D, HEADS, VOCAB = 32, 4, 50
MODELS = 4  # for each seed
PLACES = {"pre": ("pre-norm", "pre-norm"), "post": ("post-norm", "post-norm")}


def run(seeds: Sequence[int], quick: bool) -> Found:
    depths = (2, 6, 12) if quick else (2, 6, 12, 24)
    runs = [{(p, n): gradients(seed, p, n) for p in PLACES for n in depths} for seed in seeds]
    last = [{key: value[0] for key, value in run.items()} for run in runs]
    stream = [{key: value[1] for key, value in run.items()} for run in runs]
    deep, shallow = depths[-1], depths[0]
    ratio = (f"gradient at {deep} layers over 2 layers", f"{deep} 层与 2 层的梯度之比")
    return Found(
        claims=(
            Claim(("In pre-norm it shrinks with depth", "pre-norm：随深度减小"), ratio,
                  spread(r["pre", deep] / r["pre", shallow] for r in last), "<", 0.75),
            Claim(("In post-norm it does not", "post-norm：不减小"), ratio,
                  spread(r["post", deep] / r["post", shallow] for r in last), ">", 0.9),
            Claim(("The stream of pre-norm grows", "pre-norm 的残差流不断变大"),
                  (f"its standard deviation after {deep} layers", f"{deep} 层之后的标准差"),
                  over(stream, ("pre", deep)), ">", 1.7),
        ),
        tables=(
            Table(
                (("layers", "层数"), ("gradient, pre", "梯度 pre"), ("gradient, post", "梯度 post"),
                 ("stream, pre", "残差流 pre"), ("stream, post", "残差流 post")),
                tuple(
                    (n, over(last, ("pre", n)), over(last, ("post", n)),
                     over(stream, ("pre", n)), over(stream, ("post", n)))
                    for n in depths
                ),
            ),
        ),
        plots=(
            Plot(
                ("Gradient of the last layer at the start", "初始时最后一层的梯度"), ("layers", "层数"),
                ("gradient norm", "梯度范数"),
                tuple(Series(label, depths, tuple(over(last, (p, n)) for n in depths))
                      for p, label in PLACES.items()),
                log_x=True,
            ),
        ),
        notes=(
            ("That post-norm needs warm-up shows in small models only at high learning rates (here "
             "not tried): at moderate ones both train.",
             "post-norm 需要 warmup 这一点，在小模型上只有学习率很高时才看得出来（这里没有训练）："
             "学习率适中时两者都能训练。"),
        ),
    )  # fmt: skip


class Block(nn.Module):
    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.qkv, self.out = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.up, self.down = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
        for layer in (self.qkv, self.out, self.up, self.down):
            nn.init.xavier_normal_(layer.weight)
            nn.init.zeros_(layer.bias)

    def attention(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (B, H, T, d)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def ffn(self, x: Tensor) -> Tensor:
        return self.down(self.up(x).relu())

    def forward(self, x: Tensor) -> Tensor:
        for sublayer in (self.attention, self.ffn):
            if self.place == "pre":
                x = x + sublayer(F.layer_norm(x, (D,)))
            else:
                x = F.layer_norm(x + sublayer(x), (D,))
        return x


def gradients(seed: int, place: str, layers: int) -> tuple[float, float]:
    """Gradient norm of the last FFN, and size of the stream there: the mean of some models."""
    torch.manual_seed(seed)
    found = torch.tensor([one_model(place, layers) for _ in range(MODELS)]).mean(0).tolist()
    return found[0], found[1]


def one_model(place: str, layers: int) -> tuple[float, float]:
    blocks = [Block(place) for _ in range(layers)]
    head = nn.Linear(D, VOCAB)
    x = torch.randn(8, 32, D)
    for block in blocks:
        x = block(x)
    read = F.layer_norm(x, (D,)) if place == "pre" else x
    F.cross_entropy(head(read).flatten(0, 1), torch.randint(VOCAB, (256,))).backward()
    gradient = blocks[-1].down.weight.grad
    assert gradient is not None
    return float(gradient.norm()), float(x.detach().std())
