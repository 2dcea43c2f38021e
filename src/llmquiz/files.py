"""Notices that a file was saved: by the system's events, and by looking, where events fail."""

from __future__ import annotations

import ast
import contextlib
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

LOOK = 0.5  # seconds between two looks at the file: events get lost on mounts and in containers
POLL = 0.05  # the same, where nobody waits for events
STEP_MS = 5  # the system's events are gathered for so long; shorter costs a laptop's battery
HALF_WRITTEN = 0.15  # seconds that a file which is no program yet has to become one

Signature = tuple[int, int, int]


def signature(path: Path) -> Signature | None:
    """What changes with every save, also with one that puts a new file in the old one's place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@contextlib.contextmanager
def notices(folder: Path, wake: Callable[[], None], poll: bool = False) -> Iterator[float]:
    """Call `wake` (from a thread) when something in a folder changes, meanwhile.

    Gives after how many seconds to look at the file all the same.
    """
    if poll:
        yield POLL
        return
    stop = threading.Event()
    thread = threading.Thread(target=_listen, args=(folder, wake, stop), daemon=True)
    thread.start()
    try:
        yield LOOK
    finally:
        stop.set()
        thread.join(timeout=1)


def _listen(folder: Path, wake: Callable[[], None], stop: threading.Event) -> None:
    # No events here, or none any more: the looks remain.
    with contextlib.suppress(Exception):
        from watchfiles import watch

        for _ in watch(
            folder,
            watch_filter=None,
            debounce=10 * STEP_MS,
            step=STEP_MS,
            stop_event=stop,
            rust_timeout=500,
            yield_on_timeout=False,
            raise_interrupt=False,
            recursive=False,
        ):
            wake()


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
