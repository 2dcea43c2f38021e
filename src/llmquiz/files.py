"""Notices that a file was saved: by the system's events, and by looking, where events fail."""

from __future__ import annotations

import ast
import contextlib
import json
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

LOOK = 0.5  # seconds between two looks at the file: events get lost on mounts and in containers
POLL = 0.05  # the same, where nobody waits for events
STEP_MS = 10  # the system's events are gathered for so long
HALF_WRITTEN = 0.15  # seconds that a file which is no program yet has to become one

Signature = tuple[int, int, int]


def signature(path: Path) -> Signature | None:
    """What changes with every save, also with one that puts a new file in the old one's place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Notices:
    """Calls `wake` (from a thread) when something in a folder changes."""

    def __init__(self, folder: Path, wake: Callable[[], None], poll: bool = False) -> None:
        self._folder, self._wake, self._poll = folder, wake, poll
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def look(self) -> float:
        """After how many seconds to look at the file all the same."""
        return POLL if self._poll else LOOK

    def __enter__(self) -> Self:
        if not self._poll:
            self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def _listen(self) -> None:
        # No events here, or none any more: the looks remain.
        with contextlib.suppress(Exception):
            from watchfiles import watch

            for _ in watch(
                self._folder,
                watch_filter=None,
                debounce=10 * STEP_MS,
                step=STEP_MS,
                stop_event=self._stop,
                rust_timeout=500,
                yield_on_timeout=False,
                raise_interrupt=False,
                recursive=False,
            ):
                self._wake()


def settle(path: Path) -> Signature | None:
    """Wait until a file is whole: an editor may have emptied it, or moved it away for a moment.

    A file that is a program is taken at once. One that is none has HALF_WRITTEN seconds.
    """
    deadline = time.monotonic() + HALF_WRITTEN
    while True:
        found = signature(path)
        if found is not None and _is_whole(path):
            return found
        if time.monotonic() >= deadline:
            return signature(path)
        time.sleep(0.01)


def _is_whole(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            json.loads(text)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    return bool(text.strip())
