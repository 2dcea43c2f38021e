"""Numeric questions for formats that cannot draw: some of their draws, the worked example first."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator

from llmquiz.quiz import formula
from llmquiz.quiz.draw import Asked, Item
from llmquiz.quiz.judge import EXACT
from llmquiz.quiz.records import Closed, Numeric, Question


def variants(question: Question, closed: Closed, count: int) -> list[Asked]:
    """An item as it is asked in a file: a choice once, a numeric question `count` times.

    The options keep the order of the bank, where all these formats shuffle by themselves.
    """
    item = Item(question, closed)
    if not isinstance(closed, Numeric):
        letters = zip("abcdefgh", closed.options, strict=False)
        return [Asked(item, 0, options=tuple(letters))]
    return list(itertools.islice(_drawn(item, closed), count))


def _drawn(item: Item, closed: Numeric) -> Iterator[Asked]:
    """Every draw once: the worked example, then the others in an order that never changes."""
    names = list(closed.parameters)
    example = tuple(closed.example[name] for name in names)
    every = itertools.product(*closed.parameters.values())
    others = [values for values in itertools.islice(every, 10_000) if values != example]
    random.Random(item.card).shuffle(others)
    for at, values in enumerate([example, *others]):
        parameters = dict(zip(names, values, strict=True))
        yield Asked(item, at, parameters, formula.evaluate(closed.formula, parameters))


def margin(asked: Asked) -> float:
    """How far an answer may be off: as in the terminal, what we show with five digits is right."""
    closed = asked.item.closed
    assert isinstance(closed, Numeric)
    assert asked.answer is not None
    relative = max(closed.tolerance, EXACT if closed.tolerance == 0 else 1e-4)
    return abs(asked.answer) * relative if closed.tolerance else 0.0


def full(value: float) -> str:
    """A number with all its digits and no exponent: not every reader knows 1e-05."""
    if value == int(value):
        return str(int(value))
    digits = max(1, 12 - math.ceil(math.log10(abs(value))))
    return f"{value:.{digits}f}".rstrip("0")
