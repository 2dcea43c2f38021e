"""Prints the reference of the command line from what every command says of itself.

Used by cog in docs/cli.md and docs/cli.zh.md (`make docs`), so that it cannot go stale.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from unittest.mock import patch

import click


def reference(lang: str) -> str:
    """A section for each command, with its --help."""
    from llmquiz.cli import cli

    parts = []
    with patch.dict(os.environ, {"LLMQUIZ_LANG": lang, "COLUMNS": "80"}):
        for path, command in commands(cli):
            name = " ".join(path)
            title = f"## {name}\n\n" if len(path) > 1 else ""
            parts.append(f"{title}```text\n$ {name} --help\n{help_of(command, path, lang)}\n```")
    return "\n\n".join(parts)


def commands(
    group: click.Group, path: tuple[str, ...] = ("llmquiz",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def help_of(command: click.Command, path: tuple[str, ...], lang: str) -> str:
    """What `--help` prints."""
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 80}
    make = command.context_class
    with make(
        command, info_name=" ".join(path), obj=lang, terminal_width=80, **settings
    ) as context:
        return command.get_help(context)
