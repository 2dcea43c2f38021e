"""What the commands share: help in two languages, lazy loading, problems as one sentence."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from llmquiz.errors import OurFault, Problem
from llmquiz.words import MESSAGES, explain, language, say
from llmquiz.workspace import saved_language

COMMANDS = ("check", "list", "show", "init")  # each in llmquiz.cli.<name>, in the order of --help


def current_language(context: click.Context | None = None) -> str:
    """The language of this invocation."""
    context = context or click.get_current_context(silent=True)
    while context is not None:
        if isinstance(context.obj, str):
            return context.obj
        if "lang" in context.params:
            return language(context.params["lang"], saved_language())
        context = context.parent
    return language(saved=saved_language())


def report_problem(problem: Problem) -> int:
    """Say what is wrong on stderr; return the exit code."""
    lang = LAST.get("lang") or current_language()
    sentence = explain(problem, lang)
    if isinstance(problem, OurFault):
        sentence = f"{say('our_fault', lang)} {sentence}"
    click.echo(f"llmquiz: {sentence}", err=True)
    return problem.exit_code


# The language of the running command, for what goes wrong outside of it.
LAST: dict[str, str] = {}


class WordedCommand(click.Command):
    """A command whose help texts are keys of `llmquiz.words`, in the language of the call."""

    examples: tuple[str, ...] = ()

    def __init__(self, *args: Any, examples: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return say(f"help.{self.name}", current_language())

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with _spoken(self, current_language(context)):
            super().format_help(context, formatter)

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        lang = current_language(context)
        keys = [f"help.{self.name}", f"help.{self.name}.more", f"help.{self.name}.codes"]
        for key in [key for key in keys if key in MESSAGES]:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(say(key, lang))
        if self.examples:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(say("example", lang))
                with formatter.indentation():
                    for example in self.examples:
                        formatter.write_text(example)


class Group(WordedCommand, click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"llmquiz.cli.{name}")
        command: click.Command = module.command
        return command

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with _spoken(self, current_language(context)):
            click.Group.format_help(self, context, formatter)

    def invoke(self, context: click.Context) -> Any:
        LAST["lang"] = current_language(context)
        return super().invoke(context)


@contextmanager
def _spoken(command: click.Command, lang: str) -> Iterator[None]:
    """Fill the options' help texts in for the time of printing them."""
    options = [option for option in command.params if isinstance(option, click.Option)]
    keys = [(option, option.help) for option in options]
    try:
        for option, key in keys:
            if key in MESSAGES:
                option.help = say(key, lang)
        yield
    finally:
        for option, key in keys:
            option.help = key
