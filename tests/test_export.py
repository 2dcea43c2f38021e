"""What the exports share: which questions, whole files, the command."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from llmquiz.errors import UsageProblem
from llmquiz.quiz.bank import load
from llmquiz.quiz.export import FORMATS, part_of, write
from llmquiz.quiz.export.draws import full, variants
from llmquiz.quiz.export.labels import LABELS
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.export.page_words import WORDS
from llmquiz.quiz.judge import judge

BANK = load()
CLOSED = [(question, closed) for question in BANK for closed in question.closed]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_bank_gives_the_same_bytes(name: str, lang: str, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert FORMATS[name](BANK, lang) == FORMATS[name](BANK, lang)


def test_a_part_is_named_by_topics_and_ids_and_keeps_the_order_of_the_bank() -> None:
    first, *_, last = BANK
    part = part_of(BANK, [last.id, first.topic])
    assert next(iter(part.questions)) == first.id
    assert {question.topic for question in part} == {first.topic, last.topic}
    assert part_of(BANK, []) is BANK
    with pytest.raises(UsageProblem) as problem:
        part_of(BANK, [first.id[:-1]])
    assert problem.value.facts["near"] == first.id
    with pytest.raises(UsageProblem, match="unknown_question"):
        part_of(BANK, ["zzzzzz"])


def test_a_file_is_replaced_only_if_told_so_and_never_half(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    write(file, lambda: b"first")
    with pytest.raises(UsageProblem, match="export_exists"):
        write(file, lambda: b"second")
    with pytest.raises(ZeroDivisionError):
        write(file, lambda: b"%d" % (1 // 0), replace=True)
    assert file.read_bytes() == b"first"
    write(file, lambda: b"second", replace=True)
    assert file.read_bytes() == b"second"
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
    for wrong in (tmp_path, Path("/dev/null")):
        with pytest.raises(UsageProblem, match="export_no_file"):
            write(wrong, lambda: b"", replace=True)
    with pytest.raises(UsageProblem, match="not_writable"):
        write(tmp_path / "none" / "x", lambda: b"")


def test_a_new_file_is_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    write(tmp_path / "made", lambda: b"")
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_the_words_of_the_exports_are_in_both_languages() -> None:
    for key, (english, chinese) in (LABELS | WORDS).items():
        fields = [re.findall(r"\{\w+\}", text) for text in (english, chinese)]
        assert sorted(fields[0]) == sorted(fields[1]), key
        if key not in ("language", "language_name"):
            assert english.isascii(), key
        if re.search("[a-z]", re.sub(r"\{\w+\}", "", english)) and key != "language_name":
            assert re.search("[\u4e00-\u9fff]", chinese), key


def test_variants_begin_with_the_worked_example_and_are_all_different() -> None:
    for question, closed in CLOSED:
        asked = variants(question, closed, 3)
        assert all(judge(one, full(one.answer)).right for one in asked if one.answer is not None)
        if closed.kind == "numeric":
            assert math.isclose(asked[0].answer, closed.example["answer"], rel_tol=0.02)
            assert len({tuple(one.parameters.items()) for one in asked}) == len(asked) > 1


def test_markup_keeps_every_formula_and_no_mark_of_ours() -> None:
    for question in BANK:
        for lang in ("en", "zh"):
            markup = Markup(question, lang)
            text = markup.reference() + markup.prompt(question.prompt[lang])
            assert "$" not in re.sub("<code>.*?</code>", "", text), question.id
            assert "[@" not in text
            assert "[#" not in text
            assert text.count("\\(") == text.count("\\)")


def test_full_numbers_have_no_exponent() -> None:
    assert [full(value) for value in (3.0, 2**40, 1e-5, -0.125, 2.5e16)] == [
        "3", "1099511627776", "0.00001", "-0.125", "25000000000000000",
    ]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_writes_a_file_and_says_what_to_do_with_it(
    name: str, llmquiz, tmp_path
) -> None:
    file = tmp_path / "made"
    topic = next(iter(BANK)).topic
    ran = llmquiz("export", name, file, topic)
    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].startswith("Wrote ")
    assert lines[-1].startswith("Next")
    assert (len(lines) == 3) == (name == "jupyterquiz")  # it says that the open ones are missing
    assert file.stat().st_size > 1000
    again = llmquiz("export", name, file)
    assert again.code == 2
    assert "--force" in again.err
    before = file.read_bytes()
    assert llmquiz("export", name, file, "--force").code == 0
    assert len(file.read_bytes()) > len(before)


def test_the_command_speaks_the_language_of_the_call_in_the_file_too(llmquiz, tmp_path) -> None:
    for lang, words in (("en", "Wrote"), ("zh", "已将")):
        file = tmp_path / f"{lang}.txt"
        ran = llmquiz("--lang", lang, "export", "gift", file)
        assert ran.out.startswith(words)
        assert f"/{pick_topic(lang)}\n" in file.read_text(encoding="utf-8")


def pick_topic(lang: str) -> str:
    return BANK.topics[next(iter(BANK)).topic][lang]


def test_a_mistyped_format_or_topic_writes_nothing(llmquiz, tmp_path) -> None:
    for arguments in (("ankii", "x"), ("anki", "x", "attentoin"), ("anki",)):
        assert llmquiz("export", *arguments).code == 2
    assert "Did you mean attention?" in llmquiz("export", "anki", "x", "attentoin").err
    assert list(tmp_path.iterdir()) == []
