"""What the commands share: help in two languages, lazy loading, problems as one sentence."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from llmquiz.errors import OurFault, Problem, UsageProblem
from llmquiz.plain import clean
from llmquiz.words import LANGUAGES, MESSAGES, explain, language, say
from llmquiz.workspace import saved_language

COMMANDS = (
    "check",
    "list",
    "show",
    "init",
    "quiz",
    "review",
    "progress",
    "lab",
    "export",
    "doctor",
    "dev",
)  # each in llmquiz.cli.<name>, in the order of --help


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
    click.echo(f"llmquiz: {clean(sentence)}", err=True)
    return problem.exit_code


def report_usage_error(error: click.UsageError) -> int:
    """Say on stderr what click does not understand; return the exit code."""
    command = error.ctx.command_path if error.ctx is not None else "llmquiz"
    message = error.format_message()
    sentence = say("usage_error", current_language(error.ctx), message=message, command=command)
    click.echo(f"llmquiz: {sentence}", err=True)
    return 2


# The language of the running command, for what goes wrong outside of it.
LAST: dict[str, str] = {}


class WordedFormatter(click.HelpFormatter):
    """Help with its headings in the language of the call."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{say('help.usage', current_language())}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(f"help.{heading.lower()}", current_language()))


class WordedContext(click.Context):
    """Makes the formatter above."""

    formatter_class = WordedFormatter


class WordedCommand(click.Command):
    """A command whose help texts are keys of `llmquiz.words`, in the language of the call."""

    context_class = WordedContext
    examples: tuple[str, ...] = ()

    def __init__(self, *args: Any, examples: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        if not isinstance(self, click.Group):
            # Given before or after the command's name: a user need not know which.
            self.params.append(
                click.Option(
                    ["--lang"],
                    type=click.Choice(LANGUAGES),
                    is_eager=True,
                    expose_value=False,
                    callback=_choose_language,
                    help="help.lang",
                )
            )

    @property
    def _key(self) -> str:
        """The key of the help text; `dev check` is another command than `check`."""
        inner = self.callback is not None and self.callback.__module__.endswith("cli.dev")
        return f"help.dev-{self.name}" if inner and self.name != "dev" else f"help.{self.name}"

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return say(self._key, current_language())

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)
        if option is not None:
            option.help = say("help.help", current_language(context))
        return option

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with _spoken(self, current_language(context)):
            super().format_help(context, formatter)

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        lang = current_language(context)
        keys = [self._key, f"{self._key}.more", f"{self._key}.codes"]
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

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near:
            raise UsageProblem("unknown_command", name=args[0], near=near[0])
        return super().resolve_command(context, args)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with _spoken(self, current_language(context)):
            click.Group.format_help(self, context, formatter)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(context, args)
        LAST["lang"] = current_language(context)
        return rest


def _choose_language(
    context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None:
        context.obj = LAST["lang"] = value
    return value


@contextmanager
def _spoken(command: click.Command, lang: str) -> Iterator[None]:
    """Fill the options' help texts in for the time of printing them."""
    context = click.get_current_context()
    options = [o for o in command.get_params(context) if isinstance(o, click.Option)]
    keys = [(option, option.help) for option in options]
    try:
        for option, key in keys:
            if key in MESSAGES:
                option.help = say(key, lang)
        yield
    finally:
        for option, key in keys:
            option.help = key
