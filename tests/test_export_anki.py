"""The Anki deck, imported by Anki's own library."""

from __future__ import annotations

import dataclasses
import warnings
from collections import Counter
from pathlib import Path

import pytest

from llmquiz.quiz.bank import load
from llmquiz.quiz.export import FORMATS, count_of
from llmquiz.quiz.export.anki import guid_of
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.records import Bank

BANK = load()
CLOSED = [(question, closed) for question in BANK for closed in question.closed]
KINDS = Counter(closed.kind for _, closed in CLOSED)
NEWER = 1_800_000_000


@pytest.fixture
def dated(monkeypatch):
    """Set the time that a deck is stamped with."""
    return lambda seconds: monkeypatch.setenv("SOURCE_DATE_EPOCH", str(seconds))


@pytest.fixture
def collection(tmp_path: Path):
    """An empty collection of Anki's own library, and a way to import a deck into it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pytest.importorskip("anki.collection", reason="Anki's library is not installed")
    opened = library.Collection(str(tmp_path / "collection.anki2"))

    def imported(bank: Bank, lang: str = "en") -> dict[str, int]:
        path = tmp_path / "deck.apkg"
        path.write_bytes(FORMATS["anki"](bank, lang))
        request = library.ImportAnkiPackageRequest(package_path=str(path))
        log = opened.import_anki_package(request).log
        return {
            name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")
        }

    opened.imported = imported
    yield opened
    opened.close()


def test_anki_imports_each_question_once_however_often(collection, dated) -> None:
    dated(NEWER)
    count = count_of(BANK, FORMATS["anki"])
    none = {"new": 0, "updated": 0, "duplicate": 0, "conflicting": 0}
    assert collection.imported(BANK) == {**none, "new": count}
    assert collection.imported(BANK) == {**none, "duplicate": count}
    assert collection.note_count() == collection.card_count() == count
    assert len(collection.find_notes("tag:kind::numeric")) == KINDS["numeric"]
    guids = set(collection.db.list("select guid from notes"))
    assert guids == {
        *map(guid_of, BANK),
        *(guid_of(*one) for one in CLOSED),
    }
    assert collection.fix_integrity()[1]


def test_anki_takes_over_what_was_reworded_and_renamed_and_keeps_the_schedule(
    collection, dated
) -> None:
    first = next(iter(BANK))
    dated(NEWER)
    collection.imported(Bank(BANK.topics, {first.id: first}))
    card = collection.get_card(collection.find_cards("tag:kind::open")[0])
    card.due, card.type, card.queue, card.ivl = 40, 2, 2, 40
    collection.update_card(card)
    dated(NEWER + 60)
    text = {"en": "Is $a < b$ & new?", "zh": "$a < b$？"}
    renamed = dataclasses.replace(first, id=f"{first.topic}.renamed", was=(first.id,), prompt=text)
    found = collection.imported(Bank(BANK.topics, {renamed.id: renamed}), "zh")
    assert found["new"] == 0
    assert found["updated"] == 1 + len(first.closed)
    card = collection.get_card(card.id)
    assert card.ivl == 40
    assert card.note()["Id"] == renamed.id
    assert r"<p>Is \(a &lt; b\) &amp; new?</p>" in card.question()
    assert card.question().index("？") < card.question().index("<summary>English")


def test_a_card_of_anki_asks_in_front_and_answers_behind(collection, dated) -> None:
    dated(NEWER)
    collection.imported(BANK)
    question, choice = next(pair for pair in CLOSED if pair[1].kind == "choice")
    found = collection.find_cards(f'"Id:{question.id}/{choice.id}"')
    front, back = collection.get_card(found[0]).question(), collection.get_card(found[0]).answer()
    markup = Markup(question, "en")
    for option in choice.options:
        assert markup.inline(option.text["en"]) in front
        assert markup.inline(option.why["en"]) not in front
        assert markup.inline(option.why["en"]) in back
