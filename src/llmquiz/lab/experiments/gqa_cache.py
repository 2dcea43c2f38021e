"""The KV cache: what decoding keeps, and how grouped queries shrink it.

Per token and layer a cache holds one key and one value of every key-value head:
2 * kv_heads * head_dim numbers. Grouped-query attention lets several query heads share a key-value
head; the cache shrinks by that factor and nothing else changes shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from llmquiz.lab.parts import F64, causal, largest, rope
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, spread

ABOUT = {
    "topic": "inference",
    "order": 200,
    "question": "inference.kv-cache",
    "title": ("KV cache and GQA", "KV 缓存与 GQA"),
    "claim": (
        "Decoding with a cache gives the numbers of the full pass, the cache grows linearly with the "
        "length, and GQA shrinks it by heads / kv_heads.",
        "带缓存的解码与完整前向结果一致；缓存随长度线性增长；GQA 把它缩小为 kv_heads / heads。",
    ),
    "measures": (
        "The largest difference between step-by-step decoding and the full pass; the bytes of real "
        "tensors with 8, 2 and 1 key-value heads; which of two ways to repeat heads is GQA.",
        "逐步解码与完整前向的最大差异；8、2、1 个 kv head 时真实张量的字节数；"
        "两种复制 head 的方式哪种才是 GQA。",
    ),
}

T, HEADS, WIDTH = 12, 8, 16
KV_HEADS = (8, 2, 1)
LENGTHS = (256, 512, 1024, 2048)


def run(seeds: Sequence[int], quick: bool) -> Found:  # noqa: ARG001
    sizes = {(kv, t): cache_bytes(kv, t) for kv in KV_HEADS for t in LENGTHS}
    grouped = [repeated(seed) for seed in seeds]
    return Found(
        claims=(
            Claim(("A cache changes no number", "缓存不改变任何数值"),
                  ("largest difference to the full pass", "与完整前向的最大差异"),
                  spread(max(cached_difference(seed, kv) for kv in KV_HEADS) for seed in seeds), "<", 1e-9),
            Claim(("The cache grows linearly", "缓存随长度线性增长"),
                  ("bytes at T = 2048 over T = 1024", "T = 2048 与 T = 1024 的字节数之比"),
                  spread([sizes[8, 2048] / sizes[8, 1024]]), "<", 2.001),
            Claim(("Two key-value heads for eight take a quarter", "8 个 head 共用 2 个 kv head，缓存只要四分之一"),
                  ("bytes, 2 over 8 key-value heads", "2 个与 8 个 kv head 的字节数之比"),
                  spread([sizes[2, 1024] / sizes[8, 1024]]), "<", 0.2501),
            Claim(("GQA repeats each head in place (repeat_interleave)", "GQA 逐个复制 head（repeat_interleave）"),
                  ("difference to torch's enable_gqa", "与 torch 的 enable_gqa 的差异"),
                  spread(a for a, _ in grouped), "<", 1e-5),
            Claim(("Tiling the heads (repeat) is the same", "整体平铺 head（repeat）也一样"),
                  ("difference to torch's enable_gqa", "与 torch 的 enable_gqa 的差异"),
                  spread(b for _, b in grouped), "<", 1e-5, popular=True, expected=False),
        ),
        tables=(
            Table(
                (("T", "T"), *((f"{kv} kv heads", f"{kv} 个 kv head") for kv in KV_HEADS)),
                tuple((t, *(sizes[kv, t] for kv in KV_HEADS)) for t in LENGTHS),
                ("Bytes of one layer's cache, float16, head width 16", "一层缓存的字节数（float16，head 宽 16）"),
            ),
            Table(
                (("model, bfloat16", "模型（bfloat16）"), ("KiB per token", "每 token 的 KiB")),
                ((("32 layers, 32 kv heads of 128", "32 层，32 个宽 128 的 kv head"), kib(32, 32, 128)),
                 (("32 layers, 8 kv heads of 128", "32 层，8 个宽 128 的 kv head"), kib(32, 8, 128)),
                 (("80 layers, 8 kv heads of 128", "80 层，8 个宽 128 的 kv head"), kib(80, 8, 128))),
            ),
        ),
        plots=(
            Plot(("Cache of one layer", "一层的缓存"), ("T", "T"), ("bytes", "字节"),
                 tuple(Series((f"{kv} kv heads", f"{kv} 个 kv head"), LENGTHS,
                              tuple(spread([sizes[kv, t]]) for t in LENGTHS)) for kv in KV_HEADS)),
        ),
    )  # fmt: skip


def kib(layers: int, kv_heads: int, width: int) -> float:
    return 2 * layers * kv_heads * width * 2 / 1024


def cache_bytes(kv_heads: int, length: int) -> int:
    keys, values = torch.empty(2, kv_heads, length, WIDTH, dtype=torch.float16)
    return keys.nbytes + values.nbytes


def cached_difference(seed: int, kv_heads: int) -> float:
    torch.manual_seed(seed)
    q = torch.randn(HEADS, T, WIDTH, dtype=F64)
    k, v = torch.randn(2, kv_heads, T, WIDTH, dtype=F64)
    at = torch.arange(T)
    share = HEADS // kv_heads
    full = attend(rope(q, at), rope(k, at), v, share, causal(T))
    keys, values, outputs = k[:, :0], v[:, :0], []
    for t in range(T):  # each step adds one key, turned by its own position, and never changes it
        keys = torch.cat((keys, rope(k[:, t : t + 1], at[t : t + 1])), 1)
        values = torch.cat((values, v[:, t : t + 1]), 1)
        query = rope(q[:, t : t + 1], at[t : t + 1])
        outputs.append(attend(query, keys, values, share, torch.zeros(1, t + 1, dtype=F64)))
    return largest(torch.cat(outputs, 1) - full)


def attend(q: Tensor, k: Tensor, v: Tensor, share: int, bias: Tensor) -> Tensor:
    """`share` neighbouring query heads use the same key-value head."""
    k, v = k.repeat_interleave(share, 0), v.repeat_interleave(share, 0)
    return (q @ k.mT * WIDTH**-0.5 + bias).softmax(-1) @ v


def repeated(seed: int) -> tuple[float, float]:
    """torch's own GQA against repeat_interleave, and against repeat."""
    torch.manual_seed(seed)
    q, k, v = torch.randn(1, 8, 5, 8), torch.randn(1, 2, 5, 8), torch.randn(1, 2, 5, 8)
    theirs = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    inside = F.scaled_dot_product_attention(q, k.repeat_interleave(4, 1), v.repeat_interleave(4, 1))
    tiled = F.scaled_dot_product_attention(q, k.repeat(1, 4, 1, 1), v.repeat(1, 4, 1, 1))
    return largest(theirs - inside), largest(theirs - tiled)
