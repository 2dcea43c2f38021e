"""Text that came from a stranger, made harmless for whoever reads it on a terminal."""

from __future__ import annotations

import codecs
import json
import re
import sys
import unicodedata


def clean(text: str) -> str:
    """The text without control, format, private or surrogate characters, which become "?".

    Escape sequences could steer a terminal, and characters that turn the direction of writing
    could make a line read as another.
    """
    return "".join(
        c if c in "\n\t" or not unicodedata.category(c).startswith("C") else "?" for c in text
    )


def json_text(document: object) -> str:
    """A document as JSON that a person can read and that steers no terminal.

    JSON is UTF-8. Where what we print is not, it is ASCII, which is both: a pipe on Windows has
    the encoding of the country.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    text = json.dumps(document, ensure_ascii=not is_utf8, indent=2)
    return re.sub(r"[^\n\x20-\x7e]", _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    harmless = not unicodedata.category(character).startswith("C")
    return character if harmless else json.dumps(character)[1:-1]
