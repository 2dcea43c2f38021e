"""What a notebook gets: points, reports and comments, by the ids of nbgrader's cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmquiz.catalog import Exercise
from llmquiz.classroom import ids
from llmquiz.classroom.answers import assigned, is_other, judge_answer
from llmquiz.classroom.feedback import comment_of, found_text, part_text
from llmquiz.classroom.mend import Finding, Notebook, grade_id_of, is_answer
from llmquiz.report import Report
from llmquiz.words import pick, say


@dataclass
class Judged:
    """What a notebook gets. Ids are those of nbgrader's cells."""

    points: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # the report of each of these
    comments: dict[str, str] = field(default_factory=dict)  # by the ids of answers
    reasons: list[str] = field(default_factory=list)  # why a person should look at it
    level: str = ""
    trusted: bool = False

    @property
    def flagged(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.reasons)


def settle(judged: Judged, report: Report, exercise: Exercise, lang: str) -> str:
    """Points and texts of an exercise's parts; all of them in one sentence."""
    words = []
    for part, title in exercise.parts.items():
        grade_id = ids.of_exercise(exercise.name, "points", part)
        earned = float(sum(test.points for test in report.of_part(part)))
        most = sum(test.points for test in exercise.tests if test.part == part)
        judged.points[grade_id] = earned
        judged.texts[grade_id] = part_text(report, part, lang)
        words.append(f"{pick(title, lang)} {earned:g}/{most}")
    return say("course_summary", lang, parts=say("comma", lang).join(words))


def settle_fault(judged: Judged, exercise: Exercise, lang: str) -> None:
    for part in exercise.parts:
        grade_id = ids.of_exercise(exercise.name, "points", part)
        judged.points[grade_id] = 0.0
        judged.texts[grade_id] = say("our_fault", lang)


def settle_closed(
    judged: Judged,
    notebook: Notebook,
    student: str,
    lang: str,
    of_cells: dict[str, list[Finding]],
    findings: list[Finding],
) -> None:
    """Closed questions, and cells with points that are none of ours."""
    sources = {grade_id_of(cell): cell["source"] for cell in notebook["cells"]}
    who = assigned(sources.get(ids.STUDENT, ""), "student")
    if is_other(who, student):
        facts = {"typed": who[:60], "student": student}
        of_cells.setdefault(ids.STUDENT, []).append(("found_other_student", facts))
    for cell in notebook["cells"]:
        facts = cell.get("metadata", {}).get("nbgrader", {})
        grade_id = grade_id_of(cell) or ""
        if not facts.get("grade") or cell["cell_type"] != "code" or grade_id in judged.points:
            continue
        name = ids.parse(grade_id)
        worth = float(facts.get("points") or 0)
        if name is None or not name.question:
            judged.points[grade_id], judged.texts[grade_id] = 0.0, say("found_own_test", lang)
            findings.append(("found_foreign_grade", {"cell": grade_id}))
            continue
        answer_id = ids.of_question(name.owner, "answer")
        typed = sources.get(ids.STUDENT, "")
        score, found = judge_answer(name.owner, sources.get(answer_id, ""), student, typed)
        judged.points[grade_id] = round(score * worth, 2)
        judged.texts[grade_id] = comment_of(found_text(found, lang))
        of_cells.setdefault(answer_id, []).extend(found)


def settle_comments(
    judged: Judged,
    notebook: Notebook,
    summaries: dict[str, str],
    findings: list[Finding],
    of_cells: dict[str, list[Finding]],
    lang: str,
) -> None:
    """A comment for each answer; the first one of an exercise also says what all of it got."""
    told: set[str] = set()
    whole = found_text(findings, lang)
    for cell in notebook["cells"]:
        grade_id = grade_id_of(cell)
        if grade_id is None or not is_answer(cell):
            continue
        sentences, whole = whole, []
        name = ids.parse(grade_id)
        if name is not None and name.owner in summaries and name.owner not in told:
            told.add(name.owner)
            sentences = [*sentences, summaries[name.owner]]
        sentences = [*sentences, *found_text(of_cells.get(grade_id, []), lang)]
        if sentences:
            judged.comments[grade_id] = comment_of(sentences)
