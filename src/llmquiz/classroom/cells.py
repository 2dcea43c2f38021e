"""Cells of a notebook with nbgrader's metadata, by the rules of its schema 3."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from llmquiz.classroom.pieces import BEGIN, END

Cell = dict[str, Any]
SCHEMA = 3
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def text(source: str, grade_id: str, picture: Path | None = None) -> Cell:
    """A text that students cannot change."""
    cell = _cell("markdown", source, grade_id, locked=True)
    if picture is not None:
        data = base64.b64encode(picture.read_bytes()).decode("ascii")
        cell["attachments"] = {picture.name: {"image/svg+xml": data}}
    return cell


def locked_code(source: str, grade_id: str) -> Cell:
    """Code that students run and cannot change."""
    return _cell("code", source, grade_id, locked=True)


def answer(source: str, grade_id: str) -> Cell:
    """Code that a student writes, with the solution between markers."""
    return _cell("code", source, grade_id, solution=True)


def points(source: str, grade_id: str, worth: float) -> Cell:
    """Code whose result is what an answer gets."""
    return _cell("code", source, grade_id, grade=True, locked=True, points=worth)


def manual(reference: str, grade_id: str, worth: float) -> Cell:
    """A text that a student writes and a person grades."""
    source = f"{BEGIN}\n{reference}\n{END}"
    return _cell("markdown", source, grade_id, grade=True, solution=True, points=worth)


def task(source: str, scheme: str, grade_id: str) -> Cell:
    """A text with a mark scheme that only graders see. It must be locked, or grading fails."""
    whole = f"{source}\n\n### BEGIN MARK SCHEME\n{scheme}\n### END MARK SCHEME"
    return _cell("markdown", whole, grade_id, locked=True, task=True, points=0)


def notebook(cells: list[Cell], lang: str) -> dict[str, Any]:
    """A notebook of these cells."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": dict(KERNEL),
            "language_info": {"name": "python"},
            "llmquiz": {"schema": 1, "lang": lang},
        },
        "cells": cells,
    }


def _cell(
    kind: str,
    source: str,
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    task: bool = False,
    points: float | None = None,
) -> Cell:
    facts: dict[str, Any] = {
        "schema_version": SCHEMA,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": task,
        "grade_id": grade_id,
    }
    if points is not None:
        facts["points"] = points
    cell: Cell = {
        "cell_type": kind,
        "id": hashlib.sha256(grade_id.encode()).hexdigest()[:16],
        "metadata": {"nbgrader": facts},
        "source": source,
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
