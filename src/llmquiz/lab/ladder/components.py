"""Which parts of the model come from the learner's own exercises.

A part is known by the name that the statement of its exercise fixes: whatever exercise defines
`SwiGLU`, today's or a later one, gives the model its SwiGLU once its last check passed. The rest
are the references of `parts`. Nothing here knows the exercises by name.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmquiz import catalog, history, submission
from llmquiz.errors import Problem
from llmquiz.report import Status
from llmquiz.workspace import Workspace

# Name -> how the model uses it. A later exercise needs no change here if it fixes one of these.
NAMES = {
    "scaled_dot_product_attention": "attention(query, key, value, mask)",
    "split_heads": "split_heads(x, num_heads)",
    "merge_heads": "merge_heads(x)",
    "MultiHeadAttention": "MultiHeadAttention(d_model, num_heads)(x, mask)",
    "RMSNorm": "RMSNorm(dim)(x)",
    "LayerNorm": "LayerNorm(dim)(x)",
    "apply_rope": "apply_rope(x, positions)",
    "SwiGLU": "SwiGLU(d_model, d_ff)(x)",
    "repeat_kv": "repeat_kv(x, times): (B, H, L, d) -> (B, H * times, L, d)",
    "PreNormBlock": "PreNormBlock(d_model, num_heads, d_ff)(x, mask)",
    "PostNormBlock": "PostNormBlock(d_model, num_heads, d_ff)(x, mask)",
    "train_bpe": "train_bpe(text, num_merges)",
    "Tokenizer": "Tokenizer(merges).encode(text), .decode(ids)",
}


@dataclass(frozen=True)
class Offer:
    """What one exercise could give: the learner's source, or the reason why not."""

    exercise: str
    names: tuple[str, ...]
    source: str = ""  # empty: the references are used
    path: str = ""
    why: str = ""  # key of the reason in llmquiz.words, where there is no source


def offers(workspace: Workspace | None) -> tuple[Offer, ...]:
    """One for each exercise that gives a part, in the catalog's order."""
    last = history.last_checks(workspace.log) if workspace is not None else {}
    found = []
    for exercise in catalog.exercises():
        names = _defined(exercise.stub.read_text(encoding="utf-8"))
        if names:
            status = str(last.get(exercise.name, {}).get("status", ""))
            found.append(_offer(exercise, names, status, workspace))
    return tuple(found)


def _offer(
    exercise: catalog.Exercise, names: tuple[str, ...], status: str, workspace: Workspace | None
) -> Offer:
    if workspace is None or not status:
        return Offer(exercise.name, names, why="part_unchecked")
    if status != Status.PASS:
        return Offer(exercise.name, names, why="part_not_passed")
    try:
        program = submission.read(workspace.file(exercise))
    except Problem:
        return Offer(exercise.name, names, why="part_unreadable")
    return Offer(exercise.name, names, program.source, program.shown)


def _defined(source: str) -> tuple[str, ...]:
    """The names of NAMES that a stub defines."""
    nodes = ast.parse(source).body
    defined = [n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return tuple(name for name in defined if name in NAMES)
