"""What llmquiz writes into nbgrader's gradebook beside the points."""

from __future__ import annotations

from typing import Any

from llmquiz.classroom.judged import Judged
from llmquiz.classroom.mend import Notebook, grade_id_of, is_answer
from llmquiz.words import say


def settle(submitted: Any, notebook: Notebook, judged: Judged, lang: str) -> None:
    """Comments and flags of one notebook. `submitted` is nbgrader's SubmittedNotebook."""
    answers = {grade_id_of(cell) for cell in notebook["cells"] if is_answer(cell)}
    for comment in submitted.comments:
        if comment.name not in answers:
            comment.auto_comment = None
            continue
        words = judged.comments.get(comment.name)
        if comment.auto_comment == "No response.":
            # Where the file could not be read, nobody knows whether there is an answer.
            blank = [] if judged.flagged and words else [say("no_response", lang)]
            lines = [*blank, *(words or "").splitlines()]
            comment.auto_comment = "\n".join(dict.fromkeys(line for line in lines if line))
        else:
            comment.auto_comment = words
    for grade in submitted.grades:
        if grade.max_score == 0 and grade.manual_score is None and grade.name not in judged.points:
            grade.auto_score = 0.0  # the text of a question, which holds the mark scheme
            grade.needs_manual_grade = False
        elif judged.flagged and grade.name in judged.points:
            grade.needs_manual_grade = True
