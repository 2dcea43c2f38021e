"""No right answer is refused: the start of the long measurement that docs/tolerances.md shows."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

ROOT = Path(__file__).parents[1]
CASES = range(50)


@pytest.fixture
def tolerances(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.delitem(sys.modules, "tolerances", raising=False)
    return importlib.import_module("tolerances")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("name", ["attention", "multihead", "rmsnorm", "rope", "block"])
def test_no_right_answer_is_refused(tolerances: ModuleType, name: str, dtype: torch.dtype) -> None:
    measured = tolerances.measure(name, dtype, CASES)
    assert {place: found for place, found in measured.items() if found[1]} == {}
    assert len(measured) >= 2
    assert all(count >= len(CASES) // 2 for _, _, count in measured.values())


def test_an_answer_that_is_off_by_more_is_refused(
    tolerances: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, grader, _ = tolerances.modules("rmsnorm")
    wrong = ModuleType("wrong")

    class RMSNorm(reference.RMSNorm):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * (1 + 1e-4)

    wrong.RMSNorm = RMSNorm
    monkeypatch.setattr(tolerances, "modules", lambda name: (reference, grader, [wrong]))
    measured = tolerances.measure("rmsnorm", torch.float32, CASES)
    assert measured["RMSNorm", False][1] > 0


def test_the_document_shows_ten_thousand_calls_and_none_refused() -> None:
    text = (ROOT / "docs" / "tolerances.md").read_text(encoding="utf-8")
    assert "tools/tolerances.py 10000" in text
    assert "Refused: 0 of" in " ".join(text.split())
