"""HTML pages that need nothing else, from jinja2 templates."""

from __future__ import annotations

from pathlib import Path

from llmquiz.words import pick, say

HERE = Path(__file__).parent  # templates may include head.html, which stands here


def rendered(template: Path, lang: str, **facts: object) -> str:
    """A template with these facts; `say` and `pick` give words in its language."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader([template.parent, HERE]),
        autoescape=True,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template.name).render(
        lang=lang,
        say=lambda key, **facts: say(key, lang, **facts),
        pick=lambda text: pick(text, lang),
        **facts,
    )
