"""The decorator of a hidden test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., None])
ATTRIBUTE = "__llmquiz_graded__"


@dataclass(frozen=True)
class Graded:
    """What a test is worth and what it builds on."""

    part: str
    points: int
    zh: str  # the Chinese twin of the docstring's first line
    needs: tuple[str, ...]
    after: tuple[str, ...]


def graded(
    *,
    part: str,
    points: int,
    zh: str,
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Mark a test function with its part, its points and its sentence in Chinese.

    `needs` names tests of the same file. Where one of them did not pass, this test is not run if it
    is of the same part; a test of another part is run, and its failure counts as skipped, because
    the cause is already told. So one mistake shows as one failure, and yet no part that is right
    loses its points.

    `after` names tests that must pass before a pass of this one counts. It is run all the same,
    and its failure is shown: an input that is changed in place is a cause of its own, and yet
    zeros that leave their input alone have earned nothing.
    """

    def mark(function: F) -> F:
        setattr(function, ATTRIBUTE, Graded(part, points, zh, needs, after))
        return function

    return mark


def grading_of(function: object) -> Graded | None:
    """The mark of a test function, if it has one."""
    return getattr(function, ATTRIBUTE, None)
