"""There is enough to measure the graders on, and a bad figure is noticed."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs

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


@pytest.fixture
def graders(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that measures the graders; `make test` runs it whole."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "graders", raising=False)
    return importlib.import_module("graders")


def figures_with(graders: ModuleType, **outcomes: list[bool]) -> dict:
    columns = {name: outcomes.get(name, [True]) for name in graders.COLUMNS}
    shares = {
        name: graders.Share({f"{name}_{i}": good for i, good in enumerate(found)})
        for name, found in columns.items()
    }
    return {"rope": shares}


@pytest.mark.parametrize("column", ["semantic", "robustness", "named", "pairs", "unrelated"])
def test_a_single_case_that_fares_badly_is_told_by_its_name(
    graders: ModuleType, column: str
) -> None:
    assert list(graders.misses(figures_with(graders))) == []
    (miss,) = graders.misses(figures_with(graders, **{column: [True] * 99 + [False]}))
    assert f"{column}_99" in miss


@pytest.mark.parametrize(("column", "wrong"), [("elsewhere", 5), ("together", 20)])
def test_names_may_be_missing_up_to_the_share_that_is_asked(
    graders: ModuleType, column: str, wrong: int
) -> None:
    def found(count: int) -> list[bool]:
        return [False] * count + [True] * (100 - count)

    assert list(graders.misses(figures_with(graders, **{column: found(wrong)}))) == []
    assert list(graders.misses(figures_with(graders, **{column: found(wrong + 1)})))


def test_a_column_without_a_case_is_a_miss(graders: ModuleType) -> None:
    assert list(graders.misses(figures_with(graders, right=[])))


def test_a_document_that_shows_another_figure_is_told_with_the_line(graders: ModuleType) -> None:
    figures = figures_with(graders)
    page = graders.page(figures)
    assert list(graders.differences(figures, page)) == []
    told = list(graders.differences(figures, page.replace("| 1 of 1 |", "| 2 of 2 |")))
    assert "`rope`" in told[0]
    assert "make figures" in told[-1]
    assert list(graders.differences(figures, page + "- one line more\n")) == [told[-1]]


def test_each_kind_of_case_can_come_out_badly(graders: ModuleType) -> None:
    """A right program where a wrong one stood, a wrong name, a wrong program that is told none."""
    exercise = catalog.find("rmsnorm")
    right = solution(exercise)
    no_mean = next(c for c in graders.cases_of(exercise) if c.column == "named")
    for case in graders.cases_of(exercise):
        spoilt = replace(case, source="" if case.column == "right" else right)
        if case.column == "unrelated":
            spoilt = replace(case, source=no_mean.source)
        if case.name == next(c.name for c in graders.cases_of(exercise) if c.column == case.column):
            assert graders.is_good(case), case.column
            assert not graders.is_good(spoilt), case.column
