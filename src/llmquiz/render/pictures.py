"""Heat maps as numbers for a template: which colour each cell has, and what stands in it."""

from __future__ import annotations

import math
from typing import Any

from llmquiz.explanation import Grid, Matrix, Stage
from llmquiz.render.explain import differences, number
from llmquiz.words import pick, say

SIDE = 22  # of a cell, in pixels
LABELLED = 12  # columns up to which numbers are written into the cells
NEGATIVE, MIDDLE, POSITIVE = (178, 24, 43), (247, 247, 247), (33, 102, 172)  # to tell by lightness


def stage(found: Stage, lang: str) -> dict[str, Any]:
    """One step for the template."""
    facts: dict[str, Any] = {
        "title": pick(found.title, lang),
        "call": found.call,
        "axes": pick(found.axes, lang),
        "right": found.right,
        "maps": [],
        "rows": [],
        "place": "",
    }
    if found.grid is not None:
        grid = found.grid
        place = ", ".join(map(str, grid.place))
        facts["place"] = say("explain_place", lang, place=f"[{place}, :, :]") if place else ""
        facts["maps"] = _maps(grid, lang)
    if found.rows is not None:
        facts["rows"] = [(p, a or "-", b or "-", a == b) for p, a, b in found.rows.rows]
    return facts


def _maps(grid: Grid, lang: str) -> list[dict[str, Any]]:
    largest = _largest([*grid.expected, *grid.got])
    maps = [
        heat_map(say("explain_expected", lang), grid.expected, largest),
        heat_map(say("explain_got", lang), grid.got, largest),
    ]
    if grid.comparable:
        found = tuple(
            tuple(0.0 if small else value for value, small in row) for row in differences(grid)
        )
        maps.append(heat_map(say("explain_difference", lang), found, _largest(list(found))))
    return maps


def heat_map(title: str, matrix: Matrix, largest: float) -> dict[str, Any]:
    """The cells of one picture: red below zero, blue above, pale at zero."""
    across = max((len(row) for row in matrix), default=0)
    wide = 44 if across <= LABELLED else SIDE
    cells = [
        {
            "x": x * wide,
            "y": y * SIDE,
            "fill": _colour(value, largest),
            "ink": "#fff" if _dark(value, largest) else "#111",
            "text": number(value) if across <= LABELLED else "",
            "label": f"[{y}, {x}] {value:.9g}",
        }
        for y, row in enumerate(matrix)
        for x, value in enumerate(row)
    ]
    width, height = max(across, 1) * wide, max(len(matrix), 1) * SIDE
    return {
        "title": title, "cells": cells, "width": width, "height": height, "cell": wide, "side": SIDE
    }  # fmt: skip


def _largest(rows: list[tuple[float, ...]]) -> float:
    return max((abs(v) for row in rows for v in row if math.isfinite(v)), default=0.0) or 1.0


def _share(value: float, largest: float) -> float:
    return max(-1.0, min(1.0, value / largest))


def _dark(value: float, largest: float) -> bool:
    return not math.isfinite(value) or abs(_share(value, largest)) > 0.6


def _colour(value: float, largest: float) -> str:
    if not math.isfinite(value):
        return "#222222"
    share = _share(value, largest)
    end = POSITIVE if share > 0 else NEGATIVE
    mixed = (round(m + (e - m) * abs(share) ** 0.8) for m, e in zip(MIDDLE, end, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
