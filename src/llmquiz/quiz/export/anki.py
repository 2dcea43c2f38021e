"""An Anki deck: one note for each question, open and closed, with both languages in it.

Why a package and not a text file: a text file cannot bring its note type, so whoever imports one
must first make a type with these fields and a template; a package brings both.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from llmquiz.quiz.draw import Asked
from llmquiz.quiz.export.apkg import Kind, Note, package
from llmquiz.quiz.export.draws import variants
from llmquiz.quiz.export.labels import label
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.records import Bank, Closed, Numeric, Question
from llmquiz.words import LANGUAGES, say

# Never to be changed: by these Anki knows that it has the deck and the note type already. Another
# list of fields would be another note type, and the learner's notes would no longer be updated.
DECK = (1_764_000_000_001, "llmquiz")
NOTE_TYPE = 1_764_000_000_002
TEXTS = ("Prompt", "Options", "Answer", "Rubric", "Misconceptions")
NAMES = {"en": "English", "zh": "Chinese"}
FIELDS = ("Id", *(f"{text} {NAMES[lang]}" for lang in LANGUAGES for text in TEXTS), "Sources")
CSS = """
.card { font: 18px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  text-align: left; max-width: 42em; margin: 0 auto; padding: 0 1em; }
.id { color: #777; font-size: 13px; }
h4 { margin: 1.4em 0 .3em; }
li { margin: .35em 0; }
code { font-family: ui-monospace, monospace; font-size: .92em; }
details { margin-top: 1.4em; }
summary { color: #777; font-size: 14px; cursor: pointer; }
"""


def made(bank: Bank, lang: str) -> bytes:
    """The deck. The given language is shown, the other one folded below it.

    The time is part of the format: Anki takes over a text that is newer than its own.
    """
    notes = [note for question in bank for note in _notes(question)]
    front, back = _templates(lang)
    kind = Kind(NOTE_TYPE, "llmquiz", FIELDS, front, back, CSS)
    return package(kind, DECK, notes, int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))


def guid_of(question: Question, closed: Closed | None = None) -> str:
    """The identity of a note, which stays when a question is renamed: it is the oldest id's."""
    oldest = (*question.was, question.id)[0]
    return f"llmquiz:{oldest}/{closed.id}" if closed else f"llmquiz:{oldest}"


def _notes(question: Question) -> Iterator[Note]:
    markups = [Markup(question, lang) for lang in LANGUAGES]
    sources = markups[0].sources()
    fields = [field for markup in markups for field in _open(markup)]
    yield Note(guid_of(question), (question.id, *fields, sources), _tags(question, "open"))
    for closed in question.closed:
        asked = variants(question, closed, 1)[0]
        fields = [field for markup in markups for field in _closed(asked, markup)]
        tags = _tags(question, closed.kind)
        yield Note(guid_of(question, closed), (asked.item.card, *fields, sources), tags)


def _open(markup: Markup) -> tuple[str, ...]:
    question, lang = markup.question, markup.lang
    prompt, answer = markup.prompt(question.prompt[lang]), markup.block(question.answer[lang])
    return prompt, "", answer, markup.rubric(), markup.misconceptions()


def _closed(asked: Asked, markup: Markup) -> tuple[str, ...]:
    closed, lang = asked.item.closed, markup.lang
    prompt = markup.block(asked.prompt(lang))
    if isinstance(closed, Numeric):
        if closed.unit:
            prompt += f"<p>({label('unit', lang, unit=closed.unit[lang])})</p>"
        return prompt, "", markup.block(asked.fill(closed.solution[lang])), "", ""
    if len(asked.right_letters) > 1:
        prompt += f"<p>({label('several', lang)})</p>"
    options = [markup.inline(option.text[lang]) for _, option in asked.options]
    verdicts = [
        f"<b>{label('right' if option.right else 'wrong', lang)}</b>{say('colon', lang)}{text}"
        f"<br>{markup.inline(option.why[lang])}"
        for text, (_, option) in zip(options, asked.options, strict=True)
    ]
    return prompt, _letters(options), _letters(verdicts), "", ""


def _letters(items: list[str]) -> str:
    return f'<ol type="A">{"".join(f"<li>{item}</li>" for item in items)}</ol>'


def _tags(question: Question, kind: str) -> list[str]:
    return ["llmquiz", f"topic::{question.topic}", f"level::{question.level}", f"kind::{kind}"]


def _templates(lang: str) -> tuple[str, str]:
    other = next(one for one in LANGUAGES if one != lang)

    def question(one: str) -> str:
        return f"{{{{Prompt {NAMES[one]}}}}}{{{{Options {NAMES[one]}}}}}"

    def answer(one: str) -> str:
        text = f"{{{{Answer {NAMES[one]}}}}}"
        for field in ("Rubric", "Misconceptions"):
            name = f"{field} {NAMES[one]}"
            heading = label(field.lower(), one)
            text += f"{{{{#{name}}}}}<h4>{heading}</h4>{{{{{name}}}}}{{{{/{name}}}}}"
        return text

    def folded(inner: str) -> str:
        return f"<details><summary>{label('language', other)}</summary>{inner}</details>"

    front = f'<p class="id">{{{{Id}}}}</p>{question(lang)}'
    both = f"{question(other)}<hr>{answer(other)}"
    sources = f"{{{{#Sources}}}}<h4>{label('sources', lang)}</h4>{{{{Sources}}}}{{{{/Sources}}}}"
    back = f'<p class="id">{{{{Id}}}}</p>{question(lang)}<hr id="answer">{answer(lang)}{sources}'
    return front + folded(question(other)), back + folded(both)
