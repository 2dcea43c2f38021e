"""The cells of exercises and questions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from llmquiz.catalog import Exercise
from llmquiz.classroom import cells, ids
from llmquiz.classroom.cells import Cell
from llmquiz.classroom.markdown import (
    bank_text,
    definition_text,
    exercise_text,
    question_text,
    reference_text,
    scheme_text,
)
from llmquiz.classroom.pieces import BEGIN, END, pieces
from llmquiz.classroom.student import seed_of
from llmquiz.quiz.draw import Asked, Item, ask
from llmquiz.quiz.records import Numeric
from llmquiz.statement import docstrings
from llmquiz.words import pick, say

ORDER = 0  # the seed of the order of options, which is the same for all students
CLOSED_POINTS = 1
INSTRUCTOR = "instructor"  # the student whose numbers the solutions have


def of_exercise(exercise: Exercise, lang: str) -> list[Cell]:
    """An exercise: statement, given code, answers, the public check, the points of each part."""
    name = exercise.name
    words = docstrings(exercise, lang)
    picture = exercise.stub.with_suffix(".svg")  # where there is one
    statement = exercise_text(exercise, words["module"], lang)
    if picture.is_file():
        statement += f"\n\n![{pick(exercise.title, lang)}](attachment:{picture.name})"
    made = [
        cells.text(
            statement,
            ids.of_exercise(name, "statement"),
            picture if picture.is_file() else None,
        )
    ]
    for number, piece in enumerate(pieces(exercise, lang)):
        if not piece.name:
            given = ids.of_exercise(name, "given", str(number) if number else "")
            made.append(cells.locked_code(piece.source, given))
            continue
        about = ids.of_exercise(name, "about", piece.name)
        made.append(cells.text(definition_text(piece.name, words), about))
        made.append(cells.answer(piece.source, ids.of_exercise(name, "answer", piece.name)))
    check = f"from llmquiz.classroom.student import check\n\ncheck({name!r}, lang={lang!r})"
    note = say("course_check_cell", lang)
    made.append(cells.locked_code(f"# {note}\n{check}", ids.of_exercise(name, "check")))
    for part, title in exercise.parts.items():
        worth = sum(test.points for test in exercise.tests if test.part == part)
        source = (
            f"# {say('course_points_cell', lang, title=pick(title, lang), points=worth)}\n"
            "from llmquiz.classroom.student import points\n\n"
            f"points({name!r}, {part!r}, lang={lang!r})"
        )
        made.append(cells.points(source, ids.of_exercise(name, "points", part), worth))
    return made


def of_questions(items: Sequence[Item], lang: str) -> list[Cell]:
    """Questions: open ones for a person to grade, closed ones graded by their answer."""
    made = [cells.text(f"# {say('course_questions', lang)}", f"{ids.QUESTION}-all-title")]
    if any(isinstance(item.closed, Numeric) for item in items):
        source = (
            f"# {say('course_student_cell', lang)}\n"
            f'student = ""\n{BEGIN}\nstudent = "{INSTRUCTOR}"\n{END}'
        )
        made.append(cells.answer(source, ids.STUDENT))
    for number, item in enumerate(items, start=1):
        heading = f"## {say('course_question', lang, number=number)}"
        made += _open(item, heading, lang) if item.closed is None else _closed(item, heading, lang)
    return made


def _open(item: Item, heading: str, lang: str) -> list[Cell]:
    question = item.question
    prompt = f"{heading}\n\n{bank_text(question.prompt[lang], question)}"
    text = cells.task(prompt, scheme_text(question, lang), ids.of_question(item.card, "text"))
    worth = max(1, len(question.rubric))
    reference = reference_text(question, lang)
    return [text, cells.manual(reference, ids.of_question(item.card, "answer"), worth)]


def _closed(item: Item, heading: str, lang: str) -> list[Cell]:
    asked = ask(item, ORDER)
    card, closed = item.card, item.closed
    text_id = ids.of_question(card, "text")
    if isinstance(closed, Numeric):
        unit = f" ({say('course_unit', lang, unit=closed.unit[lang])})" if closed.unit else ""
        made = [
            cells.text(f"{heading}\n\n{say('course_run_numbers', lang)}{unit}", text_id),
            cells.locked_code(_asking(item, closed, lang), ids.of_question(card, "numbers")),
        ]
        value = drawn(item, INSTRUCTOR).answer
        note = say("course_a_number", lang)
        solved = f'answer = "{value:.12g}"  # {closed.formula}'
    else:
        made = [cells.text(f"{heading}\n\n{question_text(asked, lang)}", text_id)]
        several = len(asked.right_letters) > 1
        note = say("course_letters" if several else "course_letter", lang)
        solved = f'answer = "{"".join(sorted(asked.right_letters))}"'
    source = f'# {note}\nanswer = ""\n{BEGIN}\n{solved}\n{END}'
    who = "student=student, " if isinstance(closed, Numeric) else ""
    worth = say("course_points_cell", lang, title=card, points=CLOSED_POINTS)
    result = (
        f"# {worth}\n"
        "from llmquiz.classroom.student import question_points\n\n"
        f"question_points({card!r}, {who}lang={lang!r})"
    )
    made.append(cells.answer(source, ids.of_question(card, "answer")))
    made.append(cells.points(result, ids.of_question(card, "points"), CLOSED_POINTS))
    return made


def _asking(item: Item, closed: Numeric, lang: str) -> str:
    """The cell that draws a student's numbers: what to draw from is no secret, the formula is."""
    prompt = bank_text(closed.prompt[lang], item.question)
    parameters = {name: list(values) for name, values in closed.parameters.items()}
    return (
        "from llmquiz.classroom.student import ask\n\n"
        f"ask(\n    {item.card!r},\n    student,\n    {prompt!r},\n"
        f"    {json.dumps(parameters)},\n    lang={lang!r},\n)"
    )


def drawn(item: Item, student: str) -> Asked:
    """A closed question as one student gets it."""
    if isinstance(item.closed, Numeric):
        return ask(item, seed_of(student))
    return ask(item, ORDER)
