"""What a learner types: lines of a terminal or a pipe, pasted text, an editor's."""

from __future__ import annotations

import contextlib
import importlib
import select
import sys

import click

from llmquiz.plain import clean

PASTE = 0.05  # seconds: nobody types on so soon after an empty line


def read(sign: str, quiet: bool) -> str:
    """A line. Raises EOFError at the end of the input."""
    if sys.stdin.isatty():
        with contextlib.suppress(ImportError):  # Windows has none, and edits lines without it
            # From now on `input` knows arrows, and Ctrl-Z.
            readline = importlib.import_module("readline")
            # Where LC_ALL=C, it would take the bytes of a Chinese letter for commands.
            readline.parse_and_bind("set convert-meta off")
        return input(sign)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    if not quiet:  # a transcript of a pipe reads like a conversation
        click.echo(clean(sign + line.rstrip("\n")))
    return line.rstrip("\r\n")


def half_line() -> str:
    """What stood in the line that Ctrl-C cut off, where that is known."""
    line = getattr(sys.modules.get("readline"), "get_line_buffer", str)()
    return str(line)


def goes_on() -> bool:
    """Whether a pasted text has lines after this one."""
    if sys.platform == "win32":  # where a console cannot be asked
        return False
    return bool(select.select([sys.stdin], [], [], PASTE)[0])


def edited() -> str | None:
    """What was written in the editor; empty where nothing was, None where there is no editor."""
    try:
        return (click.edit("") or "").strip()
    except (click.ClickException, OSError, ValueError):  # missing, failed, or bytes that are none
        return None
