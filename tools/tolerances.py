"""How near right programs come to the tolerance: `python tools/tolerances.py [CASES]`.

For each function and dtype, draws CASES random inputs and runs the reference and every independent
right solution of tests/right on them. The unit is what allowed_error multiplies by SAFETY: the
reference's own rounding error in that case plus one unit in the last place. The largest quotient
over all cases and solutions is shown; a quotient above SAFETY is a right answer refused.
Writes docs/tolerances.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from llmquiz import catalog
from llmquiz.grading.call import Call, run
from llmquiz.grading.draw import Draw
from llmquiz.grading.session import load_reference
from llmquiz.grading.tolerance import SAFETY, allowed_error

ROOT = Path(__file__).parents[1]
INTRODUCTION = """# How near right programs come to the tolerance

Made by `python tools/tolerances.py {cases}`.
The tolerance of a comparison is {safety:g} units; a unit is the reference's own rounding error in
the very case, plus one unit in the last place of its largest value.
Shown is the largest error, in these units, that any independent right solution had: {cases} random
cases for each function and dtype, all solutions of `tests/right`.
"""
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)


def calls(name: str, draw: Draw, dtype: torch.dtype) -> Iterator[Call]:
    """One random case of each function of an exercise."""
    A, B, H, L, M, d = (draw.random.randint(1, 9) for _ in range(6))
    if name == "attention":
        query, key = draw.normal(A, B, L, d, dtype=dtype), draw.normal(A, B, M, d, dtype=dtype)
        value = draw.normal(A, B, M, H, dtype=dtype)
        mask = draw.integers(0, 1, A, B, L, M).bool()
        scores = draw.normal(A, B, L, M, scale=draw.random.choice([1.0, 10.0]), dtype=dtype)
        yield Call("attention_scores", (query, key))
        yield Call("masked_softmax", (scores, mask))
        yield Call("scaled_dot_product_attention", (query, key, value, mask))
    elif name == "multihead":
        x, mask = draw.normal(B, L, H * d, dtype=dtype), draw.integers(0, 1, L, L).bool()
        yield module_call(draw, "MultiHeadAttention", (H * d, H), (x, mask), dtype)
    elif name == "rmsnorm":
        x = draw.normal(B, L, d, scale=draw.random.choice([0.1, 1.0, 30.0]), dtype=dtype)
        yield module_call(draw, "RMSNorm", (d, 1e-6), (x,), dtype)
    elif name == "rope":
        # Without a slack for the angles only position 0 to 9 are comparable.
        x = draw.normal(B, L, 2 * d, dtype=dtype)
        yield Call("apply_rope", (x, draw.integers(0, 9, L)))
    elif name == "block":
        x = draw.normal(B, L, H * d, dtype=dtype)
        for block in ("PreNormBlock", "PostNormBlock"):
            yield module_call(draw, block, (H * d, H, M), (x,), dtype)


def module_call(draw: Draw, target: str, init: tuple, args: tuple, dtype: torch.dtype) -> Call:
    """A call of a module with drawn parameters."""
    exercise = next(e for e in catalog.exercises() if hasattr(REFERENCES[e.name], target))
    fresh = getattr(REFERENCES[exercise.name], target)(*init).state_dict()
    scale = {k: v.shape[-1] ** -0.5 if v.dim() > 1 else 1.0 for k, v in fresh.items()}
    state = {k: (draw.like(v) * scale[k]).to(dtype) for k, v in fresh.items()}
    return Call(target, args, {}, (init, {}), state)


REFERENCES = {e.name: load_reference(e.solution) for e in catalog.exercises()}


def measure(name: str, cases: int) -> dict[tuple[str, torch.dtype], tuple[int, float]]:
    """By function and dtype: the number of comparisons, and the largest quotient."""
    reference = REFERENCES[name]
    others = [load_reference(path) for path in sorted((ROOT / "tests/right" / name).glob("*.py"))]
    worst: dict[tuple[str, torch.dtype], tuple[int, float]] = {}
    for dtype in DTYPES:
        for case in range(cases):
            for call in calls(name, Draw(case, f"tolerances.{dtype}"), dtype):
                exact = run(reference, call.cast(torch.float64)).output.double()
                rounded = run(reference, call).output
                unit = allowed_error(exact, rounded) / SAFETY
                if name == "rope":  # float32 angles under float64 input: the grader's slack
                    unit += 9 * torch.finfo(torch.float32).eps * exact.abs().max().item()
                count, largest = worst.get((call.target, dtype), (0, 0.0))
                for other in others:
                    error = (run(other, call).output.double() - exact).abs().max().item()
                    largest = max(largest, error / unit if unit else float(error > 0) * 1e9)
                worst[call.target, dtype] = (count + 1, largest)
    return worst


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    torch.set_num_threads(1)
    lines = [INTRODUCTION.format(cases=cases, safety=SAFETY)]
    lines.append("| Function | " + " | ".join(str(d).removeprefix("torch.") for d in DTYPES) + " |")
    lines.append("|---|" + "---:|" * len(DTYPES))
    refused = 0
    for exercise in catalog.exercises():
        if exercise.name == "tokenizer":  # exact
            continue
        start = time.perf_counter()
        worst = measure(exercise.name, cases)
        print(f"{exercise.name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
        for target in dict.fromkeys(target for target, _ in worst):
            cells = [worst[target, dtype][1] for dtype in DTYPES]
            refused += sum(cell > SAFETY for cell in cells)
            lines.append(f"| `{target}` | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    (ROOT / "docs" / "tolerances.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if refused:
        sys.exit(f"{refused} kinds of right answers would be refused")


if __name__ == "__main__":
    main()
