"""A question as it is asked once: parameters drawn, options in an order of their own."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from llmquiz.quiz import formula
from llmquiz.quiz.records import KINDS, Bank, Choice, Closed, Numeric, Option, Question

LETTERS = "abcdefgh"
PARAMETER = re.compile(r"\[\[([A-Za-z_][A-Za-z0-9_]*)\]\]")


@dataclass(frozen=True)
class Item:
    """Something to ask: an open question, or one of its closed ones."""

    question: Question
    closed: Closed | None = None

    @property
    def card(self) -> str:
        """Its name in the log, which never changes: `attention.scale/argmax`."""
        return self.question.id if self.closed is None else f"{self.question.id}/{self.closed.id}"

    @property
    def kind(self) -> str:
        """open, choice or numeric."""
        return KINDS[0] if self.closed is None else self.closed.kind


def items_of(question: Question) -> tuple[Item, ...]:
    """The open question and its closed ones."""
    return (Item(question), *(Item(question, closed) for closed in question.closed))


def find_item(bank: Bank, card: str) -> Item | None:
    """The item of a card, also under the id that its question had earlier."""
    name, _, closed = card.partition("/")
    question = bank.find(name)
    if question is None:
        return None
    for item in items_of(question):
        if (item.closed.id if item.closed else "") == closed:
            return item
    return None


@dataclass(frozen=True)
class Asked:
    """An item with what was drawn for it; the same seed draws the same."""

    item: Item
    seed: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    answer: float | None = None  # of a numeric question
    options: tuple[tuple[str, Option], ...] = ()  # letter, option

    @property
    def right_letters(self) -> frozenset[str]:
        return frozenset(letter for letter, option in self.options if option.right)

    def prompt(self, lang: str) -> str:
        """The question's text, with the drawn values in it."""
        closed = self.item.closed
        return self.fill((closed or self.item.question).prompt[lang])

    def fill(self, text: str) -> str:
        """A text with the drawn values in the place of their names."""
        values = dict(self.parameters)
        if self.answer is not None:
            values["answer"] = self.answer

        def value(match: re.Match[str]) -> str:
            return shown(values[match[1]]) if match[1] in values else match[0]

        return PARAMETER.sub(value, text)


def ask(item: Item, seed: int) -> Asked:
    """Draw an item's parameters or the order of its options."""
    draw = random.Random(f"{item.card} {seed}")
    closed = item.closed
    if isinstance(closed, Choice):
        options = draw.sample(closed.options, len(closed.options))
        return Asked(item, seed, options=tuple(zip(LETTERS, options, strict=False)))
    if isinstance(closed, Numeric):
        parameters = {name: draw.choice(values) for name, values in closed.parameters.items()}
        answer = formula.evaluate(closed.formula, parameters)
        return Asked(item, seed, parameters, answer)
    return Asked(item, seed)


def shown(value: float) -> str:
    """A number as a person writes it: whole ones whole, others to five digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.5g}"
