"""What the model is trained on: text that every machine has and no licence binds."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from llmquiz import catalog
from llmquiz.errors import UsageProblem
from llmquiz.words import MESSAGES

KINDS = ("stdlib", "bank", "induction")
MOST = 400_000  # characters that a full run reads
LEAST = 5_000  # below, a model cannot learn anything


def text_of(kind: str, file: Path | None, most: int = MOST) -> str:
    """The text to train on; empty for the synthetic task. Raises UsageProblem."""
    if file is not None:
        return _own(file)[:most]
    if kind == "induction":
        return ""
    return (standard_library if kind == "stdlib" else bank)(most)


def standard_library(most: int) -> str:
    """The sources of Python's standard library, by name: the largest text on every machine."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    text = ""
    for path in sorted(folder.glob("*.py")):
        if len(text) >= most:
            break
        if not path.name.startswith(("_", "this", "antigravity")):
            text += path.read_text(encoding="utf-8", errors="replace") + "\n"
    if len(text) < LEAST:
        raise UsageProblem("no_standard_library", path=folder)
    return text[:most]


def bank(most: int) -> str:
    """The question bank's own questions and answers, in English and Chinese."""
    from llmquiz.quiz.bank import load

    pieces = [
        f"Q: {question.prompt[lang].strip()}\nA: {question.answer[lang].strip()}\n"
        for question in load()
        for lang in ("en", "zh")
    ]
    return "\n".join(pieces)[:most]


def chinese(most: int) -> str:
    """Chinese characters alone: of the bank, or of this program's words in a kit without one."""
    text = "".join(zh for _, zh in MESSAGES.values()) if catalog.is_kit() else bank(300_000)
    return "".join(c for c in text if "\u4e00" <= c <= "\u9fff")[:most]


def _own(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("text_unreadable", path=file, error=error) from error
    if len(text) < LEAST:
        raise UsageProblem("text_short", path=file, count=len(text), least=LEAST)
    return text
