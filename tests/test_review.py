"""The log, the cards that are rebuilt from it, `llmquiz review` and `llmquiz progress`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmquiz import catalog, history
from llmquiz.quiz import bank as banks
from llmquiz.quiz.cards import cards, due, found_faults, reviews
from llmquiz.quiz.progress import progress
from llmquiz.quiz.records import Bank

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return banks.load()


@pytest.fixture
def workspace(llmquiz: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    llmquiz("init", tmp_path / "ws")
    monkeypatch.chdir(tmp_path / "ws")
    return tmp_path / "ws"


def _answer(card: str, rating: int, days: float, **more: object) -> dict:
    when = (NOW + timedelta(days=days)).isoformat()
    return {"time": when, "kind": "answer", "card": card, "rating": rating, "score": 1.0, **more}


def test_a_known_card_comes_back_later_than_a_forgotten_one(bank: Bank) -> None:
    records = [_answer("attention.scale", 3, 0), _answer("attention.what", 1, 0)]
    found = cards(records, bank, NOW)
    assert found["attention.scale"].due > found["attention.what"].due > NOW
    assert due(found, NOW) == []
    late = due(found, NOW + timedelta(days=400))
    assert [card.name for card in late] == ["attention.what", "attention.scale"]


def test_intervals_grow_with_every_good_review(bank: Bank) -> None:
    records, gaps, day = [], [], 0.0
    for _ in range(4):
        records.append(_answer("attention.scale", 3, day))
        card = cards(records, bank, NOW)["attention.scale"]
        gaps.append((card.due - NOW).total_seconds() / 86400 - day)
        day += gaps[-1]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 3 * gaps[0]


def test_what_was_taken_back_does_not_count(bank: Bank) -> None:
    records = [_answer("attention.scale", 1, 0, id="a"), {"kind": "undo", "of": "a"}]
    assert cards(records, bank, NOW) == {}


def test_a_clock_that_goes_backwards_does_no_harm(bank: Bank) -> None:
    records = [_answer("attention.scale", 3, 10), _answer("attention.scale", 3, -300)]
    found = reviews(records, bank)
    assert found[0].when == found[1].when
    assert cards(records, bank, NOW)["attention.scale"].due > NOW


def test_records_of_a_newer_version_are_passed_over(bank: Bank) -> None:
    records = [
        _answer("attention.scale", 3, 0),
        {"kind": "answer", "card": "x", "grade": "A"},
        {"kind": "answer", "time": "soon", "card": "x", "rating": 3},
        {"kind": "answer", "time": 7, "card": [], "rating": "?"},
        {"kind": "dream", "time": NOW.isoformat()},
        {"kind": "check", "exercise": "attention", "faults": 3},
    ]
    assert list(cards(records, bank, NOW)) == ["attention.scale"]


def test_a_naive_time_is_taken_for_utc(bank: Bank) -> None:
    record = _answer("attention.scale", 3, 0) | {"time": "2026-03-01T12:00:00"}
    assert reviews([record], bank)[0].when == NOW


def test_the_log_survives_a_kill_at_any_byte(tmp_path: Path) -> None:
    """Cut anywhere, it gives every whole record, and what is added later is not lost."""
    whole = tmp_path / "log"
    for number in range(6):
        history.append(whole, "answer", card="注意力", number=number)
    data = whole.read_bytes()
    ends = [at for at, byte in enumerate(data, start=1) if byte == ord("\n")]
    for cut in range(len(data) + 1):
        torn = tmp_path / "torn"
        torn.write_bytes(data[:cut])
        complete = [number for number, end in enumerate(ends) if end <= cut + 1]
        history.append(torn, "after")
        found = list(history.read(torn))
        numbers = [record["number"] for record in found if record["kind"] == "answer"]
        assert numbers == complete, cut
        assert found[-1]["kind"] == "after"


def test_two_processes_write_at_once_without_mixing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = (
        "import sys; from pathlib import Path; from llmquiz import history\n"
        "for n in range(200): history.append(Path(sys.argv[1]), 'x', n=n, who=sys.argv[2], "
        "text='y' * 500)"
    )
    command = [sys.executable, "-c", script, str(log)]
    writers = [subprocess.Popen([*command, who]) for who in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = list(history.read(log))
    for who in "ab":
        assert [r["n"] for r in found if r["who"] == who] == list(range(200))


def _check_wrong(llmquiz: Callable, workspace: Path) -> None:
    source = (catalog.content_root() / "solutions" / "attention.py").read_text(encoding="utf-8")
    wrong = source.replace("1 / math.sqrt(query.shape[-1])", "1.0")
    assert wrong != source
    (workspace / "exercises" / "attention.py").write_text(wrong, encoding="utf-8")
    assert llmquiz("check", "attention").code == 1


def test_a_fault_that_check_found_comes_back_as_a_question(
    llmquiz: Callable, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _check_wrong(llmquiz, workspace)
    (name,) = found_faults(history.read(workspace / ".llmquiz" / "log.jsonl"))
    assert name == "fault:attention/no_scale"
    monkeypatch.setattr("sys.stdin", io.StringIO("because the spread grows\n3\n"))
    ran = llmquiz("review")
    assert ran.code == 0
    assert "Your own code for attention once gave these numbers" in ran.out
    assert "Still due today: 0" in ran.out
    assert llmquiz("review").out.startswith("Nothing is due today")


def test_a_review_can_be_quit_and_undone_without_loss(
    llmquiz: Callable, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = workspace / ".llmquiz" / "log.jsonl"
    with log.open("w", encoding="utf-8") as file:
        for card in ("attention.scale", "attention.what", "norm.eps"):
            file.write(json.dumps(_answer(card, 1, -300)) + "\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("thought\n:u\nthought\n3\nmore\n:q\n"))
    ran = llmquiz("review")
    assert "3 due today" in ran.out
    assert "Still due today: 2" in ran.out
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n4\n"))
    assert "2 due today" in llmquiz("review", "-n", "1").out
    kinds = [record["kind"] for record in history.read(log)]
    assert kinds == [*["answer"] * 3, "draft", "answer", "draft", "answer"]


def test_ctrl_c_ends_a_review_with_130_after_what_is_left(
    llmquiz: Callable, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    log = workspace / ".llmquiz" / "log.jsonl"
    log.write_text(json.dumps(_answer("attention.scale", 1, -300)) + "\n", encoding="utf-8")
    monkeypatch.setattr("llmquiz.cli.typed.read", interrupted)
    ran = llmquiz("review")
    assert ran.code == 130
    assert "Still due today: 1" in ran.out


def test_progress_counts_what_is_in_the_log(bank: Bank) -> None:
    records = [
        _answer("attention.scale", 3, -1),
        _answer("norm.eps", 1, 0),
        {
            "kind": "check", "time": NOW.isoformat(), "exercise": "rope", "status": "PASS",
            "points": 22,
        },
    ]  # fmt: skip
    found = progress(records, bank, catalog.exercises(), NOW)
    topics = {topic.name: topic for topic in found.topics}
    assert (topics["attention"].seen, topics["norm"].seen, topics["torch"].seen) == (1, 1, 0)
    assert topics["torch"].retention is None
    rope = next(done for done in found.exercises if done.name == "rope")
    assert (rope.status, rope.points, rope.attempts) == ("PASS", 22, 1)
    assert found.streak == 2
    assert sum(count for _, count in found.days) == 3
    assert topics["attention"].retention > 0.9
    assert topics["norm"].retention == 0
    assert 0.4 < found.retention < 0.5


def test_what_was_just_answered_wrongly_is_not_said_to_be_known(
    llmquiz: Callable, workspace: Path, bank: Bank
) -> None:
    log = workspace / ".llmquiz" / "log.jsonl"
    history.append(log, "answer", card="attention.scale", rating=1, score=0.0)
    assert "how likely you still know it: 0%" in llmquiz("progress").out
    history.append(log, "answer", card="attention.scale", rating=3, score=1.0)
    assert "how likely you still know it: 100%" in llmquiz("progress").out


def test_progress_is_text_json_and_a_page(llmquiz: Callable, workspace: Path, bank: Bank) -> None:
    _check_wrong(llmquiz, workspace)
    for lang in ("en", "zh"):
        ran = llmquiz("--lang", lang, "progress")
        ran.out.encode("gbk")
        assert "attention" in ran.out
        assert llmquiz("--lang", lang, "progress", "--html", f"{lang}.html").code == 0
        page = (workspace / f"{lang}.html").read_text(encoding="utf-8")
        assert page.count("<svg") == 2
        assert "<rect" in page
        assert "http" not in page
    assert llmquiz("progress", "--json").json["faults"] == 1
    assert llmquiz("progress", "--html", "missing/x.html").code == 2


def test_review_and_progress_need_a_workspace(llmquiz: Callable) -> None:
    assert llmquiz("review").code == 2
    assert llmquiz("progress").code == 2
