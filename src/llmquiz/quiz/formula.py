"""Formulas of numeric questions: arithmetic, and nothing else of Python."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping


def _power(base: float, exponent: float) -> float:
    # A whole number with a million digits would take the learner's machine with it.
    return base**exponent if abs(exponent) <= 64 else float(base) ** exponent  # type: ignore[no-any-return]


FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "log2": math.log2, "tanh": math.tanh,
    "sin": math.sin, "cos": math.cos, "min": min, "max": max, "ceil": math.ceil,
    "floor": math.floor, "abs": abs,
}  # fmt: skip
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: _power,
}  # fmt: skip


def names_of(formula: str) -> set[str]:
    """The parameters that a formula uses. Raises ValueError where it is no formula."""
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"not a formula: {formula}") from error
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names - FUNCTIONS.keys() - {"pi"}


def evaluate(formula: str, parameters: Mapping[str, float]) -> float:
    """The value of a formula. Raises ValueError for anything but arithmetic."""
    try:
        return _value(ast.parse(formula, mode="eval").body, parameters)
    except (
        SyntaxError,
        KeyError,
        ZeroDivisionError,
        OverflowError,
        TypeError,
        RecursionError,
    ) as error:
        raise ValueError(f"cannot compute {formula}: {error}") from error


def _value(node: ast.expr, parameters: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id="pi"):
            return math.pi
        case ast.Name(id=name):
            return parameters[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left, parameters), _value(right, parameters))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, parameters)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, parameters) for arg in args))
    raise ValueError(f"not arithmetic: {ast.unparse(node)}")
