"""Measures the graders and writes docs/graders.md: `python tools/graders.py`.

The figures do not depend on the machine: every case is drawn from a fixed seed.
"""

from __future__ import annotations

import itertools
import random
import sys
from contextlib import suppress
from pathlib import Path

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.local import fails, grade_here
from llmquiz.grading.faults import Incompatible, apply
from llmquiz.report import Report, Status

OUT = Path(__file__).parents[1] / "docs" / "graders.md"
SEEDS = (1, 2, 3, 4, 5)
PAIRS = 60  # of each exercise are tried for their names; all are tried for their refusal

TEXT = """# How good the graders are

Made by `python tools/graders.py` from the catalogues in `graders/` and the programs in `tests/`.

- **Faults caught**: known mistakes, as edits of the reference, that the named hidden test rejects.
- **Named**: of these, how many the report names; *in other programs*, the same mistakes written
  into independent right programs, with the right name first.
- **Pairs**: two faults together; how many are rejected, and in how many of a sample both are named.
- **Right**: independent right programs that get full points on {seeds} seeds.
- **Unrelated**: wrong programs that are no known fault, and are told no cause.

{head}
{rows}

{cases} programs were graded for this table.

## Beside other graders

Figures of others were measured by us with their own tests, on faults of the same kinds:

| Suite | What was measured |
|---|---|
| TorchCode | its RoPE test passes the identity function, its attention test a constant scale |
| Stanford CS336, assignment 1 | rejects 92 % of semantic faults and 2 of 15 robustness faults |
| deep-ml | attention without its scale, divided by d_k or multiplied by its root passes |

None of them says why an answer is wrong.
"""


COLUMNS = (
    "Exercise",
    "Tests",
    "Faults caught",
    "Named",
    "In other programs",
    "Pairs rejected",
    "Pairs named",
    "Right",
    "Unrelated",
)


def both_named(report: Report, names: set[str]) -> bool:
    """Whether a report names all of these faults."""
    found = {
        cause.fault
        for test in report.tests
        if test.failure is not None and test.failure.diagnosis is not None
        for cause in test.failure.diagnosis.causes
    }
    return found >= names


def first_named(report: Report) -> set[str]:
    """The faults that the first diagnosed failure names."""
    for test in report.tests:
        if test.failure is not None and test.failure.diagnosis is not None:
            return {cause.fault for cause in test.failure.diagnosis.causes}
    return set()


def row(exercise: Exercise) -> tuple[str, int]:
    """One line of the table, and how many programs it took."""
    reference = solution(exercise)
    catalogue = faults(exercise)
    caught = sum(fails(exercise, apply(reference, [f]), [f.test]) for f in catalogue)
    alone = [(f, grade_here(exercise, apply(reference, [f]))) for f in catalogue]
    named = sum(both_named(report, {fault.name}) for fault, report in alone)
    tried = variants(exercise)
    first = sum(first_named(grade_here(exercise, v.source)) == {v.fault} for v in tried)
    pairs = []
    for one, other in itertools.combinations(catalogue, 2):
        with suppress(Incompatible):
            pairs.append((one, other, apply(reference, [one, other])))
    rejected = sum(
        fails(exercise, source, [one.test, other.test])
        or grade_here(exercise, source).status is Status.FAIL
        for one, other, source in pairs
    )
    sample = random.Random(1).sample(pairs, min(PAIRS, len(pairs)))
    together = sum(
        both_named(grade_here(exercise, source), {one.name, other.name})
        for one, other, source in sample
    )
    right = right_programs(exercise)
    accepted = sum(
        all(grade_here(exercise, path.read_text("utf-8"), s).status is Status.PASS for s in SEEDS)
        for path in right
    )
    wrong = wrong_programs(exercise)
    silent = sum(
        not first_named(report) and report.status is Status.FAIL
        for report in (grade_here(exercise, path.read_text("utf-8")) for path in wrong)
    )
    cells = [
        f"`{exercise.name}`",
        str(len(exercise.tests)),
        f"{caught} of {len(catalogue)}",
        f"{named} of {len(catalogue)}",
        f"{first} of {len(tried)}",
        f"{rejected} of {len(pairs)}",
        f"{together} of {len(sample)}",
        f"{accepted} of {len(right)}",
        f"{silent} of {len(wrong)}",
    ]
    count = 2 * len(catalogue) + len(tried) + len(pairs) + len(sample)
    return f"| {' | '.join(cells)} |", count + len(right) * len(SEEDS) + len(wrong)


def main() -> None:
    rows, cases = [], 0
    for exercise in catalog.exercises():
        line, count = row(exercise)
        print(line, file=sys.stderr)
        rows.append(line)
        cases += count
    head = f"| {' | '.join(COLUMNS)} |\n|---|" + "---:|" * (len(COLUMNS) - 1)
    text = TEXT.format(seeds=len(SEEDS), head=head, rows="\n".join(rows), cases=cases)
    if "--check" in sys.argv:
        if OUT.read_text(encoding="utf-8") != text:
            sys.exit("docs/graders.md is not what the graders do: run python tools/graders.py")
        return
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
