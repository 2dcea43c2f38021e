"""A learner's way from an empty folder to "all done", wrong turns included, as text.

    python tools/walkthrough.py          writes docs/walkthrough.md and docs/walkthrough.zh.md

The script edits the files as a learner would and runs the real commands; a test runs it too. What
the learner writes comes from the solutions, with mistakes from the catalogue of faults.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from learner import ROOT, Learner

TITLE = ("# From an empty folder to the last exercise", "# 从空目录到最后一道练习")
INTRO = (
    "Written by `tools/walkthrough.py`, which does what is told here. [中文](walkthrough.zh.md)",
    "由 `tools/walkthrough.py` 生成：文中的操作都由它实际执行。[English](walkthrough.md)",
)


def walk(lang: str, home: Path) -> Learner:
    """The whole way, in `home`."""
    me = Learner(lang, home)
    me.parts += [me._pick(TITLE), me._pick(INTRO)]  # noqa: SLF001
    before = Path.cwd()
    try:
        os.chdir(home)
        _begin(me)
        os.chdir(home / "my-llm")
        _attention(me)
        _multihead(me)
        _rmsnorm(me)
        _rope(me)
        _block(me)
        _tokenizer(me)
        _end(me)
    finally:
        os.chdir(before)
    return me


def _begin(me: Learner) -> None:
    me.heading(("The beginning", "开始"))
    me.note(
        "Nothing is there yet. One command says what to do.",
        "什么都还没有。一条命令就会告诉你怎么做。",
    )
    me.run("llmquiz", "llmquiz init my-llm")
    me.note(
        "In the new folder, the same command tells what is next.",
        "进入新目录，同一条命令会给出下一步。",
    )
    os.chdir(me.home / "my-llm")
    me.run("llmquiz", "llmquiz check")


def _attention(me: Learner) -> None:
    me.heading(
        (
            "attention: a wrong scale, then a mask that is upside down",
            "attention：缩放错误，接着掩码弄反",
        )
    )
    me.note("The first part is written, and divides by `d_k`.", "写好了第一部分，但除以了 `d_k`。")
    scale = ("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]")
    me.write("attention", ["attention_scores"], [scale])
    me.run("llmquiz check", "llmquiz hint", "llmquiz explain")
    me.note(
        "The root is in. The next part is begun, with a typing mistake.",
        "补上开方，接着写下一部分，却打错了字。",
    )
    me.write("attention", ["attention_scores", "masked_softmax"])
    file = me.file("attention")
    file.write_text(
        file.read_text("utf-8").replace("if mask is None:", "if mask is None", 1), "utf-8"
    )
    me.run("llmquiz check")
    me.note("That is mended; the mask is the other way round.", "改好了语法，但掩码弄反了。")
    masks = [("masked_fill(~mask", "masked_fill(mask")]
    parts = ["attention_scores", "masked_softmax", "scaled_dot_product_attention"]
    me.write("attention", parts, masks)
    me.run("llmquiz check", "llmquiz hint attention")
    me.note("Now it is right.", "现在对了。")
    me.write("attention", parts)
    me.run("llmquiz check")
    me.run("llmquiz quiz attention.scale --kind choice -n 1", typed=["a"])


def _multihead(me: Learner) -> None:
    me.heading(
        ("multihead: the shape is right, the numbers are not", "multihead：形状对了，数不对")
    )
    me.note("The heads are cut by one `reshape`.", "用一次 `reshape` 就切出了 head。")
    transposed = """\
    x = x.unflatten(-1, (num_heads, d_model // num_heads))  # (..., L, D) -> (..., L, H, d)
    return x.transpose(-3, -2)  # (..., L, H, d) -> (..., H, L, d)
"""
    reshaped = """    head_dim = d_model // num_heads
    return x.reshape(*x.shape[:-2], num_heads, x.shape[-2], head_dim)
"""
    me.write("multihead", ["split_heads"], [(transposed, reshaped)])
    me.run("llmquiz check", "llmquiz hint", "llmquiz hint", cut=24)
    me.write("multihead", ["split_heads", "merge_heads", "MultiHeadAttention.forward"])
    me.run("llmquiz check")


def _rmsnorm(me: Learner) -> None:
    me.heading(("rmsnorm: begun anew, and taken back", "rmsnorm：重新开始，又撤销"))
    me.note("The mean is subtracted, as LayerNorm does it.", "像 LayerNorm 那样减去了均值。")
    mean = [
        (
            "    mean_square = ",
            "    wide = wide - wide.mean(dim=-1, keepdim=True)\n        mean_square = ",
        )
    ]
    me.write("rmsnorm", ["RMSNorm.forward"], mean)
    me.run("llmquiz check", cut=18)
    me.note(
        "Begun anew; but the first attempt was nearly right.",
        "先重新开始，又觉得第一次写的差不多是对的。",
    )
    me.run("llmquiz reset rmsnorm", "llmquiz restore rmsnorm")
    me.write("rmsnorm", ["RMSNorm.forward"])
    me.run("llmquiz check", "llmquiz solution rope", cut=12)


def _rope(me: Learner) -> None:
    me.heading(("rope: a rotation that is none", "rope：算不上旋转的“旋转”"))
    sign = [("even * cos - odd * sin", "even * cos + odd * sin")]
    me.write("rope", ["rope_frequencies", "apply_rope"], sign)
    me.run("llmquiz check", cut=20)
    me.run("llmquiz explain")
    me.write("rope", ["rope_frequencies", "apply_rope"])
    me.run("llmquiz check")


def _block(me: Learner) -> None:
    me.heading(("block: two sublayers side by side", "block：两个子层变成了并排"))
    swapped = [("h + self.feed_forward(self.norm2(h))", "h + self.feed_forward(self.norm2(x))")]
    parts = ["PreNormBlock.forward", "PostNormBlock.forward"]
    me.write("block", parts, swapped)
    me.run("llmquiz check", cut=26)
    me.write("block", parts)
    me.run("llmquiz check")


def _tokenizer(me: Learner) -> None:
    me.heading(
        (
            "tokenizer: an endless loop, then a look at the solution",
            "tokenizer：死循环，然后看了参考实现",
        )
    )
    endless = [("            i += 2  # both", "            i += 0  # both")]
    parts = ["count_pairs", "merge_pair"]
    me.write("tokenizer", parts, endless)
    me.run("llmquiz check", cut=22)
    me.write("tokenizer", [*parts, "train_bpe"])
    me.run("llmquiz check", cut=14)
    me.note(
        "Stuck: the hints, and then a look, which the log notes.",
        "卡住了：先看提示，再看参考实现，日志会记下。",
    )
    me.run("llmquiz hint --all")
    me.run("llmquiz solution tokenizer", "llmquiz solution tokenizer --spoil", cut=6)
    me.write("tokenizer", [*parts, "train_bpe", "Tokenizer.encode", "Tokenizer.decode"])
    me.run("llmquiz check")


def _end(me: Learner) -> None:
    me.heading(("All done", "全部完成"))
    me.run("llmquiz", "llmquiz list")


@contextlib.contextmanager
def warm_sandbox() -> Iterator[None]:
    """One zygote for all the checks: some twenty imports of torch less."""
    from llmquiz import catalog
    from llmquiz.cli import check
    from llmquiz.grading import warm
    from llmquiz.sandbox.launch import start
    from llmquiz.sandbox.limits import Limits

    launcher = start(Limits(), hidden=[catalog.content_root()])

    class Kept:
        launch = launcher.launch

        @property
        def standing(self) -> object:
            return launcher.standing

        def close(self) -> None:
            """Not yet."""

    try:
        with (
            patch.object(check, "start", lambda *_, **__: Kept()),
            patch.object(warm, "start", lambda *_, **__: Kept()),
        ):
            yield
    finally:
        launcher.close()


def main() -> None:
    os.environ.pop("LLMQUIZ_CONTENT", None)
    for lang, name in (("en", "walkthrough.md"), ("zh", "walkthrough.zh.md")):
        os.environ["LLMQUIZ_LANG"] = lang
        with tempfile.TemporaryDirectory() as folder, warm_sandbox():
            text = walk(lang, Path(folder)).text()
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
