"""`llmquiz completion`: what makes a shell complete commands and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.words import say

PLACES = {
    "bash": "~/.local/share/bash-completion/completions/llmquiz",
    "zsh": '"${fpath[1]}/_llmquiz"',
    "fish": "~/.config/fish/completions/llmquiz.fish",
}


@click.command(
    cls=WordedCommand,
    name="completion",
    examples=tuple(f"llmquiz completion {shell} > {place}" for shell, place in PLACES.items()),
)
@click.argument("shell", type=click.Choice(list(PLACES)))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    make = get_completion_class(shell)
    assert make is not None
    script = make(context.find_root().command, {}, "llmquiz", "_LLMQUIZ_COMPLETE").source()
    where = say("completion_place", current_language(context), shell=shell, place=PLACES[shell])
    first, _, rest = script.lstrip("\n").partition("\n")
    # zsh wants its own mark in the first line.
    lines = [first, f"# {where}", rest] if shell == "zsh" else [f"# {where}", first, rest]
    click.echo("\n".join(lines))
