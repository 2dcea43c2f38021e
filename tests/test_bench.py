"""A grader that stays collected, and a memory for what the reference gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.dev.local import LocalClient
from llmquiz.errors import OurFault
from llmquiz.grading.bench import Bench
from llmquiz.grading.call import Call, Outcome
from llmquiz.grading.faults import apply, faults_of
from llmquiz.grading.memory import Memory
from llmquiz.grading.run import grade_with
from llmquiz.grading.session import Session
from llmquiz.grading.trusted import Trusted
from llmquiz.report import Status
from llmquiz.submission import Submission

SEED = 3


def submission(source: str) -> Submission:
    path = Path("answer.py")
    return Submission(path, str(path), source)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(catalog.find("attention"))
    yield made
    made.close()


def test_a_bench_with_a_memory_reports_what_a_fresh_run_reports(exercise: Exercise) -> None:
    made, memory = Bench(exercise), Memory()
    solution = exercise.solution.read_text("utf-8")
    catalogue = faults_of(exercise.root, exercise.name)
    # Some of both kinds; twice, so that the second comes from the memory.
    some = [solution, *(apply(solution, [fault]) for fault in catalogue[:: len(catalogue) // 4])]
    for source in [*some, *some]:
        alone = grade_with(Session(LocalClient, SEED), [(exercise, submission(source))])[0]
        known = made.grade(Session(LocalClient, SEED, memory=memory), submission(source))
        assert repr(known) == repr(alone)  # as text: NaN is no equal of itself
    made.close()


def test_what_is_remembered_is_not_computed_again() -> None:
    memory, counts = Memory(), []

    def compute() -> Outcome:
        counts.append(1)
        return Outcome(torch.ones(3), {})

    one = memory.recall(("a", b"1"), compute)
    assert memory.recall(("a", b"1"), compute) is one
    memory.recall(("b", b"1"), compute)
    assert len(counts) == 2


def test_an_exception_is_remembered_too() -> None:
    memory, counts = Memory(), []

    def compute() -> Outcome:
        counts.append(1)
        raise ValueError("no")

    for _ in range(3):
        with pytest.raises(ValueError, match="no"):
            memory.recall(("a", b"1"), compute)
    assert len(counts) == 1


def test_a_memory_forgets_the_oldest() -> None:
    memory, counts = Memory(most_bytes=10_000), []
    for key in (b"1", b"2", b"3", b"3", b"1"):
        memory.recall(("", key), lambda: counts.append(1) or Outcome(torch.ones(1000), {}))
    assert len(counts) == 4  # two fit; the first was computed again


@pytest.mark.parametrize(
    "other",
    [
        Call("g", (torch.zeros(2, 3), 1)),
        Call("f", (torch.zeros(3, 2), 1)),
        Call("f", (torch.zeros(2, 3).double(), 1)),
        Call("f", (torch.zeros(3, 2).T, 1)),
        Call("f", (torch.tensor([[0.0, 0, 0], [0, 0, 1]]), 1)),
        Call("f", (torch.zeros(2, 3), 2)),
        Call("f", (torch.zeros(2, 3), 1.0)),
        Call("f", (torch.zeros(2, 3), True)),
        Call("f", (torch.zeros(2, 3), "1")),
        Call("f", (torch.zeros(2, 3),), {"x": 1}),
        Call("f", (torch.zeros(2, 3), 1), method="h"),
        Call("f", (torch.zeros(2, 3), 1), cotangent=torch.zeros(1)),
        Call("f", (torch.zeros(2, 3), 1), before=((1,),)),
    ],
)
def test_calls_that_differ_have_other_digests(other: Call) -> None:
    one, same = Call("f", (torch.zeros(2, 3), 1)), Call("f", (torch.zeros(2, 3), 1))
    assert one.digest == same.digest
    assert other.digest not in (one.digest, None)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.bool, torch.int64])
def test_every_dtype_has_a_digest(dtype: torch.dtype) -> None:
    assert Call("f", (torch.ones((), dtype=dtype),)).digest is not None


def test_a_faulted_module_that_keeps_state_is_remembered_with_its_past(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "graders").mkdir()
    (tmp_path / "solutions" / "count.py").write_text("seen = []\ndef f(x):\n    return x + 1\n")
    (tmp_path / "graders" / "count.toml").write_text(
        '[remembers]\nkind = "robustness"\ntest = "t"\nquestion = "q"\n'
        'edits = [["    return x + 1", "    seen.append(x)\\n    return x + len(seen)"]]\n'
        'means = { en = "a", zh = "b" }\nhint = { en = "a", zh = "b" }\n'
    )
    exercise = replace(catalog.find("attention"), name="count", root=tmp_path)
    memory = Memory()
    a, b = Call("f", (1,)), Call("f", (5,))
    for calls, wanted in (((a, b), [2, 7]), ((a, a), [2, 3]), ((a, b, a), [2, 7, 4])):
        trusted = Trusted(exercise, memory)
        run = trusted.faulted(trusted.faults())
        assert [run(call).output for call in calls] == wanted


def test_after_a_submission_that_fails_the_next_one_is_graded(bench: Bench) -> None:
    class Broken(LocalClient):
        def call(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
            raise RuntimeError("the judge itself")

    solution = catalog.find("attention").solution.read_text("utf-8")
    with pytest.raises(OurFault):
        bench.grade(Session(Broken, SEED), submission(solution))
    report = bench.grade(Session(LocalClient, SEED), submission(solution))
    assert report.status is Status.PASS


def test_a_grader_that_cannot_be_imported_is_our_fault(tmp_path: Path) -> None:
    (tmp_path / "graders").mkdir()
    (tmp_path / "graders" / "test_count.py").write_text("import nothing_of_that_name\n")
    exercise = replace(catalog.find("attention"), name="count", root=tmp_path)
    made = Bench(exercise)
    for _ in range(2):
        with pytest.raises(OurFault) as fault:
            made.grade(Session(LocalClient, SEED), submission(""))
        assert "nothing_of_that_name" in str(fault.value.facts["place"])
    made.close()
