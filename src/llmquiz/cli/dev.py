"""`llmquiz dev`: for those who write exercises."""

from __future__ import annotations

import sys

import click

from llmquiz import catalog
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.words import say


class DevGroup(WordedCommand, click.Group):
    """The authors' commands."""


@click.group(cls=DevGroup, name="dev", examples=("llmquiz dev check rope",))
def command() -> None:
    pass


@command.command(
    cls=WordedCommand,
    name="check",
    examples=("llmquiz dev check rope", "llmquiz --content my-course dev check"),
)
@click.argument("names", metavar="[NAME]...", nargs=-1)
def check_command(names: tuple[str, ...]) -> int:
    from llmquiz.dev.check import CHECKS, check

    exercises = [catalog.find(name) for name in names] or list(catalog.exercises())
    wrong = 0
    for exercise in exercises:
        click.echo(f"{exercise.name}   {exercise.points} points, {len(exercise.tests)} tests")
        for one, found in check(exercise):
            wrong += len(found)
            click.echo(f"  {'FAIL' if found else 'PASS'}  {one.sentence}")
            for sentence in found:
                click.echo(f"        {sentence}")
            sys.stdout.flush()  # some checks take seconds
    lang = current_language()
    if wrong:
        click.echo(say("dev_wrong", lang, count=wrong))
        return 1
    click.echo(say("dev_whole", lang, count=len(exercises), checks=len(CHECKS)))
    return 0


@command.command(
    cls=WordedCommand,
    name="new",
    examples=("llmquiz --content my-course dev new swiglu",),
)
@click.argument("name")
def new_command(name: str) -> None:
    from llmquiz.dev.new import scaffold

    for path in scaffold(name):
        click.echo(str(path))
    click.echo(say("dev_new_next", current_language(), name=name))
