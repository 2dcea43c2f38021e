"""`llmquiz.check("attention")` in a notebook: grades what the cells define."""

from __future__ import annotations

import atexit
import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmquiz import catalog, cells, desk
from llmquiz.classroom.public import PUBLIC, check_submission
from llmquiz.errors import Problem, UsageProblem
from llmquiz.explanation import Explanation
from llmquiz.render.text import report_text
from llmquiz.report import Report, Status
from llmquiz.statement import definitions
from llmquiz.submission import Submission, read
from llmquiz.words import explain, language, say
from llmquiz.workspace import Workspace, locate, saved_language

if TYPE_CHECKING:
    from llmquiz.grading.warm import Warm

_WARM: list[Warm] = []  # the zygote that is kept for the next check


@dataclass(frozen=True, repr=False)
class Checked:
    """A report that displays itself: as HTML with pictures in a notebook, as text elsewhere."""

    report: Report
    explanation: Explanation | None
    lang: str
    note: str = ""  # why it is not in the log

    @property
    def passed(self) -> bool:
        return self.report.status is Status.PASS

    def __repr__(self) -> str:
        from llmquiz.render.explain import explain_lines

        text = "\n\n".join(filter(None, [report_text(self.report, self.lang), self.note]))
        if self.report.level == PUBLIC:
            return f"{text}\n\n{say('public_only', self.lang)}"
        if self.explanation is None:
            return text
        return text + "\n\n" + "\n".join(explain_lines(self.explanation, self.lang, 80))

    def _repr_html_(self) -> str | None:
        from llmquiz.render.html import fragment

        if self.report.level == PUBLIC:
            return None  # the text says all
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        return fragment(self.report, self.explanation, self.lang) + note


@dataclass(frozen=True, repr=False)
class Told:
    """A sentence instead of a report: the exercise is unknown, or nothing is defined yet."""

    sentence: str

    @property
    def passed(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.sentence


def check(
    name: str | None = None, *, lang: str | None = None, seed: int | None = None
) -> Checked | Told:
    """Grade an exercise: in a notebook what its cells define, elsewhere the workspace's file.

    Without a name, the next one that is unfinished. What cells define is recorded where it earns
    no less than the workspace's own file did.

    The code runs in the sandbox, not in this process. Nothing is raised for a wrong answer.
    """
    speak = language(lang, saved_language())
    try:
        workspace = locate()
        left = desk.unfinished(workspace.log) if workspace is not None else []
        if name is None and not catalog.exercises():
            raise UsageProblem("kit_no_exercises")
        exercise = catalog.find(name) if name is not None else (left or catalog.exercises())[0]
        of_file, source = False, _from_cells(definitions(exercise))
        if source is None:
            if workspace is None:
                return Told(say("notebook_nothing", speak, name=exercise.name))
            of_file, source = True, read(workspace.file(exercise))
        report, explanation = _graded(exercise, source, seed)
    except Problem as problem:
        return Told(explain(problem, speak))
    note = _record(workspace, exercise, report, of_file, speak) if workspace is not None else ""
    return Checked(report, explanation, speak, note)


def _record(
    workspace: Workspace, exercise: catalog.Exercise, report: Report, of_file: bool, lang: str
) -> str:
    """Write the check into the log, or say why it is not there."""
    before = desk.last(workspace.log, exercise)
    if not of_file and before.points > report.points:
        facts = {"path": workspace.file(exercise).name, "points": before.points}
        return say("notebook_better", lang, **facts, most=report.max_points)
    try:
        desk.remember(workspace.log, report)
    except Problem as problem:
        return explain(problem, lang)
    return ""


def _graded(
    exercise: catalog.Exercise, source: Submission, seed: int | None
) -> tuple[Report, Explanation | None]:
    """Grading takes one thread; the notebook has its own again afterwards."""
    if not catalog.has_graders():
        return check_submission(exercise, source), None
    import torch

    threads = torch.get_num_threads()
    try:
        return _warm().explain(exercise, source, seed)
    finally:
        torch.set_num_threads(threads)


def _from_cells(wanted: list[str]) -> Submission | None:
    """What the cells of the running notebook define of these names; None where nothing is."""
    history = _history()
    if not history:
        return None
    made = cells.submission(history, wanted)
    return made if made.source.strip() else None


def _history() -> list[tuple[int, str]]:
    """The cells that ran in this IPython, as they were typed."""
    try:
        from IPython import get_ipython  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return []
    shell: Any = get_ipython()
    if shell is None:
        return []
    typed = list(shell.history_manager.input_hist_raw)
    return [(number, text) for number, text in enumerate(typed) if text.strip()]


def _warm() -> Warm:
    if not _WARM:
        from llmquiz.grading.warm import Warm

        made = Warm([catalog.content_root()])
        atexit.register(made.close)
        _WARM.append(made)
    return _WARM[0]
