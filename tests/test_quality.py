"""The graders and the diagnosis, measured on wrong and on right programs."""

from __future__ import annotations

import contextlib
import itertools
import random

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.local import fails, grade_here
from llmquiz.grading.faults import Fault, Incompatible, apply
from llmquiz.report import Status

from .quality import failing, named

SEEDS = (1, 2, 3, 4, 5)
PAIRS = 40  # named in this test; docs/graders.md has the figures for all
SEMANTIC = {"tokenizer": 20}  # at least so many; 15 for the others


def test_there_are_enough_faults_and_right_solutions(exercise: Exercise) -> None:
    semantic = [fault for fault in faults(exercise) if fault.kind == "semantic"]
    assert len(semantic) >= SEMANTIC.get(exercise.name, 15)
    assert len(right_programs(exercise)) >= 6
    assert len({variant.solution for variant in variants(exercise)}) >= 5


def test_faults_name_tests_of_their_exercise_and_speak_both_languages(exercise: Exercise) -> None:
    tests = {test.name for test in exercise.tests}
    lines = {line.strip() for line in solution(exercise).splitlines() if len(line.strip()) > 8}
    for fault in faults(exercise):
        assert fault.test in tests, fault.name
        assert fault.question, fault.name
        for text in (fault.means, fault.hint):
            assert text["en"].isascii(), fault.name
            text["zh"].encode("gbk")
            for line in lines:
                assert line not in text["en"] + text["zh"], f"{fault.name} gives a line away"


def test_every_fault_is_rejected_at_its_test(exercise: Exercise) -> None:
    missed = [
        fault.name
        for fault in faults(exercise)
        for seed in (1, 2, 3)
        if not fails(exercise, apply(solution(exercise), [fault]), [fault.test], seed)
    ]
    assert missed == []


def test_every_fault_of_the_solution_is_named(exercise: Exercise) -> None:
    missed = []
    for fault in faults(exercise):
        report = grade_here(exercise, apply(solution(exercise), [fault]), seed=2)
        if {fault.name} not in named(report):
            missed.append((fault.name, named(report)))
    assert missed == []


def test_faults_written_into_other_programs_are_named(exercise: Exercise) -> None:
    """The right name first in at least 95 %."""
    wrong = []
    for variant in variants(exercise):
        report = grade_here(exercise, variant.source, seed=3)
        assert report.status is Status.FAIL, f"{variant.solution}.{variant.fault} passes"
        if not named(report) or named(report)[0] != {variant.fault}:
            wrong.append((variant.solution, variant.fault, named(report), failing(report)))
    assert len(wrong) <= 0.05 * len(variants(exercise)), wrong


def pairs(exercise: Exercise) -> list[tuple[Fault, Fault, str]]:
    """The pairs of faults that can be made together, and the programs that they make."""
    found = []
    for one, other in itertools.combinations(faults(exercise), 2):
        with contextlib.suppress(Incompatible):
            found.append((one, other, apply(solution(exercise), [one, other])))
    return found


def test_every_pair_of_faults_is_rejected(exercise: Exercise) -> None:
    accepted = [
        (one.name, other.name)
        for one, other, source in pairs(exercise)
        if not fails(exercise, source, [one.test, other.test])
        and grade_here(exercise, source).status is Status.PASS
    ]
    assert accepted == []


def test_most_pairs_of_faults_are_named(exercise: Exercise) -> None:
    """Both names in at least 80 %, of a sample that is the same in every run."""
    sample = random.Random(1).sample(pairs(exercise), PAIRS)
    complete = 0
    for one, other, source in sample:
        names = set().union(*named(grade_here(exercise, source, seed=4)))
        complete += names >= {one.name, other.name}
    assert complete >= 0.8 * len(sample)


def test_right_programs_get_full_points_on_every_seed(exercise: Exercise) -> None:
    for path in right_programs(exercise):
        for seed in SEEDS:
            report = grade_here(exercise, path.read_text(encoding="utf-8"), seed=seed)
            assert failing(report) == [], f"{path.name}, seed {seed}"
            assert report.points == report.max_points


def test_unrelated_wrong_programs_get_no_wrong_cause(exercise: Exercise) -> None:
    """Silent: none of these is a fault of the catalogue."""
    for path in wrong_programs(exercise):
        report = grade_here(exercise, path.read_text(encoding="utf-8"), seed=5)
        assert report.status is Status.FAIL, path.name
        assert named(report) == [], path.name


def test_there_are_fifty_unrelated_wrong_programs() -> None:
    assert sum(len(wrong_programs(exercise)) for exercise in catalog.exercises()) >= 50
