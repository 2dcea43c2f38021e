"""The command line. Only here is anything printed."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from llmquiz import __version__
from llmquiz.cli.base import Group, current_language, report_problem, report_usage_error
from llmquiz.errors import OurFault, Problem, UsageProblem


@click.group(
    cls=Group,
    name="main",
    invoke_without_command=True,
    examples=(
        "llmquiz init my-llm",
        "llmquiz",
        "llmquiz watch attention",
        "llmquiz --lang zh quiz",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
# Eager, so that --help after it speaks the language.
@click.option("--lang", type=click.Choice(["en", "zh"]), is_eager=True, help="help.lang")
@click.option("--content", metavar="DIR", help="help.content")
@click.version_option(__version__, help="help.version")
@click.pass_context
def cli(context: click.Context, lang: str | None, content: str | None) -> int:  # noqa: ARG001
    context.obj = current_language(context)
    if content is not None:
        os.environ["LLMQUIZ_CONTENT"] = content
    if context.invoked_subcommand is None:
        from llmquiz.cli.home import home

        return home(context.obj)
    return 0


def main() -> None:
    """Run the command line and end the process."""
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal's encoding lacks becomes "?", never a crash.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    with contextlib.suppress(BrokenPipeError):  # the reader of a pipe went away
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # tearing torch down would cost hundreds of milliseconds


def run(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    try:
        Path.cwd()
    except FileNotFoundError:
        os.chdir(os.sep)  # any folder that exists: the language is looked up in it
        return report_problem(UsageProblem("folder_gone"))
    try:
        result: Any = cli.main(arguments, prog_name="llmquiz", standalone_mode=False)
    except Problem as problem:
        return report_problem(problem)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.UsageError as error:
        return report_usage_error(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        return 130
    except Exception as error:  # whatever it is, it is ours: no traceback reaches the user
        if os.environ.get("LLMQUIZ_DEBUG"):
            raise
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{frame.filename}:{frame.lineno}"
        return report_problem(OurFault("unexpected", place=place, error=repr(error)))
    return result if isinstance(result, int) else 0


__all__ = ["cli", "main", "run"]
