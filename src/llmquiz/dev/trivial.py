"""Answers that deserve nothing: the stub with every function returning something cheap."""

from __future__ import annotations

import ast

from llmquiz.catalog import Exercise

# What a function returns, in terms of its first argument x. Those that fail on an argument of
# another type are answers too: wrong ones.
ANSWERS = {
    "the input": "x",
    "a detached copy of the input": "x.detach().clone()",
    "zeros": "torch.zeros_like(x)",
    "a zero without dimensions": "torch.zeros(())",
    "ones": "torch.ones_like(x)",
    "the mean": "x.mean(-1, keepdim=True).expand_as(x)",
    "random numbers": "torch.randn_like(x)",
    "NaN": "x * float('nan')",
    "numbers from a size": "torch.zeros(x // 2)",
    "nothing": "None",
    "the number 0": "0",
    "an empty list": "[]",
    "an empty dict": "{}",
    "an empty text": "''",
    "the length": "len(x)",
    "a list of the input": "list(x)",
}


def trivial(exercise: Exercise, answer: str) -> str:
    """The stub's source, where each part still to write returns the expression `answer`."""
    lines = exercise.stub.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef) and isinstance(node.body[-1], ast.Raise):
            first = next(arg.arg for arg in node.args.args if arg.arg != "self")
            raised = node.body[-1]
            indent = " " * raised.col_offset
            lines[raised.lineno - 1] = f"{indent}return (lambda x: {answer})({first})"
    return "import torch\n" + "\n".join(lines) + "\n"
