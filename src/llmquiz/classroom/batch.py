"""Grades all submissions of an assignment at once: processes judge, this one keeps the books.

It writes what `nbgrader autograde` writes, row for row. A submission's folder in autograded/ comes
last, so that a run that was killed goes on with the first one that has none.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from llmquiz.classroom.books import Books
from llmquiz.classroom.outputs import reasons_of
from llmquiz.classroom.process import Lost, Process
from llmquiz.classroom.settings import error_text
from llmquiz.errors import OurFault, UsageProblem

ATTEMPTS = 2  # of a submission whose process died
AHEAD = 2  # jobs that wait for each process
MOST_COPIED = 100 << 20  # of one file that was handed in beside the notebooks


@dataclass(frozen=True)
class Done:
    """A submission that is in the books."""

    student: str
    notes: tuple[tuple[str, str], ...] = ()  # notebooks that a person should look at, and why
    problem: str = ""  # why it is not in the books


class Batch:
    """The submissions of one assignment."""

    def __init__(self, root: Path, assignment: str | None, *, trust: bool | None = None) -> None:
        self.books = Books(root, assignment)
        self._trust = self.books.settings.trust if trust is None else trust
        self.skipped: list[str] = []

    def todo(self, *, force: bool = False, students: Sequence[str] = ()) -> list[str]:
        """The students whose submissions are to be graded, in order."""
        there = self.books.students()
        for name in students:
            if name not in there:
                raise UsageProblem(
                    "course_no_submission", name=name, assignment=self.books.assignment
                )
        found = [name for name in there if not students or name in students]
        fresh = [name for name in found if force or self.books.is_new(name)]
        self.skipped = [name for name in found if name not in set(fresh)]
        return fresh

    def known(self) -> Iterator[Done]:
        """The submissions that were graded before, as far as a person should look at them."""
        for student in self.skipped:
            notes: list[tuple[str, str]] = []
            for path in sorted(self.books.autograded(student).glob("*.ipynb")):
                with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
                    notebook = json.loads(path.read_text(encoding="utf-8"))
                    notes += [(path.stem, reason) for reason in reasons_of(notebook)]
            if notes:
                yield Done(student, tuple(notes))

    def grade(self, students: Sequence[str], jobs: int) -> Iterator[Done]:
        """Grade them; each is written before it is told. Raises UsageProblem, OurFault."""
        if not students:
            return
        books = self.books
        count = max(1, min(jobs, len(students)))
        workers = _Workers(count, books.root, trust=self._trust, settings=books.settings.document())
        pool = ThreadPoolExecutor(count)
        try:
            workers.ready()
            waiting: dict[Future[list[dict[str, Any]]], str] = {}
            left = iter(students)
            while True:
                while len(waiting) < count * AHEAD and (student := next(left, None)) is not None:
                    order = books.order(student)
                    waiting[pool.submit(workers.grade, order)] = student
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield self._write(waiting.pop(future), future)
        finally:
            workers.close()
            pool.shutdown(cancel_futures=True)
            books.close()

    def _write(self, student: str, future: Future[list[dict[str, Any]]]) -> Done:
        results = future.result()
        try:
            self.books.write(student, results)
            self._copy(student)
        except (OSError, ValueError, KeyError, RuntimeError, SQLAlchemyError) as error:
            self.books.undo()
            return Done(student, problem=error_text(error))
        notes = [(result["name"], reason) for result in results for reason in result["reasons"]]
        return Done(student, tuple(notes))

    def _copy(self, student: str) -> None:
        """The notebooks, and the other files as nbgrader copies them; links are left out."""
        submitted, target = self.books.submitted(student), self.books.autograded(student)
        fresh = target.with_name(f".{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        others = [*_regular(submitted), *_regular(self.books.source)]
        for path, name in others:
            if path.suffix != ".ipynb":
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, fresh / name)
        for notebook, text in self.books.notebooks.items():
            (fresh / f"{notebook}.ipynb").write_text(text, encoding="utf-8")
        for path, _ in _regular(fresh):
            path.chmod(0o444)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def _regular(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Regular files below a folder, none through a link, with their names in it."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode) and facts.st_size <= MOST_COPIED:
            yield path, path.relative_to(folder)


class _Workers:
    """Processes, one for each thread that asks; one that died is started anew."""

    def __init__(self, count: int, root: Path, *, trust: bool, settings: dict[str, Any]) -> None:
        self._facts = (root, trust, settings)
        self._idle = [self._make() for _ in range(count)]
        self._lock = threading.Lock()

    def _make(self) -> Process:
        root, trust, settings = self._facts
        return Process(root, trust=trust, settings=settings)

    def ready(self) -> None:
        """Wait until they can grade. Raises what stops them."""
        for process in self._idle:
            process.ready()

    def grade(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """Grade one submission; if its process dies each time, an answer that says so."""
        with self._lock:
            process = self._idle.pop()
        try:
            for attempt in range(ATTEMPTS + 1):
                try:
                    return process.ask({**order, "lost": attempt == ATTEMPTS})
                except Lost:
                    process.close()
                    process = self._make()
                    process.ready()
            raise OurFault("broken_sandbox", reason="processes that judge end by themselves")
        finally:
            with self._lock:
                self._idle.append(process)

    def close(self) -> None:
        for process in self._idle:
            process.close()
