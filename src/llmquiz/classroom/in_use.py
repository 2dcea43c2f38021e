"""What the notebooks of a course use: its exercises, its labs and its language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from llmquiz import catalog
from llmquiz.classroom import ids
from llmquiz.classroom.course import CONFIG, spoken
from llmquiz.classroom.mend import Notebook, grade_id_of
from llmquiz.errors import UsageProblem
from llmquiz.lab import registry


@dataclass(frozen=True)
class InUse:
    """Names in the order of their catalogs."""

    exercises: tuple[str, ...]
    labs: tuple[str, ...]
    lang: str


def in_use(course: Path | None) -> InUse | None:
    """Of a course's source/; of the folder that we are in, where none is named.

    None where this is no course, or one without notebooks. Raises UsageProblem.
    """
    root = course or Path()
    if not (root / CONFIG).is_file():
        if course is not None:
            raise UsageProblem("course_none", path=course.resolve())
        return None
    books = [book for path in sorted(root.glob("source/*/*.ipynb")) if (book := _read(path))]
    if not books:
        return None
    cells = [grade_id_of(cell) for book in books for cell in book["cells"]]
    names = [name for cell in cells if cell and (name := ids.parse(cell)) and not name.question]
    exercises = {name.owner for name in names if not name.lab}
    labs = {name.owner for name in names if name.lab}
    return InUse(
        exercises=tuple(e.name for e in catalog.exercises() if e.name in exercises),
        labs=tuple(lab.name for lab in registry.labs() if lab.name in labs),
        lang=spoken(root) or "en",
    )


def _read(path: Path) -> Notebook | None:
    """A notebook; None for what is none: it is not this command's to complain."""
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return book if isinstance(book, dict) and {"cells", "metadata"} <= book.keys() else None
