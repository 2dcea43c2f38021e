"""Which questions to ask."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping, Sequence

from llmquiz.errors import UsageProblem
from llmquiz.quiz.draw import Item, find_item, items_of
from llmquiz.quiz.records import Bank


def select(
    bank: Bank,
    *,
    name: str | None = None,
    exercise: str | None = None,
    kind: str | None = None,
    count: int | None = None,
    seed: int,
    seen: Mapping[str, int],
) -> list[Item]:
    """The items to ask: all of a question that is named, else `count` of a topic or of everything.

    `seen` is how often each card was answered: what was not seen comes first, and one item of
    each question before a second one. Raises UsageProblem.
    """
    if name is not None and "/" in name:
        item = find_item(bank, name)
        if item is None:
            raise _unknown(bank, name)
        return [item]
    question = bank.find(name) if name is not None else None
    if question is not None:
        items = [item for item in items_of(question) if kind in (None, item.kind)]
        return items[:count]
    if name is not None and name not in bank.topics:
        raise _unknown(bank, name)
    questions = [
        question
        for question in bank
        if name in (None, question.topic) and (exercise is None or exercise in question.exercises)
    ]
    groups = [
        [item for item in items_of(question) if kind in (None, item.kind)] for question in questions
    ]
    found = _mixed(groups, random.Random(seed), seen)
    if not found:
        raise UsageProblem("no_questions")
    return found[: 5 if count is None else count]


def _mixed(
    groups: Sequence[list[Item]], draw: random.Random, seen: Mapping[str, int]
) -> list[Item]:
    """Every item, the least seen first, one of each question before the second of any."""
    ranked = []
    for group in groups:
        items = draw.sample(group, len(group))
        items.sort(key=lambda item: seen.get(item.card, 0))
        ranked += [(seen.get(item.card, 0), turn, item) for turn, item in enumerate(items)]
    draw.shuffle(ranked)
    ranked.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in ranked]


def _unknown(bank: Bank, name: str) -> UsageProblem:
    known = [*bank.topics, *bank.questions]
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    if near:
        return UsageProblem("unknown_question_near", name=name, near=near[0])
    return UsageProblem("unknown_question", name=name, topics=", ".join(bank.topics))
