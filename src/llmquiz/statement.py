"""The statement of an exercise: the stub's docstrings, in English or Chinese."""

from __future__ import annotations

import ast
import textwrap

from llmquiz.catalog import Exercise

Documented = ast.Module | ast.ClassDef | ast.FunctionDef


def owners(tree: ast.Module) -> list[tuple[str, Documented]]:
    """The module, its classes, functions and methods that have a docstring, in order."""
    found: list[tuple[str, Documented]] = [("module", tree)]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append((node.name, node))
        if isinstance(node, ast.ClassDef):
            methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
            found += [(f"{node.name}.{method.name}", method) for method in methods]
    return [(name, node) for name, node in found if ast.get_docstring(node)]


def definitions(exercise: Exercise) -> list[str]:
    """The names that an answer defines: the functions and classes of the stub."""
    tree = ast.parse(exercise.stub.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def docstrings(exercise: Exercise, lang: str) -> dict[str, str]:
    """Each docstring by its owner: "module", a function, a class, "Class.method"."""
    tree = ast.parse(exercise.stub.read_text(encoding="utf-8"))
    english = {name: ast.get_docstring(node) or "" for name, node in owners(tree)}
    if lang == "zh":
        return {name: exercise.chinese.get(name, text) for name, text in english.items()}
    return english


def statement(exercise: Exercise, lang: str) -> str:
    """The whole statement as text: each signature with its docstring."""
    source = exercise.stub.read_text(encoding="utf-8")
    texts = docstrings(exercise, lang)
    paragraphs = [texts["module"]]
    for name, node in owners(ast.parse(source)):
        if isinstance(node, ast.Module):
            continue
        paragraphs.append(_signature(name, node) + "\n" + textwrap.indent(texts[name], "    "))
    return "\n\n".join(paragraphs)


def stub_text(exercise: Exercise, lang: str) -> str:
    """The stub's source, with its docstrings in the language."""
    source = exercise.stub.read_text(encoding="utf-8")
    if lang == "en":
        return source
    lines = source.splitlines()
    for name, node in reversed(owners(ast.parse(source))):
        docstring = node.body[0]
        words = exercise.chinese.get(name)
        if words is None or docstring.end_lineno is None:
            continue
        indent = " " * docstring.col_offset
        quoted = textwrap.indent(f'"""{words}\n"""', indent, lambda line: bool(line.strip()))
        if "\n" not in words:
            quoted = f'{indent}"""{words}"""'
        lines[docstring.lineno - 1 : docstring.end_lineno] = quoted.splitlines()
    return "\n".join(lines) + "\n"


def stub_names(exercise: Exercise) -> list[str]:
    """The functions, classes and constants that a stub defines, in order."""
    names = []
    for node in ast.parse(exercise.stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def _signature(name: str, node: ast.ClassDef | ast.FunctionDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {name}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{name}({ast.unparse(node.args)}){returns}"
