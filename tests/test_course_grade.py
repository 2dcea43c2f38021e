"""`llmquiz course grade` and what an instructor does wrong, or a disk, or a student's clock."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from llmquiz import catalog
from llmquiz.classroom.mend import mend
from llmquiz.classroom.process import Process
from llmquiz.classroom.reading import Given

LLMQUIZ = [sys.executable, "-m", "llmquiz"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released course with one notebook, on which nobody has worked yet."""
    root = tmp_path_factory.mktemp("grade") / "cs"
    run(root.parent, *LLMQUIZ, "course", "new", "cs", "--exercises", "rmsnorm")
    run(root, sys.executable, "-m", "nbgrader", "generate_assignment", "ps1")
    return root


@pytest.fixture
def root(course: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(course, tmp_path / "cs"))


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LLMQUIZ_", "PYTEST"))}
    env = {**kept, "PATH": path, "LLMQUIZ_LANG": "en"}
    return subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=300
    )


def grade(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run(root, *LLMQUIZ, "course", "grade", "ps1", "--jobs", "1", *options)


def hand_in(root: Path, student: str, solved: bool = True) -> Path:
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True)
    book = json.loads((root / "release" / "ps1" / "rmsnorm.ipynb").read_text("utf-8"))
    if solved:
        solution = catalog.find("rmsnorm").solution.read_text("utf-8")
        for cell in book["cells"]:
            if "answer" in cell["metadata"]["nbgrader"]["grade_id"]:
                cell["source"] = solution
    (folder / "rmsnorm.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return folder


def points(root: Path) -> dict[str, float]:
    with sqlite3.connect(root / "gradebook.db") as book:
        found = book.execute(
            "select a.student_id, sum(g.auto_score) from grade g"
            " join submitted_notebook s on g.notebook_id = s.id"
            " join submitted_assignment a on s.assignment_id = a.id group by 1"
        )
        return dict(found.fetchall())


@pytest.mark.parametrize("time", [b"gestern 12 Uhr", b"2026-13-45 10:00:00", b"\xff\xfe\x00"])
def test_a_time_that_cannot_be_read_stops_nobody_and_is_told(root: Path, time: bytes) -> None:
    (hand_in(root, "ada") / "timestamp.txt").write_bytes(time)
    hand_in(root, "bob")
    ran = grade(root)
    assert ran.returncode == 0, ran.stderr
    assert points(root) == {"ada": 15, "bob": 15}
    assert "ada  rmsnorm: timestamp.txt beside it holds no time" in ran.stdout
    assert "2 graded, 0 graded before; to look at: 1." in ran.stdout


def test_who_is_to_be_looked_at_is_named_at_every_run(root: Path) -> None:
    (hand_in(root, "ada") / "rmsnorm.ipynb").write_text("{", encoding="utf-8")
    hand_in(root, "bob")
    named = "ada  rmsnorm: The file is no readable notebook"
    assert named in grade(root).stdout
    again = grade(root)
    assert named in again.stdout
    assert "0 graded, 2 graded before; to look at: 1." in again.stdout


def test_a_student_who_handed_nothing_in_is_a_sentence(root: Path) -> None:
    hand_in(root, "ada")
    ran = grade(root, "--student", "aba")
    assert ran.returncode == 2
    assert ran.stderr.strip() == "llmquiz: aba has no submission of ps1."


def test_what_cannot_be_written_is_not_called_graded(root: Path) -> None:
    hand_in(root, "ada")
    hand_in(root, "bob")
    (root / "autograded").mkdir()
    (root / "autograded" / "ada").write_text("in the way", encoding="utf-8")
    ran = grade(root)
    assert ran.returncode == 2
    assert "1 graded" in ran.stdout
    assert "ada: not in the books, and graded at the next run" in ran.stderr
    (root / "autograded" / "ada").unlink()
    assert "1 graded, 1 graded before" in grade(root).stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [("c.X = (", ":1: '(' was never closed"), ("1 / 0", ":1: ZeroDivisionError")],
)
def test_a_mistake_in_the_configuration_has_its_line(root: Path, line: str, told: str) -> None:
    file = root / "nbgrader_config.py"
    file.write_text(f"{line}\n{file.read_text('utf-8')}", encoding="utf-8")
    ran = grade(root)
    assert ran.returncode == 2
    assert f"nbgrader_config.py{told}" in ran.stderr


def test_a_gradebook_that_is_none_is_a_sentence(root: Path) -> None:
    (root / "gradebook.db").write_bytes(b"not a database" * 100)
    ran = grade(root)
    assert ran.returncode == 2
    assert "the gradebook cannot be used" in ran.stderr


def test_the_secret_is_on_no_command_line(root: Path) -> None:
    process = Process(root, trust=False, settings={"secret": "8d1f", "content": ""})
    line = Path(f"/proc/{process._process.pid}/cmdline")
    if line.exists():
        assert "8d1f" not in line.read_text()
    process.ready()
    process.close()


def test_a_students_html_reaches_no_browser() -> None:
    """Formgrader and nbgrader's feedback show the text of a notebook as it is."""
    cell = {"cell_type": "markdown", "source": "", "metadata": {"nbgrader": {
        "grade_id": "q", "solution": True, "grade": True, "points": 1}}}  # fmt: skip
    template = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = "a < b, $x<y$ `<eos>` <script>x()</script><!-- --><img src=x onerror=y()>"
    given = [Given("markdown", text, "q"), Given("markdown", text, None)]
    for made in mend(template, given).notebook["cells"]:
        assert "a < b, $x< y$ `< eos>` < script>x()< /script>< !-- -->< img" in made["source"]
