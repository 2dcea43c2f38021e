"""What a failing check says about the cause, and when it says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.dev.check import named
from llmquiz.dev.corpus import solution
from llmquiz.dev.local import grade_here
from llmquiz.grading import faults, trusted
from llmquiz.render.text import failure_lines
from llmquiz.report import Report, Status

ROOT = Path(__file__).parents[1]


def graded(name: str, *edits: tuple[str, str], program: str = "") -> Report:
    """The report of the solution, or of another right program, with edits."""
    path = ROOT / "tests" / "right" / name / f"{program}.py"
    source = path.read_text("utf-8") if program else solution(catalog.find(name))
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return grade_here(catalog.find(name), source)


def told(report: Report, lang: str) -> str:
    """What the first failure says, on one line."""
    failure = next(test.failure for test in report.tests if test.failure is not None)
    return " ".join(" ".join(failure_lines(failure, lang)).split())


@pytest.mark.parametrize(
    ("name", "program", "edit", "fault"),
    [
        ("attention", "einsum", ("...id,...jd->...ij", "...id,...jd->...ji"), "scores_transposed"),
        ("attention", "by_hand", ("key.mT", "key"), "key_not_transposed"),
        ("attention", "bmm", ("width).transpose(1, 2)", "width)"), "key_not_transposed"),
        (
            "multihead",
            "annotated",
            (".reshape(*batch, length, num_heads, d_model // num_heads).transpose(-2, -3)", ""),
            "head_axis_missing",
        ),
        (
            "multihead",
            "annotated",
            (
                "num_heads, d_model // num_heads).transpose(-2, -3)",
                "num_heads, d_model // num_heads)",
            ),
            "heads_not_moved",
        ),
        ("rmsnorm", "llama", (".mean(-1, keepdim=True)", ".mean(-1)"), "axis_dropped"),
        ("rope", "complex_numbers", ("(turned).flatten(-2)", "(turned)"), "pairs_left_apart"),
    ],
)
def test_wrong_shapes_and_exceptions_have_causes_too(
    name: str, program: str, edit: tuple[str, str], fault: str
) -> None:
    report = graded(name, edit, program=program)
    assert named(report)[0] == {fault}


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("attention", ("return query @ key", "query @ key")),
        ("rmsnorm", ("return (normed", "(normed")),
        ("tokenizer", ("return merged", "merged")),
    ],
)
def test_none_instead_of_a_result_asks_for_the_return(name: str, edit: tuple[str, str]) -> None:
    report = graded(name, edit)
    assert "is a return statement missing?" in told(report, "en")
    assert "是不是漏了 return？" in told(report, "zh")


def test_of_equal_explanations_the_simplest_is_told_and_that_there_are_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = faults.faults_of(catalog.find("rmsnorm").root, "rmsnorm")
    first = next(fault for fault in known if fault.name == "subtracts_mean")
    edits = (("wide = x", "h = x"), ("wide.square()", "(h - h.mean(-1, True)).square()"))
    edits += (("wide * torch", "(h - h.mean(-1, True)) * torch"),)
    twin = faults.Fault("twin", "semantic", first.test, first.question, edits, first.means, {})
    alone = graded("rmsnorm", *first.edits)
    assert named(alone)[0] == {"subtracts_mean"}
    assert "The simplest explanation" not in told(alone, "en")

    monkeypatch.setattr(trusted, "faults_of", lambda *_: (*known, twin))
    both = graded("rmsnorm", *first.edits)
    assert named(both)[0] == {"subtracts_mean"}
    assert "(The simplest explanation; others would give the same.)" in told(both, "en")
    assert "（这是最简单的一种解释，其他原因也可能得到同样的结果。）" in told(both, "zh")


def test_what_a_passed_test_would_have_shown_is_no_explanation() -> None:
    """The numbers of a sum, but only for inputs far from zero: a sum would fail at the first."""
    mean = "wide.square().mean(dim=-1, keepdim=True)"
    always = graded("rmsnorm", (mean, mean.replace("mean(", "sum(")))
    assert named(always)[0] == {"sum_not_mean"}
    sometimes = f"({mean} * (x.shape[-1] if x.mean().abs() > 100 > x.std() else 1))"
    report = graded("rmsnorm", (mean, sometimes))
    failing = [test.name for test in report.tests if test.status is Status.FAIL]
    assert failing == ["test_mean_is_kept"]
    assert named(report) == []


def test_a_test_that_passed_whatever_the_values_are_rules_nothing_out() -> None:
    """The shape is right in spite of the fault, and says nothing about it."""
    known = faults.faults_of(catalog.find("rope").root, "rope")
    both_plus = next(fault for fault in known if fault.name == "both_plus")
    report = graded("rope", *both_plus.edits)
    rotation = [test for test in report.of_part("rotation") if test.status is Status.PASS]
    assert [test.name for test in rotation] == ["test_rotation_shape"]
    assert named(report)[0] == {"both_plus"}
