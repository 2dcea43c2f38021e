"""`llmquiz progress`: how far one is."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import click

from llmquiz import catalog, history
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.errors import UsageProblem
from llmquiz.plain import json_text
from llmquiz.quiz.bank import load
from llmquiz.quiz.progress import progress
from llmquiz.words import say
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand,
    name="progress",
    examples=("llmquiz progress", "llmquiz progress --html progress.html"),
)
@click.option("--json", "as_json", is_flag=True, help="help.quiz.json")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="help.progress.html")
@click.pass_context
def command(context: click.Context, as_json: bool, html: Path | None) -> None:
    lang = current_language(context)
    workspace = require()
    now = datetime.now(UTC)
    records = list(history.read(workspace.log))
    found = progress(records, load(), catalog.exercises(), now)
    if html is not None:
        from llmquiz.render.progress import page

        try:
            html.write_text(page(found, lang), encoding="utf-8")
        except OSError as error:
            raise UsageProblem("not_writable", path=html, error=error.strerror) from error
        click.echo(say("written", lang, path=html))
    elif as_json:
        click.echo(json_text({"schema": 1, **dataclasses.asdict(found)}))
    else:
        from llmquiz.render.progress import lines

        click.echo("\n".join(lines(found, lang)))
