"""A pseudo-terminal for the tests: with a program on it, and the screen that it draws."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import signal
import sys
import time
from pathlib import Path

import pexpect
import pyte

PATIENCE = 120  # seconds: a cold import of torch on a busy machine


class Terminal:
    """`llmquiz ...` on a pseudo-terminal. `screen` is what a person would see."""

    def __init__(
        self,
        arguments: list[str],
        folder: Path,
        size: tuple[int, int] = (80, 24),
        encoding: str = "utf-8",
        hangup: signal.Handlers = signal.SIG_DFL,  # SIG_IGN as under nohup
        **environment: str,
    ) -> None:
        width, height = size
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LINES", "COLUMNS")}
        self.program = pexpect.spawn(
            sys.executable,
            ["-m", "llmquiz", *arguments],
            cwd=str(folder),
            env=kept | {"TERM": "xterm-256color", "PYTHONIOENCODING": encoding} | environment,
            dimensions=(height, width),
            timeout=PATIENCE,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, hangup),
        )
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._screen = pyte.HistoryScreen(width, height, history=2000)
        self._stream = pyte.Stream(self._screen)
        self.raw = ""  # everything that was written, as text

    def read(self, seconds: float = 0.05) -> None:
        """Feed what was written to the screen."""
        try:
            data = self.program.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        text = self._decoder.decode(data)
        self.raw += text
        self._stream.feed(text)

    @property
    def lines(self) -> list[str]:
        """The screen's lines, as wide as they are; without empty ones at the end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def text(self) -> str:
        """The screen as one text. A wide character takes two cells, and stands here once."""
        return "\n".join(self.lines)

    @property
    def whole(self) -> str:
        """The screen with what was scrolled off its top since it was last cleared."""
        rows = [
            "".join(row[x].data for x in range(self._screen.columns)).rstrip()
            for row in self._screen.history.top
        ]
        return "\n".join([*rows, *self.lines])

    def wait(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen shows a pattern. Raises AssertionError with the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.read()
            except pexpect.EOF:
                break
            if found := re.search(pattern, self.whole, re.MULTILINE):
                return found
        raise AssertionError(f"no {pattern!r} on the screen:\n{self.whole}")

    def fresh(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Wait for a pattern in what is written from now on; return that."""
        start = len(self.raw)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            if re.search(pattern, self.raw[start:]):
                return self.raw[start:]
        raise AssertionError(f"no {pattern!r} in:\n{self.raw[start:]}")

    def type(self, text: str | bytes) -> None:
        self.program.send(text)

    def resize(self, width: int, height: int) -> None:
        self._screen.resize(height, width)
        self.program.setwinsize(height, width)

    def signal(self, number: int) -> None:
        os.kill(self.program.pid, number)

    def end(self, seconds: float = 20) -> int:
        """Wait for the end; the exit code. Raises where it does not end."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.program.isalive():
            try:
                self.read()
            except pexpect.EOF:
                time.sleep(0.01)
        if self.program.isalive():
            raise AssertionError(f"still running:\n{self.whole}")
        with contextlib.suppress(pexpect.EOF):  # its last words
            seen = -1
            while len(self.raw) > seen:
                seen = len(self.raw)
                self.read()
        return (
            self.program.exitstatus
            if self.program.exitstatus is not None
            else -int(self.program.signalstatus or 0)
        )

    def close(self) -> None:
        if self.program.isalive():
            self.program.kill(signal.SIGKILL)
        self.program.close(force=True)
