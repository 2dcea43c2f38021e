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
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEED = ("--seed", "7")


def transcript(*commands: str, lang: str = "en", cut: int | None = None) -> str:
    """A Markdown block: each command after `$`, and what it prints, in a fresh workspace.

    `{examples}` in a command is the folder of the examples. `cut` shows only the first lines.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"LLMQUIZ_LANG": lang, "NO_COLOR": "1"}
        for path in (ROOT / "examples").glob("*.py"):
            shutil.copy(path, folder)
        shutil.copy(ROOT / "solutions" / "attention.py", Path(folder) / "attention.py")
        parts = []
        for command in ("llmquiz init", *commands):
            arguments = shlex.split(command)[1:]
            seed = SEED if arguments[0] == "check" else ()
            done = subprocess.run(
                [sys.executable, "-m", "llmquiz", *arguments, *seed],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
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
