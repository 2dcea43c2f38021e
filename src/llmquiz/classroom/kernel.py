"""Grading inside a kernel of nbgrader: for courses without our preprocessor.

The answers are still run in the sandbox, but the kernel that asks for their points has run the
student's notebook before: code in it can change what this module says. See docs/instructors.md.
"""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from typing import Any

from llmquiz.catalog import Exercise, find
from llmquiz.classroom.answers import judge_answer
from llmquiz.classroom.feedback import comment_of, found_text, part_text
from llmquiz.classroom.judge import Judge
from llmquiz.classroom.mend import Finding
from llmquiz.classroom.program import program
from llmquiz.report import Report

OURS = ("llmquiz.classroom.student",)


def part_points(exercise: str, part: str, lang: str) -> float:
    """The points of a part; the report is shown above them."""
    report, found = _report(find(exercise), tuple(_executed()))
    sentences = found_text(list(found), lang)
    _show("\n".join([part_text(report, part, lang), *sentences]))
    return float(sum(test.points for test in report.of_part(part)))


def answer_points(card: str, answer: Any, student: str, lang: str) -> float:
    """The points of a closed question."""
    source, typed = f"answer = {str(answer)!r}", f"student = {str(student)!r}"
    score, found = judge_answer(card, source, str(student), typed)
    _show(comment_of(found_text(found, lang)))
    return score


def _executed() -> list[tuple[int, str]]:
    """The texts of the cells that this kernel has run, without those that ask for points."""
    import IPython

    shell: Any = IPython.get_ipython()
    texts = shell.user_ns.get("In", []) if shell is not None else []
    cells = [(number, text) for number, text in enumerate(texts) if isinstance(text, str)]
    return [(n, text) for n, text in cells if not any(name in text for name in OURS)]


@cache
def _report(
    exercise: Exercise, sources: tuple[tuple[int, str], ...]
) -> tuple[Report, tuple[Finding, ...]]:
    report, found = _judge().exercise(exercise, program(list(sources)), "notebook")
    if report is None:
        raise RuntimeError(f"llmquiz could not grade this: {found}")
    return report, tuple(found)


@cache
def _judge() -> Judge:
    judge = Judge(root=Path.cwd())
    judge.level()
    atexit.register(judge.close)
    return judge


def _show(text: str) -> None:
    from IPython.display import display

    from llmquiz.classroom.student import Shown

    display(Shown(text))
