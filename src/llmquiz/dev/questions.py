"""Is the question bank whole? Its form and meaning, its formulas, and what its links lead to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llmquiz import catalog
from llmquiz.grading.faults import faults_of
from llmquiz.quiz.bank import NAME, base_of
from llmquiz.quiz.records import bank_of
from llmquiz.quiz.source import Source, read
from llmquiz.quiz.validate import LANGUAGES, MATHS, Mistake, mistakes, texts
from llmquiz.render.maths import formula


def bank_path() -> Path | None:
    """The bank of the content folder in use, if it has one."""
    path = catalog.content_root() / NAME
    return path if path.is_file() else None


def findings(path: Path) -> list[str]:
    """Everything that is wrong with a bank, each with its place."""
    source = read(path)
    base = base_of(source)
    wrong = mistakes(source, base)
    if wrong:
        return [str(mistake) for mistake in wrong]
    return [str(mistake) for mistake in (*_formulas(source), *_links(source, base))]


def _formulas(source: Source) -> Iterator[Mistake]:
    for where, text in texts(source.data["questions"]):
        place = source.place(("questions", *where))
        for lang in LANGUAGES:
            for match in MATHS.finditer(text[lang]):
                try:
                    formula(match[0].strip("$")).encode("gbk")
                except (ValueError, UnicodeEncodeError) as error:
                    yield Mistake(source.path, *place, str(where[0]), f"cannot be shown: {error}")


def _links(source: Source, base: dict[str, dict[str, object]]) -> Iterator[Mistake]:
    """Exercises that a question names exist, and so do questions that a fault names."""
    exercises = {exercise.name: exercise for exercise in catalog.exercises()}
    for key, question in source.data["questions"].items():
        place = source.place(("questions", key, "exercises"))
        for name in question.get("exercises", ()):
            if name not in exercises:
                yield Mistake(source.path, *place, key, f"there is no exercise {name}")
    whole = bank_of({part: {**base[part], **source.data.get(part, {})} for part in base})
    for name, exercise in exercises.items():
        for fault in faults_of(exercise.root, name):
            if whole.find(fault.question) is None:
                what = f"graders/{name}.toml: {fault.name} names {fault.question}, which is missing"
                yield Mistake(source.path, 1, 1, "", what)
