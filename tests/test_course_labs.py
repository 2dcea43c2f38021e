"""A lab in a course, with the real nbgrader: released, run by a student, marked by a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

import nbformat
from nbclient import NotebookClient
from nbgrader.api import Gradebook


def run(root: Path, *command: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env={**os.environ, "PATH": path, "LLMQUIZ_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_conclusion_comes_to_a_person_and_its_points_into_the_gradebook(tmp_path: Path) -> None:
    run(tmp_path, "llmquiz", "course", "new", "cs", "--labs", "permutation")
    root = tmp_path / "cs"
    run(root, "nbgrader", "generate_assignment", "ps1")
    release = root / "release" / "ps1" / "lab-permutation.ipynb"
    assert "HELD" in (root / "source" / "ps1" / release.name).read_text("utf-8")
    for hidden in ("HELD", "MARK SCHEME", "prints", "of the bank"):
        assert hidden not in release.read_text("utf-8")

    book = nbformat.read(release, as_version=4)
    NotebookClient(book, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = "".join(json.dumps(cell.get("outputs", [])) for cell in book.cells)
    assert "HELD" in shown  # what the student sees is their own run
    book.cells[-1].source = "I expected equal outputs, and saw a difference of 1e-7."
    handed_in = root / "submitted" / "ada" / "ps1"
    handed_in.mkdir(parents=True)
    nbformat.write(book, handed_in / release.name)
    assert "1 graded" in run(root, "llmquiz", "course", "grade", "ps1")

    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        graded = gradebook.find_submission_notebook("lab-permutation", "ps1", "ada")
        assert graded.needs_manual_grade
        assert graded.max_score == 5
        gradebook.find_grade(
            "lab-permutation-answer", "lab-permutation", "ps1", "ada"
        ).manual_score = 4
        gradebook.db.commit()
        assert graded.score == 4
    run(root, "nbgrader", "generate_feedback", "ps1")
    feedback = (root / "feedback" / "ada" / "ps1" / "lab-permutation.html").read_text("utf-8")
    assert "difference of 1e-7" in feedback
    assert "derivation" not in feedback
