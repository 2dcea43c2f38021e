"""`llmquiz hint`: a question, a direction, almost code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from llmquiz import catalog, desk, history
from llmquiz.catalog import Exercise, Text
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import chosen, exercise_argument
from llmquiz.desk import Last
from llmquiz.errors import UsageProblem
from llmquiz.render.cells import WIDTH, wrap
from llmquiz.words import pick, say
from llmquiz.workspace import locate


@click.command(
    cls=WordedCommand, name="hint", examples=("llmquiz hint attention", "llmquiz hint rope --all")
)
@exercise_argument()
@click.option("--level", type=click.IntRange(1, desk.STEPS), metavar="N", help="help.hint.level")
@click.option("--all", "everything", is_flag=True, help="help.hint.all")
@click.pass_context
def command(context: click.Context, name: str | None, level: int | None, everything: bool) -> None:
    lang = current_language(context)
    if level is not None and everything:
        raise UsageProblem("level_and_all")
    workspace = locate()
    exercise = chosen(name, workspace)
    log = workspace.log if workspace is not None else None
    found = hint(exercise, log, lang, level, everything)
    click.echo("\n".join(found.lines))
    if log is not None:
        found.record(log)


@dataclass(frozen=True)
class Hint:
    """A step as lines, the last two of them about what is next, and what the log keeps of it."""

    lines: list[str]
    facts: dict[str, str | int]

    def record(self, log: Path) -> None:
        """Count it: it is not punished."""
        history.append(log, "hint", **self.facts)


def hint(
    exercise: Exercise,
    log: Path | None,
    lang: str,
    level: int | None = None,
    everything: bool = False,
) -> Hint:
    """The step that is next, or that was asked for.

    Where the last check named a fault, the first step is that fault's own.
    """
    if not exercise.hints:
        raise UsageProblem("no_hints", name=exercise.name)
    before = desk.last(log, exercise) if log is not None else Last()
    part, fault, first = _about(exercise, before)
    steps = (first or exercise.hints[part][0], *exercise.hints[part][1:])
    taken = desk.steps_taken(log, exercise, part, fault) if log is not None else 0
    wanted = level or min(taken + 1, desk.STEPS)
    shown = range(1, desk.STEPS + 1) if everything else (wanted,)
    lines = []
    title = pick(exercise.parts[part], lang).split("：")[0]
    for step in shown:
        facts = {"name": exercise.name, "step": step, "count": desk.STEPS, "part": title}
        lines.append(say("hint_title", lang, **facts))
        for line in pick(steps[step - 1], lang).split("\n"):
            indent = " " * (len(line) - len(line.lstrip()))
            # Almost code keeps its lines; the others are prose.
            lines += [f"  {line}"] if step == desk.STEPS else wrap(line, WIDTH, f"  {indent}")
        lines.append("")
    last = shown[-1]
    key = "hint_more" if log is not None else "hint_more_outside"  # where nothing is counted
    if last == desk.STEPS:
        key = "hint_last" if catalog.has_graders() else "hint_last_in_kit"
    counted: dict[str, str | int] = {"exercise": exercise.name, "part": part}
    counted |= {"fault": fault, "level": last}
    return Hint([*lines, say(key, lang, name=exercise.name, step=last + 1)], counted)


def _about(exercise: Exercise, before: Last) -> tuple[str, str, Text | None]:
    """The part that a hint is about; the fault that was named in it, and that fault's hint."""
    from llmquiz.grading.faults import faults_of

    parts = {test.name: test.part for test in exercise.tests}
    for fault in faults_of(exercise.root, exercise.name) if before.faults else ():
        if fault.name in before.faults and parts.get(fault.test) in exercise.hints:
            return parts[fault.test], fault.name, fault.hint
    part = desk.part_to_help(exercise, before)
    return (part if part in exercise.hints else next(iter(exercise.hints))), "", None
