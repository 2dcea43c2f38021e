"""Grades one submission after another with a zygote that stays warm."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault
from llmquiz.explanation import Explanation
from llmquiz.grading.run import grade_with, sandboxed
from llmquiz.report import Report
from llmquiz.sandbox.launch import Launcher, SandboxBroken, start
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import Submission

if TYPE_CHECKING:
    from llmquiz.grading.session import Session


class Warm:
    """A zygote for many checks. After one that broke it, the next check starts another."""

    def __init__(self, hidden: Iterable[Path], launcher: Launcher | None = None) -> None:
        self._limits, self._hidden = Limits(), list(hidden)
        # At once, so that it imports torch beside us.
        self._launcher: Launcher | None = launcher or self._start()

    def _start(self) -> Launcher:
        return start(self._limits, hidden=self._hidden)

    def grade(self, exercise: Exercise, submission: Submission, seed: int | None = None) -> Report:
        """One check. Raises OurFault."""
        return self._run(exercise, submission, seed)[0]

    def explain(
        self, exercise: Exercise, submission: Submission, seed: int | None = None
    ) -> tuple[Report, Explanation | None]:
        """One check, with the tensors of the first failing case. Raises OurFault."""
        report, session = self._run(exercise, submission, seed)
        from llmquiz.grading.stages import explain

        return report, explain(session, exercise)

    def _run(
        self, exercise: Exercise, submission: Submission, seed: int | None
    ) -> tuple[Report, Session]:
        seed = random.SystemRandom().randrange(2**31) if seed is None else seed
        self._launcher = self._launcher or self._start()
        try:
            session = sandboxed(self._launcher, self._limits, seed)
            return grade_with(session, [(exercise, submission)])[0], session
        except OurFault as fault:
            if fault.key == "broken_sandbox":
                self.close()
            raise
        except KeyboardInterrupt:  # an order of ours to the zygote may be half said
            self.close()
            raise

    def close(self) -> None:
        """End the zygote."""
        launcher, self._launcher = self._launcher, None
        if launcher is not None:
            with contextlib.suppress(SandboxBroken):
                launcher.close()
