"""Screens that are compared whole. UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")
# What differs between machines: rounding, versions, and how wide a number of either is.
VARIES = [
    (re.compile(r"\d+(\.\d+)?e-\d+"), "e"),
    (re.compile(r"llmquiz \d[^\s,，]*(, |，)torch \S+"), r"llmquiz X\1torch X"),
]


def check(name: str, text: str) -> None:
    """Compare with tests/golden/NAME.txt."""
    for pattern, plain in VARIES:
        text = pattern.sub(plain, text)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == file.read_text(encoding="utf-8")
