"""Texts of the bank as HTML; how a formula is written is up to the format."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llmquiz.quiz.export.labels import label
from llmquiz.quiz.records import Question, Work

PIECES = re.compile(r"\$([^$]+)\$|`([^`]+)`|((?: ?\[[@#][^\]]*\])+)")
CITED = re.compile(r"\[@([^\],]+)(?:, ([^\]]+))?\]")


def mathjax(latex: str) -> str:
    r"""A formula between \( and \), which MathJax reads from the text of a page."""
    return rf"\({html.escape(latex, quote=False)}\)"


@dataclass(frozen=True)
class Markup:
    """Turns the texts of one question into HTML, in one language."""

    question: Question
    lang: str
    maths: Callable[[str], str] = mathjax

    def inline(self, text: str) -> str:
        """A text in one line."""
        made, end = [], 0
        for match in PIECES.finditer(text):
            made.append(html.escape(text[end : match.start()], quote=False))
            formula, code, citations = match.groups()
            if formula:
                made.append(self.maths(formula))
            elif code:
                made.append(f"<code>{html.escape(code, quote=False)}</code>")
            else:
                made.append(self._citation(citations))
            end = match.end()
        return "".join([*made, html.escape(text[end:], quote=False)])

    def block(self, text: str) -> str:
        """A text in paragraphs."""
        lines = [line.strip() for line in text.split("\n")]
        return "".join(f"<p>{self.inline(line)}</p>" for line in lines if line)

    def prompt(self, text: str) -> str:
        """A question's text, with each of its parts, (a), (b), in a line of its own."""
        parts = re.split(r"(?<=\S)\s*(?=\([b-h]\) )", text)
        return "".join(self.block(part) for part in parts)

    def rubric(self) -> str:
        """What a good answer says, as a list."""
        points = [
            (f"({point.part}) " if point.part else "") + self.inline(point.text[self.lang])
            for point in self.question.rubric
        ]
        return _list("ol", points)

    def misconceptions(self) -> str:
        """What is often believed, and why it is wrong."""
        found = [
            f"<b>{self.inline(one.text[self.lang])}</b><br>{self.inline(one.why[self.lang])}"
            for one in self.question.misconceptions
        ]
        return _list("ul", found)

    def sources(self) -> str:
        """The works that the answer rests on, with links."""
        found = []
        for cited in self.question.sources:
            work = cited.work
            link = f'<a href="{html.escape(work.link)}">{html.escape(work.title)}</a>'
            at = f", {html.escape(cited.at)}" if cited.at else ""
            found.append(f"{html.escape(work.short)}: {link}{at}")
        return _list("ul", found)

    def reference(self) -> str:
        """Answer, rubric, misconceptions and sources: what is shown after an open question."""
        sections = [
            ("answer", self.block(self.question.answer[self.lang])),
            ("rubric", self.rubric()),
            ("misconceptions", self.misconceptions()),
            ("sources", self.sources()),
        ]
        return "".join(
            f"<h4>{label(name, self.lang)}</h4>{text}" for name, text in sections if text
        )

    def _citation(self, text: str) -> str:
        """`[@key, place]` as a link in brackets; a measurement of ours, `[#name]`, as nothing."""
        works: Mapping[str, Work] = {cited.work.key: cited.work for cited in self.question.sources}
        found = []
        for key, at in CITED.findall(text):
            place = html.escape(f"{works[key].short}, {at}" if at else works[key].short)
            found.append(f'<a href="{html.escape(works[key].link)}">{place}</a>')
        if not found:
            return ""
        return f"（{'；'.join(found)}）" if self.lang == "zh" else f" ({'; '.join(found)})"


def _list(tag: str, items: list[str]) -> str:
    inner = "".join(f"<li>{item}</li>" for item in items)
    return f"<{tag}>{inner}</{tag}>" if items else ""
