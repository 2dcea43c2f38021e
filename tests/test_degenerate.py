"""Answers that deserve nothing get nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import solution
from llmquiz.dev.local import grade_here
from llmquiz.dev.trivial import trivial
from llmquiz.report import Report, Status

LIAR = '''
class Liar(torch.Tensor):
    """Answers every comparison with True."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("__eq__", "eq", "equal", "allclose", "isclose", "__le__", "le"):
            return torch.ones((), dtype=torch.bool)
        return super().__torch_function__(func, types, args, kwargs or {})
'''

# What a function returns, in terms of its first argument x.
TENSOR_ANSWERS = {
    "the input": "x",
    "a detached copy of the input": "x.detach().clone()",
    "zeros": "torch.zeros_like(x)",
    "zeros of a scalar's shape": "torch.zeros(())",
    "ones": "torch.ones_like(x)",
    "the mean": "x.mean(-1, keepdim=True).expand_as(x)",
    "random numbers": "torch.randn_like(x)",
    "NaN": "x * float('nan')",
    "nothing": "None",
    "a list": "x.tolist()",
}
NUMBER_ANSWERS = {
    "zeros": "torch.zeros(x // 2)",
    "ones": "torch.ones(x // 2)",
    "random numbers": "torch.rand(x // 2)",
    "the input": "x",
}
TEXT_ANSWERS = {
    "the input": "x",
    "a copy of the input": "x[:]",
    "an empty list": "[]",
    "an empty dict": "{}",
    "an empty text": "''",
    "nothing": "None",
    "zero": "0",
    "the length": "len(x)",
    "the code points": "[ord(c) for c in x] if isinstance(x, str) else x",
}


def cases() -> list[tuple[str, str]]:
    found = []
    for exercise in catalog.exercises():
        answers = TEXT_ANSWERS if exercise.name == "tokenizer" else TENSOR_ANSWERS
        found += [(exercise.name, answer) for answer in answers]
    return [*found, *(("rope", f"frequencies: {answer}") for answer in NUMBER_ANSWERS)]


def test_a_tensor_that_lies_about_its_comparisons_earns_no_point(
    exercise: Exercise, grade: Callable[..., Report]
) -> None:
    """Through the sandbox: only its numbers reach the judge."""
    if exercise.name == "tokenizer":
        pytest.skip("texts are no tensors")
    answer = "torch.zeros_like(x).as_subclass(Liar) if hasattr(x, 'dim') else x"
    liar = trivial(exercise, answer) + LIAR
    report = grade(exercise.name, liar)
    assert report.points == 0
    assert report.status is Status.FAIL


@pytest.mark.parametrize(("name", "answer"), cases())
def test_a_degenerate_answer_earns_no_point(name: str, answer: str) -> None:
    answers = TEXT_ANSWERS if name == "tokenizer" else TENSOR_ANSWERS
    expression = answers.get(answer) or NUMBER_ANSWERS[answer.removeprefix("frequencies: ")]
    report = grade_here(catalog.find(name), trivial(catalog.find(name), expression))
    assert [test.name for test in report.tests if test.points] == []
    assert report.status is Status.FAIL


SPOILT = """

def _spoilt(function, good):
    calls = 0

    def spoilt(*args, **kwargs):
        nonlocal calls
        calls += 1
        return function(*args, **kwargs) if calls <= good else _worse(function(*args, **kwargs))

    return spoilt


def _worse(value):
    if isinstance(value, dict):
        return {key: item + 1 for key, item in value.items()}
    if isinstance(value, (list, str)):
        return value[:-1]
    return value * 1.01
"""

CACHED = """

def _cached(function, key_of):
    kept = {}

    def cached(*args, **kwargs):
        key = repr([key_of(value) for value in (*args, *kwargs.values())])
        if key not in kept:
            kept[key] = function(*args, **kwargs)
        return kept[key]

    return cached


def _shape(value):
    if hasattr(value, "shape"):
        return (tuple(value.shape), str(value.dtype), value.requires_grad)
    return len(value) if hasattr(value, "__len__") else value


"""


def wrapped(exercise: Exercise, helper: str, wrap: str) -> str:
    """The solution with every public function and every `forward`, `encode`, `decode` wrapped."""
    source = solution(exercise) + helper
    for node in ast.parse(solution(exercise)).body:
        if isinstance(node, ast.FunctionDef):
            source += f"\n{node.name} = " + wrap.format(node.name)
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if getattr(part, "name", "") in ("forward", "encode", "decode"):
                    full = f"{node.name}.{part.name}"
                    source += f"\n{full} = " + wrap.format(full)
    return source + "\n"


def parts_that_pass(report: Report) -> list[str]:
    return [
        part
        for part in report.parts
        if all(test.status is Status.PASS for test in report.of_part(part))
    ]


@pytest.mark.parametrize("good", [1, 2, 3])
def test_behaving_well_for_the_first_calls_only_is_noticed(exercise: Exercise, good: int) -> None:
    source = wrapped(exercise, SPOILT, f"_spoilt({{}}, {good})")
    assert parts_that_pass(grade_here(exercise, source)) == []


def test_a_result_remembered_by_the_shapes_is_noticed(exercise: Exercise) -> None:
    """A cache whose key forgets the values: a real mistake, with masks and with positions."""
    if exercise.name == "tokenizer":
        pytest.skip("texts have no shapes")
    source = wrapped(exercise, CACHED, "_cached({}, _shape)")
    for seed in (1, 2, 3):
        passing = parts_that_pass(grade_here(exercise, source, seed))
        # The frequencies depend on nothing but their arguments: there a cache is right.
        assert set(passing) <= {"frequencies"}, seed
