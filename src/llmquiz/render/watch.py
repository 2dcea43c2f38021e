"""The lines of the watching screen. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from llmquiz.render.cells import cell_len, wrap
from llmquiz.words import say

BAR = 12  # cells
NAMES = 6  # of tests in one line, at most


def change_lines(
    passing: Sequence[str], failing: Sequence[str], points: int, lang: str, width: int
) -> list[str]:
    """What is new since the check before."""
    if not passing and not failing and not points:
        return [say("change_none", lang)]
    lines = []
    for key, names in (("change_passing", passing), ("change_failing", failing)):
        if names:
            text = say(key, lang, count=len(names), names=_some(names, lang))
            lines += wrap(text, width, "")
    if points:
        lines.append(say("change_points", lang, points=f"{points:+d}"))
    return lines


def _some(names: Sequence[str], lang: str) -> str:
    short = [name.removeprefix("test_") for name in names]
    shown = ", ".join(short[:NAMES])
    left = len(short) - NAMES
    return shown if left <= 0 else say("and_more", lang, names=shown, count=left)


def progress_line(passed: int, count: int, path: str, state: str, width: int) -> str:
    """How far one is, the file that is watched, and what its last check gave: the report's first
    line may have left a small screen."""
    full = round(BAR * passed / count) if count else 0
    bar = f"[{'#' * full}{'-' * (BAR - full)}] "
    text = f"{bar}{passed}/{count}   {path}   {state}".rstrip()
    return text if cell_len(text) <= width else f"{passed}/{count} {state} {path}"


def key_lines(
    keys: Sequence[tuple[str, str]], lang: str, width: int, heard: bool = False
) -> list[str]:
    """The keys that do something now: (key, message). As many lines as they need.

    What is `heard` has commas: a gap is no pause.
    """
    between = say("comma", lang) if heard else "   "
    lines = [say("watch_keys", lang) if heard else ""]
    for number, (key, message) in enumerate(keys):
        text = f"{key} {say(message, lang)}"
        if number == 0:
            lines[-1] += text
        elif cell_len(lines[-1] + between + text) + heard > width:
            lines[-1] += between.rstrip()
            lines.append(text)
        else:
            lines[-1] += between + text
    return lines
