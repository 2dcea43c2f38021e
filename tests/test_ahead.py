"""The reference is asked while the worker computes, and never twice for the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from llmquiz import catalog
from llmquiz.grading.ahead import Ahead
from llmquiz.grading.call import Call, Outcome
from llmquiz.grading.tolerance import bounds
from llmquiz.sandbox import client
from llmquiz.sandbox.client import Client, Program
from llmquiz.sandbox.launch import Launcher
from llmquiz.sandbox.limits import Limits


class Counting:
    """A reference that doubles its argument and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[torch.dtype] = []

    def __call__(self, call: Call) -> Outcome:
        (x,) = call.args
        self.asked.append(x.dtype)
        return Outcome(2 * x, {})


def test_what_was_computed_ahead_is_what_the_reference_gives_and_is_not_asked_again() -> None:
    reference, call = Counting(), Call("double", (torch.tensor([0.1, 0.2]),))
    expected = bounds(reference, call)
    reference.asked.clear()
    ahead = Ahead(reference, call)
    ahead.compute()
    assert reference.asked == [torch.float32, torch.float64]
    assert torch.equal(ahead.expected(call).output, 2 * call.args[0])
    found = bounds(ahead.expected, call)
    assert reference.asked == [torch.float32, torch.float64]
    assert found.keys() == expected.keys()
    for key, (value, allowed) in found.items():
        assert torch.equal(value, expected[key][0])
        assert allowed == expected[key][1]


def test_another_call_is_still_asked() -> None:
    reference, x = Counting(), torch.ones(2)
    ahead = Ahead(reference, Call("double", (x,)))
    ahead.compute()
    assert torch.equal(ahead.expected(Call("double", (3 * x,))).output, 6 * x)
    assert len(reference.asked) == 3


def test_a_call_without_a_floating_tensor_is_asked_once() -> None:
    reference = Counting()
    Ahead(reference, Call("double", (torch.tensor([1, 2]),))).compute()
    assert reference.asked == [torch.int64]


def test_what_the_reference_raises_it_raises_when_somebody_asks_and_not_before() -> None:
    def broken(call: Call) -> Outcome:
        raise ZeroDivisionError(call.target)

    call = Call("anything")
    ahead = Ahead(broken, call)
    ahead.compute()
    with pytest.raises(ZeroDivisionError):
        ahead.expected(call)


def test_the_judge_works_between_the_question_and_the_answer(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def noting(name: str, function: Callable) -> Callable:
        def call(*arguments: object) -> object:
            order.append(name)
            return function(*arguments)

        return call

    one = Client(launcher, Program("submission", "sub.py", "def one(): return 1\n"), Limits())
    assert one.load().kind == "ok"
    for name in ("pack", "receive_frame"):
        monkeypatch.setattr(client, name, noting(name, getattr(client, name)))
    assert one.call("one", (), {}, meanwhile=lambda: order.append("meanwhile")).output == 1
    assert order == ["pack", "meanwhile", "receive_frame"]
    one.close()


def test_almost_all_that_a_grader_asks_was_computed_ahead(
    grade: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time of the worker is not used, and nobody would notice."""
    asked: list[bool] = []
    real = Ahead.expected

    def expected(self: Ahead, call: Call) -> Outcome:
        asked.append(any(known is call for known, _ in self._known))
        return real(self, call)

    monkeypatch.setattr(Ahead, "expected", expected)
    report = grade("attention", catalog.find("attention").solution.read_text(encoding="utf-8"))
    assert report.points == report.max_points
    late = asked.count(False)  # a call in float64 is compared with float32's rounding, too
    assert len(asked) > 100
    assert late < len(asked) / 10
