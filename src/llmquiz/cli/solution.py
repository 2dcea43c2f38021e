"""`llmquiz solution`: the reference, once one's own answer passes."""

from __future__ import annotations

import difflib

import click

from llmquiz import catalog, desk, history, submission
from llmquiz.catalog import Exercise
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import exercise_argument
from llmquiz.errors import UsageProblem
from llmquiz.plain import clean
from llmquiz.words import say
from llmquiz.workspace import Workspace, require


@click.command(
    cls=WordedCommand,
    name="solution",
    examples=("llmquiz solution attention", "llmquiz solution attention --diff"),
)
@exercise_argument("NAME")
@click.option("--diff", is_flag=True, help="help.solution.diff")
@click.option("--spoil", is_flag=True, help="help.solution.spoil")
@click.pass_context
def command(context: click.Context, name: str, diff: bool, spoil: bool) -> None:
    exercise = catalog.find(name)
    workspace = require()
    if not desk.last(workspace.log, exercise).ever_passed:
        if not spoil:
            raise UsageProblem("solution_locked", name=name)
        history.append(workspace.log, "spoil", exercise=name)
    lang = current_language(context)
    click.echo(clean("\n".join(solution(exercise, workspace, lang, diff))))


def solution(exercise: Exercise, workspace: Workspace, lang: str, diff: bool) -> list[str]:
    """The reference as lines, or how one's own file differs from it."""
    reference = exercise.solution.read_text(encoding="utf-8").splitlines()
    if not diff:
        return reference
    own = submission.read(workspace.file(exercise))
    name = f"solutions/{exercise.solution.name}"
    lines = difflib.unified_diff(own.source.splitlines(), reference, own.shown, name, lineterm="")
    return list(lines) or [say("solution_same", lang, path=own.shown)]
