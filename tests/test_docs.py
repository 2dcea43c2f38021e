"""What the documentation shows is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cogapp import Cog
from rich.cells import cell_len

ROOT = Path(__file__).parents[1]
# Rounding errors differ between processors, and with them the tolerances that follow from them.
TOLERANCE = re.compile(r"\d+(\.\d+)?e-\d+")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "README.zh.md",
        "docs/diagnoses.md",
        "docs/diagnoses.zh.md",
        "docs/cli.md",
        "docs/cli.zh.md",
    ],
)
def test_the_transcripts_are_what_the_program_prints(name: str, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / name).read_text(encoding="utf-8")
    cog = Cog()
    cog.options.print_output = True
    made = cog.process_string(text, name)
    assert TOLERANCE.sub("e", made) == TOLERANCE.sub("e", text), "run: make docs"


def test_both_readmes_have_the_same_shape() -> None:
    shapes = []
    for name in ("README.md", "README.zh.md"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        shapes.append([line.split()[0] for line in lines if re.match(r"#+ |```|\||\d\.", line)])
    assert shapes[0] == shapes[1]


def test_files_that_the_documentation_names_exist() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_command_has_an_example_in_its_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from reference import commands, help_of

    from llmquiz.cli import cli

    for path, command in commands(cli):
        for lang, example in (("en", "Example:"), ("zh", "示例：")):
            text = help_of(command, path, lang)
            assert example in text, path
            assert not re.search(r"help\.\w", text), path
            assert max(map(cell_len, text.splitlines())) <= 80
