"""A wrong answer, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmquiz.grading.call import Observation


class Wrong(AssertionError):
    """The submission is wrong: what kind of wrong, and the facts that the report shows.

    Every other exception that leaves a grader is the grader's own fault.
    """

    def __init__(self, kind: str, **facts: Any) -> None:
        super().__init__(kind, facts)
        self.kind = kind
        self.facts = facts
        self.observation: Observation | None = None  # the one that was judged, if any
