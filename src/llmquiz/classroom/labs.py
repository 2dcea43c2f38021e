"""The cells of a lab: the student runs it and writes a conclusion, which a person grades."""

from __future__ import annotations

from llmquiz.classroom import cells, ids
from llmquiz.classroom.cells import Cell
from llmquiz.classroom.markdown import reference_text
from llmquiz.lab.records import Result
from llmquiz.lab.text import evidence, verdict
from llmquiz.quiz.bank import load
from llmquiz.words import pick, say

# Of a conclusion, a point each. What a particular lab shows is in the reference beside them.
RUBRIC = ("measured", "numbers", "verdict", "mechanism", "limit")


def of_lab(result: Result, lang: str) -> list[Cell]:
    """A lab's cells. `result` is a run of the instructor's: its numbers are in the reference."""
    lab = result.lab
    statement = [
        f"# {say('course_lab', lang, title=pick(lab.title, lang))}",
        f"**{say('lab_claim', lang).strip()}** {pick(lab.claim, lang)}",
        f"**{say('lab_measures', lang).strip()}** {pick(lab.measures, lang)}",
        say("course_lab_expect", lang),
    ]
    source = f"from llmquiz.lab import run\n\nrun({lab.name!r}, quick=True, lang={lang!r})"
    return [
        cells.text("\n\n".join(statement), ids.of_lab(lab.name, "text")),
        cells.locked_code(
            f"# {say('course_lab_run', lang)}\n{source}", ids.of_lab(lab.name, "run")
        ),
        cells.task(_asked(lang), _scheme(lang), ids.of_lab(lab.name, "task")),
        cells.manual(_reference(result, lang), ids.of_lab(lab.name, "answer"), len(RUBRIC)),
    ]


def _asked(lang: str) -> str:
    wanted = [f"- {say(f'course_lab_ask_{point}', lang)}" for point in RUBRIC]
    return "\n".join([f"## {say('course_lab_conclusion', lang)}", "", *wanted])


def _scheme(lang: str) -> str:
    points = [say(f"course_lab_point_{point}", lang) for point in RUBRIC]
    numbered = [f"{number}. {point}" for number, point in enumerate(points, start=1)]
    return "\n".join([say("course_scheme", lang), "", *numbered])


def _reference(result: Result, lang: str) -> str:
    """What a run showed, and the bank's answers to the questions behind it."""
    found = [
        f"- **{verdict(claim, lang)}** "
        f"{say('lab_people_say', lang) if claim.popular else ''}{pick(claim.text, lang)} "
        f"({evidence(claim, lang)})"
        for claim in result.found.claims
    ]
    facts = {"seed": result.seed, "seeds": result.seeds}
    blocks = [say("course_lab_run_of", lang, **facts), "\n".join(found)]
    blocks += [pick(note, lang) for note in result.found.notes]
    bank = {question.id: question for question in load()}
    name, _, part = result.lab.question.partition(" ")
    if name in bank:  # a bank of one's own may not have it
        blocks += [
            say("course_lab_why", lang, name=result.lab.question),
            reference_text(bank[name], lang, part),
        ]
    return "\n\n".join(blocks)
