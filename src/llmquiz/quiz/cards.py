"""What was learnt, and when to see it again: folds over the log.

A card is a question that was answered once, or a fault that `check` found in the learner's own
code. FSRS says when it is due (`fsrs`, a scheduler fitted to the reviews of many people). Its
cards are rebuilt from the log each time, because that library changes its format between versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from llmquiz.history import Record
from llmquiz.quiz.draw import find_item
from llmquiz.quiz.judge import AGAIN
from llmquiz.quiz.records import Bank

FAULT = "fault:"  # fault:attention/no_scale
RETENTION = 0.9  # of what is due, this share should still be known


@dataclass(frozen=True)
class Review:
    """One answer."""

    id: str
    card: str
    rating: int
    score: float
    when: datetime


@dataclass(frozen=True)
class Card:
    """What the schedule knows of a card."""

    name: str
    due: datetime
    reviews: int
    retention: float  # the chance that it is known now; none after an answer that was wrong


def reviews(records: Iterable[Record], bank: Bank) -> list[Review]:
    """The answers of a log, without those that were taken back. Old ids become today's."""
    found: dict[str, Review] = {}
    latest = datetime.min.replace(tzinfo=UTC)
    for number, record in enumerate(records):
        if record["kind"] == "undo":
            found.pop(str(record.get("of")), None)
        review = _review(record, number) if record["kind"] == "answer" else None
        if review is None:
            continue
        item = find_item(bank, review.card)
        name = item.card if item is not None else review.card
        # A clock that was set back must not make a review happen before an earlier one.
        latest = max(latest, review.when)
        found[review.id] = Review(review.id, name, review.rating, review.score, latest)
    return list(found.values())


def _review(record: Record, number: int) -> Review | None:
    try:
        when = datetime.fromisoformat(record["time"])
        when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
        rating = min(max(int(record["rating"]), 1), 4)
        score = float(record.get("score", rating > 1))
        return Review(str(record.get("id", number)), str(record["card"]), rating, score, when)
    except (KeyError, TypeError, ValueError):  # written by a version that we do not know
        return None


def found_faults(records: Iterable[Record]) -> dict[str, datetime]:
    """The cards of the faults that checks found, with the first time of each."""
    found: dict[str, datetime] = {}
    for record in records:
        if record["kind"] != "check" or not isinstance(record.get("faults"), list):
            continue
        try:
            when = datetime.fromisoformat(record["time"])
        except (KeyError, TypeError, ValueError):
            continue
        for fault in record["faults"]:
            found.setdefault(f"{FAULT}{record.get('exercise')}/{fault}", when)
    return found


def cards(log: Iterable[Record], bank: Bank, now: datetime) -> dict[str, Card]:
    """Every card, the one that is due first first."""
    from fsrs import Card as FsrsCard
    from fsrs import Rating, Scheduler

    records = list(log)
    scheduler = Scheduler(
        desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    states: dict[str, Any] = {}
    counts: dict[str, int] = {}
    known: dict[str, bool] = {}
    for review in reviews(records, bank):
        card = states.get(review.card) or FsrsCard(card_id=1)
        states[review.card], _ = scheduler.review_card(card, Rating(review.rating), review.when)
        counts[review.card] = counts.get(review.card, 0) + 1
        known[review.card] = review.rating > AGAIN
    found = [
        # FSRS counts from the last look, also one at an answer that was not known.
        Card(
            name,
            card.due,
            counts[name],
            scheduler.get_card_retrievability(card, now) if known[name] else 0.0,
        )
        for name, card in states.items()
    ]
    found += [
        Card(name, when, 0, 0.0)
        for name, when in found_faults(records).items()
        if name not in states
    ]
    return {card.name: card for card in sorted(found, key=lambda card: (card.due, card.name))}


def due(all_cards: Mapping[str, Card], now: datetime) -> list[Card]:
    """The cards to review today: due before the day ends where the learner is."""
    tomorrow = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow += timedelta(days=1)
    return [card for card in all_cards.values() if card.due < tomorrow]
