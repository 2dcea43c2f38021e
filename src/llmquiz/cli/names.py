"""Names on the command line: which exercise is meant, and what a shell may complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.desk import unfinished
from llmquiz.errors import UsageProblem
from llmquiz.workspace import Workspace


def chosen(name: str | None, workspace: Workspace | None) -> Exercise:
    """The exercise of that name; without one the next unfinished, or the first."""
    if name is not None:
        return catalog.find(name)
    left = unfinished(workspace.log) if workspace is not None else []
    found = left or catalog.exercises()
    if not found:
        raise UsageProblem("kit_no_exercises")
    return found[0]


def exercise_argument(metavar: str = "[NAME]", **kwargs: Any) -> Callable[..., Any]:
    """The argument NAME, which shells complete."""
    required = not metavar.startswith("[")
    kwargs = {"required": required, **kwargs}
    return click.argument("name", metavar=metavar, shell_complete=complete_exercise, **kwargs)


def complete_exercise(
    _context: click.Context, _parameter: click.Parameter, start: str
) -> list[CompletionItem]:
    """The exercises whose names begin so. Only names of files are read: a shell waits for this."""
    stems = (path.stem for path in (catalog.content_root() / "exercises").glob("*.toml"))
    return [CompletionItem(name) for name in sorted(stems) if name.startswith(start)]


def complete_question(
    _context: click.Context, _parameter: click.Parameter, start: str
) -> list[CompletionItem]:
    """The topics and questions whose names begin so."""
    from llmquiz.quiz.bank import load

    bank = load()
    names = [*bank.topics, *bank.questions]
    return [CompletionItem(name) for name in names if name.startswith(start)]


__all__ = ["chosen", "complete_exercise", "complete_question", "exercise_argument"]
