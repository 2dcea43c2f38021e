"""Reads a submitted notebook, whatever it is, as plain cells. Nothing of it is run.

A large file (outputs with pictures) is read by a process with a limit on its memory.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 256 << 20  # larger files are not read
SMALL_BYTES = 8 << 20  # smaller ones are read in this process
MEMORY = 3 << 30  # of the process that reads a large file
SECONDS = 120
MOST_SOURCE = 1 << 20  # characters of one cell
MOST_TEXT = 8 << 20  # of all cells together
MOST_CELLS = 4000
MOST_ATTACHED = 8 << 20
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")


class Unread(Exception):
    """A file that is no notebook, with a key of `llmquiz.words` and its facts."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key, facts)
        self.key, self.facts = key, facts


@dataclass(frozen=True)
class Given:
    """A cell as it was submitted; nothing of its metadata but the id is believed."""

    kind: str  # code, markdown or raw
    source: str
    grade_id: str | None = None
    attachments: dict[str, dict[str, str]] | None = None


def read(path: Path, within: Path) -> list[Given]:
    """The cells of a submitted notebook. Raises Unread."""
    data = _bytes(path, within)
    if not data.strip():
        raise Unread("found_empty_file")
    if len(data) <= SMALL_BYTES:
        return cells_of(data)
    return _in_a_process(path)


def cells_of(data: bytes) -> list[Given]:
    """The cells of a notebook's text. Raises Unread."""
    try:
        text = data.decode(json.detect_encoding(data), errors="replace")
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise Unread("found_not_json", line=error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unread("found_not_json", line=1) from error
    return list(_cells(document))


def _cells(document: Any) -> Iterator[Given]:
    cells = document.get("cells") if isinstance(document, dict) else None
    if cells is None and isinstance(document, dict):  # format 3
        sheets = document.get("worksheets")
        if isinstance(sheets, list) and sheets and isinstance(sheets[0], dict):
            cells = sheets[0].get("cells")
    if not isinstance(cells, list):
        raise Unread("found_not_notebook")
    left = MOST_TEXT
    for cell in cells[:MOST_CELLS]:
        if not isinstance(cell, dict):
            continue
        kind = cell.get("cell_type")
        source = _text(cell.get("source", cell.get("input", "")))[: min(MOST_SOURCE, left)]
        left -= len(source)
        yield Given(
            kind if kind in ("code", "markdown") else "raw",
            source,
            _grade_id(cell.get("metadata")),
            _attachments(cell.get("attachments")),
        )


def _text(value: Any) -> str:
    """A source: a text or a list of lines; characters that no file can hold become "?"."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", errors="replace").decode("utf-8").replace("\0", "?")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _grade_id(metadata: Any) -> str | None:
    facts = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = facts.get("grade_id") if isinstance(facts, dict) else None
    return grade_id if isinstance(grade_id, str) and 0 < len(grade_id) < 500 else None


def _attachments(value: Any) -> dict[str, dict[str, str]] | None:
    """Pictures in a written answer, where they are what the format says."""
    if not isinstance(value, dict):
        return None
    kept: dict[str, dict[str, str]] = {}
    left = MOST_ATTACHED
    for name, forms in value.items():
        if not isinstance(forms, dict):
            continue
        good = {
            form: data for form, data in forms.items() if isinstance(data, str) and form in PICTURES
        }
        left -= sum(map(len, good.values()))
        if good and left >= 0:
            kept[_text(name)] = good
    return kept or None


def _bytes(path: Path, within: Path) -> bytes:
    """The content of a regular file inside the submission."""
    try:
        if not path.resolve().is_relative_to(within.resolve()):
            raise Unread("found_leads_out")
        # Non-blocking: a named pipe that nobody writes to would wait for ever.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(fd, "rb") as file:
            facts = os.fstat(fd)
            if not stat.S_ISREG(facts.st_mode):
                raise Unread("found_not_file")
            if facts.st_size > MOST_BYTES:
                raise Unread("found_too_large", size=facts.st_size >> 20, limit=MOST_BYTES >> 20)
            return file.read(min(facts.st_size, SMALL_BYTES) + 1)
    except FileNotFoundError as error:
        raise Unread("found_no_file") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise Unread("found_unreadable", error=type(error).__name__) from error


def _in_a_process(path: Path) -> list[Given]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__, str(path)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Unread("found_too_much") from error
    if "key" in answer:
        raise Unread(answer["key"], **answer["facts"])
    return [Given(**cell) for cell in answer["cells"]]


def _main(path: Path) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):  # Windows, or a lower limit already
        pass
    try:
        answer: dict[str, Any] = {"cells": [asdict(cell) for cell in cells_of(path.read_bytes())]}
    except Unread as error:
        answer = {"key": error.key, "facts": error.facts}
    except (MemoryError, OSError):
        answer = {"key": "found_too_much", "facts": {}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
