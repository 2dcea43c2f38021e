"""The files that labs need in a kit, and the exercises whose worked code is in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from llmquiz import catalog
from llmquiz.lab import registry

PACKAGE = Path(__file__).resolve().parents[1]
LAB = "llmquiz.lab"
LADDER = ("ablation", "chat")  # one trains the model of the other
COMMAND, LADDER_COMMAND = PACKAGE / "cli" / "lab.py", PACKAGE / "cli" / "ablation.py"
STARTED = "llmquiz.lab.ladder.worker"  # as a process, by its name

# Attention in one line is an answer too, whatever the function around it is called.
WORKED = {
    "parts.py": ("rope", "multihead"),
    "bpe.py": ("tokenizer",),
    "tiny.py": ("attention", "multihead", "block"),
    "ladder/parts.py": ("attention", "rmsnorm", "rope", "multihead", "block", "tokenizer"),
    "experiments/aligned_keys.py": ("attention",),
    "experiments/gqa_cache.py": ("attention",),
    "experiments/gradient_depth.py": ("multihead", "block"),
    "experiments/heads.py": ("attention",),
    "experiments/norm_invariance.py": ("rmsnorm",),
    "experiments/permutation.py": ("attention",),
    "experiments/quadratic.py": ("attention",),
    "experiments/rank_collapse.py": ("attention",),
}


def lab_files(labs: Sequence[str]) -> set[Path]:
    """What these labs import, directly or not, with their command; nothing for no labs.

    Raises UsageProblem where there is no such lab.
    """
    names = {registry.find(name).name for name in labs}
    if not names:
        return set()
    todo = [COMMAND, *(PACKAGE / "lab").glob("*.html")]
    if names & set(LADDER):
        names |= set(LADDER)
        todo += [LADDER_COMMAND, *_files_of(STARTED)]
    for name in names:
        todo += _files_of(f"{LAB}.experiments.{name.replace('-', '_')}")
    found: set[Path] = set()
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += _imported(path)
    return found


def worked(files: set[Path]) -> list[str]:
    """The exercises whose worked code is in these files, in the catalog's order."""
    found = {name for file, names in WORKED.items() if PACKAGE / "lab" / file in files
             for name in names}  # fmt: skip
    return [exercise.name for exercise in catalog.exercises() if exercise.name in found]


def _imported(path: Path) -> Iterator[Path]:
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files_of(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:  # a module, or a name in one
                yield from _files_of(f"{node.module}.{alias.name}")


def _files_of(module: str) -> Iterator[Path]:
    """The file of a module of the labs, and those of the packages that it is in."""
    parts = module.split(".")
    if parts[:2] != LAB.split("."):
        return
    for length in range(2, len(parts) + 1):
        base = PACKAGE.parent.joinpath(*parts[:length])
        yield from (p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file())
