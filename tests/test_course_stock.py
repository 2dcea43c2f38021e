"""A course in nbgrader's own way of grading, without the block of llmquiz's configuration."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from llmquiz.classroom import ids
from llmquiz.classroom.build import drawn
from llmquiz.classroom.course import BEGIN, CONFIG, END
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import find_item

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange needs POSIX")

FIRST, SECOND = "norm.weight/doubled-weight", "norm.rmsnorm-vs-layernorm/unchanged"


def run(root: Path, *command: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LLMQUIZ_", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**kept, "PATH": path, "PYTHONWARNINGS": "ignore", "LLMQUIZ_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Released, handed in by the instructor, by a student with a slip, and graded."""
    root = tmp_path_factory.mktemp("stock") / "cs"
    questions = f"{FIRST},{SECOND},norm.weight"
    run(root.parent, "llmquiz", "course", "new", "cs", "--questions", questions)
    before, _, rest = (root / CONFIG).read_text("utf-8").partition(BEGIN)
    (root / CONFIG).write_text(before + rest.partition(END)[2], encoding="utf-8")
    run(root, "nbgrader", "generate_assignment", "ps1")
    source = json.loads((root / "source" / "ps1" / "questions.ipynb").read_text("utf-8"))
    hand_in(root, "instructor", source)
    for cell in source["cells"]:
        if grade_id(cell) == ids.of_question(SECOND, "answer"):
            cell["source"] = 'answer = "'
    hand_in(root, "slip", source)
    run(root, "nbgrader", "autograde", "ps1")
    return root


def grade_id(cell: dict) -> str:
    return cell["metadata"]["nbgrader"]["grade_id"]


def hand_in(root: Path, student: str, book: dict) -> None:
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True)
    (folder / "questions.ipynb").write_text(json.dumps(book), encoding="utf-8")


def points(root: Path, student: str) -> dict[str, float]:
    """What the machine gave, by the ids of cells."""
    with sqlite3.connect(root / "gradebook.db") as book:
        found = book.execute(
            "select c.name, g.auto_score from grade g"
            " join submitted_notebook s on g.notebook_id = s.id"
            " join submitted_assignment a on s.assignment_id = a.id"
            " join base_cell c on g.cell_id = c.id where a.student_id = ?",
            (student,),
        )
        return {name: score for name, score in found if name.endswith("-points")}


def test_the_source_itself_gets_all_points_of_a_machine(root: Path) -> None:
    found = points(root, "instructor")
    assert len(found) == 3
    assert set(found.values()) == {1.0}


def test_a_slip_in_one_answer_is_not_graded_by_the_answer_before_it(root: Path) -> None:
    one, two = (drawn(find_item(load(), card), "slip").right_letters for card in (FIRST, SECOND))
    assert one == two  # or this would show nothing
    found = points(root, "slip")
    assert found.pop(ids.of_question(SECOND, "points")) == 0.0
    assert found[ids.of_question(FIRST, "points")] == 1.0


def test_students_still_see_empty_answers_and_no_mark_scheme(root: Path) -> None:
    release = json.loads((root / "release" / "ps1" / "questions.ipynb").read_text("utf-8"))
    (answer,) = [c for c in release["cells"] if grade_id(c) == ids.of_question(FIRST, "answer")]
    assert "".join(answer["source"]).endswith('answer = ""')
    run(root, "nbgrader", "generate_feedback", "ps1")
    page = root / "feedback" / "slip" / "ps1" / "questions.html"
    assert "MARK SCHEME" in (root / "autograded" / "slip" / "ps1" / "questions.ipynb").read_text()
    assert "MARK SCHEME" not in page.read_text("utf-8")
