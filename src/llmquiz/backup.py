"""Copies of a learner's files, made before anything of theirs is replaced."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from llmquiz.catalog import Exercise
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text
from llmquiz.words import LANGUAGES
from llmquiz.workspace import STATE, Workspace

FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Backup:
    """One copy of one exercise's file."""

    time: str  # the name of its folder; sorts by time
    path: Path


def save(workspace: Workspace, exercise: Exercise) -> Path | None:
    """Copy the learner's file to .llmquiz/backup/TIME; nothing where nothing was written yet.

    Raises UsageProblem.
    """
    file = workspace.file(exercise)
    if not file.is_file() or is_untouched(file, exercise):
        return None
    time = datetime.now(UTC).strftime(FORMAT)
    folder = workspace.root / STATE / "backup"
    names = (time, *(f"{time}-{n}" for n in range(2, 1000)))  # twice in the same second
    place = next(folder / name for name in names if not (folder / name / file.name).exists())
    try:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place / file.name)
    except OSError as error:
        raise UsageProblem("not_writable", path=place, error=error.strerror) from error
    return place / file.name


def is_untouched(file: Path, exercise: Exercise) -> bool:
    """Whether a file is the stub, in one of the languages."""
    text = file.read_bytes().replace(b"\r\n", b"\n")
    return any(text == stub_text(exercise, lang).encode() for lang in LANGUAGES)


def backups(workspace: Workspace, exercise: Exercise) -> list[Backup]:
    """The copies of an exercise's file, the newest first."""
    found = (workspace.root / STATE / "backup").glob(f"*/{exercise.name}.*")
    copies = [Backup(path.parent.name, path) for path in found if path.suffix in (".py", ".ipynb")]
    return sorted(copies, key=_moment, reverse=True)


def _moment(copy: Backup) -> tuple[str, int]:
    time, _, number = copy.time.partition("-")
    return time, int(number) if number.isdigit() else 1


def replace(file: Path, text: bytes) -> None:
    """Write a learner's file, whole or not at all. Raises UsageProblem."""
    beside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text)
        beside.replace(file)
    except OSError as error:
        raise UsageProblem("not_writable", path=file, error=error.strerror) from error
