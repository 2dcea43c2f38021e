"""The released notebook: the shape that a submission is put back into."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from llmquiz.classroom.mend import Notebook, grade_id_of


def template_of(course: Any, assignment: str, name: str) -> Notebook:
    """The release of a notebook, with the locked cells as the gradebook knows them.

    `course` is nbgrader's CourseDirectory. Without a release the gradebook alone must do.
    """
    path = Path(course.format_path(course.release_directory, ".", assignment)) / f"{name}.ipynb"
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    made: Notebook = json.loads(
        _template(course.db_url, course.course_id, assignment, name, str(path), stamp)
    )
    return made


@lru_cache(maxsize=64)
def _template(
    db_url: str, course_id: str, assignment: str, name: str, path: str, stamp: int
) -> str:
    from nbgrader.api import Gradebook

    with Gradebook(db_url, course_id) as gradebook:
        known = gradebook.find_notebook(name, assignment)
        graded = {cell.name: cell.max_score for cell in [*known.grade_cells, *known.task_cells]}
        grades = {cell.name for cell in known.grade_cells}
        solutions = {cell.name for cell in known.solution_cells}
        tasks = {cell.name for cell in known.task_cells}
        sources = {}
        for cell in known.source_cells:
            facts = {
                "schema_version": 3,
                "grade_id": cell.name,
                "grade": cell.name in grades,
                "solution": cell.name in solutions,
                "task": cell.name in tasks,
                "locked": bool(cell.locked) or cell.name in tasks,
                "cell_type": cell.cell_type,
            }
            if cell.checksum:
                facts["checksum"] = cell.checksum
            if cell.name in graded:
                facts["points"] = graded[cell.name]
            sources[cell.name] = (cell.cell_type, cell.source, facts)
        kernel = json.loads(known.kernelspec or "{}")
    release: Notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    if stamp:
        release = json.loads(Path(path).read_text(encoding="utf-8"))
    cells = []
    for cell in release["cells"]:
        cell["source"] = "".join(cell["source"])
        grade_id = grade_id_of(cell)
        if grade_id in sources:
            kind, source, facts = sources.pop(grade_id)
            cells.append(_restored(cell, kind, source, facts))
        elif grade_id is None:
            cell["metadata"] = {}
            cells.append(cell)
    cells += [_restored({}, *facts) for facts in sources.values()]
    release["cells"] = cells
    release["metadata"].setdefault("kernelspec", kernel)
    release["nbformat_minor"] = max(5, release["nbformat_minor"])
    return json.dumps(release)


def _restored(cell: Notebook, kind: str, source: str, facts: dict[str, Any]) -> Notebook:
    made = {**cell, "cell_type": kind, "source": source}
    made["metadata"] = {**cell.get("metadata", {}), "nbgrader": facts}
    made.setdefault("id", facts["grade_id"][:60])
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def language_of(notebook: Notebook) -> str:
    """The language that a notebook was made in."""
    facts = notebook["metadata"].get("llmquiz", {})
    return "zh" if facts.get("lang") == "zh" else "en"
