"""What a learner types: lines of a terminal or a pipe, pasted text, an editor's."""

from __future__ import annotations

import contextlib
import importlib
import re
import select
import shlex
import signal
import sys
import time
from collections.abc import Iterator

import click

from llmquiz.plain import clean

PASTE = 0.05  # seconds: nobody types on so soon after an empty line
NOTE = 0.5  # seconds between two looks at a line that is being typed
_NOTED: list[str] = []  # the half line at the last look


def read(sign: str, quiet: bool) -> str:
    """A line. Raises EOFError at the end of the input."""
    if sys.stdin.isatty():
        with contextlib.suppress(ImportError):  # Windows has none, and edits lines without it
            # From now on `input` knows arrows, and Ctrl-Z.
            readline = importlib.import_module("readline")
            # Where LC_ALL=C, it would take the bytes of a Chinese letter for commands.
            readline.parse_and_bind("set convert-meta off")
        return _input(sign)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    if not quiet:  # a transcript of a pipe reads like a conversation
        click.echo(clean(sign + line.rstrip("\n")))
    return line.rstrip("\r\n")


def _input(sign: str) -> str:
    _NOTED.clear()
    try:
        with _noting_the_half_line():
            return input(sign)
    except EOFError:
        if sys.stdin.isatty():
            raise
        time.sleep(1)  # the window was closed, and its signal is on the way
        raise KeyboardInterrupt from None


def quoted(path: str) -> str:
    """A path as one types it. Windows' command prompt knows double quotes alone."""
    if sys.platform != "win32":
        return shlex.quote(path)
    return path if re.fullmatch(r"[\w.:\\/~-]+", path) else f'"{path}"'


def half_line() -> str:
    """What stood in the line that Ctrl-C or the end of the terminal cut off, as far as known."""
    return _half_line() or "".join(_NOTED)


def _half_line() -> str:
    line = getattr(sys.modules.get("readline"), "get_line_buffer", str)()
    return str(line)


@contextlib.contextmanager
def _noting_the_half_line() -> Iterator[None]:
    """Note it now and then: readline has forgotten it when it learns that the window is closed."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def note(*_: object) -> None:
        _NOTED[:] = [_half_line()]

    before = signal.signal(signal.SIGALRM, note)
    signal.setitimer(signal.ITIMER_REAL, NOTE, NOTE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def hangup_is_ctrl_c() -> Iterator[None]:
    """Meanwhile, a terminal that is closed ends the program as Ctrl-C does, not at once."""
    names = [name for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    told = False

    def interrupt(*_: object) -> None:
        nonlocal told
        if not told:  # a window that closes says so twice
            told = True
            raise KeyboardInterrupt

    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def goes_on() -> bool:
    """Whether a pasted text has lines after this one."""
    if sys.platform == "win32":  # where a console is no file to wait for
        time.sleep(PASTE)
        return bool(importlib.import_module("msvcrt").kbhit())
    return bool(select.select([sys.stdin], [], [], PASTE)[0])


def edited() -> str | None:
    """What was written in the editor; empty where nothing was, None where there is no editor."""
    try:
        return (click.edit("") or "").strip()
    except (click.ClickException, OSError, ValueError):  # missing, failed, or bytes that are none
        return None
