"""The graders and the diagnosis, measured on wrong and on right programs."""

from __future__ import annotations

import itertools

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.local import grade_here
from llmquiz.grading.faults import Incompatible, apply
from llmquiz.report import Status

from .quality import failing, named

SEEDS = (1, 2, 3, 4, 5)
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
    missed = []
    for fault in faults(exercise):
        report = grade_here(exercise, apply(solution(exercise), [fault]), seed=1)
        if fault.test not in failing(report):
            missed.append((fault.name, fault.test, failing(report)))
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


def test_every_pair_of_faults_is_rejected_and_most_are_named(exercise: Exercise) -> None:
    """Both names in at least 80 % of the pairs that can be made."""
    count, complete, accepted, lies = 0, 0, [], []
    for one, other in itertools.combinations(faults(exercise), 2):
        try:
            source = apply(solution(exercise), [one, other])
        except Incompatible:
            continue
        report = grade_here(exercise, source, seed=4)
        names = set().union(*named(report))
        count += 1
        if report.status is Status.PASS:
            accepted.append((one.name, other.name))
        complete += names >= {one.name, other.name}
        if names - {one.name, other.name}:
            lies.append((one.name, other.name, names))
    assert accepted == []
    print(f"{exercise.name}: {complete} of {count} pairs named, other names in {lies}")
    assert complete >= 0.8 * count


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
