"""`llmquiz list`: the exercises and how far one is."""

from __future__ import annotations

import json
from typing import Any

import click

from llmquiz import catalog, desk
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.render.cells import ends, pad
from llmquiz.report import SCHEMA, Status
from llmquiz.words import pick, say
from llmquiz.workspace import Workspace, locate


@click.command(cls=WordedCommand, name="list", examples=("llmquiz list", "llmquiz list --json"))
@click.option("--json", "as_json", is_flag=True, help="help.check.json")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    lang = current_language(context)
    found = rows(locate())
    if as_json:
        document = {"schema": SCHEMA, "exercises": found}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(table(found, lang)))


def rows(workspace: Workspace | None) -> list[dict[str, Any]]:
    """The exercises, each with what its last check gave."""
    last = desk.last_checks(workspace.log) if workspace else {}
    return [
        {
            "name": exercise.name,
            "title": dict(exercise.title),
            "status": last.get(exercise.name, {}).get("status", Status.TODO),
            "points": last.get(exercise.name, {}).get("points", 0),
            "max_points": exercise.points or last.get(exercise.name, {}).get("max_points", 0),
        }
        for exercise in catalog.exercises()
    ]


def table(found: list[dict[str, Any]], lang: str) -> list[str]:
    """The same as lines."""
    return [
        ends(
            f"{say(row['status'], lang)}  {pad(row['name'], 12)} {pick(row['title'], lang)}",
            _points(row, lang),
        ).rstrip()
        for row in found
    ]


def _points(row: dict[str, Any], lang: str) -> str:
    """Of the hidden tests; in a kit how much of the public part passed, once it was checked."""
    points = f"{row['points']}/{row['max_points']}"
    if catalog.has_graders():
        return points
    return say("public_points", lang, points=points) if row["max_points"] else ""
