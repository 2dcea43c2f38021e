"""What must hold for the files of every exercise."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Callable

import pytest
import torch

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.grading.trusted import load_reference
from llmquiz.report import Report, Status
from llmquiz.statement import docstrings, owners, statement, stub_text

SEEDS = (1, 2, 3)
NUMBER = re.compile(r"\d[\d.e]*\d")  # of two characters or more: "one" is 1 in Chinese


def signatures(source: str) -> dict[str, str]:
    tree = ast.parse(source)
    functions = [(n.name, n) for n in tree.body if isinstance(n, ast.FunctionDef)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            methods = [m for m in node.body if isinstance(m, ast.FunctionDef)]
            functions += [(f"{node.name}.{method.name}", method) for method in methods]
    public = [(n, f) for n, f in functions if not n.split(".")[-1].startswith("_")]
    return {
        name: ast.unparse(function.args) + str(function.returns and ast.unparse(function.returns))
        for name, function in public
    }


def test_the_six_exercises_are_there_in_the_order_of_learning() -> None:
    names = [exercise.name for exercise in catalog.exercises()]
    assert names == ["attention", "multihead", "rmsnorm", "rope", "block", "tokenizer"]


def test_every_file_of_the_content_belongs_to_an_exercise() -> None:
    root = catalog.content_root()
    stems = {exercise.name for exercise in catalog.exercises()}
    for folder, prefix in (("exercises", ""), ("solutions", ""), ("graders", "test_")):
        files = (root / folder).glob("*.py")
        assert {path.stem.removeprefix(prefix) for path in files} == stems


def test_stub_and_solution_have_the_same_signatures(exercise: Exercise) -> None:
    stub = signatures(exercise.stub.read_text(encoding="utf-8"))
    solution = signatures(exercise.solution.read_text(encoding="utf-8"))
    assert stub == {name: text for name, text in solution.items() if name in stub}


def test_what_the_stub_gives_stands_unchanged_in_the_solution(exercise: Exercise) -> None:
    """Given `__init__`s are the same code in both, docstrings aside."""

    def constructors(source: str) -> dict[str, str]:
        found = {}
        for node in ast.parse(source).body:
            for part in getattr(node, "body", []):
                if isinstance(node, ast.ClassDef) and getattr(part, "name", "") == "__init__":
                    body = [
                        b for b in part.body if not isinstance(getattr(b, "value", 0), ast.Constant)
                    ]
                    found[node.name] = ast.unparse(ast.Module(body, []))
        return found

    stub = constructors(exercise.stub.read_text(encoding="utf-8"))
    solution = constructors(exercise.solution.read_text(encoding="utf-8"))
    assert stub == {name: text for name, text in solution.items() if name in stub}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_worked_examples_are_true_of_the_solution(exercise: Exercise, lang: str) -> None:
    names = vars(load_reference(exercise.solution)) | {"torch": torch}
    ran = 0
    for owner, text in docstrings(exercise, lang).items():
        example = doctest.DocTestParser().get_doctest(text, dict(names), owner, owner, 0)
        runner = doctest.DocTestRunner(verbose=False)
        result = runner.run(example)
        assert result.failed == 0, owner
        ran += result.attempted
    assert ran > 0


def test_every_docstring_has_a_chinese_twin(exercise: Exercise) -> None:
    english = docstrings(exercise, "en")
    assert set(exercise.chinese) == set(english)
    for owner, text in exercise.chinese.items():
        assert re.search(r"[\u4e00-\u9fff]", text), owner


def test_both_languages_say_the_same_numbers_names_and_examples(exercise: Exercise) -> None:
    for owner, english in docstrings(exercise, "en").items():
        chinese = exercise.chinese[owner]
        for find in (r"`[^`]+`", r">>> .*", r"https?://[\w./-]*\w"):
            assert sorted(re.findall(find, english)) == sorted(re.findall(find, chinese)), owner
        assert sorted(NUMBER.findall(english)) == sorted(NUMBER.findall(chinese)), owner


def test_words_can_be_shown_on_a_gbk_terminal(exercise: Exercise) -> None:
    for lang in ("en", "zh"):
        statement(exercise, lang).encode("gbk")
        exercise.title[lang].encode("gbk")
        for part in exercise.parts.values():
            part[lang].encode("gbk")
        for test in exercise.tests:
            test.sentence[lang].encode("gbk")


def test_the_chinese_stub_is_the_english_one_but_for_its_docstrings(exercise: Exercise) -> None:
    def bare(source: str) -> str:
        tree = ast.parse(source)
        for _, node in owners(tree):
            node.body = node.body[1:] or [ast.Pass()]
        return ast.unparse(tree)

    chinese = stub_text(exercise, "zh")
    assert bare(chinese) == bare(exercise.stub.read_text(encoding="utf-8"))
    assert max(len(line) for line in chinese.splitlines()) <= 100


def test_tests_name_parts_and_needs_that_exist(exercise: Exercise) -> None:
    before: set[str] = set()
    for test in exercise.tests:
        assert test.part in exercise.parts
        assert {*test.needs, *test.after} <= before, test.name
        before.add(test.name)
    assert {test.part for test in exercise.tests} == set(exercise.parts)


def test_only_tests_that_need_the_values_give_points(exercise: Exercise) -> None:
    """A test that a guess can pass, such as one of the shape, is worth nothing by itself."""
    for part in exercise.parts:
        first = [test for test in exercise.tests if test.part == part]
        worth = [test for test in first if test.points]
        root = worth[0].name
        reached = {root}
        for test in worth[1:]:
            assert reached & {*test.needs, *test.after}, f"{test.name} gives points without {root}"
            reached.add(test.name)


def test_an_untouched_stub_is_to_do_and_gives_no_point(
    exercise: Exercise, grade: Callable[..., Report]
) -> None:
    report = grade(exercise.name, exercise.stub.read_text(encoding="utf-8"))
    assert report.status is Status.TODO
    assert report.points == 0
    assert {test.status for test in report.tests} <= {Status.TODO, Status.SKIP}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_solution_gets_full_points(
    exercise: Exercise, seed: int, grade: Callable[..., Report]
) -> None:
    report = grade(exercise.name, exercise.solution.read_text(encoding="utf-8"), seed=seed)
    assert [test.name for test in report.tests if test.status is not Status.PASS] == []
    assert report.points == report.max_points == exercise.points


def test_the_grader_reports_the_tests_that_the_catalog_reads(
    exercise: Exercise, grade: Callable[..., Report]
) -> None:
    report = grade(exercise.name, exercise.solution.read_text(encoding="utf-8"))
    graded = [(t.name, t.part, t.max_points, dict(t.sentence)) for t in report.tests]
    assert graded == [(t.name, t.part, t.points, dict(t.sentence)) for t in exercise.tests]
