"""`llmquiz show`: the statement of an exercise."""

from __future__ import annotations

import click

from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import chosen, exercise_argument
from llmquiz.render.cells import WIDTH, ends, fold
from llmquiz.statement import statement
from llmquiz.words import pick
from llmquiz.workspace import locate


@click.command(cls=WordedCommand, name="show", examples=("llmquiz show attention",))
@exercise_argument()
@click.pass_context
def command(context: click.Context, name: str | None) -> None:
    lang = current_language(context)
    workspace = locate()
    exercise = chosen(name, workspace)
    file = workspace.file(exercise) if workspace else exercise.stub
    click.echo(ends(f"{exercise.name}   {pick(exercise.title, lang)}", str(file), width=80))
    click.echo()
    click.echo("\n".join(fold(statement(exercise, lang), WIDTH)))
