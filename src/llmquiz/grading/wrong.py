"""A wrong answer, as data."""

from __future__ import annotations

from typing import Any


class Wrong(AssertionError):
    """The submission is wrong: what kind of wrong, and the facts that the report shows.

    Every other exception that leaves a grader is the grader's own fault.
    """

    def __init__(self, kind: str, **facts: Any) -> None:
        super().__init__(kind, facts)
        self.kind = kind
        self.facts = facts
