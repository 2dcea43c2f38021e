"""What `explain` shows: tensors and values of one failing case, as plain data for the renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Text = Mapping[str, str]
Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Grid:
    """Two matrices of numbers: the last two axes of two tensors, at one place of the others."""

    expected: Matrix
    got: Matrix
    place: tuple[int, ...]  # of the leading axes
    first: tuple[int, int] | None  # row and column of the first wrong number
    allowed: float  # differences up to this are rounding
    expected_shape: tuple[int, ...]
    got_shape: tuple[int, ...]

    @property
    def comparable(self) -> bool:
        return self.expected_shape == self.got_shape


@dataclass(frozen=True)
class Rows:
    """Two Python values, piece by piece: (place, expected, got). None where a piece is missing."""

    rows: tuple[tuple[str, str | None, str | None], ...]


@dataclass(frozen=True)
class Stage:
    """One step on the way, or the output itself."""

    title: Text
    call: str  # the learner's function, or empty for what is derived from the output
    axes: Text
    right: bool
    grid: Grid | None = None
    rows: Rows | None = None
    problem: tuple[str, Mapping[str, Any]] | None = None  # a failure's kind and facts


@dataclass(frozen=True)
class Explanation:
    """One failing case."""

    test: str
    sentence: Text
    inputs: tuple[str, ...]
    stages: tuple[Stage, ...]
