"""`llmquiz init`: make a workspace."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from llmquiz import catalog
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text
from llmquiz.words import say
from llmquiz.workspace import STATE


@click.command(
    cls=WordedCommand, name="init", examples=("llmquiz init llm", "llmquiz --lang zh init llm")
)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    lang = current_language(context)
    made, kept = [], []
    try:
        (folder / "exercises").mkdir(parents=True, exist_ok=True)
        (folder / STATE).mkdir(exist_ok=True)
        (folder / STATE / "language").write_text(lang + "\n", encoding="utf-8")
        for exercise in catalog.exercises():
            path = folder / "exercises" / exercise.stub.name
            if path.exists():
                kept.append(exercise.name)
                continue
            path.write_text(stub_text(exercise, lang), encoding="utf-8")
            made.append(exercise.name)
        readme = folder / "exercises" / "README.md"
        source = "README.zh.md" if lang == "zh" else "README.md"
        legend = catalog.content_root() / "exercises" / source
        if legend.exists() and not readme.exists():  # a course of one's own may have none
            shutil.copyfile(legend, readme)
    except OSError as error:
        path_of_error = error.filename or folder
        raise UsageProblem("not_writable", path=path_of_error, error=error.strerror) from error
    if made:
        click.echo(say("init_made", lang, count=len(made), path=folder / "exercises"))
    if kept:
        click.echo(say("init_kept", lang, names=", ".join(kept)))
    first = catalog.exercises()[0].name
    if folder.resolve() == Path.cwd():
        click.echo(say("init_next", lang, name=first))
    else:
        click.echo(say("init_next_cd", lang, name=first, path=folder))
