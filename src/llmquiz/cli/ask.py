"""Asks questions one after another: what `quiz` and `review` share.

It reads and prints; what is right is `llmquiz.quiz.judge`'s business.
"""

from __future__ import annotations

import shutil
import sys
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from llmquiz import history
from llmquiz.cli import typed
from llmquiz.plain import clean
from llmquiz.quiz.draw import Asked, Item, ask
from llmquiz.quiz.judge import GOOD, Unreadable, judge, marked, rating_of
from llmquiz.quiz.records import Text
from llmquiz.render import questions as render
from llmquiz.render.cells import WIDTH, wrap
from llmquiz.words import say

MOST_WIDE = 160
COMMANDS = {":q": "quit", ":u": "undo", ":f": "flag", ":s": "skip", ":e": "editor"}


class Left(Exception):
    """The learner does not answer but says quit, undo or skip."""

    def __init__(self, command: str) -> None:
        super().__init__(command)
        self.command = command


@dataclass(frozen=True)
class FaultItem:
    """A fault that was found in the learner's own code, to be thought about again."""

    card: str
    exercise: str
    means: Text
    hint: Text
    item: Item | None  # the question of the bank that it leads to


@dataclass
class Conversation:
    """A sequence of questions, and what came of it."""

    lang: str
    log: Path | None  # where answers are recorded
    seed: int
    quiet: bool = False  # only results are wanted, as JSON
    results: list[dict[str, Any]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)  # where each result was asked
    written: list[str] = field(default_factory=list)  # the open answer that is not recorded yet
    interrupted: bool = False  # by Ctrl-C
    reviewing: bool = False  # the learner rates open answers instead of marking points

    @property
    def exit_code(self) -> int:
        """Of the command that asked: as of every command that Ctrl-C ended."""
        return 130 if self.interrupted else 0

    @property
    def width(self) -> int:
        """How wide the text may be; 80 where nobody sees it."""
        if not sys.stdout.isatty():
            return WIDTH
        return min(max(shutil.get_terminal_size().columns, 40), MOST_WIDE)

    @property
    def text_width(self) -> int:
        """Of running text: long lines are hard to read."""
        return min(self.width, 90)

    def run(self, items: Sequence[Item | FaultItem]) -> None:
        """Ask everything. Each answer is in the log at once: an interruption loses none."""
        with typed.hangup_is_ctrl_c():
            self._run(items)

    def _run(self, items: Sequence[Item | FaultItem]) -> None:
        at = 0
        if sys.stdin.isatty():
            self._say([say("quiz_keys", self.lang), ""])
        while at < len(items):
            self.written = []
            try:
                result = self._one(items[at], f"{at + 1}/{len(items)}", self.seed + at)
            except Left as left:
                self._say(self._kept(items[at].card))
                if left.command == "quit":
                    return
                at = self._go_back(at) if left.command == "undo" else at + 1
                continue
            except (EOFError, KeyboardInterrupt, click.Abort, OSError) as end:
                self.interrupted = not isinstance(end, EOFError)
                # Kept before anything is said: the terminal may be gone, as after an OSError.
                self._say(["", *self._kept(items[at].card)])
                return
            self._record(at, result)
            at += 1

    def summary(self) -> list[str]:
        """What came of it, in words."""
        if not self.results:
            return [say("quiz_none", self.lang)]
        right = sum(result["score"] == 1 for result in self.results)
        points = sum(result["score"] for result in self.results)
        facts = {"count": len(self.results), "right": right, "points": f"{points:.1f}"}
        lines = [say("quiz_summary", self.lang, **facts)]
        if self.log is None:
            lines += wrap(say("quiz_not_recorded", self.lang), WIDTH, "")
        return lines

    def _one(self, item: Item | FaultItem, place: str, seed: int) -> dict[str, Any]:
        if isinstance(item, FaultItem):
            return self._fault(item, place)
        asked = ask(item, seed)
        self._say(render.heading(place, asked, self.lang, self.text_width))
        self._say(["", *render.prompt(asked, self.lang, self.text_width), ""])
        if item.closed is None:
            return self._open(asked)
        given, judged = self._until_read(asked)
        self._say(["", *render.verdict(asked, judged, self.lang, self.text_width), ""])
        return {"given": given, "score": judged.score, "rating": judged.rating} | _facts(asked)

    def _until_read(self, asked: Asked) -> tuple[str, Any]:
        while True:
            given = self._line(asked.item.card)
            try:
                return given, judge(asked, given)
            except Unreadable:
                key = "not_a_choice" if asked.options else "not_a_number"
                letters = ", ".join(letter for letter, _ in asked.options)
                self._say(wrap(say(key, self.lang, letters=letters), WIDTH, "  "))

    def _open(self, asked: Asked) -> dict[str, Any]:
        question, lang, width = asked.item.question, self.lang, self.text_width
        given = self._answer(asked.item.card)
        self._say(["", *render.reference(question, given, lang, self.width), ""])
        self._say([*render.rubric(question, lang, width), ""])
        self._say([*render.misconceptions(question, lang, width), ""])
        facts = {"given": given} | _facts(asked)
        if self.reviewing:
            return facts | self._rating(asked.item.card)
        points = self._marks(asked.item.card, len(question.rubric))
        score = len(points) / len(question.rubric)
        shown = {"marked": len(points), "count": len(question.rubric)}
        self._say(["  " + say("points_covered", lang, **shown), ""])
        names = [point.id for at, point in enumerate(question.rubric, start=1) if at in points]
        return facts | {"score": score, "rating": rating_of(score), "points": names}

    def _marks(self, card: str, count: int) -> frozenset[int]:
        self._say(wrap(say("mark_points", self.lang, count=count), WIDTH, "  "))
        while True:
            try:
                return marked(self._line(card), count)
            except Unreadable:
                self._say(wrap(say("not_points", self.lang, count=count), WIDTH, "  "))

    def _rating(self, card: str) -> dict[str, Any]:
        self._say([f"  {say('rate', self.lang)}"])
        while (given := self._line(card)) not in ("1", "2", "3", "4"):
            self._say([f"  {say('rate', self.lang)}"])
        rating = int(given)
        return {"rating": rating, "score": float(rating >= GOOD)}

    def _fault(self, item: FaultItem, place: str) -> dict[str, Any]:
        lang, width = self.lang, self.text_width
        self._say([f"{place}  {item.card}", ""])
        self._say(wrap(say("your_fault", lang, name=item.exercise), width, "  "))
        self._say([*wrap(item.means[lang], width, "  "), *wrap(item.hint[lang], width, "  "), ""])
        given = self._answer(item.card)
        if item.item is not None:
            self._say(["", *render.reference(item.item.question, given, lang, self.width), ""])
        return {"card": item.card, "given": given} | self._rating(item.card)

    def _kept(self, card: str) -> list[str]:
        """Keep a text that was not marked: it is no answer, but nobody's text is lost. In words."""
        text = "\n".join(self.written).strip()
        if not text or self.log is None:
            return []
        history.append(self.log, "draft", card=card, given=text)
        return [say("draft_kept", self.lang, card=card)]

    def _record(self, at: int, result: dict[str, Any]) -> None:
        result = {"id": uuid.uuid4().hex[:12], **result}
        if self.log is not None:
            history.append(self.log, "answer", **result)
        self.results.append(result)
        self.places.append(at)

    def _go_back(self, at: int) -> int:
        """Take the last answer back, and ask it again."""
        if not self.results:
            self._say([say("nothing_to_undo", self.lang)])
            return at
        last = self.results.pop()
        if self.log is not None:
            history.append(self.log, "undo", of=last["id"])
        self._say([say("undone", self.lang, card=last["card"]), ""])
        return self.places.pop()

    def _answer(self, card: str) -> str:
        """An answer in the learner's own words: lines up to an empty one; one line from a pipe."""
        if not sys.stdin.isatty():
            self.written = [self._line(card)]
            return self.written[0]
        for key in ("answer_freely", "answer_kept" if self.log is not None else "answer_editor"):
            self._say([f"  {say(key, self.lang)}"])
        try:
            while self._is_more(line := self._line(card, editor=True)):
                self.written.append(line)
        except EOFError:
            if not self.written:
                raise
            self._say([""])  # the end of the input ends the answer first
        except KeyboardInterrupt:
            self.written.append(typed.half_line())
            raise
        return "\n".join(self.written).strip()

    def _is_more(self, line: str) -> bool:
        """An empty line ends an answer, unless it stands inside of a text that was pasted."""
        return bool(line.strip()) or typed.goes_on()

    def _line(self, card: str, editor: bool = False) -> str:
        """A line that was typed. Raises Left for a command, EOFError at the end of the input."""
        while True:
            line = typed.read("> ", self.quiet)
            command = COMMANDS.get(unicodedata.normalize("NFKC", line).strip().lower(), "")
            if command == "flag":
                if self.log is not None:
                    history.append(self.log, "flag", card=card)
                self._say([say("flagged", self.lang, card=card)])
            elif command == "editor":
                text = typed.edited() if editor else None
                if text:
                    return text
                if text is None:
                    self._say([say("editor_failed" if editor else "editor_not_here", self.lang)])
            elif command:
                raise Left(command)
            else:
                return line

    def _say(self, lines: Sequence[str]) -> None:
        if lines and not self.quiet:
            click.echo(clean("\n".join(lines)))


def _facts(asked: Asked) -> dict[str, Any]:
    return {"card": asked.item.card, "seed": asked.seed}
