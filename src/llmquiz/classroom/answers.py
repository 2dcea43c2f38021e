"""Closed answers of a notebook: read from the text of their cells, never run."""

from __future__ import annotations

import ast
import re

from llmquiz.classroom.build import drawn
from llmquiz.classroom.mend import Finding
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import find_item
from llmquiz.quiz.judge import Unreadable, judge
from llmquiz.quiz.records import Numeric

QUOTES = "\"'“”‘’「」＂＇"  # also those that an input method writes


def judge_answer(card: str, source: str, student: str, typed: str) -> tuple[float, list[Finding]]:
    """How right an answer is, from 0 to 1, and what there is to say.

    `source` is the text of the answer's cell, `typed` that of the cell with the student's id.
    """
    item = find_item(load(), card)
    if item is None or item.closed is None:
        return 0.0, [("found_no_question", {"card": card})]
    given = assigned(source, "answer")
    if not given:
        return 0.0, [("answer_none", {})]
    numeric = isinstance(item.closed, Numeric)
    found: list[Finding] = []
    who = assigned(typed, "student") if numeric else ""
    other = is_other(who, student)
    try:
        verdict = judge(drawn(item, student), given)
        if other and not verdict.right and judge(drawn(item, who), given).right:
            found.append(("answer_of_other", {"typed": who[:60]}))
    except Unreadable:
        key = "answer_not_number" if numeric else "answer_not_letters"
        return 0.0, [*found, (key, {"given": given[:60]})]
    key = "answer_right" if verdict.right else "answer_part" if verdict.score else "answer_wrong"
    return verdict.score, [*found, (key, {"read": verdict.read_as[:60]})]


def is_other(typed: str, student: str) -> bool:
    """Whether the id in a notebook is that of somebody else than who handed it in."""
    return bool(typed) and typed.strip().lower() != student.strip().lower()


def assigned(source: str, name: str) -> str:
    """What is assigned to a name last, as it is written: "b", b, 2**10, 'b, c' or ["b", "c"]."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = re.findall(rf"^\s*{name}\s*[=:]\s*(.*?)\s*(?:#.*)?$", source, re.MULTILINE)
        return found[-1].strip(QUOTES) if found else ""
    value: ast.expr | None = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target: ast.expr = node.targets[0]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target = node.target
        elif isinstance(node, ast.Expr) and _is_literal(node.value):
            target = ast.Name(name)  # just the answer, without its name
        else:
            continue
        if isinstance(target, ast.Name) and target.id == name:
            value = node.value
    return _written(value) if value is not None else ""


def _is_literal(value: ast.expr) -> bool:
    short = isinstance(value, ast.Constant) and len(str(value.value)) < 20
    return short or (isinstance(value, ast.Name) and len(value.id) == 1)


def _written(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return "" if value.value is None or value.value is ... else str(value.value)
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return " ".join(_written(item) for item in value.elts)
    try:
        return ast.unparse(value)
    except (ValueError, RecursionError):
        return ""
