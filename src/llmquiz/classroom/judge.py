"""Grades a mended notebook: code in the sandbox, closed answers by the bank, the rest by people."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.classroom import ids
from llmquiz.classroom.feedback import found_text
from llmquiz.classroom.judged import Judged, settle, settle_closed, settle_comments, settle_fault
from llmquiz.classroom.mend import FLAGGED, Finding, Mended, Notebook, grade_id_of, is_answer
from llmquiz.classroom.program import Program, program
from llmquiz.errors import OurFault, UsageProblem
from llmquiz.report import Report
from llmquiz.sandbox.launch import Launcher, SandboxBroken, start
from llmquiz.sandbox.layers import PROCESS
from llmquiz.sandbox.limits import Limits
from llmquiz.statement import stub_names

if TYPE_CHECKING:  # they import torch
    from llmquiz.grading.bench import Bench
    from llmquiz.grading.memory import Memory

UNWRITTEN = "# YOUR CODE HERE"  # nbgrader's words in the place of a solution
RETRIES = 5  # statements that fail when the program is loaded, each left out and told


class Judge:
    """Owns a warm sandbox, and grades one notebook after another with it."""

    def __init__(self, *, root: Path, trust: bool = False, secret: str = "") -> None:
        self._root, self._trust, self._secret = root, trust, secret
        self._limits = Limits()
        self._warm = False
        self._benches: dict[str, Bench] = {}
        self._memory: Memory | None = None
        self._launcher: Launcher = start(self._limits, hidden=[*catalog.hidden_paths(), root])

    def close(self) -> None:
        """End the sandbox."""
        for bench in self._benches.values():
            bench.close()
        self._launcher.close()

    def level(self) -> str:
        """The level of the sandbox. Raises UsageProblem where it may not grade strangers' code."""
        try:
            level = self._launcher.standing.level
        except SandboxBroken as error:
            raise OurFault("broken_sandbox", reason=error) from error
        if level == PROCESS and not self._trust:
            raise UsageProblem("course_level")
        return level

    def grade(self, mended: Mended, student: str, name: str, lang: str) -> Judged:
        """Grade a notebook. `name` is what it is called in messages, e.g. attention.ipynb."""
        level = self.level()
        notebook = mended.notebook
        judged = Judged(level=level, trusted=level == PROCESS)
        findings = list(mended.findings)
        of_cells = {grade_id: list(found) for grade_id, found in mended.of_cells.items()}
        wanted = _graded_parts(notebook)
        summaries: dict[str, str] = {}
        if wanted:
            code = program(_sources(notebook))
            _note_broken(notebook, code, of_cells, findings)
            for exercise in wanted:
                report, found = self.exercise(exercise, code, name)
                findings += found
                if report is not None:
                    summaries[exercise.name] = settle(judged, report, exercise, lang)
                else:
                    settle_fault(judged, exercise, lang)
        settle_closed(judged, notebook, student, lang, of_cells, findings)
        settle_comments(judged, notebook, summaries, findings, of_cells, lang)
        every = [*findings, *(one for found in of_cells.values() for one in found)]
        judged.reasons = found_text([one for one in every if one[0] in FLAGGED], lang)
        return judged

    def _settle_in(self) -> None:
        """What is imported by now stays: the collector need not look at it for each submission."""
        import torch

        torch.set_num_threads(1)  # tests of a few numbers; more threads only wait for each other
        gc.collect()
        gc.freeze()
        self._warm = True

    def exercise(
        self, exercise: Exercise, code: Program, name: str
    ) -> tuple[Report | None, list[Finding]]:
        """Grade one exercise; statements that fail while it is loaded are left out, and told."""
        from llmquiz.grading.bench import Bench
        from llmquiz.grading.memory import Memory
        from llmquiz.grading.session import in_sandbox

        self._memory = self._memory or Memory()
        bench = self._benches.get(exercise.name) or Bench(exercise)
        self._benches[exercise.name] = bench
        if not self._warm:
            self._settle_in()
        names = stub_names(exercise)
        found: list[Finding] = []
        # The same cases for all students: it is fair, and the reference is run once for all.
        digest = hashlib.sha256(f"{self._secret} {exercise.name}".encode()).digest()
        seed = int.from_bytes(digest[:4], "big") >> 1
        code.removed.clear()
        try:
            while True:
                session = in_sandbox(self._launcher, self._limits, seed, self._trust, self._memory)
                source = code.submission(name, names)
                report = bench.grade(session, source)
                failure = report.failure
                line = _failing_line(failure, source.cells) if failure is not None else 0
                if not line or len(found) >= RETRIES or failure is None:
                    return report, found
                place = code.remove(line)
                if place is None:
                    return report, found
                error = f"{failure.facts['class']}: {failure.facts['message']}"[:200]
                found.append(("found_failing", {"place": place, "error": error}))
        except OurFault as error:
            fact = {"reason": f"{error.key} {error.facts}"[:300]}
            return None, [*found, ("found_our_fault", fact)]


def _failing_line(failure: Any, cells: tuple[tuple[int, int], ...]) -> int:
    """The line of the program at which loading it failed, from 1; 0 where there is none."""
    if failure.kind != "raised" or not failure.traceback:
        return 0
    place = failure.traceback[0].partition(" in ")[0].rpartition(":cell ")[2]
    cell, _, line = place.partition(":")
    try:
        return cells.index((int(cell), int(line))) + 1
    except ValueError:
        return 0


def _graded_parts(notebook: Notebook) -> list[Exercise]:
    """The exercises that have cells with points in a notebook."""
    names = []
    for cell in notebook["cells"]:
        name = ids.parse(grade_id_of(cell) or "")
        if name is not None and name.role == "points" and not name.question:
            names.append(name.owner)
    known = {exercise.name: exercise for exercise in catalog.exercises()}
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _sources(notebook: Notebook) -> list[tuple[int, str]]:
    """The code that may belong to answers, with the numbers of its cells among the code cells."""
    # What is given and what is not written yet come first: what a student wrote elsewhere counts.
    given: list[tuple[int, str]] = []
    unwritten: list[tuple[int, str]] = []
    written: list[tuple[int, str]] = []
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, start=1):
        name = ids.parse(grade_id_of(cell) or "")
        role = name.role if name is not None else ""
        source = (number, cell["source"])
        if role == "given":
            given.append(source)
        elif role == "answer" and name is not None and not name.question:
            (unwritten if UNWRITTEN in cell["source"] else written).append(source)
        elif grade_id_of(cell) is None:
            written.append(source)
    return given + unwritten + written


def _note_broken(
    notebook: Notebook, code: Program, of_cells: dict[str, list[Finding]], findings: list[Finding]
) -> None:
    """Cells that are no Python are told at the cell, where it is an answer."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, line, message in code.broken:
        finding: Finding = ("found_syntax", {"cell": number, "line": line, "error": message})
        cell = cells[number - 1]
        if is_answer(cell):
            of_cells.setdefault(grade_id_of(cell) or "", []).append(finding)
        else:
            findings.append(finding)
