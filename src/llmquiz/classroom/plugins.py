"""What nbgrader_config.py names: llmquiz inside nbgrader's own pipeline.

Reader    reads a submission, whatever it is, in the place of nbconvert's exporter
Grader    grades it, in the place of the preprocessor that executes notebooks
Comments  writes comments and flags into the gradebook, behind SaveAutoGrades
Stubs     what students find in the place of a solution
Feedback  leaves mark schemes out of the feedback
"""

from __future__ import annotations

import atexit
import glob
import os
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode, from_dict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets import Bool, Unicode

from llmquiz.classroom import ids
from llmquiz.classroom.gradebook import settle
from llmquiz.classroom.judge import Judge
from llmquiz.classroom.judged import Judged
from llmquiz.classroom.mend import Mended, mend_file
from llmquiz.classroom.outputs import apply, load_state, save_state
from llmquiz.classroom.template import language_of, template_of

Resources = dict[str, Any]


class Reader(NotebookExporter):  # type: ignore[misc]
    """Mends what was submitted before nbgrader sees it, and reads its own files as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hasattr(self.parent, "assignments") and hasattr(self.parent, "coursedir"):
            self._complete()

    def _complete(self) -> None:
        """Let nbgrader convert every notebook of every submission, also those that are missing."""
        course, folders = self.parent.coursedir, self.parent.assignments
        with Gradebook(course.db_url, course.course_id) as gradebook:
            found = [a for a in gradebook.assignments if a.name == course.assignment_id]
            names = [notebook.name for one in found for notebook in one.notebooks]
        if course.notebook_id != "*" or not names:
            return
        pattern = course.format_path(
            course.submitted_directory, course.student_id, course.assignment_id
        )
        for folder in glob.glob(pattern):  # noqa: PTH207 (the spelling that nbgrader uses)
            if Path(folder).is_dir():
                folders[folder] = [str(Path(folder) / f"{name}.ipynb") for name in names]

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kwargs: Any
    ) -> tuple[str, Resources]:
        converter = self.parent
        if not getattr(converter, "_sanitizing", False):
            made: tuple[str, Resources]
            made = super().from_filename(filename, resources=resources, **kwargs)
            return made
        path = Path(filename)
        resources = resources if resources is not None else {}
        facts = resources["nbgrader"]
        template = template_of(converter.coursedir, facts["assignment"], facts["notebook"])
        mended = mend_file(template, path, path.parent)
        save_state(mended)
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        notebook = from_dict(mended.notebook)
        made = self.from_notebook_node(notebook, resources=resources)
        return made


class Grader(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the answers by llmquiz's judge and writes the points where outputs would stand."""

    trust_submissions = Bool(
        False, help="Grade at sandbox level `process` too, which does not hold a stranger's code."
    ).tag(config=True)
    secret = Unicode("", help="Seeds the cases of this course.").tag(config=True)
    content = Unicode("", help="The folder of exercises of one's own.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        facts = resources["nbgrader"]
        if self.content:
            os.environ["LLMQUIZ_CONTENT"] = self.content
        judge = shared_judge(Path.cwd(), trust=self.trust_submissions, secret=self.secret)
        mended = load_state(nb)
        judged = judge.grade(
            mended, facts["student"], f"{facts['notebook']}.ipynb", language_of(nb)
        )
        apply(nb, judged, from_dict)
        resources["llmquiz"] = judged
        return nb, resources


class Comments(NbGraderPreprocessor):  # type: ignore[misc]
    """Comments and flags, which SaveAutoGrades does not know."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        judged: Judged | None = resources.get("llmquiz")
        facts = resources["nbgrader"]
        if judged is not None:
            with Gradebook(facts["db_url"]) as gradebook:
                notebook = gradebook.find_submission_notebook(
                    facts["notebook"], facts["assignment"], facts["student"]
                )
                settle(notebook, nb, judged, language_of(nb))
                gradebook.db.commit()
        return nb, resources


class Stubs(ClearSolutions):  # type: ignore[misc]
    """Clears solutions; where the answer is a letter or a number, nothing is put in its place."""

    code_stub: Any

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        name = ids.parse(grade_id)
        short = grade_id == ids.STUDENT or (name is not None and name.question)
        if not short or cell.cell_type != "code":
            made: tuple[NotebookNode, Resources]
            made = super().preprocess_cell(cell, resources, cell_index)
            return made
        stubs = self.code_stub
        self.code_stub = {"python": ""}
        try:
            cell, resources = super().preprocess_cell(cell, resources, cell_index)
            cell.source = cell.source.rstrip()
            return cell, resources
        finally:
            self.code_stub = stubs


class Feedback(NbGraderPreprocessor):  # type: ignore[misc]
    """Leaves out what only graders should read."""

    def preprocess_cell(
        self,
        cell: NotebookNode,
        resources: Resources,
        cell_index: int,  # noqa: ARG002
    ) -> tuple[NotebookNode, Resources]:
        begin, end = "### BEGIN MARK SCHEME", "### END MARK SCHEME"
        before, found, rest = cell.source.partition(begin)
        if found and cell.cell_type == "markdown":
            cell.source = (before + rest.partition(end)[2]).strip()
        return cell, resources


_JUDGES: dict[tuple[str, bool, str], Judge] = {}


def shared_judge(root: Path, *, trust: bool, secret: str) -> Judge:
    """One warm sandbox for all notebooks of this process."""
    key = (str(root), trust, secret)
    if key not in _JUDGES:
        _JUDGES[key] = Judge(root=root, trust=trust, secret=secret)
        atexit.register(_JUDGES[key].close)
    return _JUDGES[key]


__all__ = ["Comments", "Feedback", "Grader", "Mended", "Reader", "Stubs"]
