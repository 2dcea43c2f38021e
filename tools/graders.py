"""Measures the graders and writes docs/graders.md: `python tools/graders.py`.

Every case is drawn from a fixed seed, so that the figures are the same in every run. A test
computes them anew and compares them with the document.
"""

from __future__ import annotations

import itertools
import random
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.check import named
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


@dataclass(frozen=True)
class Share:
    """So many of so many, and which ones are missing."""

    count: int
    of: int
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.count} of {self.of}"


def share(outcomes: dict[str, bool]) -> Share:
    """The share of outcomes that are as they should be."""
    missing = tuple(name for name, good in outcomes.items() if not good)
    return Share(len(outcomes) - len(missing), len(outcomes), missing)


@dataclass(frozen=True)
class Figures:
    """What was measured for one exercise."""

    exercise: str
    tests: int
    caught: Share
    named: Share
    elsewhere: Share  # named first in other programs
    pairs: Share  # rejected
    together: Share  # pairs of which both are named
    right: Share
    unrelated: Share

    @property
    def row(self) -> str:
        """A line of the table."""
        shares = (self.caught, self.named, self.elsewhere, self.pairs, self.together)
        cells = [*map(str, shares), str(self.right), str(self.unrelated)]
        return f"| `{self.exercise}` | {self.tests} | {' | '.join(cells)} |"

    @property
    def cases(self) -> int:
        """How many programs were graded."""
        once = (self.caught, self.named, self.elsewhere, self.pairs, self.together, self.unrelated)
        return sum(part.of for part in once) + self.right.of * len(SEEDS)


def measure(exercise: Exercise) -> Figures:
    """Grade every program that there is for an exercise."""
    reference = solution(exercise)
    catalogue = faults(exercise)
    alone = {fault.name: apply(reference, [fault]) for fault in catalogue}
    pairs = []
    for one, other in itertools.combinations(catalogue, 2):
        with suppress(Incompatible):
            pairs.append((one, other, apply(reference, [one, other])))
    sample = random.Random(1).sample(pairs, min(PAIRS, len(pairs)))
    return Figures(
        exercise=exercise.name,
        tests=len(exercise.tests),
        caught=share({f.name: fails(exercise, alone[f.name], [f.test]) for f in catalogue}),
        named=share(
            {name: {name} in named(grade_here(exercise, source)) for name, source in alone.items()}
        ),
        elsewhere=share(
            {
                f"{v.solution}.{v.fault}": named(grade_here(exercise, v.source))[:1] == [{v.fault}]
                for v in variants(exercise)
            }
        ),
        pairs=share(
            {
                f"{one.name}+{other.name}": fails(exercise, source, [one.test, other.test])
                or grade_here(exercise, source).status is Status.FAIL
                for one, other, source in pairs
            }
        ),
        together=share(
            {
                f"{one.name}+{other.name}": set().union(*named(grade_here(exercise, source)))
                >= {one.name, other.name}
                for one, other, source in sample
            }
        ),
        right=share(
            {
                path.name: all(
                    grade_here(exercise, path.read_text("utf-8"), seed).status is Status.PASS
                    for seed in SEEDS
                )
                for path in right_programs(exercise)
            }
        ),
        unrelated=share(
            {
                path.name: _is_silent(grade_here(exercise, path.read_text("utf-8")))
                for path in wrong_programs(exercise)
            }
        ),
    )


def _is_silent(report: Report) -> bool:
    return report.status is Status.FAIL and not named(report)


def main() -> None:
    measured = []
    for exercise in catalog.exercises():
        measured.append(measure(exercise))
        print(measured[-1], file=sys.stderr)
    head = f"| {' | '.join(COLUMNS)} |\n|---|" + "---:|" * (len(COLUMNS) - 1)
    rows = "\n".join(figures.row for figures in measured)
    cases = sum(figures.cases for figures in measured)
    text = TEXT.format(seeds=len(SEEDS), head=head, rows=rows, cases=cases)
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
