"""`llmquiz restore`: take back what `reset` replaced."""

from __future__ import annotations

import click

from llmquiz import backup, catalog, history
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import exercise_argument
from llmquiz.errors import UsageProblem
from llmquiz.submission import shown
from llmquiz.words import say
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand,
    name="restore",
    examples=("llmquiz restore rope", "llmquiz restore rope --list"),
)
@exercise_argument("NAME")
@click.option("--from", "time", metavar="TIME", help="help.restore.from")
@click.option("--list", "listing", is_flag=True, help="help.restore.list")
@click.pass_context
def command(context: click.Context, name: str, time: str | None, listing: bool) -> None:
    lang = current_language(context)
    workspace = require()
    exercise = catalog.find(name)
    copies = backup.backups(workspace, exercise)
    if listing:
        lines = [f"{copy.time}  {shown(copy.path)}" for copy in copies]
        click.echo("\n".join(lines or [say("no_backups", lang, name=name)]))
        return
    wanted = [copy for copy in copies if time is None or copy.time == time]
    if not wanted:
        raise UsageProblem("no_backup_of" if time else "no_backups", name=name, time=time)
    text = wanted[0].path.read_bytes()
    file = workspace.file(exercise).with_suffix(wanted[0].path.suffix)
    kept = backup.save(workspace, exercise)
    backup.replace(file, text)
    history.append(workspace.log, "reset", exercise=name, restored=wanted[0].time)
    click.echo(say("restored", lang, path=shown(file), copy=shown(wanted[0].path)))
    if kept is not None:
        click.echo(say("restored_kept", lang, kept=shown(kept)))
    click.echo(say("restored_next", lang, name=name))
