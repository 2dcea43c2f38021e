"""Cuts a stub into the cells of a notebook, and puts the solution into those that are answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from llmquiz.catalog import Exercise
from llmquiz.errors import OurFault
from llmquiz.statement import stub_text

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Definition = ast.FunctionDef | ast.ClassDef


@dataclass
class Piece:
    """A stretch of the stub: given code, or a definition for the student to fill in."""

    name: str  # of the definition; empty for given code
    stub: str
    source: str  # the same with the solution between markers
    defines: tuple[str, ...] = ()


@dataclass
class _Stretch:
    first: int  # line, from 1
    last: int
    nodes: list[ast.stmt] = field(default_factory=list)


def pieces(exercise: Exercise, lang: str) -> list[Piece]:
    """The stub's code in order, without the docstring of the file. Raises OurFault."""
    stub = stub_text(exercise, lang)
    solution = exercise.solution.read_text(encoding="utf-8")
    lines = stub.splitlines()
    nodes = _body(ast.parse(stub))
    made: list[Piece] = []
    stretch: _Stretch | None = None
    for node in nodes:
        start = _first_line(node, lines)
        if isinstance(node, Definition) and _holes(node):
            if stretch is not None:
                made.append(_given(stretch, lines))
                stretch = None
            made.append(_answer(exercise, node, lines, start, solution))
            continue
        if stretch is None:
            stretch = _Stretch(start, 0)
        stretch.last = node.end_lineno or start
    if stretch is not None:
        made.append(_given(stretch, lines))
    return made


def _given(stretch: _Stretch, lines: list[str]) -> Piece:
    text = "\n".join(lines[stretch.first - 1 : stretch.last]).strip("\n")
    return Piece("", text, text)


def _answer(
    exercise: Exercise, node: Definition, lines: list[str], start: int, solution: str
) -> Piece:
    end = node.end_lineno or start
    holes = _holes(node)
    if (holes[-1][1].end_lineno or 0) != end:
        raise OurFault("broken_content", path=exercise.stub, error="a stub that does not end open")
    solved = solution.splitlines()
    tree = ast.parse(solution)
    text: list[str] = []
    at = start
    for number, (owner, hole) in enumerate(holes, start=1):
        text += lines[at - 1 : hole.lineno - 1]
        indent = " " * hole.col_offset
        found = _find(tree, owner)
        if found is None:
            raise OurFault("broken_content", path=exercise.solution, error=f"no {owner}")
        region = _inside(found, solved)
        if number == len(holes):
            region += _extras(exercise, node, tree, solved)
        text += [indent + BEGIN, *region, indent + END]
        at = (hole.end_lineno or hole.lineno) + 1
    stub = "\n".join(lines[start - 1 : end])
    return Piece(node.name, stub, _short_docstrings("\n".join(text)), (node.name,))


def _extras(exercise: Exercise, node: Definition, tree: ast.Module, solved: list[str]) -> list[str]:
    """What the solution has beside the stub: more methods of the class, then helpers and imports.

    They stand behind the last method, inside the markers: names are looked up when called.
    """
    stub = ast.parse(exercise.stub.read_text(encoding="utf-8"))
    known = {name for other in _body(stub) for name in _names(other)}
    text: list[str] = []
    if isinstance(node, ast.ClassDef):
        own = {name for method in node.body for name in _names(method)}
        there = _find(tree, node.name)
        for method in _body(there) if isinstance(there, ast.ClassDef) else []:
            if not set(_names(method)) <= own:
                text += ["", *_text_of(method, solved)]
    waiting: list[str] = []
    answers = [n.name for n in _body(stub) if isinstance(n, Definition) and _holes(n)]
    for other in _body(tree):
        names = set(_names(other))
        if names & set(answers):
            if node.name in names:
                return text + waiting + (_rest(tree, solved, known, answers, node.name))
            waiting = []
        elif not names <= known:
            waiting += ["", *_text_of(other, solved)]
    return text


def _rest(
    tree: ast.Module, solved: list[str], known: set[str], answers: list[str], name: str
) -> list[str]:
    """Helpers behind the last answer go with it."""
    if name != answers[-1]:
        return []
    text: list[str] = []
    behind = False
    for other in _body(tree):
        names = set(_names(other))
        if behind and not names <= known:
            text += ["", *_text_of(other, solved)]
        behind = behind or name in names
    return text


def _body(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> list[ast.stmt]:
    first = node.body[0] if node.body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return node.body[1:] if documented else node.body


def _holes(node: Definition) -> list[tuple[str, ast.Raise]]:
    """Each `raise NotImplementedError` of a stub, with the function that it stands in."""
    functions: Iterator[tuple[str, ast.stmt]] = iter([(node.name, node)])
    if isinstance(node, ast.ClassDef):
        functions = ((f"{node.name}.{n.name}", n) for n in node.body if hasattr(n, "name"))
    found = []
    for name, function in functions:
        last = function.body[-1] if isinstance(function, ast.FunctionDef) else None
        if isinstance(last, ast.Raise) and "NotImplementedError" in ast.dump(last):
            found.append((name, last))
    return found


def _find(tree: ast.Module, name: str) -> Definition | None:
    outer, _, inner = name.partition(".")
    for node in tree.body:
        if isinstance(node, Definition) and node.name == outer:
            if not inner:
                return node
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == inner:
                    return method
    return None


def _inside(function: Definition, lines: list[str]) -> list[str]:
    """The lines of a body, comments above its first statement too."""
    first = _body(function)[0]
    start = _first_line(first, lines)
    return lines[start - 1 : function.end_lineno]


def _text_of(node: ast.stmt, lines: list[str]) -> list[str]:
    return lines[_first_line(node, lines) - 1 : node.end_lineno]


def _first_line(node: ast.stmt, lines: list[str]) -> int:
    """The line where a statement begins: decorators and the comments right above it count."""
    decorators = getattr(node, "decorator_list", [])
    line: int = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    while line > 1 and lines[line - 2].lstrip().startswith("#"):
        line -= 1
    return line


def _names(node: ast.stmt) -> list[str]:
    """The names that a statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name).partition(".")[0] for alias in names]
        case ast.Assign(targets=targets):
            return [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _short_docstrings(text: str) -> str:
    """Only the first line of each docstring: the whole statement stands above the cell."""
    lines = text.splitlines()
    for node in reversed(list(ast.walk(ast.parse(text)))):
        if not isinstance(node, Definition) or not ast.get_docstring(node):
            continue
        first = node.body[0]
        words = (ast.get_docstring(node) or "").splitlines()[0]
        indent = " " * first.col_offset
        lines[first.lineno - 1 : first.end_lineno] = [f'{indent}"""{words}"""']
    return "\n".join(lines)
