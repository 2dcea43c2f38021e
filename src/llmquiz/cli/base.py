"""What the commands share: lazy loading, problems as one sentence."""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from llmquiz.cli.usage import sentence_of
from llmquiz.cli.worded import LAST, WordedCommand, current_language, spoken
from llmquiz.errors import OurFault, Problem, UsageProblem
from llmquiz.plain import clean
from llmquiz.words import explain, say

__all__ = ["Group", "WordedCommand", "current_language", "report_problem", "report_usage_error"]

COMMANDS = (
    "init",
    "show",
    "check",
    "watch",
    "hint",
    "explain",
    "solution",
    "reset",
    "restore",
    "list",
    "quiz",
    "review",
    "progress",
    "lab",
    "export",
    "doctor",
    "completion",
    "course",
    "dev",
)  # each in llmquiz.cli.<name>, in the order of --help


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
    lang = current_language(error.ctx)
    sentence = say("usage_error", lang, message=sentence_of(error, lang), command=command)
    click.echo(f"llmquiz: {clean(sentence)}", err=True)
    return 2


def present() -> list[str]:
    """The commands that are here: a kit for students lacks the files of some."""
    return [name for name in COMMANDS if Path(__file__).with_name(f"{name}.py").exists()]


class Group(WordedCommand, click.Group):
    """The commands, each imported when it is asked for."""

    @property
    def _key(self) -> str:
        return "help.main" if present() == list(COMMANDS) else "help.kit"

    def format_help_text(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        lacking = set(COMMANDS) - set(present())
        self.examples = tuple(one for one in self.examples if not lacking & set(one.split()))
        super().format_help_text(context, formatter)

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        return present()

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        if name not in present():
            raise UsageProblem("kit_no_command", name=name)
        module = importlib.import_module(f"llmquiz.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Without importing every command for one sentence each."""
        lang = current_language(context)
        with formatter.section("Commands"):
            formatter.write_dl([(name, say(f"help.{name}", lang)) for name in present()])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """The same: a shell waits for the answer."""
        if incomplete.startswith("-"):
            with spoken(self, context):
                return click.Command.shell_complete(self, context, incomplete)
        lang = current_language(context)
        names = [name for name in present() if name.startswith(incomplete)]
        return [CompletionItem(name, help=say(f"help.{name}", lang)) for name in names]

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if args[0] not in COMMANDS and near:
            raise UsageProblem("unknown_command", name=args[0], near=near[0])
        return super().resolve_command(context, args)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with spoken(self, context):
            click.Group.format_help(self, context, formatter)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(context, args)
        LAST["lang"] = current_language(context)
        return rest
