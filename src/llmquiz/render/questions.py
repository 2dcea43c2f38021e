"""Questions, answers and verdicts as text for a terminal."""

from __future__ import annotations

import itertools
import re

from rich.cells import cell_len

from llmquiz.plain import clean
from llmquiz.quiz.draw import Asked, shown
from llmquiz.quiz.judge import Verdict
from llmquiz.quiz.records import Question
from llmquiz.render.cells import ends, is_heard, pad, wrap
from llmquiz.render.maths import terminal
from llmquiz.words import say

CITATION = re.compile(r" ?\[@([a-z0-9-]+)(?:, ([^\]]+))?\]")
COMPUTED = re.compile(r" ?\[#[a-z0-9_]+\]")
BESIDE = 110  # cells from which on two columns read well


def heading(place: str, asked: Asked, lang: str, width: int) -> list[str]:
    """The first line: which of how many, the card, its kind and level."""
    question = asked.item.question
    kind = asked.item.kind
    if kind == "choice" and len(asked.right_letters) > 1:
        kind = "several"
    right = f"{say(f'kind_{kind}', lang)} | {say(f'level_of_{question.level}', lang)}"
    return [ends(f"{place}  {asked.item.card}".strip(), right, width)]


def prompt(asked: Asked, lang: str, width: int) -> list[str]:
    """The question, and the options that there are."""
    lines = prose(asked.prompt(lang), asked.item.question, width, "  ")
    for letter, option in asked.options:
        text = prose(asked.fill(option.text[lang]), asked.item.question, width, "       ")
        lines += [f"    {letter}  {text[0].strip()}", *text[1:]]
    return lines


def verdict(asked: Asked, judged: Verdict, lang: str, width: int) -> list[str]:
    """Whether a closed answer is right, and why; every option that was chosen or right explains."""
    key = "verdict_right" if judged.right else "verdict_part" if judged.score else "verdict_wrong"
    lines = [f"  {say(key, lang)}"]
    if not asked.options:
        unit = getattr(asked.item.closed, "unit", None)
        assert asked.answer is not None
        value = f"{shown(asked.answer)} {unit[lang] if unit else ''}".strip()
        if not judged.right:
            lines += wrap(say("the_answer_is", lang, value=value), width, "  ")
        solution = asked.fill(asked.item.closed.solution[lang])  # type: ignore[union-attr]
        return lines + prose(solution, asked.item.question, width, "  ")
    chosen = judged.read_as.split()
    for letter, option in asked.options:
        if letter in chosen or option.right:
            mark = say("option_right" if option.right else "option_wrong", lang)
            text = f"{letter}{say('colon', lang)}{mark}{asked.fill(option.why[lang])}"
            lines += prose(text, asked.item.question, width, "  ")
    return lines


def solution(asked: Asked, lang: str, width: int) -> list[str]:
    """The right answer of a closed question, with the reason of every option."""
    if not asked.options:
        return verdict(asked, Verdict(1.0, ""), lang, width)[1:]
    lines: list[str] = []
    for letter, option in asked.options:
        mark = say("option_right" if option.right else "option_wrong", lang)
        text = f"{letter}{say('colon', lang)}{mark}{asked.fill(option.why[lang])}"
        lines += prose(text, asked.item.question, width, "  ")
    return lines


def reference(question: Question, given: str, lang: str, width: int) -> list[str]:
    """The reference answer: beside the learner's where there is room, else below it."""
    title, mine = say("reference_answer", lang), say("your_answer", lang)
    if not given.strip():
        return [rule(title, width), *prose(question.answer[lang], question, width, "  ")]
    if width < BESIDE or is_heard():
        own = [line for part in clean(given).splitlines() for line in wrap(part, width, "  ")]
        whole = prose(question.answer[lang], question, width, "  ")
        return [rule(mine, width), *own, rule(title, width), *whole]
    left, right = width * 2 // 5, width - width * 2 // 5 - 2
    own = [line for part in clean(given).splitlines() for line in wrap(part, left, "  ")]
    whole = prose(question.answer[lang], question, right, "")
    rows = itertools.zip_longest(own, whole, fillvalue="")
    columns = [f"{pad(a, left)}  {b}".rstrip() for a, b in rows]
    return [f"{rule(mine, left)}  {rule(title, right)}", *columns]


def rubric(question: Question, lang: str, width: int) -> list[str]:
    """The points that an answer should make, with the numbers by which they are marked."""
    lines = [rule(say("rubric", lang), width)]
    for number, point in enumerate(question.rubric, start=1):
        part = f"({point.part}) " if point.part else ""
        text = prose(part + point.text[lang], question, width, "      ")
        lines += [f"  {number:>2}  {text[0].strip()}", *text[1:]]
    return lines


def misconceptions(question: Question, lang: str, width: int) -> list[str]:
    """What people get wrong, each with its reason."""
    lines = [rule(say("misconceptions", lang), width)]
    for wrong in question.misconceptions:
        stop = "" if wrong.text[lang].endswith((".", "。", "?", "？")) else say("full_stop", lang)
        text = f"{wrong.text[lang]}{stop}{' ' if lang == 'en' else ''}{wrong.why[lang]}"
        shown_lines = prose(text, question, width, "    ")
        lines += [f"  - {shown_lines[0].strip()}", *shown_lines[1:]]
    return lines


def sources(question: Question, lang: str, width: int) -> list[str]:
    """Where it stands."""
    if not question.sources:
        return []
    lines = [rule(say("sources", lang), width)]
    for cited in question.sources:
        work = cited.work
        at = f", {cited.at}" if cited.at else ""
        lines += wrap(f"{work.authors} ({work.year}). {work.title}{at}.", width, "  ")
        lines.append(f"    {work.link}")
    return lines


def links(question: Question, lang: str, width: int) -> list[str]:
    """What to do next: the exercise that builds it, the questions beside it."""
    lines = []
    for exercise in question.exercises:
        lines += wrap(say("see_exercise", lang, name=exercise), width, "  ")
    for lab in question.labs:
        lines += wrap(say("see_lab", lang, name=lab), width, "  ")
    if question.related:
        lines += wrap(say("see_questions", lang, names=", ".join(question.related)), width, "  ")
    return lines


def prose(text: str, question: Question, width: int, indent: str) -> list[str]:
    """A text of the bank as wrapped lines: formulas readable, sources by their authors."""
    works = {cited.work.key: cited.work for cited in question.sources}

    def cited(match: re.Match[str]) -> str:
        work = works.get(match[1])
        name = work.short if work is not None else match[1]
        return f" [{name}, {match[2]}]" if match[2] else f" [{name}]"

    plain = terminal(COMPUTED.sub("", CITATION.sub(cited, text))).replace("`", "")
    lines: list[str] = []
    for paragraph in plain.strip().split("\n"):
        lines += wrap(paragraph, width, indent) if paragraph.strip() else [""]
    return lines


def rule(title: str, width: int) -> str:
    """A line with a title; the title alone where dashes would be read out."""
    if is_heard():
        return title
    return f"-- {title} {'-' * max(0, width - cell_len(title) - 4)}"
