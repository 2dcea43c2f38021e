"""How far a learner is, for a terminal and as a page with plots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from llmquiz.quiz.progress import Progress
from llmquiz.render.cells import ends, is_heard, pad
from llmquiz.render.template import HERE, rendered
from llmquiz.report import Status
from llmquiz.words import pick, say

BAR = 20  # cells
HISTORY = 84  # days in the page's plot


def lines(progress: Progress, lang: str) -> list[str]:
    """The screen of `llmquiz progress`."""
    passed = sum(done.status == Status.PASS for done in progress.exercises)
    points = sum(done.points for done in progress.exercises)
    most = sum(done.max_points for done in progress.exercises)
    facts = {"passed": passed, "count": len(progress.exercises), "points": points, "most": most}
    text = [say("progress_exercises", lang, **facts)]
    for done in progress.exercises:
        left = f"  {say(done.status, lang)}  {pad(done.name, 12)} {pick(done.title, lang)}"
        attempts = say("attempts", lang, count=done.attempts) if done.attempts else ""
        text.append(ends(left, f"{attempts}  {done.points:>3}/{done.max_points}".strip()))
    text += ["", say("progress_questions", lang, retention=_percent(progress.retention, lang))]
    for topic in progress.topics:
        waiting = say("topic_due", lang, count=topic.due) if topic.due else ""
        bar = "" if is_heard() else f"{_bar(topic.seen, topic.items)} "
        left = f"  {pad(topic.name, 13)} {bar}{topic.seen:>3}/{topic.items:<3} {waiting}"
        text.append(
            ends(left.rstrip(), _percent(topic.retention, lang) if topic.seen else "", 80).rstrip()
        )
    text += ["", say("progress_due", lang, due=progress.due, tomorrow=progress.forecast[1][1])]
    if progress.streak > 1:
        text.append(say("streak", lang, days=progress.streak))
    return text


def page(progress: Progress, lang: str) -> str:
    """The same as one HTML page that needs nothing else."""
    last = date.fromisoformat(progress.forecast[0][0])
    days = [(last - timedelta(days=ago)).isoformat() for ago in reversed(range(HISTORY))]
    done = dict(progress.days)
    return rendered(
        HERE / "progress.html",
        lang,
        progress=progress,
        percent=lambda share: _percent(share, lang),
        practice=bars([(day, done.get(day, 0)) for day in days]),
        forecast=bars(progress.forecast),
    )


def bars(
    values: Sequence[tuple[str, int]], width: int = 640, height: int = 120
) -> dict[str, object]:
    """Where the bars of a plot stand, in pixels: the template only draws."""
    most = max((count for _, count in values), default=0) or 1
    step = width / max(len(values), 1)
    shapes = [
        {
            "x": round(at * step, 1),
            "y": round(height - height * count / most, 1),
            "width": round(step * 0.8, 1),
            "height": round(height * count / most, 1),
            "label": f"{day}: {count}",
        }
        for at, (day, count) in enumerate(values)
    ]
    return {
        "shapes": shapes, "width": width, "height": height, "most": most,
        "first": values[0][0] if values else "", "last": values[-1][0] if values else "",
    }  # fmt: skip


def _bar(count: int, of: int) -> str:
    full = round(BAR * count / of) if of else 0
    return f"[{'#' * full}{'-' * (BAR - full)}]"


def _percent(share: float | None, lang: str) -> str:
    return say("no_answers_yet", lang) if share is None else f"{share:.0%}"
