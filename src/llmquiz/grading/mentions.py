"""Which refused calls a text names: judged from outside, where the submission's code cannot lie.

What runs in the worker is watched there (`llmquiz.sandbox.refusal`), but code in that process could
undo the watching. The text could hide a name too. Neither proves anything; a reader who grades by
hand is shown both.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator


def mentions(source: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Line and dotted name of each use of torch's functions called `names`, whatever the alias."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    wanted = set(names)
    aliases = dict(_aliases(tree))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            dotted = _dotted(node, aliases)
            if dotted.startswith("torch.") and dotted.rpartition(".")[2] in wanted:
                found.append((node.lineno, dotted))
    return sorted(set(found))


def _aliases(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Names that an import binds, with what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield (
                    (name.asname, name.name) if name.asname else (name.name.partition(".")[0],) * 2
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, aliases)
        return f"{base}.{node.attr}" if base else ""
    return ""
