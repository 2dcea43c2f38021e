"""`llmquiz init`: make a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from llmquiz import catalog
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.typed import quoted
from llmquiz.errors import UsageProblem
from llmquiz.making import make
from llmquiz.render.cells import WIDTH, wrap
from llmquiz.words import say
from llmquiz.workspace import locate


@click.command(
    cls=WordedCommand, name="init", examples=("llmquiz init llm", "llmquiz --lang zh init llm")
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    lang = current_language(context)
    place = folder.resolve()
    around = locate(place.parent)
    if around is not None and (place / "_").is_relative_to(around.root.resolve() / "exercises"):
        raise UsageProblem("init_inside", path=place, root=around.root)
    made = make(folder, lang)
    if made.exercises:
        count = len(made.exercises)
        click.echo(say("init_made", lang, count=count, path=folder / "exercises"))
    if made.kept:
        text = say("init_kept", lang, names=", ".join(made.kept))
        click.echo("\n".join(wrap(text, WIDTH, "")))
    if made.others:
        text = say("init_others", lang, names=", ".join(made.others))
        click.echo("\n".join(wrap(text, WIDTH, "")))
    first = catalog.exercises()[0].name
    if folder.resolve() == Path.cwd():
        click.echo(say("init_next", lang, name=first))
    else:
        click.echo(say("init_next_cd", lang, name=first, path=quoted(str(folder))))
