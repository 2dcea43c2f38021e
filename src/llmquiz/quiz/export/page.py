"""One HTML page that asks the questions in a browser: no server, no network, both languages.

Everything that takes Python, the formulas and the answers, is worked out here, so that the page's
own program only shows, compares and counts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from llmquiz.quiz.draw import shown
from llmquiz.quiz.export.draws import margin, variants
from llmquiz.quiz.export.formulas import formula
from llmquiz.quiz.export.labels import label
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.export.page_words import WORDS
from llmquiz.quiz.records import Bank, Choice, Closed, Numeric, Question
from llmquiz.words import LANGUAGES

WEB = Path(__file__).with_name("web")
SCRIPTS = ("number", "store", "dom", "items", "lists", "ask", "keys", "main")  # in this order
DRAWS = 40  # of a numeric question; most have fewer


def made(bank: Bank, lang: str) -> bytes:
    """The page, which opens in the given language until its reader chooses another."""
    import jinja2
    from markupsafe import Markup as Safe

    loader = jinja2.FileSystemLoader(WEB)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined
    )
    data = json.dumps(document(bank, lang), ensure_ascii=False, separators=(",", ":"))
    script = "".join((WEB / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    text = environment.get_template("page.html").render(
        lang=lang,
        title=label("title", lang),
        words={key: text[LANGUAGES.index(lang)] for key, text in WORDS.items()},
        style=Safe((WEB / "style.css").read_text(encoding="utf-8")),
        script=Safe(script),
        data=Safe(data.replace("<", "\\u003c")),
    )
    return text.encode()


def document(bank: Bank, lang: str) -> dict[str, Any]:
    """What the page's program reads. Texts are HTML, in each language."""
    topics = {question.topic for question in bank}
    return {
        "lang": lang,
        "title": dict(zip(LANGUAGES, (label("title", one) for one in LANGUAGES), strict=True)),
        "words": {
            one: {key: text[at] for key, text in WORDS.items()} for at, one in enumerate(LANGUAGES)
        },
        "topics": [
            {"id": topic, "name": dict(name)}
            for topic, name in bank.topics.items()
            if topic in topics
        ],
        "questions": [_question(question, bank) for question in bank],
    }


def _question(question: Question, bank: Bank) -> dict[str, Any]:
    markups = {lang: Markup(question, lang, formula) for lang in LANGUAGES}

    def inline(text: Any) -> dict[str, str]:
        return {lang: markup.inline(text[lang]) for lang, markup in markups.items()}

    return {
        "id": question.id,
        "topic": question.topic,
        "level": question.level,
        "prompt": {lang: one.prompt(question.prompt[lang]) for lang, one in markups.items()},
        "answer": {lang: one.block(question.answer[lang]) for lang, one in markups.items()},
        "rubric": [{"part": point.part, "text": inline(point.text)} for point in question.rubric],
        "misconceptions": [
            {"text": inline(one.text), "why": inline(one.why)} for one in question.misconceptions
        ],
        "sources": markups["en"].sources(),
        "exercises": question.exercises,
        "related": [name for name in question.related if name in bank.questions],
        "closed": [_closed(question, closed, markups) for closed in question.closed],
    }


def _closed(question: Question, closed: Closed, markups: dict[str, Markup]) -> dict[str, Any]:
    def text_of(make: str, text: Any) -> dict[str, str]:
        return {lang: getattr(one, make)(text[lang]) for lang, one in markups.items()}

    common = {"id": closed.id, "kind": closed.kind, "prompt": text_of("block", closed.prompt)}
    if isinstance(closed, Choice):
        options = [
            {
                "right": option.right,
                "text": text_of("inline", option.text),
                "why": text_of("inline", option.why),
            }
            for option in closed.options
        ]
        return {**common, "options": options}
    return {**common, **_numeric(question, closed, text_of("block", closed.solution))}


def _numeric(question: Question, closed: Numeric, solution: dict[str, str]) -> dict[str, Any]:
    draws = []
    for asked in variants(question, closed, DRAWS):
        assert asked.answer is not None
        values = {name: shown(value) for name, value in asked.parameters.items()}
        draws.append([{**values, "answer": shown(asked.answer)}, asked.answer, margin(asked)])
    unit = dict(closed.unit) if closed.unit else None
    return {"solution": solution, "unit": unit, "draws": draws}
