"""`llmquiz list`: the exercises and how far one is."""

from __future__ import annotations

import json

import click

from llmquiz import catalog, history
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.render.cells import ends, pad
from llmquiz.report import SCHEMA, Status
from llmquiz.words import pick, say
from llmquiz.workspace import locate


@click.command(cls=WordedCommand, name="list", examples=("llmquiz list", "llmquiz list --json"))
@click.option("--json", "as_json", is_flag=True, help="help.check.json")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    lang = current_language(context)
    workspace = locate()
    last = history.last_checks(workspace.log) if workspace else {}
    rows = [
        {
            "name": exercise.name,
            "title": dict(exercise.title),
            "status": last.get(exercise.name, {}).get("status", Status.TODO),
            "points": last.get(exercise.name, {}).get("points", 0),
            "max_points": exercise.points,
        }
        for exercise in catalog.exercises()
    ]
    if as_json:
        document = {"schema": SCHEMA, "exercises": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for row in rows:
        left = f"{say(row['status'], lang)}  {pad(row['name'], 12)} {pick(row['title'], lang)}"
        click.echo(ends(left, f"{row['points']}/{row['max_points']}"))
