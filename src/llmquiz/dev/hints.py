"""What a learner can ask for: has each part its three steps, and does none give a line away?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from llmquiz.catalog import STEPS, Exercise, Text
from llmquiz.dev.corpus import faults, solution

LANGUAGES = ("en", "zh")
LONG = 9  # characters of a solution's line, without blanks, from which on no hint may contain it
EXPRESSIVE = (ast.Assign, ast.AugAssign, ast.Return, ast.Expr, ast.BinOp, ast.Call, ast.Compare)


def steps(exercise: Exercise) -> Iterator[str]:
    """What is missing in `[hints.PART]`."""
    path = exercise.stub.with_suffix(".toml")
    for part in exercise.parts.keys() - exercise.hints.keys():
        yield f"{path} has no [hints.{part}]: write {', '.join(STEPS)}"
    for part in exercise.hints.keys() - exercise.parts.keys():
        yield f"{path}: [hints.{part}] is for a part that [parts] does not have"
    for part, texts in exercise.hints.items():
        for step, text in zip(STEPS, texts, strict=True):
            for lang in LANGUAGES:
                if not text.get(lang, "").strip():
                    yield f"{path}: [hints.{part}] has no {step}.{lang}"


def given_away(exercise: Exercise) -> Iterator[str]:
    """Hints and explanations that contain a line of the solution."""
    lines = [line for line in _answers(exercise) if len(_squeezed(line)) >= LONG]
    told: list[tuple[str, Text]] = []
    told += [(fault.name, text) for fault in faults(exercise) for text in (fault.means, fault.hint)]
    told += [(f"hints.{part}", text) for part, texts in exercise.hints.items() for text in texts]
    for owner, text in told:
        for lang in LANGUAGES:
            words = _squeezed(text.get(lang, ""))
            for line in lines:
                if _squeezed(line) in words:
                    yield f"{owner} gives a line of the solution away: {line}"


def _answers(exercise: Exercise) -> list[str]:
    """The solution's statements of one line, and what they assign or return."""
    found = []
    for node in ast.walk(ast.parse(solution(exercise))):
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Import | ast.ImportFrom):
            parts: list[ast.AST | None] = [node]
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return):
                parts.append(node.value)
            found += [ast.unparse(part) for part in parts if isinstance(part, EXPRESSIVE)]
    return [text for text in dict.fromkeys(found) if "\n" not in text]


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text).replace('"', "'")
