"""How far a learner is: a fold over the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from llmquiz.catalog import Exercise
from llmquiz.history import Record
from llmquiz.quiz.cards import FAULT, Card, cards, due, reviews
from llmquiz.quiz.draw import items_of
from llmquiz.quiz.records import Bank, Text
from llmquiz.report import Status

FORECAST = 14  # days


@dataclass(frozen=True)
class Topic:
    """What is known of a topic."""

    name: str
    title: Text
    seen: int
    items: int
    retention: float | None  # mean chance that what was seen is known now
    due: int


@dataclass(frozen=True)
class Done:
    """An exercise, as far as it was checked."""

    name: str
    title: Text
    status: str
    points: int
    max_points: int
    attempts: int
    last: str  # date


@dataclass(frozen=True)
class Progress:
    """Everything that `llmquiz progress` shows."""

    exercises: tuple[Done, ...]
    topics: tuple[Topic, ...]
    faults: int  # found in the learner's code, as cards
    answers: int
    due: int
    retention: float | None
    days: tuple[tuple[str, int], ...]  # date, answers and checks on it
    forecast: tuple[tuple[str, int], ...]  # date, cards that will be due
    streak: int  # days up to today or yesterday without a gap


def progress(
    records: Sequence[Record], bank: Bank, exercises: Sequence[Exercise], now: datetime
) -> Progress:
    """Fold a log."""
    known = cards(records, bank, now)
    waiting = {card.name for card in due(known, now)}
    days = _days(records)
    return Progress(
        exercises=tuple(_done(exercise, records) for exercise in exercises),
        topics=tuple(_topic(name, title, bank, known, waiting) for name, title in _topics(bank)),
        faults=sum(name.startswith(FAULT) for name in known),
        answers=len(reviews(records, bank)),
        due=len(waiting),
        retention=_mean([card.retention for card in known.values() if card.reviews]),
        days=tuple(sorted(days.items())),
        forecast=tuple(_forecast(known, now)),
        streak=_streak(set(days), now),
    )


def _topics(bank: Bank) -> list[tuple[str, Text]]:
    return [(n, t) for n, t in bank.topics.items() if any(q.topic == n for q in bank)]


def _topic(name: str, title: Text, bank: Bank, known: dict[str, Card], waiting: set[str]) -> Topic:
    names = [item.card for q in bank if q.topic == name for item in items_of(q)]
    seen = [known[card] for card in names if card in known]
    retention = _mean([card.retention for card in seen])
    return Topic(name, title, len(seen), len(names), retention, len(waiting.intersection(names)))


def _done(exercise: Exercise, records: Sequence[Record]) -> Done:
    checks = [r for r in records if r["kind"] == "check" and r.get("exercise") == exercise.name]
    last = checks[-1] if checks else {}
    return Done(
        exercise.name,
        exercise.title,
        str(last.get("status", Status.TODO)),
        int(last.get("points", 0)),
        exercise.points,
        len(checks),
        _date(last)[:10] if last else "",
    )


def _days(records: Sequence[Record]) -> Counter[str]:
    """How much was done on each day, by the learner's clock."""
    done = (record for record in records if record["kind"] in ("answer", "check"))
    return Counter(date for record in done if (date := _date(record)))


def _date(record: Record) -> str:
    try:
        return datetime.fromisoformat(record["time"]).astimezone().date().isoformat()
    except (KeyError, TypeError, ValueError):
        return ""


def _forecast(known: dict[str, Card], now: datetime) -> list[tuple[str, int]]:
    today = now.astimezone().date()
    counts = Counter(max(card.due.astimezone().date(), today) for card in known.values())
    days = [today + timedelta(days=ahead) for ahead in range(FORECAST)]
    return [(day.isoformat(), counts[day]) for day in days]


def _streak(days: set[str], now: datetime) -> int:
    day = now.astimezone().date()
    if day.isoformat() not in days:  # today is not over
        day -= timedelta(days=1)
    count = 0
    while day.isoformat() in days:
        count += 1
        day -= timedelta(days=1)
    return count


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
