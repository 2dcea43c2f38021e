"""What `llmquiz explain` computes on the way: does each step name what there is?"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from types import ModuleType

from llmquiz.catalog import Exercise, Step
from llmquiz.dev.hints import LANGUAGES
from llmquiz.grading.trusted import load_reference


def stages(exercise: Exercise) -> Iterator[str]:
    """What is wrong with the `[[stages]]`. That they can be computed, a failing check shows."""
    path = exercise.stub.with_suffix(".toml")
    reference = load_reference(exercise.solution)
    for number, step in enumerate(exercise.steps, start=1):
        for finding in _step(reference, step):
            yield f"{path}: [[stages]] {number}: {finding}"


def _step(reference: ModuleType, step: Step) -> Iterator[str]:
    for what, text in (("title", step.title), ("axes", step.axes)):
        for lang in LANGUAGES:
            if lang not in text or (what == "title" and not text[lang].strip()):
                yield f"{what} has no {lang}"
    target: object = reference
    for name in step.of.split("."):
        target = getattr(target, name, None)
    if not callable(target) or isinstance(target, type):
        yield f"of = {step.of!r} is neither a function nor Class.method of the solution"
    elif bool(step.call) == bool(step.derive):
        yield "write either call or derive"
    else:
        arguments = {*inspect.signature(target).parameters, *(["out"] if step.derive else [])}
        yield from _expression(reference, step, arguments)


def _expression(reference: ModuleType, step: Step, arguments: set[str]) -> Iterator[str]:
    try:
        node = ast.parse(step.call or step.derive, mode="eval").body
    except SyntaxError:
        yield f"{step.call or step.derive!r} is no expression"
        return
    if step.call and not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and callable(getattr(reference, node.func.id, None))
        and not node.keywords
    ):
        yield "call must call a function of the solution, with arguments by position"
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    bound = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    known = {*vars(reference), *vars(builtins), *arguments, *bound}
    for name in sorted({name.id for name in names} - known):
        yield f"{name} is no argument of {step.of}"
