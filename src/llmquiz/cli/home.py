"""`llmquiz` alone: where am I, what is next, what is due."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from llmquiz import catalog, desk, history
from llmquiz.cli.base import present
from llmquiz.desk import Last
from llmquiz.plain import clean
from llmquiz.render.cells import WIDTH, cell_len, ends, pad, wrap
from llmquiz.report import Status
from llmquiz.words import pick, say
from llmquiz.workspace import Workspace, locate


def home(lang: str) -> int:
    """Print the screen. It imports nothing heavy: it is what one types first."""
    workspace = locate()
    click.echo(clean("\n".join(_outside(lang) if workspace is None else _inside(workspace, lang))))
    return 0


def _outside(lang: str) -> list[str]:
    return [
        *wrap(say("home_outside", lang), WIDTH, ""),
        "",
        *_commands([("llmquiz init my-llm", "home_init"), ("llmquiz --help", "home_help")], lang),
    ]


def _in_kit(workspace: Workspace, lang: str) -> list[str]:
    """Of the public part alone, and with the commands that a kit has."""
    exercises, left = catalog.exercises(), desk.unfinished(workspace.log)
    facts = {"passed": len(exercises) - len(left), "count": len(exercises)}
    how_far = say("home_public", lang, **facts) if exercises else ""
    lines = [ends(_shown(workspace.root), how_far).rstrip()]
    if left:
        lines += ["", *_next(workspace, lang)]
    elif exercises:
        lines += ["", say("public_done", lang), ""]
        lines += _commands([("llmquiz list", "home_list")], lang)
    if "lab" in present():
        lines += ["", *_commands([("llmquiz lab list", "home_labs")], lang)]
    return lines


def _inside(workspace: Workspace, lang: str) -> list[str]:
    if not catalog.has_graders():
        return _in_kit(workspace, lang)
    exercises = catalog.exercises()
    checks = desk.last_checks(workspace.log)
    left = desk.unfinished(workspace.log)
    waiting = due(workspace.log)
    facts = {
        "passed": len(exercises) - len(left),
        "count": len(exercises),
        "points": sum(int(c.get("points", 0)) for n, c in checks.items() if _is_there(n)),
        "most": sum(exercise.points for exercise in exercises),
    }
    lines = [ends(_shown(workspace.root), say("home_progress", lang, **facts)), ""]
    if left:
        lines += _next(workspace, lang)
    else:
        lines += [say("home_done", lang), ""]
        lines += _commands([("llmquiz list", "home_list"), ("llmquiz quiz", "home_quiz")], lang)
    key = "home_due" if waiting else "home_not_due"
    lines += ["", *_commands([("llmquiz review", key)], lang, due=waiting)]
    return lines


def _next(workspace: Workspace, lang: str) -> list[str]:
    exercise = desk.unfinished(workspace.log)[0]
    before = desk.last(workspace.log, exercise)
    path = _shown(workspace.file(exercise))
    title = say("home_next", lang, name=exercise.name, title=pick(exercise.title, lang))
    lines = [ends(title, path), _state(before, exercise.points, lang), ""]
    name = exercise.name
    commands = [(f"llmquiz show {name}", "home_show"), (f"llmquiz watch {name}", "home_watch")]
    if before.status is not Status.FAIL:
        commands.append((f"llmquiz check {name}", "home_check"))
    else:
        commands.append((f"llmquiz explain {name}", "home_explain"))
    commands.append((f"llmquiz hint {name}", "home_hint"))
    here = present()  # a kit has not all
    return lines + _commands([row for row in commands if row[0].split()[1] in here], lang)


def _state(before: Last, most: int, lang: str) -> str:
    if not before.known:
        return f"  {say('home_fresh', lang)}"
    facts = {"points": before.points, "most": most, "count": before.checks, "hints": before.hints}
    key = "home_state" if catalog.has_graders() else "home_state_public"
    return f"  {say(before.status, lang)}  {say(key, lang, **facts)}"


def _commands(rows: Sequence[tuple[str, str]], lang: str, **facts: object) -> list[str]:
    width = max(28, *(cell_len(command) + 2 for command, _ in rows))
    return [f"  {pad(command, width)}{say(key, lang, **facts)}" for command, key in rows]


def due(log: Path) -> int:
    """How many cards are due today. Without any, the scheduler is not even imported."""
    records = list(history.read(log))
    if not any(record["kind"] == "answer" or record.get("faults") for record in records):
        return 0
    from llmquiz.quiz.bank import load
    from llmquiz.quiz.cards import cards
    from llmquiz.quiz.cards import due as due_cards

    now = datetime.now(UTC)
    return len(due_cards(cards(records, load(), now), now))


def _is_there(name: str) -> bool:
    return any(exercise.name == name for exercise in catalog.exercises())


def _shown(path: Path) -> str:
    """The path as one would type it: from here, or from the home folder."""
    places = [(Path.cwd(), "")]
    if sys.platform != "win32":  # whose command prompt does not know it
        places.append((Path.home(), "~/"))
    for folder, prefix in places:
        try:
            inner = path.resolve().relative_to(folder.resolve())
        except (ValueError, OSError):
            continue
        return f"{prefix}{inner}" if inner.parts else str(path)
    return str(path)
