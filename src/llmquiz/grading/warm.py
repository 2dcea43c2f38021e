"""Grades one submission after another with a zygote that stays warm."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

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
    """A zygote for many checks. A sandbox that breaks is started anew at the next one."""

    def __init__(self, hidden: Iterable[Path], launcher: Launcher | None = None) -> None:
        self._limits, self._hidden = Limits(), list(hidden)
        # At once, so that it imports torch beside us.
        self._launcher = launcher or start(self._limits, hidden=self._hidden)

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
        try:
            session = sandboxed(self._launcher, self._limits, seed)
            return grade_with(session, [(exercise, submission)])[0], session
        except OurFault as fault:
            if fault.key == "broken_sandbox":
                self.close()
                self._launcher = start(self._limits, hidden=self._hidden)
            raise

    def close(self) -> None:
        with contextlib.suppress(SandboxBroken):
            self._launcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()
