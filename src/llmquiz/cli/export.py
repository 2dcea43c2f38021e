"""`llmquiz export`: the questions for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.plain import clean
from llmquiz.quiz.bank import load
from llmquiz.quiz.export import FORMATS, count_of, part_of, write
from llmquiz.words import say


@click.command(
    cls=WordedCommand,
    name="export",
    examples=(
        "llmquiz export anki llmquiz.apkg",
        "llmquiz export html quiz.html attention norm.rms",
        "llmquiz --lang zh export gift questions.txt",
    ),
)
@click.argument("form", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("names", metavar="[TOPIC|ID]...", nargs=-1)
@click.option("--force", is_flag=True, help="help.export.force")
@click.pass_context
def command(
    context: click.Context, form: str, file: Path, names: tuple[str, ...], force: bool
) -> int:
    lang = current_language(context)
    bank = part_of(load(), names)
    chosen = FORMATS[form]
    write(file, lambda: chosen(bank, lang), replace=force)
    click.echo(clean(say("export_made", lang, count=count_of(bank, chosen), path=file)))
    if not chosen.open_ones:
        click.echo(say("export_closed_only", lang, count=len(bank.questions)))
    click.echo(say(f"export_next_{form}", lang, path=clean(str(file))))
    return 0
