"""What an assignment is to hold, and the notebooks that hold it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.classroom import build, cells
from llmquiz.classroom.cells import Cell
from llmquiz.errors import UsageProblem
from llmquiz.lab import registry
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import Item, find_item, items_of
from llmquiz.quiz.export import part_of
from llmquiz.words import LANGUAGES

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
QUESTIONS = "questions"


@dataclass(frozen=True)
class Wanted:
    """The contents of an assignment."""

    assignment: str
    exercises: tuple[Exercise, ...] = ()
    questions: tuple[Item, ...] = ()
    labs: tuple[str, ...] = ()


def choose(
    assignment: str,
    exercises: Sequence[str] = (),
    questions: Sequence[str] = (),
    labs: Sequence[str] = (),
) -> Wanted:
    """What is named; all exercises where nothing is. Raises UsageProblem."""
    if not NAME.match(assignment):
        raise UsageProblem("course_bad_name", name=assignment)
    chosen = [catalog.find(name) for name in dict.fromkeys(exercises)]
    if not exercises and not questions and not labs:
        chosen = list(catalog.exercises())
    names = dict.fromkeys(registry.find(name).name for name in labs)
    return Wanted(assignment, tuple(chosen), tuple(_items(questions)), tuple(names))


def _items(names: Sequence[str]) -> list[Item]:
    items: dict[str, Item] = {}
    for name in names:
        bank = load()
        one = find_item(bank, name) if "/" in name else None
        found = [one] if one is not None else []
        if not found:
            found = [item for question in part_of(bank, [name]) for item in items_of(question)]
        items |= {item.card: item for item in found}
    return list(items.values())


def notebooks(
    wanted: Wanted,
    lang: str,
    together: bool,
    tell: Callable[[str], None] = lambda _lab: None,
) -> dict[str, dict[str, Any]]:
    """The notebooks of an assignment by their names.

    Each lab is run once, after `tell` was called with its name: its reference answer has numbers.
    """
    from llmquiz.classroom.labs import of_lab

    assert lang in LANGUAGES
    parts: dict[str, list[Cell]] = {e.name: build.of_exercise(e, lang) for e in wanted.exercises}
    if wanted.questions:
        parts[QUESTIONS] = build.of_questions(wanted.questions, lang)
    for name in wanted.labs:
        tell(name)
        parts[f"lab-{name}"] = of_lab(registry.run(name, quick=True, alone=True), lang)
    if together:
        whole = [cell for part in parts.values() for cell in part]
        return {wanted.assignment: cells.notebook(whole, lang)}
    return {name: cells.notebook(part, lang) for name, part in parts.items()}
