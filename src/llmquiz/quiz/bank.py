"""Finds and loads the question bank: the one that ships with llmquiz, or a course's own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmquiz import __version__, catalog
from llmquiz.errors import OurFault, Problem, UsageProblem
from llmquiz.quiz.records import Bank, bank_of

if TYPE_CHECKING:
    from llmquiz.quiz.source import Source  # YAML is read only where the copy as JSON is missing

NAME = "questions.yaml"
MOST_SHOWN = 20  # mistakes of a bank


def load() -> Bank:
    """The bank in use. Raises UsageProblem where a course's own is wrong, OurFault for ours.

    The shipped bank; or the `questions.yaml` of the content folder in use, which replaces it, or
    extends it where it says `extends: llmquiz`.
    """
    shipped, own = shipped_path(), catalog.content_root() / NAME
    if own == shipped or not own.is_file():
        return bank_of(_shipped(shipped))
    from llmquiz.quiz.source import read

    source = read(own)
    base = base_of(source)
    from llmquiz.quiz.validate import mistakes

    if wrong := mistakes(source, base):
        raise UsageProblem("bank_wrong", mistakes="\n".join(map(str, wrong[:MOST_SHOWN])))
    return bank_of({part: {**base[part], **source.data.get(part, {})} for part in base})


def base_of(source: Source) -> dict[str, dict[str, Any]]:
    """What a bank builds on: ours, where it says that it extends it, else nothing."""
    extends = isinstance(source.data, dict) and source.data.get("extends")
    ours = _shipped(shipped_path()) if extends else {}
    return {part: ours.get(part, {}) for part in ("topics", "sources", "questions")}


def shipped_path() -> Path:
    """The bank of llmquiz itself: inside the package once installed, else beside it."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_content" / NAME
    return installed if installed.is_file() else package.parents[1] / NAME


@cache
def _shipped(path: Path) -> dict[str, Any]:
    """Our bank as data. It was validated when it was made; a copy as JSON is kept, for speed."""
    if not path.exists() and not catalog.has_graders():
        raise UsageProblem("kit_no_questions")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise OurFault("broken_content", path=path, error=error) from error
    copy = _cache_folder() / f"questions-{hashlib.sha256(text).hexdigest()[:16]}.json"
    with contextlib.suppress(OSError, ValueError):
        data: dict[str, Any] = json.loads(copy.read_bytes())
        return data
    from llmquiz.quiz.source import read

    try:
        data = read(path).data
    except Problem as problem:
        raise OurFault("broken_content", path=path, error=problem.facts) from problem
    with contextlib.suppress(OSError):  # a copy is a convenience: a read-only home is no fault
        _write(copy, json.dumps(data, ensure_ascii=False))
    return data


def _cache_folder() -> Path:
    own = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(own) if own else Path.home() / ".cache") / "llmquiz" / __version__


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
