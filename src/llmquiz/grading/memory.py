"""Remembers what trusted code gave for a call.

The submissions of a class meet the same cases: what the reference and its faulted versions give for
them is computed once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from torch import Tensor

from llmquiz.grading.call import Outcome

MOST_BYTES = 128 << 20
OVERHEAD = 1000  # bytes of an outcome beside its tensors, roughly
Key = tuple[str, bytes]


class Memory:
    """Outcomes by what was run and with which call; the oldest are forgotten."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._left = most_bytes
        self._known: OrderedDict[Key, tuple[Outcome | Exception, int]] = OrderedDict()

    def recall(self, key: Key, compute: Callable[[], Outcome]) -> Outcome:
        """The outcome of `compute`, or the exception that it raised, from the first time on."""
        if key not in self._known:
            try:
                outcome: Outcome | Exception = compute()
            except Exception as error:
                outcome = error
            size = OVERHEAD + (_size(outcome) if isinstance(outcome, Outcome) else 0)
            self._known[key] = outcome, size
            self._left -= size
            while self._left < 0:
                self._left += self._known.popitem(last=False)[1][1]
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        outcome = self._known[key][0]
        if isinstance(outcome, Exception):
            raise outcome.with_traceback(None)  # or it would grow with each use
        return outcome


def _size(outcome: Outcome) -> int:
    values = (outcome.output, *outcome.gradients.values(), *outcome.inputs)
    return sum(value.nbytes for value in values if isinstance(value, Tensor))
