"""Two values as plain data, side by side: where they are wrong, and what there is to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from llmquiz.explanation import Grid, Matrix, Rows, Stage
from llmquiz.sandbox.values import Other

MOST = 64  # rows and columns that are kept of a matrix
MOST_ROWS = 200  # pieces of a Python value
ROUNDING = 64  # units of the dtype's precision that right programs may differ by


def laid_out(
    title: Mapping[str, str], call: str, axes: Mapping[str, str], expected: Any, got: Any
) -> Stage:
    if isinstance(expected, Tensor):
        if not isinstance(got, Tensor):
            name = got.type_name if isinstance(got, Other) else type(got).__name__
            problem = ("type", {"expected": "torch.Tensor", "got": name})
            return Stage(title, call, axes, right=False, problem=problem)
        grid = _grid(expected, got)
        right = grid.comparable and grid.first is None and expected.dtype == got.dtype
        return Stage(title, call, axes, right, grid=grid)
    rows = _rows(expected, got)
    return Stage(title, call, axes, all(a == b for _, a, b in rows.rows), rows=rows)


def _grid(expected: Tensor, got: Tensor) -> Grid:
    a, b = expected.detach().double(), got.detach().double()
    allowed = 0.0
    if expected.is_floating_point() and a.numel():
        finite = a[torch.isfinite(a)]
        largest = max(1.0, finite.abs().max().item()) if finite.numel() else 1.0
        allowed = ROUNDING * torch.finfo(expected.dtype).eps * largest
    place: tuple[int, ...] = ()
    first = None
    if a.shape == b.shape and a.numel():
        bad = ~((a - b).abs() <= allowed) & ~(a == b) & ~(a.isnan() & b.isnan())
        bad = bad.reshape((1,) * (2 - bad.dim()) + bad.shape)
        if bool(bad.any()):
            index = [int(i) for i in bad.nonzero()[0]]
            place, first = tuple(index[:-2]), (index[-2], index[-1])
    return Grid(
        _matrix(a, place),
        _matrix(b, place),
        place or (0,) * max(a.dim() - 2, 0),
        first,
        allowed,
        tuple(expected.shape),
        tuple(got.shape),
    )


def _matrix(value: Tensor, place: tuple[int, ...]) -> Matrix:
    """The last two axes at a place of the others; the first place where that does not exist."""
    value = value.reshape((1,) * (2 - value.dim()) + value.shape)
    leading = value.shape[:-2]
    if len(place) != len(leading) or any(i >= n for i, n in zip(place, leading, strict=True)):
        place = (0,) * len(leading)
    if 0 in leading:
        return ()
    rows = value[place][:MOST, :MOST].tolist()
    return tuple(tuple(float(number) for number in row) for row in rows)


def _rows(expected: Any, got: Any) -> Rows:
    """Two Python values, piece by piece."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        keys = list(dict.fromkeys([*expected, *got]))[:MOST_ROWS]
        return Rows(tuple((brief(k), _at(expected, k), _at(got, k)) for k in keys))
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        count = min(max(len(expected), len(got)), MOST_ROWS)
        pairs = [dict(enumerate(value)) for value in (expected, got)]
        return Rows(tuple((f"[{i}]", _at(pairs[0], i), _at(pairs[1], i)) for i in range(count)))
    return Rows((("", brief(expected), brief(got)),))


def _at(values: Mapping[Any, Any], key: Any) -> str | None:
    return brief(values[key]) if key in values else None


def brief(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Tensor):
        return f"torch.Tensor {list(value.shape)}"
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}"
    text = value.type_name if isinstance(value, Other) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
