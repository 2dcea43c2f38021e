"""`llmquiz dev`: for those who write exercises."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import click

from llmquiz import catalog
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.render.cells import is_heard
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
    from llmquiz.dev.check import CHECKS, findings, strays

    exercises = [catalog.find(name) for name in names] or list(catalog.exercises())
    wrong = 0
    for exercise in exercises:
        click.echo(f"{exercise.name}   {exercise.points} points, {len(exercise.tests)} tests")
        for one in CHECKS:
            with _told(f"  ...   {one.sentence}"):
                found = findings(one, exercise)
            wrong += len(found)
            click.echo(f"  {'FAIL' if found else 'PASS'}  {one.sentence}")
            for sentence in found:
                click.echo(f"        {sentence}")
            sys.stdout.flush()  # some checks take seconds
    for sentence in [] if names else strays(catalog.content_root()):
        wrong += 1
        click.echo(f"FAIL  {sentence}")
    if not names:
        wrong += _check_bank()
    lang = current_language()
    if wrong:
        click.echo(say("dev_wrong", lang, count=wrong))
        return 1
    click.echo(say("dev_whole", lang, count=len(exercises), checks=len(CHECKS)))
    return 0


def _check_bank() -> int:
    """Say what is wrong with the question bank; how much it is."""
    from llmquiz.dev.questions import bank_path, findings

    path = bank_path()
    if path is None:
        return 0
    found = findings(path)
    click.echo(f"{path.name}\n  {'FAIL' if found else 'PASS'}  the question bank is right")
    for sentence in found:
        click.echo(f"        {sentence}")
    return len(found)


def _on_terminal() -> bool:
    return sys.stderr.isatty()


@contextlib.contextmanager
def _told(sentence: str) -> Iterator[None]:
    """Say on a terminal what takes its time, and take it back after."""
    if not _on_terminal():
        yield
        return
    click.echo(sentence, err=True, nl=is_heard())
    try:
        yield
    finally:
        if not is_heard():
            click.echo("\r\x1b[K", err=True, nl=False)


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
