"""Is an answer to a closed question right? What a learner types is read kindly, and never run."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from llmquiz.quiz import formula
from llmquiz.quiz.draw import Asked
from llmquiz.quiz.records import Numeric

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4  # FSRS's ratings
EXACT = 1e-9  # relative, where whole numbers are asked for


class Unreadable(ValueError):
    """An answer that is none: not a letter of the options, not a number. Asked again."""


@dataclass(frozen=True)
class Verdict:
    """How right an answer is, from 0 to 1."""

    score: float
    read_as: str  # what was understood

    @property
    def right(self) -> bool:
        return self.score == 1.0

    @property
    def rating(self) -> int:
        """For the schedule of reviews."""
        return rating_of(self.score)


def rating_of(score: float) -> int:
    """FSRS's rating for a share of right points."""
    if score < 1 / 3:
        return AGAIN
    if score < 2 / 3:
        return HARD
    return GOOD


def judge(asked: Asked, given: str) -> Verdict:
    """Judge an answer to a closed question. Raises Unreadable."""
    text = unicodedata.normalize("NFKC", given).strip()
    if isinstance(asked.item.closed, Numeric):
        return _numeric(asked, asked.item.closed, text)
    return _choice(asked, text)


def marked(given: str, count: int) -> frozenset[int]:
    """Numbers of rubric points, e.g. "1 3-4". Raises Unreadable."""
    text = unicodedata.normalize("NFKC", given).strip().lower()
    if text in ("", "0", "-", "none"):
        return frozenset()
    if text in ("all", "a"):
        return frozenset(range(1, count + 1))
    found: set[int] = set()
    for part in re.split(r"[\s,;、]+", text):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if match is None:
            raise Unreadable(part)
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= count:
            raise Unreadable(part)
        found.update(range(first, last + 1))
    return frozenset(found)


def _choice(asked: Asked, text: str) -> Verdict:
    letters = [c for c in text.lower() if not c.isspace() and c not in ",;、/+.。"]
    known = [letter for letter, _ in asked.options]
    numbers = {str(place): letter for place, letter in enumerate(known, start=1)}
    chosen = {numbers.get(c, c) for c in letters}
    if not chosen or not chosen <= set(known):
        raise Unreadable(text)
    right = asked.right_letters
    if len(right) == 1:
        score = float(chosen == right)
    else:  # a share for each option that is rightly chosen or left
        score = sum((c in chosen) == (c in right) for c in known) / len(known)
        if not chosen & right:
            score = 0.0
    return Verdict(score, " ".join(sorted(chosen)))


def _numeric(asked: Asked, closed: Numeric, text: str) -> Verdict:
    for unit in closed.unit.values() if closed.unit else ():
        text = text.removesuffix(unit).strip()
    value = number(text)
    assert asked.answer is not None
    # Who rounds to the digits that we show is right.
    tolerance = max(closed.tolerance, EXACT if closed.tolerance == 0 else 1e-4)
    right = math.isclose(value, asked.answer, rel_tol=tolerance, abs_tol=1e-12)
    return Verdict(float(right), f"{value:g}" if abs(value) < 1e6 else text)


def number(text: str) -> float:
    """A number or a small formula: 1,048,576, 2^20, 1/3, sqrt(2), 25%. Raises Unreadable."""
    plain = re.sub(r"(?<=\d)[,_ ](?=\d{3}\b)", "", text).replace("^", "**")
    plain = re.sub(r"√\s*(\w+|\([^()]*\))", r"sqrt(\1)", plain)
    plain = re.sub(r"[×·]", "*", plain)
    share = plain.endswith("%")
    try:
        value = float(formula.evaluate(plain.removesuffix("%"), {}))
    except (ValueError, OverflowError, MemoryError) as error:
        raise Unreadable(text) from error
    if not math.isfinite(value):
        raise Unreadable(text)
    return value / 100 if share else value
