"""`llmquiz quiz`: asking, grading, and recording, with a pipe as the learner."""

from __future__ import annotations

import io
import json
import re
import sys
import types
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from llmquiz.cli.typed import goes_on
from llmquiz.quiz import bank as banks
from llmquiz.quiz.cards import reviews
from llmquiz.quiz.draw import Item, ask, find_item, items_of, shown
from llmquiz.quiz.judge import Unreadable, judge, marked, number
from llmquiz.quiz.records import KINDS, Bank, Choice, Numeric
from llmquiz.quiz.select import select
from llmquiz.render.cells import cell_len
from llmquiz.words import say


@pytest.fixture(scope="module")
def bank() -> Bank:
    return banks.load()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What stands on standard input."""

    def give(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return give


@pytest.fixture
def workspace(llmquiz: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    llmquiz("init", tmp_path / "ws")
    monkeypatch.chdir(tmp_path / "ws")
    return tmp_path / "ws"


def _log(workspace: Path) -> list[dict]:
    text = (workspace / ".llmquiz" / "log.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _items(bank: Bank) -> list[Item]:
    return [item for question in bank for item in items_of(question)]


def test_every_closed_question_accepts_its_answer_and_rejects_another(bank: Bank) -> None:
    for item in _items(bank):
        for seed in range(3):
            asked = ask(item, seed)
            if isinstance(item.closed, Choice):
                assert judge(asked, "".join(asked.right_letters)).right
                wrong = [letter for letter, option in asked.options if not option.right]
                assert not judge(asked, wrong[0]).right
            elif isinstance(item.closed, Numeric):
                assert judge(asked, shown(asked.answer)).right, item.card
                assert not judge(asked, shown(asked.answer * 1.7 + 1)).right, item.card


def test_the_same_seed_asks_the_same(bank: Bank) -> None:
    for item in _items(bank)[:60]:
        assert ask(item, 7) == ask(item, 7)
    orders = {ask(_choice(bank), seed).right_letters for seed in range(20)}
    assert len(orders) > 1


def _choice(bank: Bank) -> Item:
    return next(item for item in _items(bank) if isinstance(item.closed, Choice))


def test_no_drawn_value_is_left_out_of_a_text(bank: Bank) -> None:
    for item in _items(bank):
        asked = ask(item, 1)
        for lang in ("en", "zh"):
            assert "[[" not in asked.prompt(lang), item.card
            if isinstance(item.closed, Numeric):
                assert "[[" not in asked.fill(item.closed.solution[lang]), item.card


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1048576", 1048576), ("1,048,576", 1048576), ("2^20", 1048576), ("2**20", 1048576),
        ("1/3", 1 / 3), ("sqrt(2)", 2**0.5), ("25%", 0.25), ("1e9", 1e9), ("-3.5", -3.5),
        ("√4", 2), ("8 × 4", 32),
    ],
)  # fmt: skip
def test_a_number_may_be_written_in_many_ways(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "many", "1 2", "9**9**9", "__import__('os')", "(1, 2)", "[1]", "1e999", "a.b"]
)
def test_what_is_no_number_is_asked_again(text: str) -> None:
    with pytest.raises(Unreadable):
        number(text)


def test_letters_are_read_kindly(bank: Bank) -> None:
    asked = ask(_choice(bank), 1)
    (right,) = asked.right_letters
    full_width = chr(ord(right) + 0xFEE0)
    number = str("abcdefgh".index(right) + 1)
    for text in (right, right.upper(), f" {right} ", full_width, f"{right}。", number):
        assert judge(asked, text).right, text
    for text in ("", "z", "?", "9"):
        with pytest.raises(Unreadable):
            judge(asked, text)


def test_rubric_points_are_marked_by_numbers() -> None:
    assert marked("1 3-4", 5) == {1, 3, 4}
    assert marked("1，2、3", 5) == {1, 2, 3}
    assert marked("all", 3) == {1, 2, 3}
    assert marked("", 3) == set()
    for text in ("0 9", "4-2", "x", "6"):
        with pytest.raises(Unreadable):
            marked(text, 5)


def test_what_was_not_seen_is_asked_first(bank: Bank) -> None:
    names = [item.card for item in _items(bank) if item.question.topic == "norm"]
    seen = dict.fromkeys(names[1:], 1)
    (first,) = select(bank, name="norm", count=1, seed=1, seen=seen)
    assert first.card == names[0]


def test_a_quiz_asks_different_questions_before_a_second_item_of_one(bank: Bank) -> None:
    chosen = select(bank, name="attention", count=8, seed=3, seen={})
    assert len({item.question.id for item in chosen}) == 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_kept(bank: Bank, kind: str) -> None:
    assert {item.kind for item in select(bank, kind=kind, count=20, seed=1, seen={})} == {kind}


def test_a_question_is_asked_whole_graded_and_recorded(
    llmquiz: Callable, typed: Callable, workspace: Path, bank: Bank
) -> None:
    items = items_of(bank.questions["attention.scale"])
    answers = ["my answer", "1 2"]
    for at, item in enumerate(items[1:], start=1):
        asked = ask(item, 5 + at)
        answers.append("".join(asked.right_letters) or shown(asked.answer))
    typed(*answers)
    ran = llmquiz("quiz", "attention.scale", "--seed", "5")
    assert ran.code == 0
    assert "my answer" in ran.out
    assert f"2 of {len(items[0].question.rubric)} points" in ran.out
    records = [record for record in _log(workspace) if record["kind"] == "answer"]
    assert [record["card"] for record in records] == [item.card for item in items]
    assert records[0]["points"] == [p.id for p in items[0].question.rubric[:2]]
    assert all(record["score"] == 1 for record in records[1:])


def test_an_answer_that_cannot_be_read_is_asked_again(
    llmquiz: Callable, typed: Callable, bank: Bank
) -> None:
    item = _choice(bank)
    typed("what?", "a")
    ran = llmquiz("quiz", item.card, "--seed", "1")
    assert "Answer with the letters: a, b" in ran.out
    assert "1 answered" in ran.out


def test_commands_undo_skip_flag_and_quit(
    llmquiz: Callable, typed: Callable, workspace: Path
) -> None:
    typed("a", ":u", "b", ":f", ":s", ":q")
    ran = llmquiz("quiz", "attention", "--kind", "choice", "--seed", "1")
    assert ran.code == 0
    records = _log(workspace)
    assert [record["kind"] for record in records] == ["answer", "undo", "answer", "flag"]
    assert records[1]["of"] == records[0]["id"]
    assert records[0]["card"] == records[2]["card"]
    assert "1 answered" in ran.out


def test_undo_asks_the_question_again_whose_answer_it_takes_back(
    llmquiz: Callable, typed: Callable, workspace: Path
) -> None:
    typed("a", ":s", ":u", "b", ":q")
    llmquiz("quiz", "attention", "--kind", "choice", "--seed", "1")
    first, undone, again = _log(workspace)
    assert (undone["kind"], undone["of"]) == ("undo", first["id"])
    assert (again["card"], again["given"]) == (first["card"], "b")


def test_the_editor_is_not_offered_where_there_is_none(llmquiz: Callable, typed: Callable) -> None:
    typed(":e", "a")
    ran = llmquiz("quiz", "attention", "--kind", "choice", "-n", "1")
    assert "The editor is for answers in your own words" in ran.out
    assert "1 answered" in ran.out
    for lang in ("en", "zh"):
        assert ":e" not in say("quiz_keys", lang)
        assert ":e" in say("answer_editor", lang)
        assert ":e" in say("answer_kept", lang)


def test_a_text_that_was_not_marked_is_kept_and_counts_as_no_answer(
    llmquiz: Callable, typed: Callable, workspace: Path, bank: Bank
) -> None:
    typed("my text")
    ran = llmquiz("quiz", "attention.scale", "--kind", "open")
    assert "What you wrote on attention.scale is in the log" in ran.out
    (draft,) = _log(workspace)
    assert (draft["kind"], draft["given"]) == ("draft", "my text")
    assert reviews([draft], bank) == []
    assert llmquiz("progress", "--json").json["days"] == []


def test_ctrl_c_ends_with_130_after_the_summary(
    llmquiz: Callable, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["a"])

    def line(*_: object) -> str:
        if (found := next(lines, None)) is None:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr("llmquiz.cli.typed.read", line)
    ran = llmquiz("quiz", "attention", "--kind", "choice")
    assert ran.code == 130
    assert "1 answered" in ran.out
    assert len(_log(workspace)) == 1


def test_the_end_of_the_input_ends_the_quiz_and_keeps_what_was_answered(
    llmquiz: Callable, typed: Callable, workspace: Path
) -> None:
    typed("a")
    assert llmquiz("quiz", "--kind", "choice", "--seed", "2").code == 0
    assert len(_log(workspace)) == 1


def test_outside_a_workspace_nothing_is_recorded_and_it_is_said(
    llmquiz: Callable, typed: Callable, tmp_path: Path
) -> None:
    typed("a")
    assert "Not recorded" in llmquiz("quiz", "--kind", "choice").out
    assert list(tmp_path.iterdir()) == []


def _without_accents(text: str) -> str:
    """Names of authors may lose an accent on a GBK terminal."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_fits_80_columns_and_a_gbk_terminal(
    llmquiz: Callable, bank: Bank, lang: str
) -> None:
    for topic in bank.topics:
        ran = llmquiz("--lang", lang, "quiz", topic, "-n", "500", "--show", "--seed", "1")
        assert ran.code == 0
        _without_accents(ran.out).encode("gbk")
        too_wide = [
            line for line in ran.out.splitlines() if cell_len(line) > 80 and "https://" not in line
        ]
        assert too_wide == []
        assert not re.search(r"\\[a-zA-Z]{2,}", ran.out)  # LaTeX
        assert "[@" not in ran.out
        assert "$" not in ran.out


def test_show_and_answers_as_json(llmquiz: Callable, typed: Callable) -> None:
    shown_json = llmquiz("quiz", "attention.scale", "--show", "--json", "--seed", "1").json
    kinds = {question["kind"] for question in shown_json["questions"]}
    assert kinds == {"open", "choice", "numeric"}
    typed("a", "b")
    ran = llmquiz("quiz", "--kind", "choice", "-n", "2", "--json")
    assert [answer["given"] for answer in ran.json["answers"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("quiz", "atention"), "Did you mean attention?"),
        (("quiz", "zzz"), "Topics: attention"),
        (("quiz", "attention.scale/zzz"), "attention.scale"),
        (("quiz", "--exercise", "ropee"), "Did you mean rope?"),
        (("quiz", "torch", "--exercise", "tokenizer", "--kind", "open"), ""),
    ],
)
def test_a_wrong_name_is_one_sentence(llmquiz: Callable, arguments: tuple, told: str) -> None:
    ran = llmquiz(*arguments, "--show")
    if told:
        assert ran.code == 2
        assert told in ran.err


def test_an_old_id_still_finds_its_question(bank: Bank) -> None:
    from dataclasses import replace

    question = replace(bank.questions["attention.scale"], was=("attention.old",))
    renamed = Bank(bank.topics, {**bank.questions, "attention.scale": question})
    assert renamed.find("attention.old") is question
    assert find_item(renamed, "attention.old/fold").card == "attention.scale/fold"
    assert find_item(renamed, "attention.never") is None


@pytest.mark.parametrize("waits", [True, False])
def test_a_windows_console_is_asked_whether_a_pasted_text_goes_on(
    monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(kbhit=lambda: waits))
    assert goes_on() is waits
