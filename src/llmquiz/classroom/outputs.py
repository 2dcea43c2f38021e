"""Points and reports as outputs of cells, and what is remembered between two passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llmquiz.classroom.judged import Judged
from llmquiz.classroom.mend import Mended, Notebook, grade_id_of

KEY = "llmquiz"


def apply(
    notebook: Notebook, judged: Judged, node: Callable[[dict[str, Any]], Any] = lambda made: made
) -> None:
    """Write the reports and the points where executing the cells would have left them."""
    for cell in notebook["cells"]:
        grade_id = grade_id_of(cell)
        if cell["cell_type"] != "code" or grade_id not in judged.points:
            continue
        shown: dict[str, Any] = {
            "output_type": "stream",
            "name": "stdout",
            "text": judged.texts.get(grade_id, "") + "\n",
        }
        points: dict[str, Any] = {
            "output_type": "execute_result",
            "execution_count": 1,
            "data": {"text/plain": f"{judged.points[grade_id]:g}"},
            "metadata": {},
        }
        cell["outputs"] = [node(shown), node(points)]
        cell["execution_count"] = 1
    facts = {"level": judged.level, "trusted": judged.trusted, "reasons": judged.reasons}
    notebook["metadata"][KEY] = node({**_plain(notebook["metadata"].get(KEY, {})), **facts})


def reasons_of(notebook: Notebook) -> list[str]:
    """Why a person should look at a notebook that was graded."""
    return [str(reason) for reason in notebook["metadata"].get(KEY, {}).get("reasons", [])]


def save_state(mended: Mended) -> None:
    """Keep what was found in the notebook, between nbgrader's two passes over it."""
    facts = mended.notebook["metadata"].get(KEY, {})
    mended.notebook["metadata"] = {
        **mended.notebook["metadata"],
        KEY: {
            **facts,
            "findings": [list(one) for one in mended.findings],
            "of_cells": {key: [list(one) for one in v] for key, v in mended.of_cells.items()},
        },
    }


def load_state(notebook: Notebook) -> Mended:
    """The notebook with what was found in it."""
    facts = _plain(notebook["metadata"].get(KEY, {}))
    return Mended(
        notebook,
        [(key, found) for key, found in facts.get("findings", [])],
        {
            grade_id: [(key, found) for key, found in one]
            for grade_id, one in facts.get("of_cells", {}).items()
        },
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
