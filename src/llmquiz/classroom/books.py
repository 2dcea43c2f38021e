"""nbgrader's folders and gradebook, as `nbgrader autograde` reads and writes them."""

from __future__ import annotations

import json
import logging
import os
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

from nbformat.notebooknode import from_dict
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError

from llmquiz.classroom.course import CONFIG
from llmquiz.classroom.gradebook import settle
from llmquiz.classroom.judged import Judged
from llmquiz.classroom.mend import Notebook
from llmquiz.classroom.settings import Settings, configuration, error_text
from llmquiz.classroom.template import language_of, template_of
from llmquiz.errors import UsageProblem

NO_RESPONSE = "No response."  # nbgrader's own words, which settle translates


class Books:
    """One assignment of a course."""

    def __init__(self, root: Path, assignment: str | None) -> None:
        file = root / CONFIG
        if not file.is_file():
            raise UsageProblem("course_none", path=root)
        self._config = configuration(file)
        self._course = CourseDirectory(config=self._config, root=str(root.resolve()))
        grader = self._config.Grader
        self.settings = Settings(
            trust=bool(grader.get("trust_submissions", False)),
            secret=str(grader.get("secret", "")),
            content=str(grader.get("content", "")),
        )
        if self.settings.content:
            os.environ["LLMQUIZ_CONTENT"] = self.settings.content
        try:
            self._gradebook = Gradebook(self._course.db_url, self._course.course_id)
        except SQLAlchemyError as error:
            raise UsageProblem("course_gradebook", error=error_text(error)) from error
        self.assignment = self._choose(assignment)
        known = self._gradebook.find_assignment(self.assignment)
        self._names = sorted(notebook.name for notebook in known.notebooks)
        self.notebooks: dict[str, str] = {}  # those of the submission that was written last

    def _choose(self, assignment: str | None) -> str:
        names = [one.name for one in self._gradebook.assignments]
        if assignment in names and assignment is not None:
            return assignment
        if assignment is None and len(names) == 1:
            return str(names[0])
        if assignment is None and names:
            raise UsageProblem("course_which", names=", ".join(names))
        raise UsageProblem("course_no_assignment", name=assignment or "ps1")

    @property
    def root(self) -> Path:
        return Path(self._course.root)

    @property
    def source(self) -> Path:
        return self._path(self._course.source_directory, ".")

    def submitted(self, student: str) -> Path:
        """The folder of a submission."""
        return self._path(self._course.submitted_directory, student)

    def autograded(self, student: str) -> Path:
        """The folder of what became of it."""
        return self._path(self._course.autograded_directory, student)

    def _path(self, step: str, student: str) -> Path:
        return Path(self._course.format_path(step, student, self.assignment))

    def students(self) -> list[str]:
        """Who handed something in."""
        parent = self.submitted("?").parent.parent
        names = sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []
        hidden = set(self._course.student_id_exclude.split(","))
        return [name for name in names if self.submitted(name).is_dir() and name not in hidden]

    def is_new(self, student: str) -> bool:
        """Whether a submission is not graded yet, or is newer than what was graded."""
        graded = self.autograded(student)
        if not graded.is_dir():
            return True
        fresh, old = self._stamp(self.submitted(student))[0], self._stamp(graded)[0]
        return fresh is not None and old is not None and fresh > old

    def _stamp(self, folder: Path) -> tuple[Any, bool]:
        """When it was handed in, if that is known; and whether there is a time that none can read.

        For some of these nbgrader calls a method that it does not have: an AttributeError.
        """
        try:
            return self._course.get_existing_timestamp(str(folder)), False
        except (OSError, ValueError, OverflowError, AttributeError):
            return None, True

    def order(self, student: str) -> dict[str, Any]:
        """What a process needs to grade a submission."""
        folder = self.submitted(student)
        return {
            "student": student,
            "timeless": self._stamp(folder)[1],
            "all": [
                {
                    "path": str(folder / f"{name}.ipynb"),
                    "template": template_of(self._course, self.assignment, name),
                }
                for name in self._names
            ],
        }

    def write(self, student: str, results: list[dict[str, Any]]) -> None:
        """Put a submission into the gradebook."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy has opinions on nbgrader
            self._write(student, results)

    def _write(self, student: str, results: list[dict[str, Any]]) -> None:
        book = self._gradebook
        book.update_or_create_student(student)
        stamp, _ = self._stamp(self.submitted(student))
        facts = {"timestamp": stamp} if stamp is not None else {}
        submission = book.update_or_create_submission(self.assignment, student, **facts)
        by_name = {notebook.name: notebook for notebook in submission.notebooks}
        self.notebooks = {}
        for result in results:
            submitted, notebook = by_name[result["name"]], from_dict(result["notebook"])
            judged = Judged(result["points"], {}, result["comments"], result["reasons"])
            _save_grades(submitted, notebook)
            settle(submitted, notebook, judged, language_of(notebook))
            book.db.flush()
            self.notebooks[result["name"]] = json.dumps(result["notebook"], indent=1) + "\n"
        book.db.commit()
        self._penalize(submission, by_name)

    def _penalize(self, submission: Any, by_name: dict[str, Any]) -> None:
        """Late penalties, as the course's own plugin has them."""
        for notebook in by_name.values():
            notebook.late_submission_penalty = None
        late = submission.total_seconds_late
        if late > 0:
            rule = self._lateness
            for notebook in by_name.values():
                penalty = rule.plugin_inst.late_submission_penalty(
                    submission.student.id, notebook.score, late
                )
                if penalty is not None:
                    notebook.late_submission_penalty = rule._check_late_penalty(  # noqa: SLF001
                        notebook, penalty
                    )
        self._gradebook.db.commit()

    @cached_property
    def _lateness(self) -> Any:
        rule = AssignLatePenalties(config=self._config)
        rule.init_plugin()
        return rule

    def undo(self) -> None:
        """Forget what is half written."""
        self._gradebook.db.rollback()

    def close(self) -> None:
        """Let go of the gradebook."""
        self._gradebook.close()


def _save_grades(submitted: Any, notebook: Notebook) -> None:
    """The rows that nbgrader's SaveAutoGrades writes."""
    log = logging.getLogger(__name__)
    cells = {
        cell.metadata.nbgrader["grade_id"]: cell
        for cell in notebook.cells  # type: ignore[attr-defined]
        if "nbgrader" in cell.metadata
    }
    for grade in submitted.grades:
        cell = cells.get(grade.name)
        if cell is not None and utils.is_grade(cell):
            grade.auto_score, _ = utils.determine_grade(cell, log)
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for comment in submitted.comments:
        cell = cells.get(comment.name)
        if cell is None:
            continue
        blank = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        comment.auto_comment = NO_RESPONSE if blank and not utils.is_task(cell) else None
