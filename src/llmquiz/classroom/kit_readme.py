"""The README of a kit for students."""

from __future__ import annotations

from collections.abc import Sequence

from llmquiz.render.cells import pad


def readme(exercises: Sequence[str], labs: Sequence[str], wheel: str, lang: str) -> str:
    """How to install the wheel, and commands on an exercise and a lab that are in it."""
    words = CHINESE if lang == "zh" else ENGLISH
    rows = [(f"llmquiz {command} {exercises[0]}", words[command])
            for command in ("show", "check") if exercises]  # fmt: skip
    rows += [(f"llmquiz lab {labs[0]} --quick", words["lab"])] if labs else []
    width = max([len(command) for command, _ in rows], default=0) + 3
    commands = "\n".join(f"    {pad(command, width)}{text}" for command, text in rows)
    blocks = [words["install"].replace("WHEEL", wheel)]
    blocks += [words["then"], commands] if rows else []
    blocks += [words["public"]] if exercises else []
    return "\n\n".join(blocks) + "\n"


ENGLISH = {
    "install": """# To work and check at home

    python -m pip install WHEEL

PyTorch comes with it; on Linux `pip install torch --index-url
https://download.pytorch.org/whl/cpu` first spares you gigabytes.""",
    "then": "Then, in this folder:",
    "show": "the statement",
    "check": "the public part: the statement's examples and some shapes",
    "lab": "an experiment of your course",
    "public": """Your course's notebooks call the same check. It knows no hidden test: passing
here is not yet the grade, which your instructor's tests give.""",
}

CHINESE = {
    "install": """# 在自己电脑上练习和自查

    python -m pip install WHEEL

会一并安装 PyTorch；在 Linux 上先运行 `pip install torch --index-url
https://download.pytorch.org/whl/cpu` 可以少下载几个 GB。""",
    "then": "然后在本目录中：",
    "show": "查看题目",
    "check": "公开部分：题目中的示例和一些形状",
    "lab": "课程中的一个实验",
    "public": """课程的 notebook 里用的是同一个检查。其中没有隐藏测试：在这里通过不等于拿到分数，
成绩由老师的测试决定。""",
}
