"""`llmquiz reset`: begin an exercise anew. What was there is kept."""

from __future__ import annotations

import click

from llmquiz import backup, catalog, history
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import complete_exercise
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text
from llmquiz.submission import shown
from llmquiz.words import say
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand, name="reset", examples=("llmquiz reset rope", "llmquiz reset --all")
)
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_exercise)
@click.option("--all", "everything", is_flag=True, help="help.reset.all")
@click.pass_context
def command(context: click.Context, names: tuple[str, ...], everything: bool) -> None:
    lang = current_language(context)
    if bool(names) == everything:
        raise UsageProblem("names_and_all" if names else "reset_what")
    workspace = require()
    exercises = [catalog.find(name) for name in names] or list(catalog.exercises())
    for exercise in exercises:
        file = workspace.file(exercise)
        if file.suffix == ".ipynb":
            raise UsageProblem("reset_notebook", path=shown(file))
        text = stub_text(exercise, lang).encode()
        if file.is_file() and file.read_bytes() == text:
            click.echo(say("reset_untouched", lang, path=shown(file)))
            continue
        kept = backup.save(workspace, exercise)
        backup.replace(file, text)
        history.append(workspace.log, "reset", exercise=exercise.name)
        if kept is None:
            click.echo(say("reset_made", lang, path=shown(file)))
        else:
            click.echo(say("reset_done", lang, path=shown(file), kept=shown(kept)))
            click.echo(say("reset_undo", lang, name=exercise.name))
