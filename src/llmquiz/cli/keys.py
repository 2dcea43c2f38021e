"""Single keys from a terminal, and waiting for them beside other things. No curses."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from types import FrameType
from typing import Any, Protocol

ENTER, REDRAW, END = "enter", "redraw", "end"
# What an arrow or the like sends: no letter of it is a key.
SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?")
NAMED = {"\r": ENTER, "\n": ENTER, "\x0c": REDRAW, "\x04": END}


class Keys(Protocol):
    """A terminal that gives keys one by one."""

    def wait(self, seconds: float) -> str | None:
        """The next key; None after so many seconds, or when `wake` was called. END at the end."""
        ...

    def wake(self) -> None:
        """Make `wait` return, from a thread or a signal handler."""
        ...

    def lines(self) -> contextlib.AbstractContextManager[None]:
        """For a while, whole lines are read again: something else asks questions."""
        ...


def open_keys() -> contextlib.AbstractContextManager[Keys]:
    """The keys of this process's terminal; at the end it is as it was before."""
    return _windows() if sys.platform == "win32" else _posix()


def names_of(text: str) -> list[str]:
    """What was typed, as names of keys. An input method's wide letters are letters too."""
    text = unicodedata.normalize("NFKC", SEQUENCE.sub("", text))
    return [NAMED.get(letter, letter.lower()) for letter in text]


class PosixKeys:
    """Keys of a POSIX terminal in cbreak mode: no echo, no lines, but Ctrl-C and Ctrl-Z work."""

    def __init__(self) -> None:
        import termios

        self._termios: Any = termios
        self._fd = sys.stdin.fileno()
        self._before = termios.tcgetattr(self._fd)
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(self._woken, False)
        self._typed: list[str] = []
        self._raw, self._ended = False, False
        self.set_raw()

    def set_raw(self) -> None:
        import tty

        self._raw = True
        tty.setcbreak(self._fd, self._termios.TCSADRAIN)

    def set_lines(self) -> None:
        self._raw = False
        # A terminal that is gone has no state to restore.
        with contextlib.suppress(OSError, self._termios.error):
            self._termios.tcsetattr(self._fd, self._termios.TCSADRAIN, self._before)

    def close(self) -> None:
        self.set_lines()
        os.close(self._woken)
        os.close(self._waker)

    def wait(self, seconds: float) -> str | None:
        if self._ended:  # and somebody on the way kept the exception for himself
            raise KeyboardInterrupt
        if self._typed:
            return self._typed.pop(0)
        ready, _, _ = select.select([self._fd, self._woken], [], [], seconds)
        if self._woken in ready:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._woken, 4096):
                    pass
        if self._fd in ready:
            try:
                data = os.read(self._fd, 1024)
            except OSError:  # the terminal is gone
                data = b""
            if not data:
                return END
            self._typed += names_of(data.decode(errors="ignore"))
        return self._typed.pop(0) if self._typed else None

    def wake(self) -> None:
        with contextlib.suppress(
            OSError
        ):  # a full pipe wakes as well; a closed one nobody waits for
            os.write(self._waker, b".")

    @contextlib.contextmanager
    def lines(self) -> Iterator[None]:
        self.set_lines()
        try:
            yield
        finally:
            self.set_raw()

    def interrupt(self, number: int, _frame: FrameType | None) -> None:
        """Ctrl-C, or the terminal is gone: end at once, or at the next look at the keys."""
        again, self._ended = self._ended, True
        if not again or number == signal.SIGINT:  # a window that closes says so twice
            raise KeyboardInterrupt

    def redraw(self, _number: int, _frame: FrameType | None) -> None:
        """The window has another size, or we were stopped: the shell has reset the terminal."""
        if self._raw:
            with contextlib.suppress(OSError, self._termios.error):
                self.set_raw()
            self._typed.append(REDRAW)
            self.wake()


@contextlib.contextmanager
def _posix() -> Iterator[PosixKeys]:
    keys = PosixKeys()
    handlers = {
        signal.SIGWINCH: keys.redraw,
        signal.SIGCONT: keys.redraw,
        signal.SIGINT: keys.interrupt,
        signal.SIGTERM: keys.interrupt,
        signal.SIGHUP: keys.interrupt,
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield keys
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        keys.close()


class WindowsKeys:
    """Keys of a Windows console, which cannot be waited for together with anything else."""

    def __init__(self) -> None:
        import msvcrt

        self._console: Any = msvcrt
        self._woken = threading.Event()

    def wait(self, seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while not self._console.kbhit():
            if self._woken.wait(timeout=0.02) or time.monotonic() >= end:
                self._woken.clear()
                return None
        letter = self._console.getwch()
        if letter in ("\x00", "\xe0"):  # the second half names an arrow or the like
            self._console.getwch()
            return None
        if letter == "\x03":
            raise KeyboardInterrupt
        found = names_of(letter)
        return found[0] if found else None

    def wake(self) -> None:
        self._woken.set()

    @contextlib.contextmanager
    def lines(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _windows() -> Iterator[WindowsKeys]:
    yield WindowsKeys()
