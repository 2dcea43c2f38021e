"""`llmquiz explain`: one's tensors beside the right ones."""

from __future__ import annotations

import contextlib
import random
import shutil
import sys
from pathlib import Path

import click

from llmquiz import catalog, desk, submission
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import chosen, exercise_argument
from llmquiz.errors import UsageProblem
from llmquiz.plain import clean
from llmquiz.render.cells import WIDTH, is_heard, wrap
from llmquiz.report import Status
from llmquiz.words import say
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand,
    name="explain",
    examples=("llmquiz explain attention", "llmquiz explain rope --html rope.html"),
)
@exercise_argument()
@click.option("--file", "path", type=click.Path(path_type=Path), help="help.check.file")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="help.explain.html")
@click.option("--seed", type=int, metavar="N", help="help.check.seed")
@click.pass_context
def command(
    context: click.Context,
    name: str | None,
    path: Path | None,
    html: Path | None,
    seed: int | None,
) -> int:
    lang = current_language(context)
    if path is not None and name is None:
        raise UsageProblem("file_of_what", path=path)
    workspace = None if path is not None else require()
    exercise = chosen(name, workspace)
    source = submission.read(path or require().file(exercise))
    from llmquiz.grading.warm import Warm

    with contextlib.closing(Warm([catalog.content_root()])) as warm:
        if sys.stderr.isatty():
            click.echo(say("checking", lang, names=exercise.name), err=True)
        seed = random.SystemRandom().randrange(2**31) if seed is None else seed
        report, explanation = warm.explain(exercise, source, seed)
    if html is not None:
        from llmquiz.render.html import page

        try:
            html.write_text(page(report, explanation, lang), encoding="utf-8")
        except OSError as error:
            raise UsageProblem("not_writable", path=html, error=error.strerror) from error
        click.echo(say("written", lang, path=html))
    elif explanation is not None:
        from llmquiz.render.explain import explain_lines

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        click.echo(clean("\n".join(explain_lines(explanation, lang, max(width, 40), is_heard()))))
    elif report.status is Status.PASS:
        click.echo(say("explain_passes", lang, name=exercise.name))
    else:
        text = say("explain_nothing", lang, name=exercise.name)
        click.echo("\n".join(wrap(text, WIDTH, "")))
    if workspace is not None:  # behind what it says: a log that cannot be written takes nothing
        desk.remember(workspace.log, report)
    return 0 if report.status is Status.PASS else 1
