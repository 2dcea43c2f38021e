"""Writes the folder of an nbgrader course."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmquiz import catalog
from llmquiz.classroom.contents import Wanted, notebooks
from llmquiz.classroom.readme import readme
from llmquiz.errors import UsageProblem

CONFIG = "nbgrader_config.py"
BEGIN, END = "### BEGIN GRADING BY LLMQUIZ", "### END GRADING BY LLMQUIZ"
Tell = Callable[[str], None]  # which lab runs now


def new(folder: Path, wanted: Wanted, *, lang: str, together: bool, tell: Tell) -> list[Path]:
    """Make a course. Raises UsageProblem where there is one."""
    if (folder / CONFIG).exists():
        raise UsageProblem("course_exists", path=folder / CONFIG)
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageProblem("course_not_empty", path=folder)
    books = notebooks(wanted, lang, together, tell)
    written = [_write(folder / CONFIG, config(folder.resolve().name))]
    written.append(_write(folder / "README.md", readme(lang, wanted.assignment)))
    return written + _write_notebooks(folder, wanted.assignment, books)


def add(folder: Path, wanted: Wanted, *, lang: str, together: bool, tell: Tell) -> list[Path]:
    """Add notebooks to a course, to a new assignment or an old one; none is overwritten."""
    if not (folder / CONFIG).is_file():
        raise UsageProblem("course_none", path=folder.resolve())
    if any(folder.glob(f"submitted/*/{wanted.assignment}")):
        raise UsageProblem("course_submitted", assignment=wanted.assignment)
    return _write_notebooks(folder, wanted.assignment, notebooks(wanted, lang, together, tell))


def spoken(folder: Path, assignment: str = "*") -> str | None:
    """The language of a course's notebooks, of this assignment first; None where none tells."""
    source = folder / "source"
    for path in [*sorted(source.glob(f"{assignment}/*.ipynb")), *sorted(source.glob("*/*.ipynb"))]:
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))["metadata"]["llmquiz"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not one of ours
        return "zh" if facts.get("lang") == "zh" else "en"
    return None


def _write_notebooks(folder: Path, assignment: str, books: dict[str, dict[str, Any]]) -> list[Path]:
    source = folder / "source" / assignment
    for name in books:
        if (source / f"{name}.ipynb").exists():
            raise UsageProblem("course_exists", path=source / f"{name}.ipynb")
    return [
        _write(
            source / f"{name}.ipynb",
            json.dumps(notebook, ensure_ascii=False, indent=1) + "\n",
        )
        for name, notebook in books.items()
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
    return CONFIGURATION.format(
        course=identity, secret=secrets.token_hex(16), content=own, begin=BEGIN, end=END
    )


CONFIGURATION = '''"""Written by llmquiz. nbgrader reads it; change what you like."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course}"

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

# Without the block between BEGIN and END, nbgrader grades as it comes: by executing notebooks in
# your account. What is outside of the block is needed either way.
{begin}
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
{content}{end}

# Only for notebooks that nbgrader executes itself: grading in a kernel takes longer than 30 s.
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.iopub_timeout = 60
'''
