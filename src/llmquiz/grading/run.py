"""Grades submissions in this process's pytest: the engine of `llmquiz check`."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault
from llmquiz.report import Report
from llmquiz.sandbox.launch import Launcher, SandboxBroken
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import Submission

if TYPE_CHECKING:
    import pytest

    from llmquiz.grading.session import Session

# Parts of pytest that a check does not use and that cost half of a warm one: the hooks around each
# test, and two whole garbage collections at the end.
IDLE_PLUGINS = (
    "terminal", "cacheprovider", "doctest", "unittest", "unraisableexception", "threadexception",
    "logging", "faulthandler", "pastebin", "stepwise", "setuponly", "setupplan", "debugging",
)  # fmt: skip
CONFIGURATION = Path(__file__).with_name("pytest.ini")  # not the one of the folder we are in


def grade(
    submissions: Sequence[tuple[Exercise, Submission]],
    *,
    launcher: Launcher,
    limits: Limits,
    seed: int,
    junit: Path | None = None,
) -> list[Report]:
    """Grade each submission in the sandbox. The launcher may still be starting; it is closed here.

    Raises OurFault where a grader or the sandbox fails; a wrong submission is a report.
    """
    try:
        return grade_with(sandboxed(launcher, limits, seed), submissions, junit)
    finally:
        launcher.close()


def sandboxed(launcher: Launcher, limits: Limits, seed: int) -> Session:
    """A session whose submissions run in the sandbox. Raises OurFault where torch is missing."""
    try:
        with interruptible():
            from llmquiz.grading.session import in_sandbox
    except ImportError as error:
        key = "no_torch" if error.name == "torch" else "broken_sandbox"
        raise OurFault(key, reason=error) from error
    return in_sandbox(launcher, limits, seed)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends an import as Ctrl-C: torch and numpy, on the way, would swallow it, or fail."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    pressed = False

    def interrupt(*_: object) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            raise KeyboardInterrupt


def grade_with(
    session: Session, submissions: Sequence[tuple[Exercise, Submission]], junit: Path | None = None
) -> list[Report]:
    """Run the hidden tests of each submission in this process's pytest."""
    import pytest

    from llmquiz.grading import plugin

    for exercise, submission in submissions:
        session.add(exercise, submission)
    files = [f"--junitxml={junit}", "-ojunit_family=xunit2"] if junit else []
    wanted = [*arguments([exercise for exercise, _ in submissions]), *files]
    try:
        with only_our_plugins():
            code = pytest.main(wanted, plugins=[plugin, _Stash(session)])
    finally:
        with contextlib.suppress(SandboxBroken):  # it is told already
            session.close()
    if session.broken is not None:
        raise session.broken
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise OurFault("broken_grader", place=f"pytest, exit code {int(code)}")
    return session.reports()


def arguments(exercises: Sequence[Exercise]) -> list[str]:
    """What pytest is started with, for the graders of some exercises."""
    for exercise in exercises:
        # pytest keeps modules by name: a grader of an earlier run may have had another text.
        sys.modules.pop(exercise.grader.stem, None)
    return [
        *(str(exercise.grader) for exercise in exercises),
        f"--rootdir={exercises[0].grader.parent}",
        f"-c{CONFIGURATION}",
        *(f"-pno:{name}" for name in IDLE_PLUGINS),
        "--noconftest",
        "--import-mode=importlib",
        "--capture=no",
    ]


@contextlib.contextmanager
def only_our_plugins() -> Iterator[None]:
    """Other plugins of the environment have no business in a check; ours is named."""
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before


class _Stash:
    """Hands the session to the plugin before anything is collected."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pytest_configure(self, config: object) -> None:
        from llmquiz.grading.plugin import SESSION

        config.stash[SESSION] = self._session  # type: ignore[attr-defined]
        # The text of a failure is ours. pytest's own, for which it reads sources, is thrown away.
        config.option.tbstyle = "native"  # type: ignore[attr-defined]

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        from llmquiz.grading.plugin import our_fault

        self._session.broken = our_fault(excinfo)
        return True  # told: pytest needs not print a traceback
