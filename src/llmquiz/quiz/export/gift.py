"""Moodle's GIFT: a text file of questions, one language, a category for each topic.

https://docs.moodle.org/en/GIFT_format. Ids and tags stand in comments, as Moodle reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmquiz.quiz.draw import Asked
from llmquiz.quiz.export.draws import full, margin, variants
from llmquiz.quiz.export.labels import label
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.records import Bank, Numeric, Question

VARIANTS = 3  # of a numeric question: GIFT cannot draw
# Moodle takes no other weights than those of its own list, which has these to five digits.
SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571"}


def made(bank: Bank, lang: str) -> bytes:
    """The whole bank."""
    blocks = []
    for topic, name in bank.topics.items():
        questions = [question for question in bank if question.topic == topic]
        if questions:
            blocks.append(f"$CATEGORY: $course$/top/llmquiz/{name[lang].replace('/', '//')}")
        for question in questions:
            blocks += _blocks(question, lang)
    return ("\n\n".join(blocks) + "\n").encode()


def escaped(text: str) -> str:
    """A text in which nothing steers GIFT. An empty line would end the question."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text.replace("\n", " "))


def _blocks(question: Question, lang: str) -> Iterator[str]:
    markup = Markup(question, lang)
    prompt = markup.prompt(question.prompt[lang])
    yield _block(question.id, question, "open", prompt, f"####{escaped(markup.reference())}")
    for closed in question.closed:
        for number, asked in enumerate(variants(question, closed, VARIANTS), start=1):
            prompt = markup.block(asked.prompt(lang))
            if isinstance(closed, Numeric):
                if closed.unit:
                    prompt += f"<p>({label('unit', lang, unit=closed.unit[lang])})</p>"
                name = f"{asked.item.card}-{number}"
                answers = _numeric(asked, closed, markup)
            else:
                name, answers = asked.item.card, _choice(asked, markup)
            yield _block(name, question, closed.kind, prompt, answers)


def _block(name: str, question: Question, kind: str, prompt: str, answers: str) -> str:
    tags = "".join(f" [tag:{tag}]" for tag in ("llmquiz", question.topic, question.level, kind))
    # The blank before the brace: a parser may take a backslash before it for an escape.
    return f"// [id:{name}]{tags}\n::{escaped(name)}::[html]{escaped(prompt)} {{{answers}}}"


def _choice(asked: Asked, markup: Markup) -> str:
    right = len(asked.right_letters)
    wrong = len(asked.options) - right
    lines = []
    for _, option in asked.options:
        if right == 1:
            mark = "=" if option.right else "~"
        else:
            mark = f"~%{SHARES[right] if option.right else '-' + SHARES[wrong]}%"
        text = escaped(markup.inline(option.text[markup.lang]))
        lines.append(f"{mark}{text}#{escaped(markup.inline(option.why[markup.lang]))}")
    return "\n" + "\n".join(lines) + "\n"


def _numeric(asked: Asked, closed: Numeric, markup: Markup) -> str:
    assert asked.answer is not None
    off = margin(asked)
    tolerance = full(off) if off else "0"
    solution = markup.block(asked.fill(closed.solution[markup.lang]))
    return f"#{full(asked.answer)}:{tolerance}####{escaped(solution)}"
