"""Statements and questions as Markdown with LaTeX, for the cells of a notebook."""

from __future__ import annotations

import re
import textwrap

from llmquiz.catalog import Exercise
from llmquiz.plain import clean
from llmquiz.quiz.draw import Asked
from llmquiz.quiz.records import Question
from llmquiz.words import pick, say

SIGN = re.compile(r"([*<>$])")
BETWEEN = re.compile(r"(?<=[^\x00-\x7f])\n *(?=[^\x00-\x7f])")  # Chinese has no blanks
CODE = re.compile(r"(`[^`]*`)")
PIECES = re.compile(r"(\$[^$]+\$|`[^`]*`)")
PARTS = re.compile(r"^(?=\([a-z]\) )", re.MULTILINE)
CITATIONS = re.compile(r"(?: ?\[[@#][^\]]*\])+")
CITED = re.compile(r"\[@([^\],]+)(?:, ([^\]]+))?\]")


def exercise_text(exercise: Exercise, docstring: str, lang: str) -> str:
    """The statement of an exercise: its title, its formulas, its rules."""
    formulas = [line for line in exercise.latex.splitlines() if line.strip()]
    blocks = [f"# {pick(exercise.title, lang)}"]
    for block in _blocks(docstring)[1:]:  # the first line is the title again
        if formulas and _is_indented(block):
            blocks += [f"$$\n{line}\n$$" for line in formulas]
            formulas = []
        else:
            blocks.append(_shown(block))
    return "\n\n".join(blocks)


def definition_text(name: str, docstrings: dict[str, str]) -> str:
    """The statement of a function or a class, with the examples."""
    blocks = [f"## `{name}`"]
    for owner, docstring in docstrings.items():
        if owner.partition(".")[0] != name:
            continue
        if "." in owner:
            blocks.append(f"### `{owner}`")
        blocks += [_shown(block) for block in _blocks(docstring)]
    return "\n\n".join(blocks)


def _blocks(docstring: str) -> list[str]:
    """Stretches between empty lines, and lists apart from the line above them."""
    blocks: list[str] = []
    for stretch in re.split(r"\n\s*\n", docstring.strip("\n")):
        lines = stretch.splitlines()
        at = next((i for i, line in enumerate(lines) if re.match(r"(-|\d\.) ", line)), 0)
        blocks += ["\n".join(part) for part in (lines[:at], lines[at:]) if part]
    return blocks


def _is_indented(block: str) -> bool:
    return all(line.startswith("    ") for line in block.splitlines())


def _shown(block: str) -> str:
    if block.startswith(">>> "):
        return f"```python\n{block}\n```"
    if _is_indented(block):
        return f"```text\n{textwrap.dedent(block)}\n```"
    if re.match(r"\S+(, \S+)*  +\S|\S+  +\S", block):  # names in one column, meanings in another
        return f"```text\n{block}\n```"
    return _prose(block)


def _prose(text: str) -> str:
    """Text of a docstring: signs that Markdown would take are escaped outside of code."""
    parts = CODE.split(BETWEEN.sub("", text))
    return "".join(
        part if part.startswith("`") else SIGN.sub(r"\\\1", part).replace("__", r"\_\_")
        for part in parts
    )


def question_text(asked: Asked, lang: str) -> str:
    """A question's prompt and its options."""
    question = asked.item.question
    text = bank_text(asked.prompt(lang), question)
    options = [
        f"- **{letter}**: {bank_text(asked.fill(option.text[lang]), question)}"
        for letter, option in asked.options
    ]
    if not options:
        return text
    several = len(asked.right_letters) > 1
    return "\n".join(
        [text, "", *options, "", say("course_several" if several else "course_one", lang)]
    )


def reference_text(question: Question, lang: str, part: str = "") -> str:
    """The reference answer, or a part of it, named as its paragraphs are: `(b)`."""
    answer = question.answer[lang]
    if part:
        parts = PARTS.split(answer)
        answer = next(text.removeprefix(part) for text in parts if text.startswith(part))
    return bank_text(answer, question)


def scheme_text(question: Question, lang: str) -> str:
    """The rubric: a point each, and what is often believed wrongly."""
    lines = [say("course_scheme", lang), ""]
    for number, point in enumerate(question.rubric, start=1):
        part = f"({point.part}) " if point.part else ""
        lines.append(f"{number}. {part}{bank_text(point.text[lang], question)}")
    lines += ["", say("course_wrong", lang), ""]
    for wrong in question.misconceptions:
        text, why = wrong.text[lang], wrong.why[lang]
        stop = "" if text.endswith((".", "。", "?", "？")) else say("full_stop", lang)
        between = " " if lang == "en" else ""
        lines.append(f"- {bank_text(f'{text}{stop}{between}{why}', question)}")
    return "\n".join(lines)


def bank_text(text: str, question: Question) -> str:
    """A text of the bank: its formulas are LaTeX already; sources by their authors, with links."""
    works = {cited.work.key: cited.work for cited in question.sources}

    def cited(match: re.Match[str]) -> str:
        found = [(works[key], at) for key, at in CITED.findall(match[0]) if key in works]
        links = [f"[{work.short}]({work.link}){f', {at}' if at else ''}" for work, at in found]
        return f" ({'; '.join(links)})" if links else ""

    parts = PIECES.split(text.strip())
    made = [
        part
        if part[:1] in ("$", "`")
        else CITATIONS.sub(cited, re.sub(r"\n+", "\n\n", re.sub(r"([*<>])", r"\\\1", part)))
        for part in parts
    ]
    return clean("".join(made))
