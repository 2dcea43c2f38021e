"""What `llmquiz watch` does, key by key and save by save."""

from __future__ import annotations

import gc
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import click

from llmquiz import catalog, desk, submission
from llmquiz.catalog import Exercise
from llmquiz.cli.ask import Conversation
from llmquiz.cli.keys import END, ENTER, REDRAW, Keys
from llmquiz.desk import Change
from llmquiz.errors import Problem
from llmquiz.files import Signature, settle, signature
from llmquiz.grading.warm import Warm
from llmquiz.plain import clean
from llmquiz.quiz.bank import load
from llmquiz.quiz.records import Bank
from llmquiz.quiz.select import select
from llmquiz.render.cells import fold, is_heard, wrap
from llmquiz.render.watch import change_lines, key_lines, progress_line
from llmquiz.report import Report, Status
from llmquiz.words import explain, say
from llmquiz.workspace import Workspace

QUESTIONS = 3  # that one press asks


@dataclass
class Watching:
    """One exercise on the screen, and the file behind it."""

    workspace: Workspace
    exercise: Exercise
    lang: str
    keys: Keys
    warm: Warm
    look: float
    seed: int | None = None
    report: Report | None = None
    change: Change | None = None
    body: list[str] = field(default_factory=list)  # what is on the screen
    told: list[str] = field(default_factory=list)  # what the last check said
    seen: Signature | None = None

    @cached_property
    def bank(self) -> Bank:
        return load()

    def run(self) -> None:
        """Until q, the end of the input, or Ctrl-C."""
        self.check()
        gc.freeze()  # what is loaded by now stays: to look through it again takes 0.1 s
        while True:
            key = self.keys.wait(self.look)
            if key in ("q", END):
                return
            if signature(self.workspace.file(self.exercise)) != self.seen:
                self.check()
            elif key == ENTER:
                self.check(again=True)
            elif key == REDRAW:
                self.draw()
            elif key is not None and (action := self._actions().get(key)):
                action[1]()

    def check(self, again: bool = False) -> None:
        """Grade what the file holds now; a file that changes meanwhile is graded again."""
        file = self.workspace.file(self.exercise)
        self.seen = signature(file) if again else settle(file)
        self._tell(say("checking", self.lang, names=self.exercise.name))
        if self.seen is None:
            self.report = None
            self.body = self._sentence("watch_gone", path=file, name=self.exercise.name)
        else:
            try:
                self._grade()
            except Problem as problem:  # an empty file, a broken grader: told, and watched on
                self.report = None
                self.body = wrap(explain(problem, self.lang), self.width, "")
        if is_heard():  # the state again: some readers hear only what the screen still holds
            facts = {"path": submission.shown(file), **self._how_far()}
            self.body += ["", f"{self.exercise.name}   {self._state()}".rstrip()]
            self.body += self._sentence("watch_where", **facts)
        self.told = self.body
        self.draw()

    def _grade(self) -> None:
        from llmquiz.render.text import report_text

        source = submission.read(self.workspace.file(self.exercise))
        before = desk.last(self.workspace.log, self.exercise)
        self.report = self.warm.grade(self.exercise, source, self.seed)
        self.change = desk.change(before, self.report)
        news: list[str] = []
        try:
            desk.remember(self.workspace.log, self.report)
        except Problem as problem:
            news += ["", *wrap(explain(problem, self.lang), self.width, "")]
        if self.change is not None:
            found = self.change
            facts = (found.passing, found.failing, found.points)
            news += ["", *change_lines(*facts, self.lang, self.width)]
        if self.report.status is Status.PASS:
            key = "watch_passes" if desk.unfinished(self.workspace.log) else "watch_all_done"
            news += ["", say(key, self.lang)]
        told = report_text(self.report, self.lang).split("\n")
        # A small screen keeps the end; who listens hears the beginning first.
        self.body = [told[0], *news, *told[1:]] if is_heard() else [*told, *news]

    def _sentence(self, key: str, **facts: object) -> list[str]:
        return wrap(say(key, self.lang, **facts), self.width, "")

    def draw(self, new: list[str] | None = None) -> None:
        """The whole screen: what is shown, how far one is, the keys. Who listens hears what is
        new, and nothing twice."""
        shown = [(key, message) for key, (message, _) in self._actions().items()]
        keys = [("Enter", "key_enter"), *shown, ("q", "key_quit")]
        if is_heard():
            spoken = self.body if new is None else new
            self._tell(
                "\n".join([*spoken, "", *key_lines(keys, self.lang, self.width, heard=True)])
            )
            return
        click.clear()
        path = submission.shown(self.workspace.file(self.exercise))
        lines = [
            *self.body,
            "",
            progress_line(**self._how_far(), path=path, state=self._state(), width=self.width),
            *key_lines(keys, self.lang, self.width),
        ]
        self._tell("\n".join(lines))

    def _how_far(self) -> dict[str, int]:
        count = len(catalog.exercises())
        return {"passed": count - len(desk.unfinished(self.workspace.log)), "count": count}

    def _state(self) -> str:
        if self.report is None:
            return ""
        points = f"{self.report.points}/{self.report.max_points}"
        return f"{say(self.report.status, self.lang)} {points}"

    @property
    def width(self) -> int:
        return max(shutil.get_terminal_size().columns, 20)

    def _actions(self) -> dict[str, tuple[str, Callable[[], None]]]:
        """The keys that do something now."""
        status = self.report.status if self.report is not None else None
        passed = status is Status.PASS
        last = desk.last(self.workspace.log, self.exercise)
        asked = any(self.exercise.name in question.exercises for question in self.bank)
        rows = [
            ("h", "key_hint", self._hint, bool(self.exercise.hints) and not passed),
            ("s", "key_statement", self._statement, True),
            ("e", "key_explain", self._explain, status is Status.FAIL and self._has_numbers),
            ("o", "key_solution", self._solution, last.ever_passed),
            ("a", "key_quiz", self._quiz, asked),
            ("n", "key_next", self._next, passed and bool(self._left())),
            ("l", "key_list", self._list, True),
            ("b", "key_back", lambda: self._show(self.told), self.body is not self.told),
        ]
        return {key: (message, action) for key, message, action, now in rows if now}

    @property
    def _has_numbers(self) -> bool:
        """Whether a test failed in a call: there may be tensors to lay side by side."""
        tests = self.report.tests if self.report is not None else ()
        return any(test.failure is not None and test.failure.inputs for test in tests)

    def _left(self) -> list[Exercise]:
        """What is unfinished besides this exercise."""
        return [e for e in desk.unfinished(self.workspace.log) if e is not self.exercise]

    def _show(self, lines: list[str], new: list[str] | None = None) -> None:
        self.body = lines
        self.draw(new)

    def _hint(self) -> None:
        from llmquiz.cli.hint import hint

        found = hint(self.exercise, self.workspace.log, self.lang)
        new = found.lines[:-2]
        self._show([*self.body, "", *new], new)
        found.record(self.workspace.log)

    def _statement(self) -> None:
        from llmquiz.statement import statement

        self._show(fold(statement(self.exercise, self.lang), self.width))

    def _explain(self) -> None:
        from llmquiz.render.explain import explain_lines

        source = submission.read(self.workspace.file(self.exercise))
        assert self.report is not None
        self._tell(say("checking", self.lang, names=self.exercise.name))
        _, found = self.warm.explain(self.exercise, source, self.report.seed)
        if found is None:
            self._show(self._sentence("explain_nothing", name=self.exercise.name))
        else:
            self._show(explain_lines(found, self.lang, self.width, is_heard()))

    def _solution(self) -> None:
        from llmquiz.cli.solution import solution

        self._show(solution(self.exercise, self.workspace, self.lang, diff=False))

    def _list(self) -> None:
        from llmquiz.cli.list import rows, table

        self._show(table(rows(self.workspace), self.lang))

    def _next(self) -> None:
        self.exercise = self._left()[0]
        self.report, self.change = None, None
        self.check()

    def _quiz(self) -> None:
        seed = random.SystemRandom().randrange(2**31) if self.seed is None else self.seed
        items = select(self.bank, exercise=self.exercise.name, count=QUESTIONS, seed=seed, seen={})
        with self.keys.lines():
            if not is_heard():
                click.clear()
            conversation = Conversation(self.lang, self.workspace.log, seed)
            conversation.run(items)
        if conversation.interrupted:
            raise KeyboardInterrupt
        back = say("watch_back", self.lang, name=self.exercise.name)
        self._tell("\n".join([*conversation.summary(), back]))
        while self.keys.wait(self.look) not in (ENTER, "q", END):
            pass
        self.draw()

    def _tell(self, text: str) -> None:
        click.echo(clean(text))
