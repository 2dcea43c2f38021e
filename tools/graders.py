"""Measures the graders and writes docs/graders.md: `python tools/graders.py`.

With `--check`, compares with the document instead, and fails where a figure differs or is not good
enough, naming the programs. Every case is drawn from a fixed seed and judged by itself, so that
the figures are the same in every run, however many processes share the work.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.check import named
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.local import fails, grade_here
from llmquiz.grading.faults import Incompatible, apply
from llmquiz.report import Status

OUT = Path(__file__).parents[1] / "docs" / "graders.md"
SEEDS = (1, 2, 3, 4, 5)
PAIRS = 60  # of each exercise are tried for their names; all are tried for their refusal
BATCH = 8  # cases that a process takes at a time

TEXT = """# How good the graders are

Made by `python tools/graders.py` from the catalogues in `graders/` and the programs in `tests/`.
`make test` measures anew, and fails where a figure differs from this page or misses what is asked.

- **Semantic**, **Robust**: known mistakes, as edits of the reference, that the named hidden test
  rejects on {seeds} seeds. A robustness fault gives the right numbers, but changes its inputs, or
  fails for another dtype, shape or second call.
- **Named**: of these, how many the report names. **In other programs**: the same mistakes written
  into independent right programs, with the right name first; asked are 95 %.
- **Pairs**: two faults together; how many are rejected, and in how many of a sample both are named;
  asked are 80 %.
- **Right**: independent right programs that get full points on {seeds} seeds. The tests that they
  pass ask for float16, bfloat16, float32 and float64.
- **Unrelated**: wrong programs that are no known fault; they are rejected and told no cause.

{head}
{rows}

Cases: {cases}, each a program that was graded, or tried on the tests that must reject it.

## Not named

These are rejected, and the report says what differs, but not the whole cause:

{missing}

## Beside other graders

The figures of the others were measured by running their own tests on faults of the same kinds.

| Suite | Semantic faults rejected | Robustness faults rejected | Says why |
|---|---|---|---|
| llmquiz, on the faults above | {semantic} | {robust} | yes |
| Stanford CS336, assignment 1 | 92 % | 2 of 15 | no |

Single faults that pass with full marks elsewhere, and are rejected here:

| Suite | Lets through |
|---|---|
| TorchCode | RoPE as the identity, with the wrong sign or with wrong frequencies; \
a post-norm block and missing residuals; BPE that never merges |
| Stanford CS336, assignment 1 | eps outside the root, a fixed base and ignored positions in RoPE, \
the root of d_v, a softmax without its maximum subtracted |
| deep-ml | attention without its scale, divided by d_k or multiplied by its root |
"""

COLUMNS = {  # of the table, and of which every case must be good
    "semantic": "Semantic",
    "robustness": "Robust",
    "named": "Named",
    "elsewhere": "In other programs",
    "pairs": "Pairs rejected",
    "together": "Pairs named",
    "right": "Right",
    "unrelated": "Unrelated",
}
ASKED = {"elsewhere": 0.95, "together": 0.8}  # of the others, all


@dataclass(frozen=True)
class Case:
    """One program with what is expected of it."""

    exercise: str
    column: str
    name: str
    source: str
    faults: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """So many of so many, and which ones are missing."""

    outcomes: dict[str, bool]

    @property
    def missing(self) -> list[str]:
        return [name for name, good in self.outcomes.items() if not good]

    @property
    def count(self) -> int:
        return len(self.outcomes) - len(self.missing)

    def __str__(self) -> str:
        return f"{self.count} of {len(self.outcomes)}"


Figures = dict[str, dict[str, Share]]  # exercise -> column -> share


def cases_of(exercise: Exercise) -> Iterator[Case]:
    """Every case of an exercise; the faults' edits are made here."""
    reference, catalogue = solution(exercise), faults(exercise)

    def case(column: str, name: str, source: str, *made: str, tests: tuple[str, ...] = ()) -> Case:
        return Case(exercise.name, column, name, source, made, tests)

    for fault in catalogue:
        source = apply(reference, [fault])
        yield case(fault.kind, fault.name, source, fault.name, tests=(fault.test,))
        yield case("named", fault.name, source, fault.name)
    for variant in variants(exercise):
        name = f"{variant.solution}.{variant.fault}"
        yield case("elsewhere", name, variant.source, variant.fault)
    pairs = []
    for one, other in itertools.combinations(catalogue, 2):
        with suppress(Incompatible):
            pairs.append((one, other, apply(reference, [one, other])))
    for one, other, source in pairs:
        name = f"{one.name}+{other.name}"
        yield case("pairs", name, source, tests=(one.test, other.test))
    for one, other, source in random.Random(1).sample(pairs, min(PAIRS, len(pairs))):
        yield case("together", f"{one.name}+{other.name}", source, one.name, other.name)
    for column, programs in (("right", right_programs), ("unrelated", wrong_programs)):
        for path in programs(exercise):
            yield case(column, path.name, path.read_text("utf-8"))


def is_good(case: Case) -> bool:
    """Whether a program fares as it should. Nothing of an earlier case can change it."""
    torch.manual_seed(1)
    random.seed(1)
    exercise, source = catalog.find(case.exercise), case.source
    if case.column in ("semantic", "robustness"):
        return all(fails(exercise, source, case.tests, seed) for seed in SEEDS)
    if case.column == "pairs":
        return fails(exercise, source, case.tests) or grade_here(exercise, source).status == "FAIL"
    if case.column == "right":
        return all(grade_here(exercise, source, seed).status is Status.PASS for seed in SEEDS)
    report = grade_here(exercise, source)
    causes = named(report)
    told = {
        "named": set(case.faults) in causes,
        "elsewhere": causes[:1] == [set(case.faults)],
        "together": set().union(*causes) >= set(case.faults),
        "unrelated": not causes,
    }
    return report.status is Status.FAIL and told[case.column]


def measure(exercises: list[Exercise]) -> Figures:
    """Judge all cases, on all cores."""
    cases = [case for exercise in exercises for case in cases_of(exercise)]
    found: dict[str, dict[str, dict[str, bool]]] = {
        exercise.name: {column: {} for column in COLUMNS} for exercise in exercises
    }
    # Children start with one thread each, and with the same order of sets of texts.
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    context = multiprocessing.get_context("spawn")
    start = time.perf_counter()
    with ProcessPoolExecutor(mp_context=context, initializer=_one_thread) as pool:
        outcomes = pool.map(is_good, cases, chunksize=BATCH)
        for count, (case, good) in enumerate(zip(cases, outcomes, strict=True), start=1):
            found[case.exercise][case.column][case.name] = good
            if sys.stderr.isatty() or count % 1000 == 0 or count == len(cases):
                end = "\r" if sys.stderr.isatty() and count < len(cases) else "\n"
                spent = time.perf_counter() - start
                line = f"{count} of {len(cases)} cases, {spent:.0f} s, {case.exercise}"
                print(f"{line:60}", end=end, file=sys.stderr)
    return {
        name: {column: Share(outcomes) for column, outcomes in columns.items()}
        for name, columns in found.items()
    }


def _one_thread() -> None:
    torch.set_num_threads(1)


def page(figures: Figures) -> str:
    """The document."""
    head = f"| Exercise | {' | '.join(COLUMNS.values())} |\n|---|" + "---:|" * len(COLUMNS)
    rows = [
        f"| `{name}` | {' | '.join(str(share) for share in shares.values())} |"
        for name, shares in figures.items()
    ]
    shares = [share for columns in figures.values() for share in columns.values()]
    missing = [
        f"- `{name}`, {COLUMNS[column].lower()}: {', '.join(columns[column].missing)}"
        for name, columns in figures.items()
        for column in ASKED
        if columns[column].missing
    ]
    return TEXT.format(
        seeds=len(SEEDS),
        head=head,
        rows="\n".join(rows),
        cases=sum(len(share.outcomes) for share in shares),
        missing="\n".join(missing) or "None.",
        semantic=_total(figures, "semantic"),
        robust=_total(figures, "robustness"),
    )


def _total(figures: Figures, column: str) -> str:
    shares = [columns[column] for columns in figures.values()]
    return f"{sum(s.count for s in shares)} of {sum(len(s.outcomes) for s in shares)}"


def misses(figures: Figures) -> Iterator[str]:
    """What is not as good as it must be."""
    for name, columns in figures.items():
        for column, share in columns.items():
            asked = ASKED.get(column, 1.0)
            if not share.outcomes or share.count < asked * len(share.outcomes):
                which = ", ".join(share.missing)
                yield f"{name}: {COLUMNS[column].lower()} {share}, asked {asked:.0%}; not {which}"


def differences(figures: Figures, document: str) -> Iterator[str]:
    """Lines of the page that the document lacks."""
    lines = document.splitlines()
    for line in page(figures).splitlines():
        if line not in lines:
            yield f"not in the document: {line}"
    if page(figures) != document:
        yield f"{OUT.name} differs from what was measured; run: make figures"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the graders.")
    parser.add_argument("--check", action="store_true", help="compare with the document")
    parser.add_argument("names", nargs="*", help="exercises to measure only, without a document")
    options = parser.parse_args()
    exercises = [catalog.find(name) for name in options.names] or list(catalog.exercises())
    figures = measure(exercises)
    problems = list(misses(figures))
    if options.names:
        print(page(figures))
    elif options.check:
        problems += differences(figures, OUT.read_text(encoding="utf-8") if OUT.exists() else "")
    else:
        OUT.write_text(page(figures), encoding="utf-8")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
