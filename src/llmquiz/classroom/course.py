"""Writes the folder of an nbgrader course."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.classroom import build, cells
from llmquiz.classroom.cells import Cell
from llmquiz.classroom.readme import readme
from llmquiz.errors import UsageProblem
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import Item, find_item, items_of
from llmquiz.quiz.export import part_of
from llmquiz.words import LANGUAGES

CONFIG = "nbgrader_config.py"
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
QUESTIONS = "questions"


def new(
    folder: Path,
    exercises: Sequence[str],
    questions: Sequence[str],
    *,
    lang: str,
    assignment: str,
    together: bool,
) -> list[Path]:
    """Make a course. Raises UsageProblem where there is one."""
    if (folder / CONFIG).exists():
        raise UsageProblem("course_exists", path=folder / CONFIG)
    chosen, items = choose(exercises, questions)
    notebooks = made(chosen, items, lang, assignment, together)
    written = [_write(folder / CONFIG, config(folder.resolve().name))]
    written.append(_write(folder / "README.md", readme(lang, assignment)))
    return written + _write_notebooks(folder, assignment, notebooks)


def add(
    folder: Path,
    exercises: Sequence[str],
    questions: Sequence[str],
    *,
    lang: str,
    assignment: str,
    together: bool,
) -> list[Path]:
    """Add notebooks to a course, to a new assignment or an old one; none is overwritten."""
    if not (folder / CONFIG).is_file():
        raise UsageProblem("course_none", path=folder)
    chosen, items = choose(exercises, questions)
    return _write_notebooks(folder, assignment, made(chosen, items, lang, assignment, together))


def choose(exercises: Sequence[str], questions: Sequence[str]) -> tuple[list[Exercise], list[Item]]:
    """The exercises and questions that are named; all exercises where nothing is."""
    chosen = [catalog.find(name) for name in dict.fromkeys(exercises)]
    if not exercises and not questions:
        chosen = list(catalog.exercises())
    items: dict[str, Item] = {}
    bank = load() if questions else None
    for name in questions:
        if bank is None:
            continue
        one = find_item(bank, name) if "/" in name else None
        found = [one] if one is not None else []
        if not found:
            found = [item for question in part_of(bank, [name]) for item in items_of(question)]
        items |= {item.card: item for item in found}
    return chosen, list(items.values())


def made(
    exercises: Sequence[Exercise], items: Sequence[Item], lang: str, assignment: str, together: bool
) -> dict[str, dict[str, Any]]:
    """The notebooks of an assignment by their names."""
    assert lang in LANGUAGES
    if not NAME.match(assignment):
        raise UsageProblem("course_bad_name", name=assignment)
    parts: dict[str, list[Cell]] = {e.name: build.of_exercise(e, lang) for e in exercises}
    if items:
        parts[QUESTIONS] = build.of_questions(items, lang)
    if together:
        return {assignment: cells.notebook([c for part in parts.values() for c in part], lang)}
    return {name: cells.notebook(part, lang) for name, part in parts.items()}


def _write_notebooks(
    folder: Path, assignment: str, notebooks: dict[str, dict[str, Any]]
) -> list[Path]:
    source = folder / "source" / assignment
    for name in notebooks:
        if (source / f"{name}.ipynb").exists():
            raise UsageProblem("course_exists", path=source / f"{name}.ipynb")
    return [
        _write(
            source / f"{name}.ipynb",
            json.dumps(notebook, ensure_ascii=False, indent=1) + "\n",
        )
        for name, notebook in notebooks.items()
    ]


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageProblem("not_writable", path=path, error=error.strerror) from error
    return path


def config(course: str) -> str:
    """nbgrader_config.py."""
    identity = re.sub(r"[^A-Za-z0-9_-]", "-", course) or "course"
    content = catalog.content_root()
    own = "" if content == catalog.own_root() else f"c.Grader.content = {str(content)!r}\n"
    return CONFIGURATION.format(course=identity, secret=secrets.token_hex(16), content=own)


CONFIGURATION = '''"""Written by llmquiz. nbgrader reads it; change what you like."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course}"

# A submission is read, whatever state it is in, and put back into the shape of the release.
c.Autograde.exporter_class = "llmquiz.classroom.plugins.Reader"

# Answers are graded in llmquiz's sandbox. No notebook is executed: nbgrader's own Execute is left
# out of this list, and Grader stands in its place.
c.Autograde.autograde_preprocessors = [
    "llmquiz.classroom.plugins.Grader",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "llmquiz.classroom.plugins.Comments",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Grades also where the sandbox cannot hold a stranger's code (see `llmquiz doctor`).
c.Grader.trust_submissions = False
# Seeds the cases of this course, so that a submission meets the same ones again. Keep it secret.
c.Grader.secret = "{secret}"
{content}
# Closed questions show an empty answer in the release; other answers, nbgrader's usual stub.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "llmquiz.classroom.plugins.Stubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The mark scheme is for graders: formgrader shows it, the feedback does not.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "llmquiz.classroom.plugins.Feedback",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
'''
