"""Makes one program of a notebook's cells: what the wanted names need, and nothing else.

A notebook is full of trials: calls that print, loops, questions to the keyboard, plots with a
library that the grading machine has not. None of them takes part in the answer, so none of them is
run. Kept are the statements that bind a wanted name, and those that they need, wherever they stand.
"""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from llmquiz.submission import Submission, python_lines

MOST_JOINED = 4  # cells that together may be one statement, after a split
FUTURE = "from __future__ import annotations"
BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass
class Statement:
    """One or several statements that share lines: `first` to `last` of the program, from 0."""

    first: int
    last: int
    binds: set[str]
    uses: set[str]
    stores: set[str]  # names whose objects get an item or an attribute
    calls: set[str]  # names of which a method is called, which may change them
    star: bool = False
    defines: bool = False  # a function, a class or an import: calling its methods changes nothing


@dataclass
class Program:
    """The lines of all cells, and which statements of them are run."""

    lines: list[str] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)  # (cell, line in it) of each line
    statements: list[Statement] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # lines that are not Python
    broken: list[tuple[int, int, str]] = field(default_factory=list)  # cell, line, message
    future: bool = False
    removed: list[int] = field(default_factory=list)  # statements that failed when they were run

    def submission(self, shown: str, wanted: Iterable[str]) -> Submission:
        """The program as a submission: other lines are empty, so that places stay."""
        kept: set[int] = set()
        for number in self._needed(set(wanted)):
            statement = self.statements[number]
            kept.update(range(statement.first, statement.last + 1))
        lines = [line if at in kept else "" for at, line in enumerate(self.lines)]
        cells = list(self.cells)
        if self.future:
            lines, cells = [FUTURE, *lines], [(1, 1), *cells]
        return Submission(
            Path(shown), shown, "\n".join(lines) + "\n", tuple(cells), tuple(self.ignored)
        )

    def remove(self, line: int) -> str | None:
        """Leave out the statement at a line of the program (from 1); its place, if there is one."""
        at = line - 1 - self.future
        for number, statement in enumerate(self.statements):
            if statement.first <= at <= statement.last and number not in self.removed:
                self.removed.append(number)
                cell, first = self.cells[statement.first]
                return f"{cell}:{first}"
        return None

    def _needed(self, names: set[str]) -> list[int]:
        left = [n for n in range(len(self.statements)) if n not in self.removed]
        plain = {name for s in self.statements if not s.defines for name in s.binds}
        kept: set[int] = set()
        grown = True
        while grown:
            grown = False
            for number in left:
                statement = self.statements[number]
                needed = statement.binds & names or statement.star
                changed = statement.stores & names or statement.calls & names & plain
                if number not in kept and (needed or changed):
                    kept.add(number)
                    names |= statement.uses
                    grown = True
        return sorted(kept)


def program(sources: Sequence[tuple[int, str]]) -> Program:
    """Read cells, (number, source) each, in the order of the notebook."""
    made = Program()
    at = 0
    while at < len(sources):
        for count in _counts(sources, at):
            group = sources[at : at + count]
            if _add(made, group):
                at += count
                break
        else:
            number, source = sources[at]
            made.broken.append(_first_error(number, source))
            at += 1
    return made


def _counts(sources: Sequence[tuple[int, str]], at: int) -> list[int]:
    """How many cells to read as one: first with those that go on inside a block, after a split."""
    most = min(MOST_JOINED, len(sources) - at)
    count = 1
    while count < most and sources[at + count][1].lstrip("\n")[:1] in (" ", "\t"):
        count += 1
    return [count, *(n for n in range(1, most + 1) if n != count)]


def _add(made: Program, group: Sequence[tuple[int, str]]) -> bool:
    """Add cells that are Python together."""
    lines: list[str] = []
    cells: list[tuple[int, int]] = []
    ignored: list[str] = []
    for number, source in group:
        for at, (line, python) in enumerate(python_lines(source), start=1):
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(line if python else f"{indent}pass")
            cells.append((number, at))
            if not python:
                ignored.append(f"cell {number}:{at}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse("\n".join(lines))
            statements = _statements(tree, lines, len(made.lines))
    except BROKEN:
        return False
    made.lines += lines
    made.cells += cells
    made.ignored += ignored
    made.statements += statements
    made.future |= any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body
    )
    return True


def _first_error(number: int, source: str) -> tuple[int, int, str]:
    lines = [line if python else "pass" for line, python in python_lines(source)]
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as error:
        return number, error.lineno or 1, str(error.msg)
    except BROKEN as error:
        return number, 1, type(error).__name__
    return number, 1, ""


def _statements(tree: ast.Module, lines: list[str], offset: int) -> list[Statement]:
    groups: list[list[ast.stmt]] = []
    last = -1
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            continue
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if groups and first <= last:
            groups[-1].append(node)
        else:
            groups.append([node])
        last = max(last, node.end_lineno or first)
    return [_statement(group, lines, offset) for group in groups]


def _statement(nodes: list[ast.stmt], lines: list[str], offset: int) -> Statement:
    decorators = [d.lineno for node in nodes for d in getattr(node, "decorator_list", [])]
    first = min([nodes[0].lineno, *decorators]) - 1
    last = (nodes[-1].end_lineno or first + 1) - 1
    table = symtable.symtable("\n".join(lines[first : last + 1]), "cell", "exec")
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return Statement(
        first + offset,
        last + offset,
        binds,
        _used(table),
        {name for node in nodes for name in _changed(node, called=False)},
        {name for node in nodes for name in _changed(node, called=True)},
        any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in nodes),
        all(isinstance(node, definitions) for node in nodes),
    )


def _used(table: symtable.SymbolTable) -> set[str]:
    """The global names that a piece of code looks up, its functions' too."""
    top = table.get_type() == "module"
    used = {
        s.get_name() for s in table.get_symbols() if s.is_referenced() and (top or s.is_global())
    }
    for child in table.get_children():
        used |= _used(child)
    return used


def _changed(node: ast.stmt, *, called: bool) -> set[str]:
    """Names whose objects a statement changes: x[0] = 1, x.y = 1; by a call: x.append(1)."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    found: set[str] = set()
    for inner in ast.walk(node):
        target: ast.AST | None = None
        if called and isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            target = inner.func
        elif isinstance(inner, ast.Attribute | ast.Subscript) and not called:
            target = None if isinstance(inner.ctx, ast.Load) else inner
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found
