"""What the cells of a running notebook define, as a submission.

Cells are run in any order and often contain much that is no answer: plots, training, this very
check. Taken are the definitions that the exercise asks for, and what these in turn use.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmquiz.submission import Submission, python_lines

NAME = "notebook"  # stands for a path


@dataclass(frozen=True)
class _Piece:
    """One statement at the top of a cell."""

    cell: int
    node: ast.stmt
    lines: tuple[str, ...]  # of the whole cell
    binds: frozenset[str]
    uses: frozenset[str]


def submission(cells: Sequence[tuple[int, str]], wanted: Iterable[str]) -> Submission:
    """The program that the cells (number, source), in the order in which they ran, define.

    `wanted` are names of the exercise. Of each name the last definition counts, as in the notebook.
    """
    pieces = [piece for number, source in cells for piece in _pieces(number, source)]
    chosen: set[int] = set()
    seen: set[str] = set()
    names = list(wanted)
    while names:
        name = names.pop()
        if name in seen:
            continue
        seen.add(name)
        for at in _definition(pieces, name):
            chosen.add(at)
            names += pieces[at].uses
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    for at in sorted(chosen):
        piece = pieces[at]
        first = min([piece.node.lineno, *(d.lineno for d in _decorators(piece.node))])
        for number in range(first, (piece.node.end_lineno or first) + 1):
            lines.append(piece.lines[number - 1])
            places.append((piece.cell, number))
    return Submission(Path(NAME), NAME, "\n".join(lines) + "\n", tuple(places))


def _definition(pieces: Sequence[_Piece], name: str) -> list[int]:
    """The last statement that binds a name, and those after it that change what it is."""
    bound = [at for at, piece in enumerate(pieces) if name in piece.binds]
    if not bound:
        return []
    changed = [at for at in range(bound[-1] + 1, len(pieces)) if _changes(pieces[at].node, name)]
    return [bound[-1], *changed]


def _changes(node: ast.stmt, name: str) -> bool:
    """Whether a statement sets an attribute or an item: `Block.forward = forward`."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    parts = [t for t in targets if isinstance(t, ast.Attribute | ast.Subscript)]
    return any(ast.unparse(part).replace("[", ".").split(".")[0] == name for part in parts)


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])


def _pieces(number: int, source: str) -> list[_Piece]:
    kept = [text if is_python else "" for text, is_python in python_lines(source)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse("\n".join(kept))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # it did not run either
    return [_piece(number, node, tuple(kept)) for node in tree.body]


def _piece(number: int, node: ast.stmt, lines: tuple[str, ...]) -> _Piece:
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    uses = {n.id for n in names if isinstance(n.ctx, ast.Load)}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        binds = {node.name}
    elif isinstance(node, ast.Import | ast.ImportFrom):
        binds = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    elif isinstance(node, ast.Expr):
        binds = set()
    else:
        binds = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        if isinstance(node, ast.AugAssign):
            uses |= binds
    return _Piece(number, node, lines, frozenset(binds), frozenset(uses))
