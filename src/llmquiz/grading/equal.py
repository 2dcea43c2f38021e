"""Equality of what a submission returns, which may be anything that travels."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def equal(a: Any, b: Any) -> bool:
    """Whether two values are of the same types all through, and equal.

    `==` alone is not safe: a tensor in a list gives a tensor of answers, and a list that is nested
    a thousand deep ends in a RecursionError.
    """
    try:
        return _equal(a, b)
    except RecursionError:
        return False


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, Tensor) or isinstance(b, Tensor) or type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_equal(value, b[key]) for key, value in a.items())
    return bool(a == b)


def brief(value: object, most: int = 200) -> str:
    """A value in a few words."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # nested too deep, a number too long to be written
        return f"({type(value).__name__})"
    return text if len(text) <= most else f"{text[:most]}..."
