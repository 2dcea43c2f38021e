"""What the cells of a notebook call, on a student's machine and in a kernel of nbgrader.

Nothing here holds a hidden test, a solution or a key. At home the cells show the public check.
Where nbgrader itself executes a notebook (a configuration without our preprocessor), `points`
grades by the sandbox of the machine that it runs on.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import random
import re
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

from llmquiz.words import language, say

PARAMETER = re.compile(r"\[\[([A-Za-z_][A-Za-z0-9_]*)\]\]")


class Shown:
    """A text that a notebook shows for the value of a cell."""

    def __init__(self, text: str, *, markdown: bool = False) -> None:
        self.text, self._markdown = text, markdown

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str | None:
        return self.text if self._markdown else None


def check(exercise: str, lang: str | None = None) -> Shown:
    """The public check of what the notebook defines so far."""
    from llmquiz import catalog
    from llmquiz.classroom.public import check_namespace
    from llmquiz.render.text import report_text

    chosen = language(lang)
    namespace = _caller(inspect.currentframe())
    report = check_namespace(catalog.find(exercise), dict(namespace))
    return Shown(f"{report_text(report, chosen)}\n\n{say('public_only', chosen)}")


def _caller(frame: FrameType | None) -> dict[str, Any]:
    """What is defined where a function was called."""
    return frame.f_back.f_globals if frame is not None and frame.f_back is not None else {}


def ask(
    card: str,
    student: str,
    prompt: str,
    parameters: Mapping[str, Sequence[float]],
    lang: str | None = None,
) -> Shown:
    """A question with the numbers that are drawn for a student."""
    if not _typed(student):
        return Shown(say("student_first", language(lang)))
    draw = random.Random(f"{card} {seed_of(student)}")
    values = {name: draw.choice(tuple(choices)) for name, choices in parameters.items()}

    def value(match: re.Match[str]) -> str:
        from llmquiz.quiz.draw import shown

        return shown(values[match[1]]) if match[1] in values else match[0]

    return Shown(f"`{_typed(student)}`: {PARAMETER.sub(value, prompt)}", markdown=True)


def seed_of(student: str) -> int:
    """The seed of a student's numbers: the same for the same id, however it is typed."""
    digest = hashlib.sha256(_typed(student).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _typed(student: str) -> str:
    return str(student).strip().lower()


def points(exercise: str, part: str, lang: str | None = None) -> Any:
    """The points of a part, where nbgrader executes the notebook; else a word on when they come."""
    if os.environ.get("NBGRADER_EXECUTION") != "autograde":
        return Shown(say("points_later", language(lang)))
    from llmquiz.classroom.kernel import part_points

    return part_points(exercise, part, language(lang))


def question_points(card: str, student: str = "", lang: str | None = None) -> Any:
    """The points of a closed question, likewise.

    The answer is taken out of the notebook: it must not stand for that of the next question, whose
    cell may fail before it assigns one.
    """
    if os.environ.get("NBGRADER_EXECUTION") != "autograde":
        return Shown(say("question_points_later", language(lang)))
    from llmquiz.classroom.kernel import answer_points

    answer = _caller(inspect.currentframe()).pop("answer", "")
    return answer_points(card, answer, student, language(lang))


__all__ = ["ask", "check", "points", "question_points"]
