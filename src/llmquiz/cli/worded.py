"""Help and language of the commands: texts are keys of `llmquiz.words`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.shell_completion import CompletionItem

from llmquiz.words import LANGUAGES, MESSAGES, language, say
from llmquiz.workspace import saved_language

# The language of the running command, for what goes wrong outside of it.
LAST: dict[str, str] = {}


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


def asked_language(context: click.Context) -> str | None:
    """The language that --lang names in this call; None without it."""
    asked: str | None = context.meta.get("lang") or context.find_root().params.get("lang")
    return asked


GROUPS = ("course", "dev")  # commands that have commands


class WordedFormatter(click.HelpFormatter):
    """Help with its headings in the language of the call."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _titled("help.usage"))

    def write_heading(self, heading: str) -> None:
        self.write(f"{_titled(f'help.{heading.lower()}').rstrip()}\n")


def _titled(key: str) -> str:
    lang = current_language()
    return say(key, lang) + say("colon", lang)


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
        module = self.callback.__module__ if self.callback is not None else ""
        group = module.rpartition(".")[2]
        inner = group in GROUPS and self.name != group
        return f"help.{group}-{self.name}" if inner else f"help.{self.name}"

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, args)
        except click.UsageError as error:  # click leaves out which command it was, for some
            error.ctx = error.ctx or context
            raise

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        return say(self._key, current_language())

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)
        if option is not None:
            option.help = say("help.help", current_language(context))
        return option

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with spoken(self, context):
            super().format_help(context, formatter)

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        with spoken(self, context):
            return super().shell_complete(context, incomplete)

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        lang = current_language(context)
        keys = [self._key, f"{self._key}.more", f"{self._key}.codes", f"{self._key}.heard"]
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


def _choose_language(
    context: click.Context, _option: click.Parameter, value: str | None
) -> str | None:
    if value is not None:
        context.obj = context.meta["lang"] = LAST["lang"] = value
    return value


@contextmanager
def spoken(command: click.Command, context: click.Context) -> Iterator[None]:
    """Fill the options' help texts in for the time of printing them."""
    lang = current_language(context)
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
