"""What LayerNorm and RMSNorm do not see.

LayerNorm subtracts the mean and divides by the standard deviation: adding a constant to all
features or scaling them changes nothing. RMSNorm only divides by the root mean square: it ignores
the scale, not the shift. On inputs of mean zero the two are the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from llmquiz.lab.parts import F64, largest, milliseconds
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, over, spread

ABOUT = {
    "topic": "norm",
    "order": 110,
    "question": "norm.rmsnorm-vs-layernorm",
    "title": ("Invariances of LayerNorm and RMSNorm", "LayerNorm 与 RMSNorm 的不变性"),
    "claim": (
        "LayerNorm ignores shift and scale of a token, RMSNorm only the scale; without a mean to "
        "subtract they are the same.",
        "LayerNorm 对平移和缩放都不变，RMSNorm 只对缩放不变；均值为零时两者相同。",
    ),
    "measures": (
        "The largest change of the output when the input is shifted or scaled (float64, no eps); "
        "and the CPU time of torch's own modules.",
        "输入平移或缩放后输出的最大变化（float64，eps 为 0）；以及 torch 自带模块的 CPU 时间。",
    ),
}

D = 64


def layer_norm(x: Tensor) -> Tensor:
    centred = x - x.mean(-1, keepdim=True)
    return centred / centred.square().mean(-1, keepdim=True).sqrt()


def rms_norm(x: Tensor) -> Tensor:
    return x / x.square().mean(-1, keepdim=True).sqrt()


def run(seeds: Sequence[int], quick: bool) -> Found:
    norms = {"LayerNorm": layer_norm, "RMSNorm": rms_norm}
    shift = [{n: changed(seed, f, lambda x: x + 3) for n, f in norms.items()} for seed in seeds]
    scale = [{n: changed(seed, f, lambda x: x * 5) for n, f in norms.items()} for seed in seeds]
    centred = [on_centred(seed) for seed in seeds]
    width = 1024 if quick else 4096
    times = [timed(seed, width) for seed in seeds]
    change = ("largest change of the output", "输出的最大变化")
    return Found(
        claims=(
            Claim(("LayerNorm ignores a shift", "LayerNorm 对平移不变"), change,
                  over(shift, "LayerNorm"), "<", 1e-9),
            Claim(("RMSNorm does not ignore it", "RMSNorm 对平移敏感"), change,
                  over(shift, "RMSNorm"), ">", 0.1),
            Claim(("Both ignore the scale", "两者都对缩放不变"), change,
                  spread(max(run.values()) for run in scale), "<", 1e-9),
            Claim(("On inputs of mean zero they agree", "均值为零时两者一致"),
                  ("largest difference", "最大差异"), spread(centred), "<", 1e-9),
            Claim(("RMSNorm is faster than LayerNorm", "RMSNorm 比 LayerNorm 快"),
                  ("CPU time of nn.RMSNorm over nn.LayerNorm, forward and backward",
                   "nn.RMSNorm 与 nn.LayerNorm 前向加反向的 CPU 时间之比"),
                  spread(t["nn.RMSNorm"] / t["nn.LayerNorm"] for t in times), "<", 1.0,
                  popular=True, expected=False, machine=True),
        ),
        tables=(
            Table(
                (("norm", "归一化"), ("after x + 3", "x + 3 之后"), ("after 5 x", "5 x 之后")),
                tuple((name, over(shift, name), over(scale, name)) for name in norms),
            ),
            Table(
                ((f"256 x {width}, one thread", f"256 × {width}，单线程"), ("ms", "毫秒")),
                tuple(((name, name.replace(" by hand", "（手写）")), over(times, name)) for name in times[0]),
            ),
        ),
        plots=(
            Plot(
                ("Time on this CPU", "在这台 CPU 上的时间"), ("", ""), ("ms, forward and backward", "毫秒，前向加反向"),
                (Series(("time", "时间"), tuple(times[0]), tuple(over(times, n) for n in times[0])),),
                bars=True,
            ),
        ),
        notes=(
            ("Written by hand in the same way, RMSNorm does less work. Against a fused "
             "nn.LayerNorm it may well be slower on a CPU: fewer operations do not make a kernel.",
             "用同样的方式手写，RMSNorm 的运算更少；但与融合实现的 nn.LayerNorm 相比，"
             "它在 CPU 上可能更慢：运算少不等于内核快。"),
        ),
    )  # fmt: skip


def changed(seed: int, norm: Callable[[Tensor], Tensor], edit: Callable[[Tensor], Tensor]) -> float:
    torch.manual_seed(seed)
    x = torch.randn(8, D, dtype=F64)
    return largest(norm(edit(x)) - norm(x))


def on_centred(seed: int) -> float:
    torch.manual_seed(seed)
    x = torch.randn(8, D, dtype=F64)
    x = x - x.mean(-1, keepdim=True)
    return largest(layer_norm(x) - rms_norm(x))


def timed(seed: int, width: int) -> dict[str, float]:
    torch.manual_seed(seed)
    x = torch.randn(256, width, requires_grad=True)
    modules: dict[str, Callable[[Tensor], Tensor]] = {
        "nn.LayerNorm": nn.LayerNorm(width),
        "nn.RMSNorm": nn.RMSNorm(width),
        "LayerNorm by hand": layer_norm,
        "RMSNorm by hand": rms_norm,
    }
    return {name: milliseconds(partial(there_and_back, f, x), 5) for name, f in modules.items()}


def there_and_back(norm: Callable[[Tensor], Tensor], x: Tensor) -> None:
    norm(x).sum().backward()
