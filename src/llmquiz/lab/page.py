"""A lab's result as HTML: a page that needs nothing else, or a piece of a notebook."""

from __future__ import annotations

import base64
from pathlib import Path

from llmquiz.lab import plot
from llmquiz.lab.records import Result, Spread
from llmquiz.lab.text import cell_text, evidence, verdict
from llmquiz.render.template import rendered


def page(result: Result, lang: str) -> str:
    """A whole page. Raises UsageProblem where matplotlib is not installed."""
    plot.require()
    return _rendered(result, lang, whole=True)


def fragment(result: Result, lang: str) -> str:
    """What a notebook shows; without matplotlib, the same with no plot."""
    return _rendered(result, lang, whole=False)


def _rendered(result: Result, lang: str, whole: bool) -> str:
    return rendered(
        Path(__file__).with_name("page.html"),
        lang,
        result=result,
        whole=whole,
        picture=_picture(result, lang),
        cell=lambda value: cell_text(value, lang).replace("+-", "±"),
        is_number=lambda value: isinstance(value, int | float | Spread),
        verdict=lambda claim: verdict(claim, lang),
        evidence=lambda claim: evidence(claim, lang).replace("+-", "±"),
    )


def _picture(result: Result, lang: str) -> str:
    """The plots as a data address, or nothing."""
    import importlib.util

    if not result.found.plots or importlib.util.find_spec("matplotlib") is None:
        return ""
    drawn = plot.draw(result, lang, "svg")
    return "data:image/svg+xml;base64," + base64.b64encode(drawn).decode("ascii")
