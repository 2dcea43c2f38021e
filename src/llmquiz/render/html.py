"""A report with its pictures as HTML: a page that needs nothing else, or a piece for a notebook."""

from __future__ import annotations

from llmquiz.explanation import Explanation, Stage
from llmquiz.render import pictures
from llmquiz.render.template import HERE, rendered
from llmquiz.render.text import failure_sentences, report_text
from llmquiz.report import Failure, Report
from llmquiz.words import pick, say


def page(report: Report, explanation: Explanation | None, lang: str) -> str:
    """One HTML page."""
    return _render(report, explanation, lang, whole=True)


def fragment(report: Report, explanation: Explanation | None, lang: str) -> str:
    """The same, to stand inside another page."""
    return _render(report, explanation, lang, whole=False)


def _render(report: Report, explanation: Explanation | None, lang: str, *, whole: bool) -> str:
    stages = explanation.stages if explanation is not None else ()
    return rendered(
        HERE / "report.html",
        lang,
        whole=whole,
        title=f"{report.exercise}{say('colon', lang)}{pick(report.title, lang)}",
        status=say(report.status, lang),
        points=f"{report.points}/{report.max_points}",
        text=report_text(report, lang),
        explanation=explanation,
        sentence=pick(explanation.sentence, lang) if explanation is not None else "",
        stages=[
            pictures.stage(stage, lang) | {"problem": _problem(stage, lang)} for stage in stages
        ],
    )


def _problem(stage: Stage, lang: str) -> str:
    if stage.problem is None:
        return ""
    kind, facts = stage.problem
    return " ".join(failure_sentences(Failure(kind, dict(facts)), lang))
