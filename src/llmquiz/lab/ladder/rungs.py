"""The rungs: each is its base and one more part. And how large a model and its training are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmquiz.lab.records import Text


@dataclass(frozen=True)
class Rung:
    """A decoder-only model. The bare one is a single layer of one-headed attention."""

    name: str
    label: Text
    base: str = ""  # the rung that it is compared with
    layers: int = 1
    heads: int = 1
    kv_heads: int = 0  # 0: as many as heads
    residual: bool = False
    norm: str = ""  # "", "layer", "rms"
    place: str = "pre"
    ffn: str = ""  # "", "gelu", "swiglu"
    rope: bool = False


@dataclass(frozen=True)
class Size:
    """How large a model, and how long it learns."""

    width: int = 64
    length: int = 64
    batch: int = 16
    steps: int = 500
    rate: float = 3e-3
    merges: int = 256  # of the tokenizer, so that the vocabulary is 256 + merges
    characters: int = 300_000  # of the text
    seeds: int = 3


QUICK = Size(width=32, length=32, steps=350, rate=5e-3, merges=64, characters=60_000, seeds=2)


def _ladder() -> tuple[Rung, ...]:
    bare = Rung("bare", ("bare attention", "纯注意力"))
    rungs = [bare]

    def add(name: str, label: Text, base: Rung, **change: object) -> Rung:
        rung = replace(base, name=name, label=label, base=base.name, **change)  # type: ignore[arg-type]
        rungs.append(rung)
        return rung

    residual = add("residual", ("+ residual", "+ 残差"), bare, residual=True)
    norm = add("norm", ("+ pre-norm", "+ pre-norm"), residual, norm="layer")
    ffn = add("ffn", ("+ FFN (GELU)", "+ FFN（GELU）"), norm, ffn="gelu")
    heads = add("heads", ("+ 4 heads", "+ 4 个 head"), ffn, heads=4)
    layers = add("layers", ("+ second layer", "+ 第二层"), heads, layers=2)
    add("post", ("  (post- for pre-norm)", "  （换成 post-norm）"), layers, place="post")
    rope = add("rope", ("+ RoPE", "+ RoPE"), layers, rope=True)
    rms = add("rms", ("RMSNorm for LayerNorm", "LayerNorm 换成 RMSNorm"), rope, norm="rms")
    swiglu = add("swiglu", ("SwiGLU for GELU", "GELU 换成 SwiGLU"), rms, ffn="swiglu")
    add("gqa", ("GQA: 2 kv heads for 4", "GQA：4 个 kv head 换成 2 个"), swiglu, kv_heads=2)
    return tuple(rungs)


LADDER = _ladder()
BY_NAME = {rung.name: rung for rung in LADDER}
LAST = LADDER[-1]  # `llmquiz lab chat` talks with this one
