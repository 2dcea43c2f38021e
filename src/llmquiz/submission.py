"""Reads what a learner submits, a `.py` file or a notebook, as text. Nothing of it is run here."""

from __future__ import annotations

import ast
import codecs
import io
import json
import os
import re
import stat
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

from llmquiz.errors import UsageProblem
from llmquiz.plain import clean

MAX_BYTES = 10 << 20
MAX_LINES = 50_000  # of a notebook: the place of each is kept
# Those that people write in. Python knows others, some of which take minutes for a long text.
ENCODINGS = frozenset(
    {
        "ascii", "utf-8", "utf-8-sig", "iso8859-1", "iso8859-15", "cp1252", "cp1251", "koi8-r",
        "gb2312", "gbk", "gb18030", "big5", "cp936", "cp950", "shift_jis", "cp932", "euc_jp",
        "euc_kr", "cp949",
    }
)  # fmt: skip
CELL_MAGICS_THAT_RUN_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python3", "%%python")
# A line of a code cell that only IPython understands: a magic, a shell command, a help request.
IPYTHON_LINE = re.compile(r"^\s*(%|!|\?)|^[^#'\"]*\?\s*$")


@dataclass(frozen=True)
class Submission:
    """A learner's program: its text, and where each line stands in the file."""

    path: Path
    shown: str  # the path as the learner typed or would type it
    source: str
    cells: tuple[tuple[int, int], ...] = ()  # of a notebook: (cell, line in it) of each line
    ignored: tuple[str, ...] = ()  # places of notebook lines that are not Python

    def place(self, line: int) -> str:
        """`path:line`, or the cell and line in a notebook."""
        if 0 < line <= len(self.cells):
            cell, line_of_cell = self.cells[line - 1]
            return f"{self.shown}:cell {cell}:{line_of_cell}"
        return f"{self.shown}:{line}"

    def line(self, number: int) -> str:
        """The text of a line, or nothing."""
        lines = self.source.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def read(path: Path, within: Path | None = None) -> Submission:
    """Read a submission. Raises UsageProblem where it is not one.

    `within` is a stranger's submission, the folder or the file: a link in it is refused, as it
    could hand in, or show them, a file of whoever grades.
    """
    name = shown(path)
    if path.is_dir():
        raise UsageProblem("submission_is_directory", path=name)
    if not path.exists():
        raise UsageProblem("submission_missing", path=name)
    if path.suffix not in (".py", ".ipynb"):
        raise UsageProblem("submission_kind", path=name)
    data = _bytes(path, name, within)
    if len(data) > MAX_BYTES:
        raise UsageProblem("submission_too_large", path=name, limit=MAX_BYTES >> 20)
    if not data.strip():
        raise UsageProblem("submission_empty", path=name, name=path.stem)
    if path.suffix == ".ipynb":
        return _read_notebook(path, name, data)
    return Submission(path, name, _decode(name, data))


def _bytes(path: Path, shown: str, within: Path | None) -> bytes:
    """The content of a regular file, at most MAX_BYTES + 1 of it."""
    try:
        if within is not None and _is_behind_a_link(path, within):
            raise UsageProblem("submission_leads_out", path=shown)
        # Non-blocking: a named pipe that nobody writes to would wait for ever.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise UsageProblem("submission_not_file", path=shown)
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageProblem("submission_unreadable", path=shown, error=error.strerror) from error


def _is_behind_a_link(path: Path, within: Path) -> bool:
    """Whether the submission, or anything in it on the way to the file, is a link."""
    return any(part.is_symlink() for part in (path, *path.parents) if part.is_relative_to(within))


def _decode(shown: str, data: bytes) -> str:
    """The text, in the encoding that the file declares (UTF-8 where it declares none)."""
    if b"\0" in data:
        raise UsageProblem("submission_binary", path=shown)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        known = codecs.lookup(encoding).name in ENCODINGS
        text = data.decode(encoding if known else "ascii")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data[:start].count(b"\n") + 1
        raise UsageProblem("submission_encoding", path=shown, line=line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_notebook(path: Path, shown: str, data: bytes) -> Submission:
    try:
        notebook = json.loads(data)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageProblem("submission_not_notebook", path=shown) from error
    if sum(source.count("\n") + 1 for source in sources) > MAX_LINES:
        raise UsageProblem("submission_too_long", path=shown, limit=MAX_LINES)
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    ignored: list[str] = []
    for number, source in enumerate(sources, start=1):
        kept = python_lines(source)
        for line_number, (line, is_python) in enumerate(kept, start=1):
            lines.append(line if is_python else re.sub(r"\S.*", "pass", line))
            places.append((number, line_number))
            if not is_python:
                ignored.append(f"cell {number}:{line_number}")
    if not any(line.strip() for line in lines):
        raise UsageProblem("submission_empty", path=shown, name=path.stem)
    return Submission(path, shown, "\n".join(lines) + "\n", tuple(places), tuple(ignored))


def python_lines(source: str) -> list[tuple[str, bool]]:
    """Each line of a cell, and whether it is Python."""
    lines = source.splitlines()
    first = source.strip().split("\n")[0].split(" ")[0]
    if first.startswith("%%") and first not in CELL_MAGICS_THAT_RUN_PYTHON:
        return [(line, not line.strip()) for line in lines]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the learner's to see, not ours
            ast.parse(source)  # it is Python as it stands: `a % b` on a line of its own is no magic
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [(line, not IPYTHON_LINE.match(line)) for line in lines]
    return [(line, True) for line in lines]


def shown(path: Path) -> str:
    """The path from here, where that is shorter."""
    try:
        shown = str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        shown = str(path)
    return clean(shown).replace("\n", "?").replace("\t", "?")
