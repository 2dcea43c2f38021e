"""Tensors side by side, for a terminal: expected, got, difference. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from llmquiz.explanation import Explanation, Grid, Matrix, Rows, Stage
from llmquiz.plain import clean
from llmquiz.render.cells import cell_len, pad, wrap
from llmquiz.render.text import failure_sentences
from llmquiz.report import Failure, Status
from llmquiz.words import pick, say

Piece = tuple[str, str | None, str | None]  # its place, expected, got

CELL = 7  # a number with the blank before it
GAP = "  "
MOST_LINES = 8  # rows of a matrix, pieces of a value
MOST_HEARD = (4, 8)  # rows and columns that are read out: what an ear keeps, and a small screen
SAME = "."  # a difference that is rounding


def explain_lines(
    explanation: Explanation, lang: str, width: int, heard: bool = False
) -> list[str]:
    """The whole screen. What is `heard` goes row by row: an ear finds no column."""
    name = explanation.test.removeprefix("test_")
    lines = wrap(f"{name}{say('colon', lang)}{pick(explanation.sentence, lang)}", width, "")
    label = say("inputs", lang)
    for number, given in enumerate(explanation.inputs):
        line = f"  {pad(label if number == 0 else '', cell_len(label))}  {clean(given)}"
        lines.append(line if cell_len(line) <= width else f"{pad(line, width - 4)} ...")
    for stage in explanation.stages:
        lines += ["", *stage_lines(stage, lang, width, heard)]
    return lines


def stage_lines(stage: Stage, lang: str, width: int, heard: bool = False) -> list[str]:
    """One step: its status in a word, and the values where it is wrong."""
    status = Status.PASS if stage.right else Status.FAIL
    call = f"   {stage.call}" if stage.call else ""
    lines = [f"{say(status, lang)}  {pick(stage.title, lang)}{call}"]
    if stage.problem is not None:
        kind, facts = stage.problem
        for sentence in failure_sentences(Failure(kind, dict(facts)), lang):
            lines += wrap(clean(sentence), width, "  ")
    elif stage.right:
        return lines
    elif stage.grid is not None:
        lines += _grid_lines(stage, stage.grid, lang, width, heard)
    elif stage.rows is not None:
        lines += _row_lines(stage.rows, lang, width, heard)
    return lines


def _grid_lines(stage: Stage, grid: Grid, lang: str, width: int, heard: bool) -> list[str]:
    shapes = {"expected": list(grid.expected_shape), "got": list(grid.got_shape)}
    lines = [] if grid.comparable else wrap(say("shape", lang, **shapes), width, "  ")
    titles = [say("explain_expected", lang), say("explain_got", lang)]
    blocks: list[Sequence[Sequence[str]]] = [_numbers(grid.expected), _numbers(grid.got)]
    if grid.comparable:
        titles.append(say("explain_difference", lang))
        blocks.append(_differences(grid))
    room = (width - 2 - len(GAP) * (len(blocks) - 1)) // len(blocks)
    rows, columns = MOST_HEARD if heard else (MOST_LINES, max(room // CELL, 1))
    top, left = _window(grid, rows, columns)
    axes = pick(stage.axes, lang)
    place = ", ".join(map(str, grid.place))
    where = say("explain_place", lang, place=f"[{place}, :, :]") if place else ""
    dots = not heard and any(SAME in row for block in blocks for row in block)
    same = say("explain_same", lang) if dots else ""
    notes = say("semicolon", lang).join(note for note in (where, axes, same) if note)
    lines += wrap(notes, width, "  ") if notes else []
    if not heard:
        lines.append("  " + GAP.join(pad(title, columns * CELL) for title in titles).rstrip())
    for row in range(top, top + rows):
        parts = [block[row][left : left + columns] if row < len(block) else () for block in blocks]
        if any(parts):
            lines += _heard(row, titles, parts, lang, width) if heard else [_beside(parts, columns)]
    height, across = len(grid.expected), len(grid.expected[0]) if grid.expected else 0
    if height > rows or across > columns:
        facts = {"rows": _range(top, rows, height), "columns": _range(left, columns, across)}
        lines.append("  " + say("explain_part", lang, height=height, across=across, **facts))
    return lines


def _beside(parts: Sequence[Sequence[str]], columns: int) -> str:
    """One row of each matrix, in one line."""
    wide = columns * CELL
    texts = ["".join(f"{cell:>{CELL}}" for cell in cells) for cells in parts]
    return "  " + GAP.join(pad(text, wide) for text in texts).rstrip()


def _heard(
    row: int, titles: Sequence[str], parts: Sequence[Sequence[str]], lang: str, width: int
) -> list[str]:
    """The same in words, one line a matrix."""
    if set(parts[-1]) == {SAME}:
        return [f"  {say('explain_row_same', lang, row=row)}"]
    lines = [f"  {say('explain_row', lang, row=row)}"]
    for title, cells in zip(titles, parts, strict=True):
        names = [say("explain_equal", lang) if cell == SAME else cell for cell in cells]
        values = say("comma", lang).join(names) or say("explain_missing", lang)
        lines += wrap(say("explain_values", lang, title=title, values=values), width, "    ")
    return lines


def _range(start: int, count: int, of: int) -> str:
    return f"{start}-{min(start + count, of) - 1}"


def _window(grid: Grid, rows: int, columns: int) -> tuple[int, int]:
    """The upper left corner of what is shown, so that the first wrong number is in it."""
    if grid.first is None:
        return 0, 0
    row, column = grid.first
    height, across = len(grid.expected), len(grid.expected[0])
    top = max(0, min(row - 1, height - rows)) if row >= rows else 0
    left = max(0, min(column - 1, across - columns)) if column >= columns else 0
    return top, left


def _numbers(matrix: Matrix) -> list[list[str]]:
    return [[number(value) for value in row] for row in matrix]


def _differences(grid: Grid) -> list[list[str]]:
    return [[SAME if small else number(value) for value, small in row] for row in differences(grid)]


def differences(grid: Grid) -> Iterator[list[tuple[float, bool]]]:
    """Got minus expected, and whether that is no more than rounding, row by row."""
    for expected, got in zip(grid.expected, grid.got, strict=True):
        row = []
        for a, b in zip(expected, got, strict=True):
            same = a == b or (math.isnan(a) and math.isnan(b))
            difference = 0.0 if same else b - a
            row.append((difference, same or abs(difference) <= grid.allowed))
        yield row


def number(value: float) -> str:
    """A number in at most six cells."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    size = abs(value)
    if 0.01 <= size < 10:
        return f"{value:.3f}"
    if 10 <= size < 1000:
        return f"{value:.1f}"
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e+")


def _row_lines(rows: Rows, lang: str, width: int, heard: bool) -> list[str]:
    """The pieces that differ, each beside its twin."""
    wrong = [row for row in rows.rows if row[1] != row[2]]
    lines = (_pairs if heard else _table)(wrong, lang, width)
    left = len(wrong) - MOST_LINES
    if left > 0:
        lines.append("  " + say("explain_more", lang, count=left))
    return lines


def _pairs(wrong: Sequence[Piece], lang: str, width: int) -> list[str]:
    missing = say("explain_missing", lang)
    lines = []
    for place, a, b in wrong[:MOST_LINES]:
        facts = {"place": place, "expected": a or missing, "got": b or missing}
        lines += wrap(clean(say("explain_pair", lang, **facts)), width, "  ")
    return lines


def _table(wrong: Sequence[Piece], lang: str, width: int) -> list[str]:
    head = ("", say("explain_expected", lang), say("explain_got", lang))
    table = [head, *((place, a or "-", b or "-") for place, a, b in wrong[:MOST_LINES])]
    widths = [max(cell_len(row[i]) for row in table) for i in range(2)]
    lines = []
    for place, a, b in table:
        line = f"  {pad(place, widths[0])}  {pad(a, widths[1])}  {clean(b)}".rstrip()
        lines += [line] if cell_len(line) <= width else wrap(line.strip(), width, "  ")
    return lines
