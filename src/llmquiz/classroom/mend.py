"""Puts a submitted notebook back into the shape of the released one.

Texts, given code and grade cells come from the release; from the submission come the answers, by
their ids, and the cells that a student added. What was found on the way is kept, in words for the
comments.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from llmquiz.classroom.reading import Given, Unread, read

Notebook = dict[str, Any]
Finding = tuple[str, dict[str, Any]]
ATTACHMENT = re.compile(r"attachment:([^)\s\"'>]*)", re.IGNORECASE)
TAG = re.compile(r"<(?=[A-Za-z/!?])")
# What a person should look at, because the points may not be what the student earned.
FLAGGED = {
    "found_not_json", "found_not_notebook", "found_too_large", "found_too_much", "found_leads_out",
    "found_not_file", "found_unreadable", "found_empty_file", "found_other_assignment",
    "found_no_ids", "found_other_file", "found_other_student", "found_foreign_cells",
    "found_our_fault", "found_lost", "found_timeless", "found_no_question", "found_foreign_grade",
}  # fmt: skip


@dataclass
class Mended:
    """A notebook in the released shape, and what was found."""

    notebook: Notebook
    findings: list[Finding] = field(default_factory=list)  # of the whole notebook
    of_cells: dict[str, list[Finding]] = field(default_factory=dict)  # by the id of an answer


def mend_file(template: Notebook, path: Path, within: Path) -> Mended:
    """Read and mend a submitted file, whatever it is."""
    findings: list[Finding] = []
    if not path.exists() and not path.is_symlink():
        others = sorted(within.glob("*.ipynb")) if within.is_dir() else []
        if len(others) == 1 and others[0].stem != path.stem and _looks_like(others[0], template):
            findings.append(("found_other_file", {"name": others[0].name[:100]}))
            path = others[0]
    try:
        given = read(path, within)
    except Unread as error:
        mended = mend(template, [])
        mended.findings = [*findings, (error.key, error.facts)]
        mended.of_cells = {}
        return mended
    mended = mend(template, given)
    mended.findings[:0] = findings
    return mended


def _looks_like(path: Path, template: Notebook) -> bool:
    """Whether a file under another name has cells of this notebook."""
    try:
        ids = {cell.grade_id for cell in read(path, path.parent)}
    except Unread:
        return False
    return bool(ids & {grade_id_of(cell) for cell in template["cells"]} - {None})


def mend(template: Notebook, given: Iterable[Given]) -> Mended:
    """Mend the cells of a submission."""
    given = list(given)
    known = {grade_id_of(cell): at for at, cell in enumerate(template["cells"])}
    copies: dict[str, list[Given]] = defaultdict(list)
    extras: dict[int, list[Given]] = defaultdict(list)
    seen: list[int] = []
    foreign = 0
    place = -1
    for cell in given:
        at = known.get(cell.grade_id) if cell.grade_id else None
        if at is None or cell.grade_id is None:
            foreign += cell.grade_id is not None
            if cell.source.strip():
                extras[place].append(cell)
            continue
        place = at
        seen.append(at)
        copies[cell.grade_id].append(cell)
    mended = Mended({**template, "cells": []})
    mended.findings = _overall(template, given, seen, foreign)
    cells = mended.notebook["cells"]
    for at in range(-1, len(template["cells"])):
        if at >= 0:
            cell = template["cells"][at]
            grade_id = grade_id_of(cell) or ""
            made, findings = _cell(cell, copies.get(grade_id, []), bool(seen))
            cells.append(made)
            if findings:
                mended.of_cells[grade_id] = findings
        cells += [_extra(extra, f"{at}/{i}") for i, extra in enumerate(extras[at])]
    return mended


def grade_id_of(cell: Notebook) -> str | None:
    """The id that nbgrader knows a cell by."""
    found = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return str(found) if found else None


def is_answer(cell: Notebook) -> bool:
    """Whether a student writes this cell."""
    return bool(cell.get("metadata", {}).get("nbgrader", {}).get("solution"))


def _overall(
    template: Notebook, given: list[Given], seen: list[int], foreign: int
) -> list[Finding]:
    if not any(cell.source.strip() for cell in given):
        return [("found_empty_notebook", {})]
    if not seen:
        return [("found_other_assignment" if foreign else "found_no_ids", {})]
    findings: list[Finding] = []
    if foreign:
        findings.append(("found_foreign_cells", {"count": foreign}))
    first = list(dict.fromkeys(seen))
    if first != sorted(first):
        findings.append(("found_reordered", {}))
    gone = sum(not is_answer(cell) and at not in seen for at, cell in enumerate(template["cells"]))
    if gone:
        findings.append(("found_locked_gone", {"count": gone}))
    return findings


def _cell(cell: Notebook, copies: list[Given], any_seen: bool) -> tuple[Notebook, list[Finding]]:
    """A cell of the release with the student's answer in it."""
    made = {**cell, "metadata": {**cell["metadata"]}}
    if made["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    if not is_answer(cell):
        return made, []
    if not copies:
        return made, [("found_deleted", {})] if any_seen else []
    findings: list[Finding] = []
    written = [copy for copy in copies if copy.source.strip() != cell["source"].strip()]
    written = written or copies[-1:]
    sources = list(dict.fromkeys(copy.source for copy in written))
    if len(copies) > 1:
        findings.append(("found_copies", {"count": len(copies)}))
    if made["cell_type"] == "code":
        made["source"] = _joined(sources)
    else:
        made["source"] = "\n\n".join(sources)
        attached = {k: v for copy in written for k, v in (copy.attachments or {}).items()}
        if attached:
            made["attachments"] = attached
        made["source"] = _with_pictures(_as_text(made["source"]), attached)
    if any(copy.kind != cell["cell_type"] for copy in written):
        findings.append(("found_kind", {}))
    return made, findings


def _joined(sources: list[str]) -> str:
    """Copies of a cell as one: a split cell is whole again; of two versions the last one counts."""
    whole = "\n".join(sources)
    if len(sources) == 1 or parses(whole):
        return whole
    return "\n".join(source for source in sources if parses(source)) or whole


def parses(source: str) -> bool:
    """Whether a text is Python; magics count as it."""
    from llmquiz.submission import python_lines

    text = "\n".join(line if python else "pass" for line, python in python_lines(source))
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _extra(cell: Given, place: str) -> Notebook:
    made: Notebook = {
        "cell_type": cell.kind,
        "id": hashlib.sha256(f"extra {place}".encode()).hexdigest()[:16],
        "metadata": {},
        "source": cell.source,
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    else:
        if cell.attachments:
            made["attachments"] = cell.attachments
        made["source"] = _with_pictures(_as_text(cell.source), cell.attachments or {})
    return made


def _as_text(source: str) -> str:
    """A student's text without HTML.

    Formgrader and the feedback would show it as it is, scripts too, in the grader's browser. A
    blank behind the sign is enough, wherever it stands: in code and formulas it changes nothing.
    """
    return TAG.sub("< ", source)


def _with_pictures(source: str, attached: Mapping[str, object]) -> str:
    """A text without mentions of pictures that are not there: nbgrader's feedback would fail."""

    def mentioned(match: re.Match[str]) -> str:
        there = match[1] in attached or unquote(match[1]) in attached
        return match[0] if there else f"missing:{match[1]}"

    return ATTACHMENT.sub(mentioned, source)
