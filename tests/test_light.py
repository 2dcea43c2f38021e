"""What must stay light: commands that need no torch, and who imports whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "llmquiz"

LIGHT_COMMANDS = [
    (),
    ("--help",),
    ("--version",),
    ("list",),
    ("list", "--json"),
    ("show", "rope"),
    ("show", "rope", "--help"),
    ("init", "new"),
    ("hint", "rope"),
    ("solution", "rope"),
    ("reset", "rope"),
    ("restore", "rope"),
    ("quiz", "attention", "--show"),
    ("review",),
    ("progress",),
    ("completion", "zsh"),
    ("watch", "rope"),
    ("explain", "--help"),
    ("check", "--help"),
    ("check", "no_such_exercise"),
    ("check", "rope", "--file", "no_such_file.py"),
    ("quiz", "attention", "--show"),
    ("quiz", "--help"),
    ("review",),
    ("progress",),
    ("export", "html", "page.html"),
    ("doctor", "--help"),
    ("lab", "list"),
    ("lab", "list", "--json"),
    ("lab", "--help"),
    ("lab", "ffn", "--help"),
    ("lab", "ablation", "--help"),
    ("lab", "chat", "--help"),
]

# Which parts of the package a part may import. An arrow that is not here is a mistake.
ALLOWED = {
    "cli": {"backup", "catalog", "causes", "classroom", "desk", "dev", "errors", "files", "grading",
            "history", "lab",
            "making", "plain", "quiz", "render", "report", "sandbox", "statement", "submission",
            "words", "workspace"},
    "dev": {"catalog", "errors", "grading", "quiz", "render", "report", "sandbox", "statement",
            "submission", "words"},
    "notebook": {"catalog", "cells", "classroom", "desk", "errors", "explanation", "grading",
                 "render", "report", "statement", "submission", "words", "workspace"},
    "grading": {"catalog", "errors", "explanation", "plain", "render", "report", "sandbox",
                "submission", "words"},
    "quiz": {"catalog", "errors", "history", "plain", "render", "report", "words"},
    "render": {"explanation", "plain", "quiz", "report", "words"},
    "lab": {"catalog", "errors", "history", "quiz", "render", "report", "submission", "words",
            "workspace"},
    "classroom": {"catalog", "cells", "errors", "grading", "lab", "plain", "quiz", "render",
                  "report", "sandbox", "statement", "submission", "words"},
    "making": {"catalog", "errors", "statement", "workspace"},
    "desk": {"catalog", "history", "report"},
    "backup": {"catalog", "errors", "statement", "words", "workspace"},
    "cells": {"submission"},
    "files": set(),
    "explanation": set(),
    "plain": set(),
    "sandbox": set(),
    "catalog": {"errors"},
    "errors": set(),
    "history": {"errors", "files"},
    "report": set(),
    "statement": {"catalog"},
    "submission": {"errors", "plain"},
    "words": {"causes", "errors"},
    "causes": set(),
    "workspace": {"catalog", "errors"},
}  # fmt: skip


@pytest.mark.parametrize("arguments", LIGHT_COMMANDS, ids=" ".join)
def test_a_command_that_needs_no_torch_imports_none(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys\n"
        "from llmquiz.cli import run\n"
        "try: run(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = [n for n in ('torch', 'pytest', 'numpy', 'asyncio') if n in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_the_plugin_costs_other_test_runs_nothing() -> None:
    program = "import llmquiz.grading.plugin, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_parts_import_only_what_they_may() -> None:
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part.startswith("__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in imported(node):
                other = name.split(".")[1] if "." in name else ""
                if other and other != part:
                    assert other in ALLOWED[part], f"{path} imports {name}"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module == "llmquiz":
        names = [f"llmquiz.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    else:
        names = []
    return [name for name in names if name.split(".")[0] == "llmquiz" and "__" not in name]


def test_only_the_command_line_prints() -> None:
    for path in PACKAGE.rglob("*.py"):
        if "cli" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(getattr(node, "func", None), "id", "")
            assert called != "print", path
