"""The authors' tools."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.dev.check import check
from llmquiz.dev.new import FILES


@pytest.fixture
def course(llmquiz: Callable, tmp_path: Path, monkeypatch) -> Path:
    """A content folder with one scaffolded exercise in which nothing is left to write."""
    folder = tmp_path / "course"
    monkeypatch.setenv("LLMQUIZ_CONTENT", str(folder))
    assert llmquiz("dev", "new", "softcap").code == 0
    for path in folder.rglob("*.*"):
        path.write_text(path.read_text("utf-8").replace("TODO", "Done"), encoding="utf-8")
    return folder


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    catalog._exercises.cache_clear()
    from llmquiz.grading import faults

    faults.faults_of.cache_clear()
    faults.compiled.cache_clear()


def test_a_scaffold_runs_and_the_check_lists_what_is_to_be_written(
    llmquiz: Callable, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LLMQUIZ_CONTENT", str(tmp_path / "course"))
    made = llmquiz("dev", "new", "softcap")
    assert len(made.out.splitlines()) == len(FILES) + 1
    ran = llmquiz("dev", "check", "softcap")
    assert ran.code == 1
    assert ran.out.count("FAIL") == 1
    assert "exercises/softcap.py:1 still says TODO" in ran.out


def test_a_whole_exercise_passes_every_check(llmquiz: Callable, course: Path) -> None:
    ran = llmquiz("dev", "check")
    assert "FAIL" not in ran.out
    assert ran.code == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        ("solutions/softcap.py", "x: Tensor", "y: Tensor", "differs from the stub's"),
        ("solutions/softcap.py", "x * 2.0", "x * 2.5", "is not true"),
        ("exercises/softcap.toml", "tensor([2., 6.])", "tensor([2., 7.])", "is not true"),
        ("exercises/softcap.toml", "softcap(torch.tensor([1.0", "softcap(torch.tensor([01.0", "the examples"),
        ("exercises/softcap.toml", "Done：返回", "\u2713：返回", "GBK terminal"),
        ("exercises/softcap.py", 'raise NotImplementedError("softcap")', "return x", "must raise"),
        ("graders/test_softcap.py", 'points=0, zh="形状', 'points=1, zh="形状', "gives 1 points"),
        ("graders/test_softcap.py", "expect.values(submission", "expect.shape(submission", "gives 3 points"),
        ("graders/softcap.toml", "Done: what should happen", "return x * 2.0 happens", "gives a line"),
        ("graders/softcap.toml", 'test = "test_values"', 'test = "test_gone"', "does not exist"),
        ("graders/softcap.toml", '"x * 2.0", "x * 1.0"', '"x * 9.0", "x * 1.0"', "occurs 0 times"),
        ("tests/right/softcap/sum.py", "torch.add(x, x)", "torch.add(x, x * 1.01)", "refuses it"),
        ("tests/right/softcap/sum.py", "Done: a right", "TODO: a right", "sum.py:1 still says"),
        ("graders/test_softcap.py", "torch.float16, torch.bfloat16", "torch.bfloat16", "never calls softcap with float16"),
        ("exercises/softcap.toml", "Done：公式", "Done：\\\\frac{x}{2}", "LaTeX"),
        ("graders/softcap.toml", "Done: what should happen", "return  x*2.0 happens", "gives a line"),
        ("exercises/softcap.toml", "[hints.softcap]", "[hints.softcup]", "has no [hints.softcap]: write question, direction, code"),
        ("exercises/softcap.toml", "Done: almost code, in words", " ", "has no code.en"),
        ("exercises/softcap.toml", "Done: which way to go", "return x * 2.0", "gives a line"),
        ("exercises/softcap.toml", 'of = "softcap"', 'of = "softcup"', "is neither a function nor"),
        ("exercises/softcap.toml", '"out.sum(-1, keepdim=True)"', '"sum(weights)"', "weights is no argument of softcap"),
        ("exercises/softcap.toml", 'derive = "out.sum', 'call = "out.sum', "must call a function of the solution"),
        ("exercises/softcap.toml", ', zh = "Done：每行之和"', "", "title has no zh"),
        ("tests/wrong/softcap/flipped.py", "x.flip(-1) - 3", "x * 1.0", "told a wrong cause"),
    ],
)  # fmt: skip
def test_each_way_to_be_incomplete_is_found(
    llmquiz: Callable, course: Path, file: str, old: str, new: str, finding: str
) -> None:
    changed(course / file, old, new)
    found: list[str] = []
    for _, sentences in check(catalog.find("softcap")):
        found += sentences
        if found:
            break
    assert finding in " ".join(" ".join(found).split())


def test_a_content_folder_is_used_instead_of_the_shipped_one(
    llmquiz: Callable, course: Path, tmp_path: Path
) -> None:
    assert len(llmquiz("list").out.splitlines()) == 1
    assert llmquiz("init", "work").code == 0
    solution = course / "solutions" / "softcap.py"
    shutil.copy(solution, tmp_path / "work" / "exercises" / "softcap.py")
    ran = llmquiz("check", "softcap", "--file", tmp_path / "work" / "exercises" / "softcap.py")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("dev", "new", "Soft-Cap"), "Soft-Cap cannot name an exercise"),
        (("dev", "new", "softcap"), "softcap.py is already there"),
        (("--content", "nowhere", "list"), "nowhere has no folder called exercises"),
    ],
)
def test_an_authors_mistake_gets_one_sentence(
    llmquiz: Callable, course: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = llmquiz(*arguments)
    assert ran.code == 2
    assert sentence in ran.err


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("tests/right/softcap", "write one in a style that is not the solution's"),
        ("tests/wrong/softcap", "write a wrong one that is none of the faults"),
    ],
)
def test_there_must_be_programs_to_try_the_exercise_on(
    llmquiz: Callable, course: Path, folder: str, sentence: str
) -> None:
    for path in (course / folder).glob("*.*"):
        path.unlink()
    assert sentence in llmquiz("dev", "check", "softcap").out


def test_a_file_that_belongs_to_no_exercise_is_found(llmquiz: Callable, course: Path) -> None:
    for place in ("solutions/sofcap.py", "graders/test_gone.py", "tests/right/old/x.py"):
        (course / place).parent.mkdir(exist_ok=True)
        (course / place).write_text("", encoding="utf-8")
    ran = llmquiz("dev", "check")
    assert ran.code == 1
    assert ran.out.count("belongs to no exercise") == 3


def test_what_takes_its_time_is_told_on_a_terminal_only(
    llmquiz: Callable, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert llmquiz("dev", "check", "softcap").err == ""
    monkeypatch.setattr("llmquiz.cli.dev._on_terminal", lambda: True)
    ran = llmquiz("dev", "check", "softcap")
    assert "...   the solution gets full points" in ran.err
    assert ran.err.endswith("\r")
    monkeypatch.setenv("TERM", "dumb")  # read out: nothing is written over
    assert "\r" not in llmquiz("dev", "check", "softcap").err
