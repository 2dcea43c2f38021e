"""Hidden tests that stay collected, for one submission after another.

To start pytest and to collect a grader costs nearly as much as to grade with it. A bench pays for
it once: its pytest runs in a thread of its own, where its loop waits for submissions.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import warnings

import pytest
import torch

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault
from llmquiz.grading import plugin
from llmquiz.grading.run import arguments, only_our_plugins
from llmquiz.grading.session import Session
from llmquiz.report import Report
from llmquiz.sandbox.launch import SandboxBroken
from llmquiz.submission import Submission


class Bench:
    """The grader of one exercise. Not for two callers at once."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._orders: queue.SimpleQueue[Session | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._fault: OurFault | None = None  # with it the bench has ended
        self._thread = threading.Thread(target=self._main, daemon=True)
        self._thread.start()
        self._answers.get()  # collected, or failed

    def grade(self, session: Session, submission: Submission) -> Report:
        """The report of a submission, alone in a fresh session. Raises OurFault."""
        if self._fault is not None:
            raise self._fault
        session.add(self._exercise, submission)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a reference, which nobody could do without
                self._orders.put(session)
                self._answers.get()
        finally:
            with contextlib.suppress(SandboxBroken):  # it is told already
                session.close()
        if fault := session.broken or self._fault:
            raise fault
        return session.reports()[0]

    def close(self) -> None:
        """End the thread."""
        self._orders.put(None)
        self._thread.join()

    def _main(self) -> None:
        torch.set_num_threads(1)  # it holds for each thread by itself
        with only_our_plugins():
            code = pytest.main(arguments([self._exercise]), plugins=[plugin, self])
        self._fault = self._fault or OurFault(
            "broken_grader", place=f"pytest, exit code {int(code)}"
        )
        self._answers.put(None)

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[plugin.BENCH] = True
        config.option.tbstyle = "native"  # the text of a failure is ours

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, report: pytest.CollectReport | pytest.TestReport
    ) -> None:
        """A grader that cannot be imported."""
        if isinstance(report, pytest.CollectReport):
            self._fault = plugin.not_collected(node, report)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self._fault = plugin.our_fault(excinfo)
        return True  # told: pytest needs not print a traceback

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests for each order, until there are no more."""
        if self._fault is not None:
            return True
        following = [*session.items[1:], None]
        self._answers.put(None)
        while (order := self._orders.get()) is not None:
            session.config.stash[plugin.SESSION] = order
            for item, after in zip(session.items, following, strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            self._answers.put(None)
        return True
