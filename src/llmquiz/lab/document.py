"""A lab's result as JSON data; docs/lab.schema.json describes it."""

from __future__ import annotations

import math
from typing import Any

from llmquiz.lab.records import Cell, Claim, Plot, Result, Spread, Table, Text

SCHEMA = 1


def document(result: Result) -> dict[str, Any]:
    """All that a result holds."""
    lab = result.lab
    return {
        "schema": SCHEMA,
        "lab": lab.name,
        "title": _both(lab.title),
        "claim": _both(lab.claim),
        "measures": _both(lab.measures),
        "held": result.held,
        "claims": [_claim(claim) for claim in result.found.claims],
        "tables": [_table(table) for table in result.found.tables],
        "plots": [_plot(plot) for plot in result.found.plots],
        "notes": [_both(note) for note in result.found.notes],
        "questions": list(result.questions),
        "seed": result.seed,
        "seeds": result.seeds,
        "quick": result.quick,
        "seconds": round(result.seconds, 2),
        "versions": result.versions,
    }


def _both(text: Text) -> dict[str, str]:
    return {"en": text[0], "zh": text[1]}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _spread(value: Spread) -> dict[str, Any]:
    return {
        "mean": _number(value.mean),
        "std": _number(value.std),
        "values": [_number(one) for one in value.values],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": _both(claim.text),
        "measure": _both(claim.measure),
        "value": _spread(claim.value),
        "relation": claim.relation,
        "bound": claim.bound,
        "held": claim.held,
        "refuted": claim.refuted,
        "popular": claim.popular,
        "machine": claim.machine,
    }


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Spread):
        return _spread(cell)
    if isinstance(cell, tuple):
        return _both(cell)
    return _number(cell) if isinstance(cell, float) else cell


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": _both(table.title),
        "columns": [_both(column) for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _plot(plot: Plot) -> dict[str, Any]:
    return {
        "title": _both(plot.title),
        "x": _both(plot.x),
        "y": _both(plot.y),
        "log_x": plot.log_x,
        "log_y": plot.log_y,
        "bars": plot.bars,
        "series": [
            {"label": _both(s.label), "x": list(s.x), "y": [_spread(y) for y in s.y]}
            for s in plot.series
        ],
    }
