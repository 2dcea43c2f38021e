"""The labs that there are: found by their files, read without importing them or torch."""

from __future__ import annotations

import ast
import difflib
import importlib
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from llmquiz import __version__
from llmquiz.errors import OurFault, UsageProblem
from llmquiz.lab.records import Found, Lab, Result

FOLDER = Path(__file__).with_name("experiments")
SEEDS, QUICK_SEEDS = 5, 3
APART = 1000  # two runs lie further apart than any run is long

Experiment = Callable[[Sequence[int], bool], Found]  # seeds, quick


@cache
def labs() -> tuple[Lab, ...]:
    """All labs, in the order in which a learner meets their subjects."""
    paths = [path for path in FOLDER.glob("*.py") if path.stem != "__init__"]
    return tuple(sorted(map(_read, paths), key=lambda lab: (lab.order, lab.name)))


def find(name: str) -> Lab:
    """The lab called `name`. Raises UsageProblem, with the nearest name."""
    for lab in labs():
        if lab.name == name:
            return lab
    names = [lab.name for lab in labs()]
    near = difflib.get_close_matches(name.lower().replace("_", "-"), names, n=1)
    if near:
        raise UsageProblem("unknown_lab_near", name=name, near=near[0])
    raise UsageProblem("unknown_lab", name=name)


def questions(name: str) -> tuple[str, ...]:
    """The questions of the bank that name a lab; none in a kit for students, which has no bank."""
    from llmquiz.catalog import has_graders
    from llmquiz.quiz.bank import load

    if not has_graders():
        return ()
    return tuple(question.id for question in load() if name in question.labs)


def seeds_of(seed: int, count: int) -> list[int]:
    """The seeds of one run, in a row. Runs of other seeds have none of them."""
    return [seed * APART + at for at in range(count)]


def run(
    name: str, seed: int = 0, quick: bool = False, lang: str | None = None, alone: bool = False
) -> Result:
    """Run a lab on one thread, so that its numbers depend on the seed alone.

    `lang` is what the result speaks where it shows itself, in a notebook. `alone` leaves out the
    workspace around: a lab that reads or keeps something there has a `run_alone` too.

    Raises UsageProblem where there is no such lab, or where it is no experiment of this kind.
    """
    lab = find(name)
    module = importlib.import_module(f"llmquiz.lab.experiments.{name.replace('-', '_')}")
    if not hasattr(module, "run"):
        raise UsageProblem("lab_of_its_own", name=name)
    experiment: Experiment = getattr(module, "run_alone", module.run) if alone else module.run
    import torch

    threads = torch.get_num_threads()
    seeds = seeds_of(seed, QUICK_SEEDS if quick else SEEDS)
    start = time.perf_counter()
    try:
        torch.set_num_threads(1)
        with torch.random.fork_rng(devices=[]):
            found = experiment(seeds, quick)
    finally:
        torch.set_num_threads(threads)
    return Result(
        lab=lab,
        found=found,
        seed=seed,
        seeds=max(len(claim.value.values) for claim in found.claims),
        quick=quick,
        seconds=time.perf_counter() - start,
        versions={"llmquiz": __version__, "torch": torch.__version__},
        questions=questions(name),
        lang=lang,
    )


def _read(path: Path) -> Lab:
    """A lab by the literal `ABOUT = {...}` of its file. Raises OurFault where there is none."""
    try:
        nodes = ast.parse(path.read_text(encoding="utf-8")).body
        assigned = [node for node in nodes if isinstance(node, ast.Assign)]
        about = next(node for node in assigned if getattr(node.targets[0], "id", "") == "ABOUT")
        return Lab(name=path.stem.replace("_", "-"), **ast.literal_eval(about.value))
    except (OSError, ValueError, TypeError, SyntaxError, StopIteration) as error:
        raise OurFault("broken_content", path=path, error=repr(error)) from error
