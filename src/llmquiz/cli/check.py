"""`llmquiz check`: grade an answer."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import click

from llmquiz import catalog, submission
from llmquiz.catalog import Exercise
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import complete_exercise
from llmquiz.desk import remember, unfinished
from llmquiz.errors import Problem, UsageProblem
from llmquiz.plain import clean, json_text
from llmquiz.report import SCHEMA, Report, Status
from llmquiz.sandbox.launch import start
from llmquiz.sandbox.limits import Limits
from llmquiz.words import explain, pick, say
from llmquiz.workspace import Workspace, locate, require


@click.command(
    cls=WordedCommand,
    name="check",
    examples=("llmquiz check attention", "llmquiz check rope --file my_rope.ipynb --seed 7"),
)
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_exercise)
@click.option("--all", "everything", is_flag=True, help="help.check.all")
@click.option("--file", "path", type=click.Path(path_type=Path), help="help.check.file")
@click.option("--seed", type=int, metavar="N", help="help.check.seed")
@click.option("-v", "--verbose", is_flag=True, help="help.check.verbose")
@click.option("--json", "as_json", is_flag=True, help="help.check.json")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="help.check.junit")
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    everything: bool,
    path: Path | None,
    seed: int | None,
    verbose: bool,
    as_json: bool,
    junit: Path | None,
) -> int:
    lang = current_language(context)
    workspace = locate()
    chosen = _choose(names, everything, path, workspace)
    if not chosen:
        click.echo(say("all_done" if catalog.has_graders() else "public_done", lang))
        return 0
    submissions = [(exercise, submission.read(file)) for exercise, file in chosen]
    if junit is not None:
        _require_writable(junit)
    if not catalog.has_graders():
        log = workspace.log if workspace is not None and path is None else None
        return _check_public(submissions, log, lang, verbose=verbose, as_json=as_json)
    limits = Limits()
    # Imports torch in the background while we import it here.
    launcher = start(limits, hidden=catalog.hidden_paths())
    if sys.stderr.isatty():
        shown = ", ".join(exercise.name for exercise, _ in chosen)
        click.echo(say("checking", lang, names=shown), err=True)
    from llmquiz.grading.run import grade

    reports = grade(
        submissions,
        launcher=launcher,
        limits=limits,
        seed=random.SystemRandom().randrange(2**31) if seed is None else seed,
        junit=junit,
    )
    unrecorded = _record(reports, workspace) if workspace is not None and path is None else None
    if as_json:
        document = {"schema": SCHEMA, "reports": [report.document() for report in reports]}
        click.echo(json_text(document))
    else:
        click.echo(clean(_text(reports, workspace, path, lang, verbose)))
    if unrecorded is not None:
        click.echo(f"llmquiz: {explain(unrecorded, lang)}", err=True)
    return 0 if all(report.status is Status.PASS for report in reports) else 1


def _record(reports: list[Report], workspace: Workspace) -> Problem | None:
    """Write the checks into the log. What stops that is told behind the report, not instead."""
    try:
        for report in reports:
            remember(workspace.log, report)
    except Problem as problem:
        return problem
    return None


def _check_public(
    submissions: list[tuple[Exercise, submission.Submission]],
    log: Path | None,
    lang: str,
    *,
    verbose: bool,
    as_json: bool,
) -> int:
    """A kit for students has no hidden tests: run the public part, and say that it is one."""
    from llmquiz.classroom.public import check_submission
    from llmquiz.render.text import report_text

    reports = [check_submission(exercise, source) for exercise, source in submissions]
    if log is not None:
        for report in reports:
            remember(log, report)
    if as_json:
        document = {"schema": SCHEMA, "reports": [report.document() for report in reports]}
        click.echo(json_text(document))
    else:
        texts = [report_text(report, lang, verbose) for report in reports]
        click.echo(clean("\n\n".join([*texts, say("public_only", lang)])))
    return 0 if all(report.status is Status.PASS for report in reports) else 1


def _choose(
    names: tuple[str, ...], everything: bool, path: Path | None, workspace: Workspace | None
) -> list[tuple[Exercise, Path]]:
    """Which exercises to check, and in which files."""
    exercises = [catalog.find(name) for name in dict.fromkeys(names)]
    if everything and names:
        raise UsageProblem("names_and_all")
    if path is not None:
        if len(exercises) > 1 or everything:
            raise UsageProblem("file_of_many", count=len(exercises) or len(catalog.exercises()))
        known = [exercise for exercise in catalog.exercises() if exercise.name == path.stem]
        if not exercises and not known:
            raise UsageProblem("file_of_what", path=path)
        return [((exercises or known)[0], path)]
    workspace = workspace or require()
    if everything:
        exercises = list(catalog.exercises())
    elif not exercises:
        exercises = unfinished(workspace.log)[:1]
    return [(exercise, workspace.file(exercise)) for exercise in exercises]


def _require_writable(path: Path) -> None:
    try:
        path.open("a").close()
    except OSError as error:
        raise UsageProblem("not_writable", path=path, error=error.strerror) from error


def _text(
    reports: list[Report],
    workspace: Workspace | None,
    path: Path | None,
    lang: str,
    verbose: bool,
) -> str:
    from llmquiz.render.text import report_text

    also = f"--file {path} " if path is not None else ""
    texts = [report_text(report, lang, verbose, also) for report in reports]
    if len(reports) > 1:
        passed = sum(report.status is Status.PASS for report in reports)
        points = sum(report.points for report in reports)
        max_points = sum(report.max_points for report in reports)
        facts = {"points": points, "max_points": max_points, "passed": passed}
        texts.append(say("summary", lang, count=len(reports), **facts))
    return "\n\n".join([*texts, _next(reports, workspace, path, lang)])


def _next(reports: list[Report], workspace: Workspace | None, path: Path | None, lang: str) -> str:
    """The next command to type."""
    for report in reports:
        if report.status is not Status.PASS:
            facts = {"path": report.path, "name": report.exercise}
            if path is not None:
                return say("next_fix_file", lang, **facts)
            key = "next_todo" if report.status is Status.TODO else "next_fix"
            return say(key, lang, **facts)
    asked = _questions(reports, lang)
    if path is not None:
        names = [exercise.name for exercise in catalog.exercises()]
        left = list(catalog.exercises())[names.index(reports[-1].exercise) + 1 :]
    else:
        left = unfinished(workspace.log) if workspace is not None else []
    noted = [say("not_recorded", lang, path=path)] if path is not None and workspace else []
    if not left:
        return "\n".join([*noted, *asked, say("all_done", lang)])
    title = pick(left[0].title, lang)
    return "\n".join([*noted, *asked, say("next_exercise", lang, title=title, name=left[0].name)])


def _questions(reports: list[Report], lang: str) -> list[str]:
    """Where the ideas behind a passed exercise are asked."""
    from llmquiz.quiz.bank import load

    lines = []
    for name in [report.exercise for report in reports][-1:]:
        count = sum(name in question.exercises for question in load())
        if count:
            lines.append(say("quiz_of_exercise", lang, count=count, name=name))
    return lines
