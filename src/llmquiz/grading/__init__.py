"""What a grader imports: `from llmquiz.grading import Draw, Submission, expect, graded, strided`.

A grader is plain pytest with two fixtures. `submission` stands for the learner's module: calling
one of its names runs it in the sandbox and gives an Observation. `draw` makes inputs from the run's
seed. The functions of `expect` compare an observation with what the reference gives for the same
inputs, and name what differs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmquiz.grading import expect
    from llmquiz.grading.draw import Draw, strided
    from llmquiz.grading.marks import graded
    from llmquiz.grading.subject import Submission

__all__ = ["Draw", "Submission", "expect", "graded", "strided"]

_HOMES = {"Draw": "draw", "strided": "draw", "graded": "marks", "Submission": "subject"}


def __getattr__(name: str) -> Any:
    # Imported when asked for: pytest loads our plugin, and so this package, in every run of the
    # environment, and most of those have no use for torch.
    if name == "expect":
        return importlib.import_module("llmquiz.grading.expect")
    if name in _HOMES:
        return getattr(importlib.import_module(f"llmquiz.grading.{_HOMES[name]}"), name)
    raise AttributeError(name)
