"""`llmquiz explain`: one's tensors beside the right ones."""

from __future__ import annotations

import contextlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.explanation import Explanation
from llmquiz.grading import warm
from llmquiz.grading.faults import apply, faults_of
from llmquiz.grading.warm import Warm
from llmquiz.render.explain import explain_lines, number
from llmquiz.render.html import fragment, page
from llmquiz.report import Report
from llmquiz.sandbox.launch import Launcher
from llmquiz.submission import read

Explained = tuple[Report, Explanation | None]


@pytest.fixture
def explain(borrowed: Launcher, tmp_path: Path) -> Callable[..., Explained]:
    """The explanation of a source text."""

    def call(name: str, source: str, seed: int = 7) -> Explained:
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        with contextlib.closing(Warm([], borrowed)) as warm:
            return warm.explain(catalog.find(name), read(path), seed)

    return call


def faulty(name: str, fault: str) -> str:
    exercise = catalog.find(name)
    found = next(f for f in faults_of(exercise.root, name) if f.name == fault)
    return apply(exercise.solution.read_text("utf-8"), [found])


def statuses(found: Explanation) -> dict[str, bool]:
    return {stage.title["en"]: stage.right for stage in found.stages}


def test_each_part_gets_the_right_input_so_that_only_its_own_mistake_shows(
    explain: Callable,
) -> None:
    source = faulty("attention", "softmax_twice")
    _, found = explain("attention", source)
    assert statuses(found) == {"scores": True, "weights": True, "output": False}
    text = "\n".join(explain_lines(found, "en", 80))
    assert "PASS  scores   attention_scores" in text
    assert re.search(r"expected +got +difference", text)
    assert "rows 0-" in text


def test_rotated_pairs_lie_side_by_side(explain: Callable) -> None:
    source = catalog.find("rope").solution.read_text("utf-8")
    source = source.replace("even * cos - odd * sin", "even * cos + odd * sin")
    _, found = explain("rope", source)
    assert statuses(found) == {"frequencies": True, "output": False, "rotated pairs": False}
    pairs = found.stages[2].grid
    assert len(pairs.expected[0]) == 2
    assert pairs.first == (0, 0)
    assert pairs.place[-1] == 1  # the token at position 0 stays as it is


def test_pair_counts_are_a_table_of_what_differs(explain: Callable) -> None:
    source = catalog.find("tokenizer").solution.read_text("utf-8")
    source = source.replace("counts.update(pairwise(ids))", "counts.update(set(pairwise(ids)))")
    _, found = explain("tokenizer", source)
    lines = explain_lines(found, "en", 80)
    assert any(re.search(r"\(\d+, \d+\) +[2-9] +1$", line) for line in lines)


def test_a_part_that_raises_says_so_in_its_place(explain: Callable) -> None:
    source = catalog.find("attention").solution.read_text("utf-8")
    source = source.replace(
        "    weights = masked_softmax(attention_scores",
        "    weights = 2 * masked_softmax(attention_scores",
    )
    source = source.replace("def masked_softmax(", "def masked_softmax(nothing, ", 1)
    report, found = explain("attention", source)
    assert report.status == "FAIL"
    assert found is not None
    assert explain_lines(found, "en", 80)


def test_other_shapes_are_shown_each_as_it_is(explain: Callable) -> None:
    source = catalog.find("attention").solution.read_text("utf-8")
    source = source.replace("return query @ key.transpose(-2, -1) * scale", "return query * scale")
    _, found = explain("attention", source)
    text = "\n".join(explain_lines(found, "en", 80))
    assert "difference" not in text
    assert "expected" in text


def test_a_wrong_gradient_is_laid_beside_the_right_one(explain: Callable) -> None:
    _, found = explain("attention", faulty("attention", "nan_gradient"))
    assert "gradient of scores" in statuses(found)


def test_what_is_heard_names_each_row_and_whose_numbers_follow(explain: Callable) -> None:
    _, found = explain("attention", faulty("attention", "softmax_twice"))
    text = "\n".join(explain_lines(found, "en", 80, heard=True))
    assert re.search(
        r"  row 0\n    expected: [-\d]\S*, .+\n    got: [-\d].+\n    difference: ", text
    )
    assert " . " not in text
    source = catalog.find("tokenizer").solution.read_text("utf-8")
    source = source.replace("counts.update(pairwise(ids))", "counts.update(set(pairwise(ids)))")
    _, found = explain("tokenizer", source)
    text = "\n".join(explain_lines(found, "zh", 80, heard=True))
    assert re.search(r"\(\d+, \d+\)：期望 [2-9]；得到 1$", text, re.MULTILINE)


def test_every_fault_can_be_explained_in_both_languages(
    exercise: Exercise, explain: Callable
) -> None:
    for fault in faults_of(exercise.root, exercise.name)[::9]:
        source = apply(exercise.solution.read_text("utf-8"), [fault])
        report, found = explain(exercise.name, source)
        assert found is not None, fault.name
        for lang in ("en", "zh"):
            for heard in (False, True):
                lines = explain_lines(found, lang, 80, heard)
                assert max(map(cell_len, lines)) <= 80, fault.name
            "\n".join(lines).encode("gbk")
            made = page(report, found, lang)
            for svg in re.findall(r"<svg.*?</svg>", made, re.DOTALL):
                ET.fromstring(svg)
            assert not re.search(r"<(?:script|link|img)|https?://", made)


def test_the_steps_of_every_exercise_can_be_computed(exercise: Exercise, explain: Callable) -> None:
    """Each `call` and `derive` of the exercise's words runs, and the solution is right in it."""
    wanted = {step.title["en"] for step in exercise.steps}
    seen: dict[str, bool] = {}
    for fault in faults_of(exercise.root, exercise.name):
        if wanted <= seen.keys():
            break
        _, found = explain(exercise.name, apply(exercise.solution.read_text("utf-8"), [fault]))
        seen |= statuses(found) if found is not None else {}
    assert wanted <= seen.keys()


def test_a_page_is_well_formed_and_shows_the_pictures(explain: Callable) -> None:
    report, found = explain("attention", faulty("attention", "scale_by_d_k"))
    made = page(report, found, "en")
    open_tags: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag != "meta":
                open_tags.append(tag)

        def handle_startendtag(self, tag: str, attrs: object) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Balance().feed(made)
    assert open_tags == []
    assert made.count("<svg") == 3
    assert "<html" not in fragment(report, found, "en")


def test_the_command_explains_writes_a_page_and_records_the_check(
    llmquiz: Callable, tmp_path: Path, borrowed: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "start", lambda limits, hidden: borrowed)
    llmquiz("init")
    (tmp_path / "exercises" / "rope.py").write_text(
        catalog.find("rope").solution.read_text("utf-8").replace("+ odd * cos", "- odd * cos")
    )
    ran = llmquiz("explain", "rope", "--seed", "7")
    assert ran.code == 1
    assert "FAIL  rotated pairs" in ran.out
    assert "FAIL  rope" in llmquiz("list").out
    ran = llmquiz("--lang", "zh", "explain", "rope", "--html", "rope.html")
    assert "已写入" in ran.out
    assert "旋转后的特征对" in (tmp_path / "rope.html").read_text("utf-8")
    assert "cannot write" in llmquiz("explain", "rope", "--html", "no/such.html").err


def test_where_nothing_failed_with_numbers_it_says_so(
    llmquiz: Callable, tmp_path: Path, borrowed: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "start", lambda limits, hidden: borrowed)
    llmquiz("init")
    assert "No test failed with numbers" in llmquiz("explain", "rope").out
    mine = tmp_path / "exercises" / "rope.py"
    mine.write_text(catalog.find("rope").solution.read_text("utf-8"))
    ran = llmquiz("explain", "rope")
    assert (ran.code, ran.out) == (0, "rope passes: there is nothing to lay side by side.\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (1 / 3, "0.333"), (-2.5, "-2.500"), (123.456, "123.5"), (1e-7, "1e-7"),
     (-2e30, "-2e+30"), (float("nan"), "nan"), (float("-inf"), "-inf")],
)  # fmt: skip
def test_numbers_fit_into_six_cells(value: float, shown: str) -> None:
    assert number(value) == shown
    assert len(shown) <= 6
