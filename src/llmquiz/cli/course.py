"""`llmquiz course`: nbgrader courses."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.eta import Progress
from llmquiz.cli.typed import quoted
from llmquiz.cli.worded import asked_language
from llmquiz.errors import UsageProblem
from llmquiz.plain import clean
from llmquiz.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmquiz.classroom.batch import Done

    Command = Callable[..., object]


class CourseGroup(WordedCommand, click.Group):
    """The instructors' commands."""


@click.group(
    cls=CourseGroup,
    name="course",
    examples=("llmquiz course new cs1 --exercises attention", "llmquiz course grade ps1"),
)
def command() -> None:
    pass


def _names(_context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """Names that were given one by one or with commas."""
    names = [name for value in values for name in value.replace(",", " ").split()]
    if values and not names:  # an empty variable of a script must not mean: all
        raise UsageProblem("names_none", option=option.opts[0])
    return names


def _names_option(name: str, help_key: str) -> Callable[[Command], Command]:
    return click.option(name, multiple=True, callback=_names, metavar="NAMES", help=help_key)


def _contents(function: Command) -> Command:
    """The options that say what an assignment holds, and how."""
    for option in (
        click.option("--together", is_flag=True, help="help.together"),
        click.option("--assignment", default="ps1", metavar="NAME", help="help.assignment"),
        _names_option("--labs", "help.labs"),
        _names_option("--questions", "help.questions"),
        _names_option("--exercises", "help.exercises"),
    ):
        function = option(function)
    return function


@command.command(
    cls=WordedCommand,
    name="new",
    examples=(
        "llmquiz course new cs1 --exercises attention,rope --questions norm",
        "llmquiz course new cs1 --lang zh --assignment ps1 --together",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_contents
def new_command(folder: Path, together: bool, **contents: Any) -> None:
    from llmquiz.classroom.contents import choose
    from llmquiz.classroom.course import new

    lang = current_language()
    assignment = contents["assignment"]
    written = new(folder, choose(**contents), lang=lang, together=together, tell=_tell)
    for path in written:
        click.echo(clean(str(path)))
    _require_nbgrader(lang)
    typed = quoted(clean(str(folder)))
    click.echo(say("course_next", lang, path=typed, assignment=assignment))


@command.command(
    cls=WordedCommand,
    name="add",
    examples=("llmquiz course add cs1 --exercises block --assignment ps2",),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_contents
def add_command(folder: Path, together: bool, **contents: Any) -> None:
    from llmquiz.classroom.contents import choose
    from llmquiz.classroom.course import add, spoken

    wanted = choose(**contents)
    asked = asked_language(click.get_current_context())
    lang = asked or spoken(folder, wanted.assignment) or current_language()
    for path in add(folder, wanted, lang=lang, together=together, tell=_tell):
        click.echo(clean(str(path)))


def _tell(lab: str) -> None:
    """A lab takes seconds: a word on a terminal."""
    if sys.stderr.isatty():
        click.echo(say("course_lab_runs", current_language(), name=lab), err=True)


@command.command(
    cls=WordedCommand,
    name="grade",
    examples=("llmquiz course grade ps1 --jobs 8", "llmquiz course grade ps1 --student ada"),
)
@click.argument("assignment", required=False)
@click.option(
    "--course",
    "root",
    default=".",
    type=click.Path(path_type=Path, resolve_path=True),
    help="help.course-dir",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="help.jobs")
@click.option("--student", "students", multiple=True, metavar="ID", help="help.student")
@click.option("--force", is_flag=True, help="help.force")
@click.option("--trust-submissions", is_flag=True, help="help.trust")
def grade_command(
    assignment: str | None,
    root: Path,
    jobs: int | None,
    students: tuple[str, ...],
    force: bool,
    trust_submissions: bool,
) -> int:
    lang = current_language()
    if not _has_nbgrader():
        raise UsageProblem("course_no_nbgrader")
    from llmquiz.classroom.batch import Batch

    batch = Batch(root, assignment, trust=trust_submissions or None)
    todo = batch.todo(force=force, students=students)
    progress = Progress(len(todo), lang)
    graded: list[Done] = []
    try:
        for done in batch.grade(todo, jobs or os.cpu_count() or 1):
            graded.append(done)
            progress.step()
    except KeyboardInterrupt:
        progress.clear()
        click.echo(say("course_stopped", lang, count=len(graded)), err=True)
        return 130
    progress.clear()
    failed = [done for done in graded if done.problem]
    noted = [done for done in [*batch.known(), *graded] if done.notes]
    for done in noted:
        for notebook, reason in done.notes:
            click.echo(clean(f"{done.student}  {notebook}: {reason}"))
    for done in failed:
        click.echo(
            clean(say("course_unwritten", lang, student=done.student, error=done.problem)), err=True
        )
    facts = {"count": len(graded) - len(failed), "skipped": len(batch.skipped)}
    click.echo(say("course_graded", lang, **facts, flagged=len(noted)))
    return 2 if failed else 0


@command.command(
    cls=WordedCommand,
    name="kit",
    examples=("llmquiz course kit kit.zip --exercises attention",),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_names_option("--exercises", "help.exercises")
@_names_option("--labs", "help.kit-labs")
@click.option("--course", "root", type=click.Path(path_type=Path), help="help.course-dir")
@click.pass_context
def kit_command(
    context: click.Context,
    folder: Path,
    exercises: list[str],
    labs: list[str],
    root: Path | None,
) -> None:
    from llmquiz import catalog
    from llmquiz.classroom.in_use import in_use
    from llmquiz.classroom.kit import make
    from llmquiz.classroom.lab_files import lab_files, worked

    lang, used = current_language(context), in_use(root)
    if used is not None:
        exercises, labs = exercises or [*used.exercises], labs or [*used.labs]
        for_students = asked_language(context) or used.lang
    else:
        exercises = exercises or [exercise.name for exercise in catalog.exercises()]
        for_students = lang
    for path in make(folder, exercises, labs, for_students):
        click.echo(clean(str(path)))
    if shown := worked(lab_files(labs)):
        facts = {"labs": ", ".join(labs), "names": ", ".join(shown)}
        click.echo(say("kit_worked", lang, **facts), err=True)


def _has_nbgrader() -> bool:
    return importlib.util.find_spec("nbgrader") is not None


def _require_nbgrader(lang: str) -> None:
    if not _has_nbgrader():
        click.echo(say("course_no_nbgrader", lang), err=True)
