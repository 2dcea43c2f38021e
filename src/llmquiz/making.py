"""Makes a workspace that needs nothing else. What is there already is never overwritten."""

from __future__ import annotations

import json
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from llmquiz import catalog
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text
from llmquiz.workspace import STATE

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Made:
    """What was written, and which exercises were there already."""

    exercises: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def make(folder: Path, lang: str) -> Made:
    """Write the files that are missing. Raises UsageProblem."""
    made = Made()
    try:
        (folder / STATE).mkdir(parents=True, exist_ok=True)
        (folder / STATE / "language").write_bytes(lang.encode() + b"\n")
        for exercise in catalog.exercises():
            path = folder / "exercises" / exercise.stub.name
            if path.exists() or path.with_suffix(".ipynb").exists():
                made.kept.append(exercise.name)
            else:
                _write(path, stub_text(exercise, lang))
                made.exercises.append(exercise.name)
        for name, text in _others(lang).items():
            if not (folder / name).exists():
                _write(folder / name, text)
                made.others.append(name)
    except OSError as error:
        path = error.filename or folder
        raise UsageProblem("not_writable", path=path, error=error.strerror) from error
    return made


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")  # as `reset` writes it, on any system


def _others(lang: str) -> dict[str, str]:
    """The other files of a workspace, by their paths in it."""
    found = {
        "README.md": (TEMPLATES / f"workspace.{lang}.md").read_text(encoding="utf-8"),
        # Two machines that share a workspace by git both add lines to the log.
        f"{STATE}/.gitattributes": "log.jsonl merge=union\n",
        ".vscode/settings.json": _json({"python.defaultInterpreterPath": sys.executable}),
        "pyrightconfig.json": _json(_pyright()),
    }
    if catalog.is_kit():  # it has not all the commands that this tells of
        del found["README.md"]
    source = "README.zh.md" if lang == "zh" else "README.md"
    legend = catalog.content_root() / "exercises" / source
    if legend.exists():  # a course of one's own may have none
        found["exercises/README.md"] = legend.read_text(encoding="utf-8")
    return found


def _pyright() -> dict[str, object]:
    """Where Pyright (and Pylance, and the editors that use it) find torch."""
    if sys.prefix != sys.base_prefix:
        environment = Path(sys.prefix)
        return {"venvPath": str(environment.parent), "venv": environment.name}
    paths = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    return {"extraPaths": list(paths)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
