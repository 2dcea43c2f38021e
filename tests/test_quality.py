"""The graders and the diagnosis, measured on wrong and on right programs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.local import fails, grade_here
from llmquiz.grading.faults import apply
from llmquiz.report import Status

ROOT = Path(__file__).parents[1]
SEMANTIC = {"tokenizer": 20}  # at least so many; 15 for the others


def test_there_are_enough_faults_and_programs(exercise: Exercise) -> None:
    semantic = [fault for fault in faults(exercise) if fault.kind == "semantic"]
    assert len(semantic) >= SEMANTIC.get(exercise.name, 15)
    assert len(right_programs(exercise)) >= 6
    assert len({variant.solution for variant in variants(exercise)}) >= 5
    assert len(variants(exercise)) >= len(semantic)


def test_there_are_fifty_unrelated_wrong_programs() -> None:
    assert sum(len(wrong_programs(exercise)) for exercise in catalog.exercises()) >= 50


def test_faults_speak_both_languages_and_give_no_line_away(exercise: Exercise) -> None:
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


def test_right_programs_get_full_points(exercise: Exercise) -> None:
    for path in right_programs(exercise):
        report = grade_here(exercise, path.read_text(encoding="utf-8"))
        assert [test.name for test in report.tests if test.status is not Status.PASS] == [], path


def test_every_fault_is_rejected_at_its_test_on_every_seed(exercise: Exercise) -> None:
    missed = [
        (fault.name, seed)
        for fault in faults(exercise)
        for seed in (1, 2, 3)
        if not fails(exercise, apply(solution(exercise), [fault]), [fault.test], seed)
    ]
    assert missed == []


@pytest.mark.quality
def test_the_figures_of_the_graders_are_good_and_are_those_of_the_document(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fault and every pair rejected; right programs accepted; causes named, never wrongly."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "graders", raising=False)
    import graders

    figures = graders.measure(exercise)
    assert figures.caught.missing == ()
    assert figures.named.missing == ()
    assert figures.pairs.missing == ()
    assert figures.right.missing == ()
    assert figures.unrelated.missing == ()
    assert figures.elsewhere.count >= 0.95 * figures.elsewhere.of, figures.elsewhere.missing
    assert figures.together.count >= 0.8 * figures.together.of, figures.together.missing
    document = (ROOT / "docs" / "graders.md").read_text(encoding="utf-8")
    assert figures.row in document, "run: make docs"
