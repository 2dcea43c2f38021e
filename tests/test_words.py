"""The program's sentences in both languages, and how they fit into a terminal."""

from __future__ import annotations

import contextlib
import re
import string

import pytest
from rich.cells import cell_len

from llmquiz.cli import run
from llmquiz.cli.base import COMMANDS
from llmquiz.render.cells import clean, ends, pad, wrap
from llmquiz.words import MESSAGES, language, say


@pytest.mark.parametrize("key", MESSAGES)
def test_both_languages_name_the_same_facts(key: str) -> None:
    english, chinese = MESSAGES[key]
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in (english, chinese)
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("key", MESSAGES)
def test_every_sentence_can_be_shown_on_a_gbk_terminal(key: str) -> None:
    for text in MESSAGES[key]:
        text.encode("gbk")


def test_chinese_is_chinese_and_english_is_english() -> None:
    for key, (english, chinese) in MESSAGES.items():
        assert english.isascii(), key
        if re.search(r"[a-z]", re.sub(r"\{\w+\}", "", english)):
            assert re.search(r"[\u4e00-\u9fff]", chinese), key


@pytest.mark.parametrize(
    ("environment", "chosen", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "en_US.UTF-8"}, None, "en"),
        ({"LC_ALL": "zh_TW", "LANG": "en_US"}, None, "zh"),
        ({"LLMQUIZ_LANG": "zh", "LANG": "en_US"}, None, "zh"),
        ({"LLMQUIZ_LANG": "zh"}, "en", "en"),
        ({"LANG": "fr_FR"}, None, "en"),
        ({"LANG": "C"}, None, "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_locales(
    monkeypatch, environment: dict[str, str], chosen: str | None, expected: str
) -> None:
    monkeypatch.delenv("LLMQUIZ_LANG", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language(chosen) == expected


def test_a_message_is_filled_in() -> None:
    assert say("no_file", "en", path="x") == "there is no x"


def test_columns_are_padded_by_cells_not_by_characters() -> None:
    assert cell_len(pad("缩放点积", 12)) == 12
    assert cell_len(ends("缩放点积注意力", "3/4", 40)) == 40
    assert cell_len(ends("attention", "3/4", 40)) == 40


@pytest.mark.parametrize(
    "text",
    [
        "a sentence of many words that does not fit into one line of so few cells",
        "一句很长的中文，没有空格，也要在合适的地方断开，而且标点不能出现在行首。所以要试一试。",
        "混合 mixed 的句子 with torch.Tensor 和 scaled_dot_product_attention 一起，也不能超宽。",
    ],
)
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    lines = wrap(text, 40, "  ")
    assert all(cell_len(line) <= 41 for line in lines)  # a closing mark may hang over
    assert not any(line.strip()[0] in "，。" for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_word_longer_than_the_line_stays_whole() -> None:
    assert wrap("x" * 50, 40, "  ") == ["  " + "x" * 50]


def test_control_and_format_characters_are_taken_out() -> None:
    assert clean("a\x1b[2Jb\u202ec\ud800\x00\td\ne") == "a?[2Jb?c??\td\ne"


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_speaks_one_language_and_fits_80_columns(command: tuple[str, ...], capsys) -> None:
    for lang in ("en", "zh"):
        with contextlib.suppress(SystemExit):
            run(["--lang", lang, *command, "--help"])
        lines = capsys.readouterr().out.splitlines()
        assert max(cell_len(line) for line in lines) <= 80
        text = "\n".join(lines)
        assert not re.search(r"help\.\w", text)
        assert text.startswith(say("help.usage", lang))
        words = re.findall(r"(?<![-\w.'])[a-z]{4,}(?![\w.])", text)
        if lang == "en":
            assert text.isascii()
        else:
            names = {"llmquiz", "attention", "rope", "ablation", "chat", *COMMANDS}
            terms = {"notebook", "lang", "fault", "scale", "exercise", "kind", "open", "choice"}
            terms |= {"numeric", "anki", "gift", "jupyterquiz", "html"}
            terms |= {"nbgrader", "grade"}
            terms |= {"shell", "bash", "fish", "share", "completions", "fpath"}  # of completion
            terms |= {"dumb"}  # a value of TERM
            assert set(words) - names <= terms


def test_english_counts_one_thing_as_well_as_many() -> None:
    assert say("attempts", "en", count=1) == "checks: 1"
    assert say("export_made", "en", count=1, path="x") == "Wrote x; questions: 1"
