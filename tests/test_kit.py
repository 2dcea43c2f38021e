"""Kits for students: what is in them, what their commands say, and what of a course they take."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.classroom.lab_files import LADDER, WORKED, lab_files, worked
from llmquiz.lab import registry
from llmquiz.statement import definitions

ROOT = Path(__file__).parents[1]
LAB = ROOT / "src" / "llmquiz" / "lab"
Run = Callable[..., subprocess.CompletedProcess[str]]


def unpacked(kit: Path) -> Run:
    """Commands of the wheel in a kit, in the kit's folder."""
    (wheel,) = kit.glob("*.whl")
    site = kit.parent / f"{kit.name}-site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {"PYTHONPATH": str(site), "LLMQUIZ_LANG": "en", "PATH": "/usr/bin"}

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "llmquiz", *arguments]
        return subprocess.run(
            command, cwd=kit, env=environment | more, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def kit(llmquiz, tmp_path: Path) -> Path:
    assert llmquiz("course", "kit", "kit", "--exercises", "attention,rope").code == 0
    return tmp_path / "kit"


@pytest.fixture
def run(kit: Path) -> Run:
    return unpacked(kit)


def defined(source: str) -> set[str]:
    """The functions and classes that a file defines, however deep."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)}


def names_in(kit: Path) -> set[str]:
    (wheel,) = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


# What is in them


def test_nothing_in_a_kit_defines_what_students_are_to_write(llmquiz, tmp_path: Path) -> None:
    assert llmquiz("course", "kit", "kit").code == 0
    asked = {name for exercise in catalog.exercises() for name in definitions(exercise)}
    assert len(asked) > 10
    (wheel,) = (tmp_path / "kit").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            assert "/lab/" not in name
            if name.endswith(".py") and "/_content/" not in name:
                assert not defined(archive.read(name).decode()) & asked, name


def test_a_kit_has_the_labs_that_it_was_asked_for_and_runs_them(llmquiz, tmp_path: Path) -> None:
    made = llmquiz("course", "kit", "kit", "--exercises", "rmsnorm", "--labs", "permutation")
    assert made.code == 0
    assert "these exercises: attention, multihead, rope.\n" in made.err
    labs = {name for name in names_in(tmp_path / "kit") if "/lab/experiments/" in name}
    assert {Path(name).stem for name in labs} == {"__init__", "permutation"}
    run = unpacked(tmp_path / "kit")
    ran = run("lab", "permutation", "--quick")
    assert ran.returncode == 0, ran.stderr
    assert "HELD" in ran.stdout
    assert "permutation" in run("lab", "list").stdout
    for other in ("ablation", "chat", "bpe"):
        ran = run("lab", other)
        assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
        assert "no lab called" in ran.stderr
    assert "ablation" not in run("lab", "--help").stdout


def test_the_lab_of_bpe_runs_in_a_kit_which_has_no_bank(llmquiz, tmp_path: Path) -> None:
    made = llmquiz("course", "kit", "kit", "--labs", "bpe")
    assert "these exercises: tokenizer.\n" in made.err
    ran = unpacked(tmp_path / "kit")("lab", "bpe", "--quick", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["held"]


def test_a_kit_can_train_the_ladder(llmquiz, tmp_path: Path) -> None:
    assert llmquiz("course", "kit", "kit", "--labs", "ablation").code == 0
    run = unpacked(tmp_path / "kit")
    short = ("--quick", "--steps", "4", "--seeds", "1", "--jobs", "1", "--data", "induction")
    ran = run("lab", "ablation", *short)
    assert ran.returncode in (0, 1), ran.stderr
    assert "reference: not checked yet" in ran.stdout
    assert "--text" in run("lab", "ablation", "--help").stdout


@pytest.mark.parametrize("lab", [lab.name for lab in registry.labs()])
def test_everything_that_a_lab_imports_of_the_labs_comes_with_it(lab: str) -> None:
    found = lab_files([lab])
    for path in found:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))) if path.suffix == ".py" else ():
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.startswith("llmquiz.lab."):
                file = ROOT / "src" / f"{module.replace('.', '/')}.py"
                assert file in found or file.with_suffix("") / "__init__.py" in found
    assert (LAB / "ladder" / "model.py" in found) == (lab in LADDER)


def test_every_file_of_the_labs_with_an_exercises_worked_code_is_known() -> None:
    for exercise in catalog.exercises():
        for path in LAB.rglob("*.py"):
            if defined(path.read_text("utf-8")) & set(definitions(exercise)):
                assert exercise.name in WORKED[path.relative_to(LAB).as_posix()]
    for file in WORKED:
        assert (LAB / file).is_file()
    assert worked(lab_files(["sampling", "rope-shift"])) == ["multihead", "rope"]
    assert worked(lab_files(["ffn"])) == []


# What its commands say


@pytest.mark.parametrize(
    "command",
    [
        "explain attention", "solution attention", "solution attention --spoil", "course new x",
        "course kit y", "dev check", "watch", "lab list", "lab rope-shift", "quiz", "review",
    ],
)  # fmt: skip
def test_what_a_kit_lacks_is_one_sentence(run: Run, command: str) -> None:
    ran = run(*command.split())
    assert (ran.returncode, ran.stdout) == (2, "")
    name, *_ = command.split()
    assert ran.stderr == (
        f"llmquiz: a kit for students has no command {name}: it is in the full llmquiz.\n"
    )
    chinese = run(*command.split(), LLMQUIZ_LANG="zh", PYTHONIOENCODING="utf-8").stderr
    assert chinese == f"llmquiz: 学生工具包中没有 {name} 命令：完整的 llmquiz 才有。\n"


def test_a_kit_counts_what_passed_the_public_check_and_promises_no_points(
    kit: Path, run: Run
) -> None:
    assert "0/2 pass the public check" in run().stdout
    for exercise in (catalog.find("attention"), catalog.find("rope")):
        own = kit / "exercises" / f"{exercise.name}.py"
        own.write_text(exercise.solution.read_text("utf-8"), "utf-8")
    assert run("check", "attention").returncode == 0
    shown = run().stdout
    assert "1/2 pass the public check" in shown
    assert "Next: rope" in shown
    lines = run("list").stdout.splitlines()
    assert lines[0].startswith("PASS  attention")
    assert lines[0].endswith("public part 9/9")
    assert lines[1].startswith("TODO  rope")
    assert "0/0" not in "".join([shown, *lines])
    assert run("check").returncode == 0  # the one that is left
    for said in (run(), run("check")):
        assert "The grade comes from your instructor's tests." in said.stdout
    assert "Made also: README.md" not in run("init", "more").stdout


def test_a_kit_advises_nothing_that_it_lacks(kit: Path, run: Run) -> None:
    broken = (kit / "exercises" / "attention.py").read_text("utf-8") + (
        "\n\ndef attention_scores(query, key, scale=None):\n    return query\n"
    )
    (kit / "exercises" / "attention.py").write_text(broken, "utf-8")
    said = [
        run(), run("check"), run("check", "-v"), run("list"), run("show"), run("--help"),
        run("hint", "--all"), run("check", "rope"), run("init", "more"),
    ]  # fmt: skip
    for text in [*(ran.stdout + ran.stderr for ran in said), (kit / "README.md").read_text()]:
        for lacking in ("quiz", "review", "explain", "solution", "watch", "lab", "course"):
            assert f"llmquiz {lacking}" not in text
            assert f"\n  {lacking} " not in text


def test_checks_of_a_kit_are_no_passed_tests_for_the_full_llmquiz(
    kit: Path, run: Run, llmquiz, monkeypatch
) -> None:
    solution = catalog.find("attention").solution.read_text("utf-8")
    (kit / "exercises" / "attention.py").write_text(solution, "utf-8")
    assert run("check", "attention").returncode == 0
    monkeypatch.chdir(kit)
    assert llmquiz("list").out.startswith("TODO  attention")
    assert "PASS" in run("list").stdout


def test_check_in_a_notebook_of_a_kit_is_the_public_part(kit: Path, run: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import llmquiz; print(llmquiz.check('attention'))"],
        cwd=kit,
        env={"PYTHONPATH": f"{kit}-site", "LLMQUIZ_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "This was the public part" in done.stdout, done.stderr


# What of a course they take


@pytest.fixture
def course(llmquiz, tmp_path: Path, monkeypatch) -> Path:
    """A Chinese course of two exercises, a question and a lab."""
    new = ("course", "new", "cs", "--lang", "zh")
    assert llmquiz(*new, "--exercises", "rope", "--questions", "norm.weight").code == 0
    more = ("course", "add", "cs", "--lang", "zh", "--assignment", "ps2")
    assert llmquiz(*more, "--exercises", "rmsnorm", "--labs", "ffn").code == 0
    return tmp_path / "cs"


def test_a_kit_is_for_the_course_around(llmquiz, course: Path, monkeypatch) -> None:
    monkeypatch.chdir(course)
    assert llmquiz("course", "kit", "kit").code == 0
    kit = course / "kit"
    assert {path.stem for path in (kit / "exercises").iterdir()} == {"rope", "rmsnorm"}
    assert "llmquiz/lab/experiments/ffn.py" in names_in(kit)
    assert (kit / ".llmquiz" / "language").read_text() == "zh"
    readme = (kit / "README.md").read_text("utf-8")
    assert "llmquiz check rmsnorm " in readme
    assert "llmquiz lab ffn --quick" in readme
    assert "公开部分" in readme


def test_a_course_may_be_named_and_what_is_asked_for_counts(
    llmquiz, course: Path, tmp_path: Path
) -> None:
    ran = llmquiz("course", "kit", "a", "--course", "cs", "--exercises", "block", "--lang", "en")
    assert ran.code == 0
    assert [path.stem for path in (tmp_path / "a" / "exercises").iterdir()] == ["block"]
    assert (tmp_path / "a" / ".llmquiz" / "language").read_text() == "en"
    assert "llmquiz/lab/experiments/ffn.py" in names_in(tmp_path / "a")
    assert llmquiz("--lang", "en", "course", "kit", "b", "--course", "cs").code == 0
    assert (tmp_path / "b" / ".llmquiz" / "language").read_text() == "en"
    assert llmquiz("course", "kit", "c", "--course", "nowhere").code == 2
    assert not (tmp_path / "c").exists()


def test_a_course_of_labs_alone_has_a_kit_of_labs_alone(llmquiz, tmp_path: Path) -> None:
    assert llmquiz("course", "new", "cs", "--labs", "ffn").code == 0
    assert llmquiz("course", "kit", "kit", "--course", "cs").code == 0
    kit = tmp_path / "kit"
    assert not (kit / "exercises").exists()
    assert "llmquiz check" not in (kit / "README.md").read_text()
    run = unpacked(kit)
    assert "llmquiz lab list" in run().stdout
    assert run("lab", "ffn", "--quick").returncode == 0
    ran = run("show")
    assert (ran.returncode, ran.stderr) == (2, "llmquiz: this kit has no exercises.\n")


@pytest.mark.parametrize("name", ["rope", "rmsnorm"])
def test_the_readme_names_an_exercise_that_is_there(llmquiz, tmp_path: Path, name: str) -> None:
    llmquiz("course", "kit", "kit", "--exercises", name)
    readme = (tmp_path / "kit" / "README.md").read_text("utf-8")
    assert f"llmquiz show {name} " in readme
    assert "attention" not in readme
