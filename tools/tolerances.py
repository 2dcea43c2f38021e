"""How near right programs come to the tolerance: `python tools/tolerances.py [CASES]`.

For each function and dtype, draws CASES random calls, every second with gradients, and runs them on
the reference and on right solutions of tests/right in turn. An error, of the output or of a
gradient, is shown as a share of the error that the graders allow for it in that very call: above 1,
a right answer would be refused. Writes docs/tolerances.md; fails where a right answer would be
refused.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from llmquiz import catalog
from llmquiz.dev.corpus import right_programs
from llmquiz.grading.call import Call, Observation, run
from llmquiz.grading.draw import Draw
from llmquiz.grading.tolerance import OUTPUT, SAFETY, bounds
from llmquiz.grading.trusted import load_reference

OUT = Path(__file__).parents[1] / "docs" / "tolerances.md"
INTRODUCTION = """# How near right programs come to the tolerance

Made by `python tools/tolerances.py {cases}`.

The tolerance of a comparison is {safety:g} times the sum of two: the reference's own rounding error
in the very call, and one unit in the last place of its largest value. In float64 the rounding
error is that of float32, scaled. Where large inputs saturate a softmax, it is the largest of five
roundings. RoPE's is wider by what float32 angles may be off.

Shown is the largest error as a share of the tolerance, in {cases} random calls of each function in
each dtype, and after the slash that of any gradient: every second call asks for them. Each call is
tried with {programs} of the independent right solutions of `tests/right`, in turn. Above 1, a right
answer would be refused. Refused: {refused} of {count} comparisons.
"""
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16)
EXERCISES = ("attention", "multihead", "rmsnorm", "rope", "block")  # a tokenizer is exact
LARGE = 10.0
PROGRAMS = 2  # right solutions that a call is tried with, in turn
BATCH = 100  # cases that a process takes at a time
Worst = dict[tuple[str, bool], tuple[float, int, int]]  # by function and whether of a gradient


def calls(name: str, draw: Draw, dtype: torch.dtype, differentiated: bool) -> Iterator[Call]:
    """One random call of each function of an exercise, as the graders draw them.

    Gradients are asked for sizes that differ and inputs of unit scale; values also for lengths of
    one, and for large and small inputs where they are drawn: of float32, and for RMSNorm.
    """
    A, B, H, L, M, d = (
        draw.sizes(6) if differentiated else (draw.random.randint(1, 9) for _ in range(6))
    )

    def scale(*others: float) -> float:
        drawn = dtype == torch.float32 or name == "rmsnorm"
        return draw.random.choice((1.0, *others)) if drawn and not differentiated else 1.0

    choose = draw.random.choice
    if name == "attention":
        query, key = draw.normal(A, B, L, d, dtype=dtype), draw.normal(A, B, M, d, dtype=dtype)
        value = draw.normal(A, B, M, H, dtype=dtype)
        mask = choose([None, draw.integers(0, 1, A, B, L, M).bool()])
        scores = draw.normal(A, B, L, M, scale=scale(10.0), dtype=dtype)
        scores += 0.0 if scale(0.0) else choose([1e4, -3e4])
        yield Call("attention_scores", (query, key), {"scale": choose([None, 0.7, -2.0])})
        yield Call("masked_softmax", (scores, mask))
        yield Call("scaled_dot_product_attention", (query, key, value, mask))
    elif name == "multihead":
        x = draw.normal(B, L, H * d, scale=scale(30.0, 100.0), dtype=dtype)
        mask = choose([None, draw.integers(0, 1, B, 1, L, L).bool()])
        yield Call("split_heads", (x, H))
        yield Call("merge_heads", (draw.normal(B, H, L, d, dtype=dtype),))
        init = (H * d, H, choose([False, True]))
        yield module_call(name, draw, "MultiHeadAttention", init, (x, mask), dtype)
    elif name == "rmsnorm":
        x = draw.normal(B, L, d, scale=scale(1e-3, 300.0), dtype=dtype)
        yield module_call(name, draw, "RMSNorm", (d, choose([0.0, 1e-6, 1e-2])), (x,), dtype)
    elif name == "rope":
        x = draw.normal(B, L, 2 * d, dtype=dtype)
        far = 10 if differentiated else choose([10, 3000, 100_000])
        yield Call("apply_rope", (x, draw.integers(0, far, L), choose([1e4, 50.0])))
        if not differentiated:  # its arguments are no tensors: then twice
            for base in (choose([1e4, 50.0, 1e6]), draw.random.uniform(2.0, 1e5)):
                yield Call("rope_frequencies", (2 * draw.random.randint(1, 64), base))
    elif name == "block":
        x = draw.normal(B, L, H * d, scale=scale(0.03, 30.0), dtype=dtype)
        mask = choose([None, torch.ones(L, L, dtype=torch.bool).tril()])
        for block in ("PreNormBlock", "PostNormBlock"):
            yield module_call(name, draw, block, (H * d, H, M), (x, mask), dtype)


def module_call(
    name: str, draw: Draw, target: str, init: tuple, args: tuple, dtype: torch.dtype
) -> Call:
    """A call of a module with parameters drawn as the graders do."""
    fresh: dict[str, Tensor] = getattr(modules(name)[0], target)(*init).state_dict()
    scale = {k: v.shape[-1] ** -0.5 if v.dim() > 1 else 1.0 for k, v in fresh.items()}
    state = {k: (draw.like(v) * scale[k]).to(dtype) for k, v in fresh.items()}
    return Call(target, args, {}, (init, {}), state)


@cache
def modules(name: str) -> tuple[ModuleType, ModuleType, list[ModuleType]]:
    """The reference of an exercise, its grader and the other right programs."""
    exercise = catalog.find(name)
    others = [load_reference(path) for path in right_programs(exercise)]
    return load_reference(exercise.solution), load_reference(exercise.grader), others


def measure(name: str, dtype: torch.dtype, cases: range) -> Worst:
    """The largest share of the tolerance, and how many comparisons were refused and made."""
    torch.set_num_threads(1)
    worst: Worst = {}
    for case in cases:
        differentiated = case % 2 == 1
        draw = Draw(case, f"tolerances.{name}.{dtype}")
        for call in calls(name, draw, dtype, differentiated):
            if differentiated:
                output = run(modules(name)[0], call).output
                call = replace(call, cotangent=draw.like(output))  # noqa: PLW2901
            for key, share in shares(name, call, case // 2):
                place = (call.target, key != OUTPUT)
                largest, refused, count = worst.get(place, (0.0, 0, 0))
                worst[place] = (max(largest, share), refused + (share > 1), count + 1)
    return worst


def shares(name: str, call: Call, case: int) -> Iterator[tuple[int | str, float]]:
    """For the output and each gradient of some right programs: its error in tolerances."""
    reference, grader, others = modules(name)
    slack = wider = 0.0
    if call.target == "apply_rope":
        slack = grader.slack(Observation(call, (), None, (), (), {}, partial(run, reference)))
        if call.cotangent is not None:
            wider = slack * max(1.0, call.cotangent.abs().max().item())  # as in the grader
    # As the graders do: large inputs make a softmax that amplifies rounding in a few places.
    large = call.init is not None and name != "rmsnorm"
    large = large and call.args[0].numel() > 1 and call.args[0].std() > LARGE
    limits = bounds(partial(run, reference), call, shaken=4 if large else 0)
    for turn in range(PROGRAMS):
        outcome = run(others[(case * PROGRAMS + turn) % len(others)], call)
        for key, (exact, allowed) in limits.items():
            got = outcome.output if key == OUTPUT else outcome.gradients[key]
            error = (got.double() - exact).abs().max().item()
            bound = allowed + max(slack, wider)
            yield key, error / bound if bound else float(error > 0) * 1e9


def table(cases: int) -> tuple[str, int]:
    """The document, and how many right answers would be refused."""
    jobs = [
        (name, dtype, range(first, min(first + BATCH, cases)))
        for name in EXERCISES
        for dtype in DTYPES
        for first in range(0, cases, BATCH)
    ]
    worst: dict[tuple[str, bool], dict[torch.dtype, tuple[float, int, int]]] = {}
    os.environ["OMP_NUM_THREADS"] = "1"
    start = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        results = pool.map(measure, *zip(*jobs, strict=True))
        for (name, dtype, part), result in zip(jobs, results, strict=True):
            for place, (largest, refused, count) in result.items():
                row = worst.setdefault(place, {})
                before = row.get(dtype, (0.0, 0, 0))
                row[dtype] = (max(before[0], largest), before[1] + refused, before[2] + count)
            if part.stop == cases:
                most = max(row[dtype][0] for row in worst.values() if dtype in row)  # so far
                spent = time.perf_counter() - start
                print(f"{name} {dtype}: at most {most:.2f}, {spent:.0f} s", file=sys.stderr)
    refused = sum(cell[1] for row in worst.values() for cell in row.values())
    count = sum(cell[2] for row in worst.values() for cell in row.values())
    lines = [
        INTRODUCTION.format(
            cases=cases, safety=SAFETY, refused=refused, count=count, programs=PROGRAMS
        )
    ]
    lines.append("| Function | " + " | ".join(str(d).removeprefix("torch.") for d in DTYPES) + " |")
    lines.append("|---|" + "---:|" * len(DTYPES))
    for target in dict.fromkeys(target for target, _ in worst):
        cells = [
            " / ".join(
                f"{worst[target, of_gradient][dtype][0]:.2f}"
                for of_gradient in (False, True)
                if dtype in worst.get((target, of_gradient), {})
            )
            for dtype in DTYPES
        ]
        lines.append(f"| `{target}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n", refused


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    document, refused = table(cases)
    OUT.write_text(document, encoding="utf-8")
    if refused:
        sys.exit(f"{refused} right answers would be refused")


if __name__ == "__main__":
    main()
