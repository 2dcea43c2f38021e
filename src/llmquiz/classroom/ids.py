"""The ids of the cells that nbgrader knows: made from names that never change, so they never do.

attention-statement              a text that is locked
attention-given                  the code that is given
attention-about-masked_softmax   the statement of one function
attention-answer-masked_softmax  what a student writes
attention-check                  the public check
attention-points-weights         the points of one part
question-norm_why-text           a question of the bank, norm.why
question-norm_why-answer         its answer
question-norm_why__axis-points   the points of its closed question norm.why/axis
lab-softmax_scaling-answer       the conclusion that a student draws from a lab
"""

from __future__ import annotations

from dataclasses import dataclass

QUESTION = "question"
LAB = "lab"
STUDENT = "student-id"


@dataclass(frozen=True)
class Name:
    """What a cell belongs to: an exercise, a question or a lab (`owner`), and its role in it."""

    owner: str
    role: str  # statement given about answer check points, text numbers, run task
    what: str = ""  # of an exercise: a function or a part
    question: bool = False
    lab: bool = False


def of_exercise(exercise: str, role: str, what: str = "") -> str:
    """The id of a cell of an exercise."""
    return "-".join([exercise, role, *([what] if what else [])])


def of_question(card: str, role: str) -> str:
    """The id of a cell of a question; no id of the bank has an underscore."""
    return f"{QUESTION}-{card.replace('/', '__').replace('.', '_')}-{role}"


def of_lab(lab: str, role: str) -> str:
    """The id of a cell of a lab; no lab has an underscore in its name."""
    return f"{LAB}-{lab.replace('-', '_')}-{role}"


def parse(grade_id: str) -> Name | None:
    """What an id stands for; None for one that is not ours."""
    first, _, rest = grade_id.partition("-")
    if first == QUESTION:
        slug, _, role = rest.rpartition("-")
        name, _, closed = slug.partition("__")
        card = name.replace("_", ".", 1) + (f"/{closed}" if closed else "")
        return Name(card, role, question=True) if name and role else None
    if first == LAB:
        slug, _, role = rest.rpartition("-")
        return Name(slug.replace("_", "-"), role, lab=True) if slug and role else None
    role, _, what = rest.partition("-")
    if role not in ("statement", "given", "about", "answer", "check", "points"):
        return None
    return Name(first, role, what)
