"""A zygote that grades one submission after another."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.grading.warm import Warm
from llmquiz.report import Status
from llmquiz.sandbox.launch import ForkLauncher
from llmquiz.submission import read


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a zygote")
@pytest.mark.parametrize("order", ["F", "K"])
def test_after_an_interruption_in_the_middle_of_an_order_the_next_check_is_graded(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = catalog.find("rope")
    answers, left = ForkLauncher._answer, {"F": 1, "K": 2}[order]

    def interrupted(self: ForkLauncher, seconds: float) -> object:
        nonlocal left
        left -= self._ready
        if not left and self._ready:  # the order is given, and its answer is not read
            raise KeyboardInterrupt
        return answers(self, seconds)

    monkeypatch.setattr(ForkLauncher, "_answer", interrupted)
    with contextlib.closing(Warm([])) as warm:
        with pytest.raises(KeyboardInterrupt):
            warm.grade(exercise, read(Path(exercise.solution)))
        assert warm.grade(exercise, read(Path(exercise.solution))).status is Status.PASS
