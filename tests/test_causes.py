"""What the sandbox says about itself, in Chinese too."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from llmquiz import sandbox
from llmquiz.causes import CAUSES, cause
from llmquiz.errors import OurFault
from llmquiz.words import explain

SPEAK = ("launch", "selftest", "lockdown", "bubblewrap", "child")
NO_SENTENCES = {"K{} {}", "{}: {}"}  # an order to the zygote; what the system says


def sentences(module: str) -> set[str]:
    """All texts of a module that hold a space, without its docstrings; {} for what is filled in."""
    tree = ast.parse((Path(sandbox.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    parts: set[ast.AST] = set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            parts.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts.update(node.values)
            texts = [v.value if isinstance(v, ast.Constant) else "{}" for v in node.values]
            found.add("".join(map(str, texts)).strip())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            found.add(node.value)
    return {text for text in found if " " in text.strip()} - NO_SENTENCES


def test_every_sentence_of_the_sandbox_has_a_chinese_one() -> None:
    said = set().union(*map(sentences, SPEAK))
    assert len(said) > 20
    assert said <= set(CAUSES), said - set(CAUSES)


@pytest.mark.parametrize("english", CAUSES)
def test_a_chinese_cause_is_chinese_and_holds_what_is_filled_in(english: str) -> None:
    filled = english.format("X1", "X2")
    chinese = cause(filled, "zh")
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert re.findall(r"X\d", chinese) == re.findall(r"X\d", filled)
    assert cause(filled, "en") == filled
    chinese.encode("gbk")


def test_what_the_system_says_stays_as_it_is() -> None:
    assert cause("setting up uid map: Permission denied", "zh").startswith("setting up uid map")


def test_a_part_of_a_cause_is_chinese_too() -> None:
    assert cause("reading a foreign file is possible", "zh") == "没有拦住：读取外部文件"


def test_a_sandbox_that_does_not_start_says_why_in_chinese() -> None:
    fault = OurFault("broken_sandbox", reason=RuntimeError("a library started threads: pool"))
    assert explain(fault, "zh") == "沙箱无法启动：某个库启动了线程：pool"
    assert explain(fault, "en").endswith("a library started threads: pool")
