"""Where a learner's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from llmquiz.catalog import Exercise, exercises
from llmquiz.errors import UsageProblem

STATE = ".llmquiz"


@dataclass(frozen=True)
class Workspace:
    """A folder with `exercises/` and, once something was checked, `.llmquiz/`."""

    root: Path

    @property
    def log(self) -> Path:
        return self.root / STATE / "log.jsonl"

    def file(self, exercise: Exercise) -> Path:
        """The learner's file of an exercise: the `.py`, or else the notebook."""
        python = self.root / "exercises" / f"{exercise.name}.py"
        notebook = python.with_suffix(".ipynb")
        return notebook if notebook.exists() and not python.exists() else python


def saved_language(start: Path | None = None) -> str | None:
    """The language in which the workspace that we are in was made."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        file = folder / STATE / "language"
        if file.is_file():
            return file.read_text(encoding="utf-8").strip()
    return None


def locate(start: Path | None = None) -> Workspace | None:
    """The workspace that `start` (the current folder) is in, if any."""
    here = (start or Path.cwd()).resolve()
    names = [exercise.name for exercise in exercises()]
    for folder in (here, *here.parents):
        if (folder / STATE).is_dir():
            return Workspace(folder)
        if any((folder / "exercises" / f"{name}.py").exists() for name in names):
            return Workspace(folder)
    return None


def require() -> Workspace:
    """The workspace that we are in. Raises UsageProblem."""
    workspace = locate()
    if workspace is None:
        raise UsageProblem("no_workspace")
    return workspace
