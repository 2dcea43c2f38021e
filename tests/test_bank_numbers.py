"""Every formula and every computed claim of the question bank, against a real computation.

`tests/bank/checks_*.py` gives each numeric question's value in another way than its formula does:
it counts the parameters of a module that it builds, the bytes of a cache, the FLOPs that torch
counts. `tests/bank/claims_*.py` computes what answers state as [#name].
"""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch

from llmquiz.quiz import bank as banks
from llmquiz.quiz import formula
from llmquiz.quiz.records import Numeric
from llmquiz.quiz.source import read
from llmquiz.quiz.validate import corners

HERE = Path(__file__).parent / "bank"
ROOT = Path(__file__).parents[1]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _functions(kind: str, prefix: str) -> dict[str, Callable]:
    found: dict[str, Callable] = {}
    for path in sorted(HERE.glob(f"{kind}_*.py")):
        for name, value in vars(_load(path)).items():
            if name.startswith(prefix) and callable(value):
                assert name not in found, name
                found[name] = value
    return found


CHECKS = _functions("checks", "check_")
CLAIMS = _functions("claims", "test_")
NUMERIC = {
    f"check_{question.id}__{closed.id}".replace(".", "_").replace("-", "_"): closed
    for question in banks.load()
    for closed in question.closed
    if isinstance(closed, Numeric)
}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def test_every_formula_has_a_computation_of_its_own() -> None:
    assert NUMERIC.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", NUMERIC)
def test_a_formula_gives_what_a_real_computation_gives(name: str) -> None:
    item = NUMERIC[name]
    for parameters in list(corners(item.parameters))[:3]:
        expected = formula.evaluate(item.formula, parameters)
        got = CHECKS[name](**parameters)
        value, tolerance = got if isinstance(got, tuple) else (got, 1e-6)
        assert math.isclose(value, expected, rel_tol=tolerance, abs_tol=1e-12), parameters


def test_every_computed_claim_has_a_test() -> None:
    text = str(read(ROOT / "questions.yaml").data)
    named = {f"test_{name}" for name in re.findall(r"\[#([a-z0-9_]+)\]", text)}
    assert named == CLAIMS.keys()


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_holds(name: str) -> None:
    torch.manual_seed(0)
    CLAIMS[name]()
