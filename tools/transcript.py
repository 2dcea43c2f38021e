"""Runs a command and prints what a reader of the documentation would see.

Used by cog in the README files (`make docs`), so that no transcript is typed by hand.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEED = ("--seed", "7")


def transcript(
    *commands: str, lang: str = "en", cut: int | None = None, typed: Sequence[str] = ()
) -> str:
    """A Markdown block: each command after `$`, and what it prints, in a fresh workspace.

    `cut` shows only the first lines; `typed` are lines that somebody answers.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"LLMQUIZ_LANG": lang, "NO_COLOR": "1", "TERM": "xterm"}
        for path in (ROOT / "examples").glob("*.py"):
            shutil.copy(path, folder)
        shutil.copy(ROOT / "solutions" / "attention.py", Path(folder) / "attention.py")
        parts = []
        for command in ("llmquiz init", *commands):
            arguments = shlex.split(command)[1:]
            seed = SEED if arguments[0] in ("check", "quiz") else ()
            done = subprocess.run(
                [sys.executable, "-m", "llmquiz", *arguments, *seed],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                input="".join(f"{line}\n" for line in typed),
                check=False,
            )
            if done.returncode not in (0, 1):
                sys.exit(f"{command} gave {done.returncode}: {done.stderr}")
            lines = [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]
            shown = lines if cut is None else [*lines[:cut], "..."]
            parts.append(f"$ {command}\n" + "\n".join(shown))
    return "```text\n" + "\n\n".join(parts[1:]) + "\n```"


def exercise_table(lang: str = "en") -> str:
    """The exercises as a Markdown table."""
    from llmquiz import catalog

    head = {"en": ("Exercise", "What you build", "Points"), "zh": ("练习", "内容", "分数")}[lang]
    rows = [f"| {' | '.join(head)} |", "|---|---|---|"]
    rows += [
        f"| `{exercise.name}` | {exercise.title[lang]} | {exercise.points} |"
        for exercise in catalog.exercises()
    ]
    return "\n".join(rows)


def question_table(lang: str = "en") -> str:
    """The topics of the question bank as a Markdown table."""
    from llmquiz.quiz.bank import load

    bank = load()
    head = {
        "en": ("Topic", "Questions", "That grade themselves"),
        "zh": ("主题", "题目", "自动判分的小题"),
    }[lang]
    rows = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for name, title in bank.topics.items():
        questions = [question for question in bank if question.topic == name]
        closed = sum(len(question.closed) for question in questions)
        rows.append(f"| `{name}` {title[lang]} | {len(questions)} | {closed} |")
    return "\n".join(rows)
