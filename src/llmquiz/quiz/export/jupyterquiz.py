"""JSON as the package jupyterquiz reads it. It has no open questions, so these are left out."""

from __future__ import annotations

import json
import math
from typing import Any

from llmquiz.quiz.draw import Asked
from llmquiz.quiz.export.draws import margin, variants
from llmquiz.quiz.export.labels import label
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.records import Bank, Numeric


def made(bank: Bank, lang: str) -> bytes:
    """The closed questions; numeric ones with the numbers of their worked example."""
    questions = [
        _question(asked, Markup(question, lang))
        for question in bank
        for closed in question.closed
        for asked in variants(question, closed, 1)
    ]
    # ASCII alone: jupyterquiz opens the file with the encoding of the machine.
    return json.dumps(questions, indent=1).encode() + b"\n"


def _question(asked: Asked, markup: Markup) -> dict[str, Any]:
    closed = asked.item.closed
    text = {"question": markup.inline(asked.prompt(markup.lang)), "id": asked.item.card}
    if isinstance(closed, Numeric):
        if closed.unit:
            text["question"] += f" ({label('unit', markup.lang, unit=closed.unit[markup.lang])})"
        return {**text, "type": "numeric", "answers": _numeric(asked, closed, markup)}
    answers = [
        {
            "answer": markup.inline(option.text[markup.lang]),
            "correct": option.right,
            "feedback": markup.inline(option.why[markup.lang]),
        }
        for _, option in asked.options
    ]
    several = len(asked.right_letters) > 1
    return {**text, "type": "many_choice" if several else "multiple_choice", "answers": answers}


def _numeric(asked: Asked, closed: Numeric, markup: Markup) -> list[dict[str, Any]]:
    assert asked.answer is not None
    solution = markup.inline(" ".join(asked.fill(closed.solution[markup.lang]).split()))
    right: dict[str, Any] = {"type": "value", "value": asked.answer}
    if off := margin(asked):
        # The upper end of a range is not part of it.
        top = math.nextafter(asked.answer + off, math.inf)
        right = {"type": "range", "range": [asked.answer - off, top]}
    wrong = {"type": "default", "feedback": label("not_right", markup.lang)}
    return [{**right, "correct": True, "feedback": solution}, wrong]
