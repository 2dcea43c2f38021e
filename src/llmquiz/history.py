"""The learner's log: a JSON line for each thing that happened; nothing is ever rewritten."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from llmquiz.errors import UsageProblem
from llmquiz.files import Signature, signature

Record = dict[str, Any]


def append(log: Path, kind: str, **facts: object) -> None:
    """Add one record, in one write, so that two processes never mix their lines.

    Raises UsageProblem where the log cannot be written.
    """
    record = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "kind": kind, **facts}
    line = json.dumps(record, ensure_ascii=False) + "\n"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        _write(log, line)
    except OSError as error:
        raise UsageProblem("log_not_writable", path=log, error=error.strerror) from error


def _write(log: Path, line: str) -> None:
    # Binary: Windows would write "\r\n", and a log goes with its workspace to other machines.
    binary = getattr(os, "O_BINARY", 0)
    fd = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | binary, 0o644)
    try:
        # A line that a crash tore stays alone on its line, and takes no other with it.
        size = os.lseek(fd, 0, os.SEEK_END)
        if size:
            os.lseek(fd, size - 1, os.SEEK_SET)
            if os.read(fd, 1) != b"\n":
                line = "\n" + line
        os.write(fd, line.encode())
    finally:
        os.close(fd)


def read(log: Path) -> Iterator[Record]:
    """The records, oldest first. Lines that are no records are passed over."""
    found = signature(log)
    return iter(()) if found is None else iter(_read(log, found))


@lru_cache(maxsize=1)  # one command asks many things of one log
def _read(log: Path, _signature: Signature) -> tuple[Record, ...]:
    return tuple(_records(log))


def _records(log: Path) -> Iterator[Record]:
    # Not splitlines(): an answer may hold U+2028, which is no end of a line in JSON.
    for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and "kind" in record:
            yield record


def last_checks(log: Path, kind: str = "check") -> dict[str, Record]:
    """The last check of each exercise; of one that was reset since, nothing."""
    found: dict[str, Record] = {}
    for record in read(log):
        if record["kind"] == kind and "exercise" in record:
            found[str(record["exercise"])] = record
        elif record["kind"] == "reset":
            found.pop(str(record.get("exercise")), None)
    return found
