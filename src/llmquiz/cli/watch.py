"""`llmquiz watch`: check again at every save."""

from __future__ import annotations

import contextlib
import sys

import click

from llmquiz import catalog
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import chosen, exercise_argument
from llmquiz.errors import UsageProblem
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand, name="watch", examples=("llmquiz watch", "llmquiz watch rope --poll")
)
@exercise_argument()
@click.option("--poll", is_flag=True, help="help.watch.poll")
@click.option("--seed", type=int, metavar="N", help="help.check.seed")
@click.pass_context
def command(context: click.Context, name: str | None, poll: bool, seed: int | None) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageProblem("no_terminal")
    workspace = require()
    exercise = chosen(name, workspace)
    from llmquiz.cli.keys import open_keys
    from llmquiz.cli.watching import Watching
    from llmquiz.files import notices
    from llmquiz.grading.warm import Warm

    with (
        open_keys() as keys,
        contextlib.closing(Warm([catalog.content_root()])) as warm,
        notices(workspace.file(exercise).parent, keys.wake, poll) as look,
    ):
        lang = current_language(context)
        Watching(workspace, exercise, lang, keys, warm, look, seed).run()
    return 0
