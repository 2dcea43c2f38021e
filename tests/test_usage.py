"""Commands that are wrong: one sentence, in the language of the call, and exit code 2."""

from __future__ import annotations

import re
from collections.abc import Callable

import click
import pytest

from llmquiz.cli.usage import sentence_of

CASES = [  # arguments, English, Chinese
    (
        "completion",
        "SHELL is missing, one of: bash, zsh, fish.",
        "缺少 SHELL，可选值：bash, zsh, fish。",
    ),
    ("solution", "NAME is missing.", "缺少 NAME。"),
    ("check --seed x", "--seed takes a whole number.", "--seed 的值应为整数。"),
    ("quiz -n 0", "-n takes a whole number, 1 or more.", "-n 的值应为不小于 1 的整数。"),
    (
        "hint --level 7",
        "--level takes a whole number from 1 to 3.",
        "--level 的值应为 1 到 3 之间的整数。",
    ),
    (
        "quiz --kind x",
        "--kind takes one of: open, choice, numeric.",
        "--kind 的可选值：open, choice, numeric。",
    ),
    ("lab chat --top-p x", "--top-p takes a number.", "--top-p 的值应为数字。"),
    ("quiz a b c", "too many words in the command: b c.", "多余的参数：b c。"),
    (
        "quiz --count 3",
        "there is no option --count. Did you mean -n?",
        "没有 --count 这个选项。你是想输入 -n 吗？",
    ),
    (
        "quiz --jsn",
        "there is no option --jsn. Did you mean --json?",
        "没有 --jsn 这个选项。你是想输入 --json 吗？",
    ),
    ("quiz --zzz", "there is no option --zzz.", "没有 --zzz 这个选项。"),
    ("quiz -z", "there is no option -z.", "没有 -z 这个选项。"),
    ("quiz --json=3", "--json takes no value.", "--json 不带值。"),
    ("quiz --seed", "--seed needs a value.", "--seed 需要一个值。"),
    ("zzz", "there is no command zzz.", "没有 zzz 这个命令。"),
    ("dev zzz", "there is no command zzz.", "没有 zzz 这个命令。"),
]


@pytest.mark.parametrize(("typed", "english", "chinese"), CASES)
def test_a_wrong_command_is_one_sentence_in_the_language(
    llmquiz: Callable, typed: str, english: str, chinese: str
) -> None:
    command = typed.partition(" -")[0] if " -" in typed else "llmquiz"
    for lang, sentence in (("en", f"{english} See: "), ("zh", f"命令有误：{chinese}请参阅：")):
        ran = llmquiz("--lang", lang, *typed.split())
        assert (ran.code, ran.out) == (2, "")
        assert re.fullmatch(rf"llmquiz: {re.escape(sentence)}llmquiz[a-z ]* --help\n", ran.err)
        assert command in ran.err  # whose help it is


def test_what_click_may_say_one_day_still_gets_a_sentence() -> None:
    assert sentence_of(click.UsageError("Something new"), "en") == (
        "the command is not used like this."
    )
    assert sentence_of(click.BadParameter("new"), "zh") == "命令用法不对。"


def test_no_control_character_of_an_argument_reaches_the_terminal(llmquiz: Callable) -> None:
    assert "\x1b" not in llmquiz("quiz", "a", "\x1b[2J").err
