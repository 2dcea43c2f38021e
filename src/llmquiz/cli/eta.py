"""How far a long command is, on a terminal: a line on stderr that is written over.

Where it is read out, a new line at each tenth.
"""

from __future__ import annotations

import sys
import time

import click

from llmquiz.render.cells import is_heard
from llmquiz.words import say


class Progress:
    """Counts steps; says nothing where stderr is no terminal."""

    def __init__(self, count: int, lang: str) -> None:
        self._count, self._lang, self._done = count, lang, 0
        self._start = time.monotonic()
        self._on = sys.stderr.isatty() and count > 0
        self._show()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        self._show()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._on and not is_heard():
            click.echo("\r\x1b[K", nl=False, err=True)

    def _show(self) -> None:
        if not self._on:
            return
        line = say("progress", self._lang, done=self._done, count=self._count)
        if self._done:
            left = (time.monotonic() - self._start) / self._done * (self._count - self._done)
            line += say("time_left", self._lang, minutes=int(left // 60), seconds=int(left % 60))
        if not is_heard():
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif self._done * 10 // self._count > (self._done - 1) * 10 // self._count:
            click.echo(line, err=True)
