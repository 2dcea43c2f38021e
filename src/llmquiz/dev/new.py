"""Begins an exercise: files that run, with TODO wherever the author has to write.

The scaffold is an exercise of one function, `NAME(x)`, that doubles its argument. Everything in it
works; `llmquiz dev check NAME` then lists what is still to be written.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from llmquiz import catalog
from llmquiz.errors import UsageProblem

STUB = '''"""TODO: the title of the exercise.

    TODO: the formula

Rules
- `...` is any number of leading batch dimensions, also none; a batch dimension may be 0.
- The result has the dtype and device of `x`.
- Never change an argument in place.
- TODO: every rule that a hidden test enforces.

Paper: TODO
"""

import torch
from torch import Tensor


def NAME(x: Tensor) -> Tensor:
    """TODO: return twice `x`.

    x       (..., dim)
    returns (..., dim)

    >>> NAME(torch.tensor([1.0, 3.0]))
    tensor([2., 6.])
    """
    raise NotImplementedError("NAME")
'''

WORDS = """# The words and facts of exercises/NAME.py that are not English docstrings.
order = ORDER
title = { en = "TODO: title", zh = "TODO：标题" }

[refused]
calls = []
imports = []

[parts]
NAME = { en = "NAME", zh = "NAME：TODO 中文说明" }

# The Chinese twin of each docstring.
[zh]
module = '''
TODO：练习的标题。

    TODO：公式

规则
- `...` 表示任意多个前置 batch 维，也可以没有；batch 维的大小可以是 0。
- 结果的 dtype 和 device 与 `x` 相同。
- 不得原地修改任何输入。
- TODO：隐藏测试要求的每一条规则。

论文：TODO
'''
NAME = '''
TODO：返回 `x` 的两倍。

x       (..., dim)
返回    (..., dim)

>>> NAME(torch.tensor([1.0, 3.0]))
tensor([2., 6.])
'''

# `llmquiz hint`: three steps for each part. None of them contains a line of the solution.
[hints.NAME]
question.en = "TODO: a question whose answer is the idea"
question.zh = "TODO：一个问题，答案就是思路所在"
direction.en = "TODO: which way to go"
direction.zh = "TODO：往哪个方向走"
code.en = "TODO: almost code, in words"
code.zh = "TODO：伪代码，用文字写"

# `llmquiz explain`: what to lay side by side besides the output. Either `call`, a function of the
# exercise with the reference's values as arguments, or `derive`, an expression of `out`.
[[stages]]
of = "NAME"
title = { en = "TODO: sum of each row", zh = "TODO：每行之和" }
derive = "out.sum(-1, keepdim=True)"
"""

SOLUTION = '''"""TODO: the title: the reference."""

from torch import Tensor


def NAME(x: Tensor) -> Tensor:
    # TODO: the why of each step, and the shape after each line that changes it.
    return x * 2.0
'''

GRADER = '''"""Hidden tests of exercises/NAME.py. TODO: the tests of your exercise."""

import torch

from llmquiz.grading import Draw, Submission, expect, graded, strided


@graded(part="NAME", points=0, zh="形状与 x 相同")
def test_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of x"""
    expect.shape(submission.NAME(draw.normal(*draw.sizes(3))))


@graded(part="NAME", points=3, needs=("test_shape",), zh="数值正确")
def test_values(submission: Submission, draw: Draw) -> None:
    """The values are right"""
    expect.values(submission.NAME(draw.normal(*draw.sizes(3))))


@graded(part="NAME", points=1, needs=("test_values",), zh="梯度正确")
def test_gradients(submission: Submission, draw: Draw) -> None:
    """The gradient is right"""
    expect.gradients(submission.differentiated(draw).NAME(draw.normal(*draw.sizes(3))))


@graded(part="NAME", points=1, needs=("test_values",), zh="dtype 与 x 相同")
def test_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x"""
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        observation = submission.NAME(draw.normal(*draw.sizes(3), dtype=dtype))
        expect.dtype(observation)
        expect.values(observation)


@graded(part="NAME", points=1, needs=("test_values",), zh="支持任意多个 batch 维和不连续的输入")
def test_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, dim = draw.sizes(3)
    for batch in ((), (B,), (A, 1, B), (0, B)):
        expect.values(submission.NAME(strided(draw.normal(*batch, dim))))


@graded(
    part="NAME", points=1, needs=("test_shape",), after=("test_values",), zh="不修改输入"
)
def test_unchanged(submission: Submission, draw: Draw) -> None:
    """The argument is left unchanged"""
    expect.unchanged(submission.NAME(draw.normal(*draw.sizes(3))))
'''

FAULTS = """# Faults of NAME: what people get wrong, as edits of solutions/NAME.py.
# TODO: at least five that you have seen; docs/authoring.md tells how.

[not_doubled]
kind = "semantic"
test = "test_values"
question = "NAME.TODO"
edits = [["x * 2.0", "x * 1.0"]]
means.en = "TODO: your numbers are exactly the input's own."
means.zh = "TODO：你的结果恰好就是输入本身。"
hint.en = "TODO: what should happen to each number?"
hint.zh = "TODO：每个数应当怎样变化？"

[in_place]
kind = "robustness"
test = "test_unchanged"
question = "NAME.TODO"
edits = [["return x * 2.0", "return x.mul_(2.0)"]]
means.en = "TODO: the values are right, but the argument was doubled too."
means.zh = "TODO：数值正确，但输入也被一起修改了。"
hint.en = "TODO: which operations end with an underscore?"
hint.zh = "TODO：哪些操作的名字以下划线结尾？"
"""

RIGHT = '''"""TODO: a right program in another style."""

import torch


def NAME(x):
    return torch.add(x, x)
'''

VARIANTS = """# The ideas of the faults, written into the right programs of this folder.

[sum]
not_doubled = [["torch.add(x, x)", "torch.add(x, 0)"]]
in_place = [["torch.add(x, x)", "x.add_(x)"]]
"""

WRONG = '''"""TODO: a wrong program that is none of the faults."""


def NAME(x):
    return x.flip(-1) - 3
'''

FILES = {
    "exercises/NAME.py": STUB,
    "exercises/NAME.toml": WORDS,
    "solutions/NAME.py": SOLUTION,
    "graders/test_NAME.py": GRADER,
    "graders/NAME.toml": FAULTS,
    "tests/right/NAME/sum.py": RIGHT,
    "tests/right/NAME/faults.toml": VARIANTS,
    "tests/wrong/NAME/flipped.py": WRONG,
}


def scaffold(name: str) -> list[Path]:
    """Write the files of a new exercise into the content folder; return their paths.

    Raises UsageProblem where the name is no Python name, or a file is already there.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UsageProblem("dev_bad_name", name=name)
    own = os.environ.get("LLMQUIZ_CONTENT")
    root = Path(own) if own else catalog.content_root()
    if root.name == "_content":  # inside the installed package, which an update replaces
        raise UsageProblem("dev_installed", name=name)
    there = list((root / "exercises").glob("*.toml"))
    order = 10 + max((catalog.read(root, path.stem).order for path in there), default=0)
    paths = [root / path.replace("NAME", name) for path in FILES]
    for path in paths:
        if path.exists():
            raise UsageProblem("dev_exists", path=path)
    for path, text in zip(paths, FILES.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        own_text = text.replace("NAME", name).replace("ORDER", str(order))
        path.write_text(own_text, encoding="utf-8")
    return paths
