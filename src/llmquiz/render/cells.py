"""Text on a terminal: width by cells, and nothing that could steer the terminal."""

from __future__ import annotations

import os
import re

from rich.cells import cell_len, set_cell_size

from llmquiz.plain import clean

__all__ = ["WIDTH", "cell_len", "clean", "ends", "fold", "is_heard", "pad", "wrap"]

WIDTH = 80
START = re.compile(r"\s*(?:- |\S+(?: \S+)*? {2,})?")


def is_heard() -> bool:
    """Whether the text is read out from top to bottom, as by a screen reader, rather than seen."""
    return os.environ.get("TERM") == "dumb"


def pad(text: str, width: int) -> str:
    """The text, filled with spaces (or cut) to `width` cells; a Chinese character takes two."""
    return set_cell_size(text, width)


def ends(left: str, right: str, width: int = WIDTH) -> str:
    """One line with `left` and `right` at its two ends."""
    room = width - cell_len(right) - 1
    return f"{pad(left, room) if cell_len(left) <= room else left} {right}"


def wrap(text: str, width: int, indent: str) -> list[str]:
    """Lines of at most `width` cells; breaks at spaces, and anywhere between Chinese characters.

    Each line of the text gets the indent: what a submission says cannot look like what we say.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width, indent)]
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line.strip() and cell_len(indent + line + word.rstrip()) > width:
            lines.append(indent + line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, indent + line.rstrip()]


def fold(text: str, width: int) -> list[str]:
    """The lines of a text that is laid out already; from a line that is too wide on, its paragraph
    is laid out anew, behind its own indent, dash or column.

    Examples stay as they are, to be copied.
    """
    waiting = text.split("\n")
    lines: list[str] = []
    while waiting:
        line = waiting.pop(0)
        if cell_len(line) <= width or line.lstrip().startswith(">>>"):
            lines.append(line)
            continue
        start = len(START.match(line)[0])  # type: ignore[index]
        if start > width // 2:  # a formula with gaps, and no column
            start = len(line) - len(line.lstrip())
        words = line[start:]
        while waiting and _goes_on(waiting[0], start):
            between = "" if cell_len(words[-1]) > 1 else " "
            words += between + waiting.pop(0).strip()
        first, *rest = wrap(words, width, " " * start)
        lines += [line[:start] + first[start:], *rest]
    return lines


def _goes_on(line: str, start: int) -> bool:
    """Whether a line belongs to the paragraph above it, which begins at column `start`."""
    words = line.strip()
    indent = len(line) - len(line.lstrip())
    own = len(START.match(line)[0])  # type: ignore[index]
    return bool(words) and indent == own == start and not words.startswith(">>>")


def _words(text: str) -> list[str]:
    """Pieces between which a line may break."""
    words: list[str] = []
    closing = "，。：；、）？！”"
    for c in text:
        wide = cell_len(c) > 1 and c not in closing
        if (
            not words
            or wide
            or words[-1].endswith(" ")
            or (cell_len(words[-1][-1:]) > 1 and c not in closing and c != " ")
        ):
            words.append(c)
        else:
            words[-1] += c
    return words
