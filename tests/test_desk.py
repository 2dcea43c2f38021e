"""Where a learner is, hints, solutions, copies: what one person alone needs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from llmquiz import catalog, desk, history
from llmquiz.catalog import Exercise
from llmquiz.render.cells import fold
from llmquiz.render.watch import change_lines
from llmquiz.statement import statement

ROOT = Path(__file__).parents[1]
ATTEMPT = (ROOT / "examples" / "attention_attempt.py").read_text("utf-8")


@pytest.fixture
def workspace(llmquiz: Callable, tmp_path: Path) -> Path:
    llmquiz("init")
    return tmp_path


def solve(workspace: Path, name: str) -> None:
    shutil.copy(ROOT / "solutions" / f"{name}.py", workspace / "exercises" / f"{name}.py")


def log_of(workspace: Path, kind: str) -> list[dict]:
    return [r for r in history.read(workspace / ".llmquiz" / "log.jsonl") if r["kind"] == kind]


def test_llmquiz_alone_says_how_to_begin(llmquiz: Callable) -> None:
    ran = llmquiz()
    assert ran.code == 0
    assert ran.out.startswith("You are in no workspace")
    assert "llmquiz init my-llm" in ran.out


def test_llmquiz_alone_says_where_one_is_and_what_is_next(
    llmquiz: Callable, workspace: Path
) -> None:
    out = llmquiz().out
    assert "0/6 exercises   0/" in out
    assert re.search(r"^Next: attention .* exercises/attention\.py$", out, re.MULTILINE)
    assert "not checked yet" in out
    (workspace / "exercises" / "attention.py").write_text(ATTEMPT)
    llmquiz("check")
    llmquiz("hint")
    out = llmquiz().out
    assert re.search(r"FAIL  13/\d+ points; checks: 1, hints: 1", out)
    assert "llmquiz explain attention" in out
    solve(workspace, "attention")
    llmquiz("check")
    assert "Next: multihead" in llmquiz().out


def test_llmquiz_alone_says_what_is_due_and_when_all_is_done(
    llmquiz: Callable, workspace: Path
) -> None:
    log = workspace / ".llmquiz" / "log.jsonl"
    for exercise in catalog.exercises():
        history.append(log, "check", exercise=exercise.name, status="PASS", faults=["x"])
    out = llmquiz().out
    assert "All exercises pass." in out
    assert re.search(r"llmquiz review +6 due today", out)
    assert "全部练习都已通过" in llmquiz("--lang", "zh").out


def test_a_workspace_needs_nothing_else(llmquiz: Callable, workspace: Path) -> None:
    readme = (workspace / "README.md").read_text("utf-8")
    for command in re.findall(r"llmquiz ([a-z]+)", readme):
        assert llmquiz(command, "--help").code == 0, command
    settings = json.loads((workspace / ".vscode" / "settings.json").read_text("utf-8"))
    assert settings["python.defaultInterpreterPath"] == sys.executable
    pyright = json.loads((workspace / "pyrightconfig.json").read_text("utf-8"))
    if sys.prefix != sys.base_prefix:
        assert str(Path(pyright["venvPath"]) / pyright["venv"]) == sys.prefix
    else:
        assert sysconfig.get_path("purelib") in pyright["extraPaths"]


def test_the_readme_of_a_workspace_speaks_the_learners_language(
    llmquiz: Callable, tmp_path: Path
) -> None:
    llmquiz("--lang", "zh", "init", "zh")
    text = (tmp_path / "zh" / "README.md").read_text("utf-8")
    assert text.startswith("# 你的练习")
    english = (ROOT / "src/llmquiz/templates/workspace.en.md").read_text("utf-8")
    assert re.findall(r"^    (llmquiz.*?)  ", text, re.MULTILINE) == re.findall(
        r"^    (llmquiz.*?)  ", english, re.MULTILINE
    )
    text.encode("gbk")


def test_init_keeps_every_file_that_is_there(llmquiz: Callable, workspace: Path) -> None:
    for path in ("README.md", "pyrightconfig.json", ".vscode/settings.json"):
        (workspace / path).write_text("mine")
    llmquiz("init")
    for path in ("README.md", "pyrightconfig.json", ".vscode/settings.json"):
        assert (workspace / path).read_text() == "mine"


def test_every_part_has_three_steps_that_give_no_line_away(exercise: Exercise) -> None:
    source = exercise.solution.read_text("utf-8")
    lines = {line.strip() for line in source.splitlines() if len(line.strip()) > 8}
    assert exercise.hints.keys() == exercise.parts.keys()
    for steps in exercise.hints.values():
        assert len(steps) == 3
        for step in steps:
            assert step["en"].isascii()
            step["zh"].encode("gbk")
            assert re.search(r"[\u4e00-\u9fff]", step["zh"])
            assert not any(line in text for text in step.values() for line in lines)
        for text in steps[2].values():
            assert max(map(cell_len, text.split("\n"))) <= 78
        assert "?" in steps[0]["en"]


def test_hints_go_one_step_further_each_time_and_are_counted(
    llmquiz: Callable, workspace: Path
) -> None:
    shown = [llmquiz("hint", "rope").out for _ in range(4)]
    assert [re.search(r"hint (\d) of 3", out)[1] for out in shown] == ["1", "2", "3", "3"]
    assert "One step further: llmquiz hint rope" in shown[0]
    assert "llmquiz solution rope --spoil" in shown[3]
    assert len(log_of(workspace, "hint")) == 4
    assert llmquiz("hint", "rope", "--level", "1").out == shown[0]
    assert llmquiz("hint", "rope", "--all").out.count(" of 3: ") == 3
    assert llmquiz("hint", "rope", "--all", "--level", "2").code == 2
    assert "第 1 条提示" in llmquiz("--lang", "zh", "hint", "rope", "--level", "1").out


def test_the_first_hint_is_that_of_the_fault_that_was_found(
    llmquiz: Callable, workspace: Path
) -> None:
    (workspace / "exercises" / "attention.py").write_text(ATTEMPT)
    llmquiz("check", "attention")
    first, second = llmquiz("hint").out, llmquiz("hint").out
    assert "The variance of a score is d_k. What is its standard deviation?" in first
    assert "attention_scores" in first
    assert "change places" in second


def test_a_hint_is_about_the_part_that_fails(llmquiz: Callable, workspace: Path) -> None:
    source = (ROOT / "solutions" / "attention.py").read_text("utf-8")
    source = source.replace("return weights @ value", "return value")
    (workspace / "exercises" / "attention.py").write_text(source)
    llmquiz("check", "attention")
    assert "scaled_dot_product_attention" in llmquiz("hint").out.splitlines()[0]


def test_hints_need_no_workspace(llmquiz: Callable) -> None:
    assert "hint 1 of 3: rope_frequencies" in llmquiz("hint", "rope").out


def test_the_solution_waits_for_a_pass_or_is_spoilt_on_record(
    llmquiz: Callable, workspace: Path
) -> None:
    ran = llmquiz("solution", "rope")
    assert ran.code == 2
    assert "has not passed yet" in ran.err
    assert "def apply_rope" in llmquiz("solution", "rope", "--spoil").out
    assert [record["exercise"] for record in log_of(workspace, "spoil")] == ["rope"]
    solve(workspace, "rope")
    llmquiz("check", "rope")
    assert llmquiz("solution", "rope").out.startswith('"""Rotary position embedding')
    assert "is the solution, line by line" in llmquiz("solution", "rope", "--diff").out
    with (workspace / "exercises" / "rope.py").open("a") as file:
        file.write("# mine\n")
    out = llmquiz("solution", "rope", "--diff").out
    assert "--- exercises/rope.py\n+++ solutions/rope.py" in out
    assert "-# mine" in out


def test_reset_keeps_a_copy_and_restore_brings_it_back(llmquiz: Callable, workspace: Path) -> None:
    mine = workspace / "exercises" / "rope.py"
    solve(workspace, "rope")
    llmquiz("check", "rope")
    assert "PASS  rope" in llmquiz("list").out
    out = llmquiz("reset", "rope").out
    assert "llmquiz restore rope" in out
    assert mine.read_text("utf-8") == catalog.find("rope").stub.read_text("utf-8")
    assert "TODO  rope" in llmquiz("list").out
    out = llmquiz("restore", "rope").out
    assert "llmquiz check rope" in out
    assert mine.read_text("utf-8") == (ROOT / "solutions" / "rope.py").read_text("utf-8")
    assert len(llmquiz("restore", "rope", "--list").out.splitlines()) == 1
    assert llmquiz("solution", "rope").code == 0  # it was passed once


def test_nothing_is_ever_lost_by_resets(llmquiz: Callable, workspace: Path) -> None:
    mine = workspace / "exercises" / "rope.py"
    for version in range(3):
        mine.write_text(f"# {version}\n")
        llmquiz("reset", "--all")
    copies = llmquiz("restore", "rope", "--list").out.splitlines()
    assert len(copies) == 3
    oldest = copies[-1].split()[0]
    mine.write_text("# not yet kept\n")
    llmquiz("restore", "rope", "--from", oldest)
    assert mine.read_text() == "# 0\n"
    llmquiz("restore", "rope")
    assert mine.read_text() == "# not yet kept\n"


def test_what_cannot_be_reset_says_why(llmquiz: Callable, workspace: Path) -> None:
    assert "which exercise?" in llmquiz("reset").err
    assert "not both" in llmquiz("reset", "rope", "--all").err
    assert "as it was in the beginning" in llmquiz("reset", "rope").out
    assert "no copy of rope" in llmquiz("restore", "rope").err
    solve(workspace, "rope")
    llmquiz("reset", "rope")
    assert "no copy of rope of 1999" in llmquiz("restore", "rope", "--from", "1999").err


def test_a_log_of_another_version_is_survived(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    history.append(log, "check", exercise="rope", status="SPLENDID", passed=7, failed=None)
    history.append(log, "hint", exercise="rope", level="high")
    before = desk.last(log, catalog.find("rope"))
    assert before.status == "TODO"
    assert desk.part_to_help(catalog.find("rope"), before) == "frequencies"


def test_what_another_process_writes_into_the_log_is_seen_at_once(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    assert list(history.read(log)) == []
    for number in (1, 2):
        with log.open("a", encoding="utf-8") as file:
            file.write('{"kind": "check", "exercise": "rope"}\n')
        assert len(list(history.read(log))) == number


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        ("llmquiz check att", 2, "attention"),
        ("llmquiz hint --lang zh ro", 4, "rope"),
        ("llmquiz quiz attention.sc", 2, "attention.scale"),
        ("llmquiz quiz --exercise tok", 3, "tokenizer"),
        ("llmquiz wat", 1, "watch"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_names(
    shell: str, words: str, at: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_LLMQUIZ_COMPLETE", f"{shell}_complete")
    monkeypatch.setenv("COMP_WORDS", words if shell != "fish" else words.rpartition(" ")[0])
    monkeypatch.setenv("COMP_CWORD", str(at) if shell != "fish" else words.rpartition(" ")[2])
    command = [sys.executable, "-m", "llmquiz"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert expected in re.split(r"[,\s]", done.stdout)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_its_shell_accepts(
    shell: str, llmquiz: Callable, tmp_path: Path
) -> None:
    script = llmquiz("completion", shell).out
    assert f"llmquiz completion {shell} > " in script
    if shell == "zsh":
        assert script.startswith("#compdef llmquiz")
    if shutil.which(shell):
        path = tmp_path / "script"
        path.write_text(script)
        subprocess.run([shell, "-n", str(path)], check=True)


def test_what_cannot_be_recorded_is_told_behind_the_report(
    llmquiz: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, a folder of somebody else's: what was graded is still shown."""
    llmquiz("init")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(history, "_write", refuse)
    for command, shown in ((("check", "rope"), "TODO   0/22"), (("hint", "rope"), "hint 1 of 3")):
        ran = llmquiz(*command)
        assert shown in ran.out
        assert "not recorded: cannot write" in ran.err
        assert "fault of llmquiz" not in ran.err
        assert ran.code in (1, 2)


def test_a_loss_of_points_is_a_change() -> None:
    """A file that does not load fails no test by name."""
    assert change_lines((), (), -13, "en", 80) == ["Points: -13"]
    assert change_lines((), (), 0, "en", 80) == ["Nothing changed since the last check."]


def test_outside_a_workspace_each_hint_leads_to_the_next(llmquiz: Callable) -> None:
    assert "llmquiz hint rope --level 2" in llmquiz("hint", "rope").out
    assert "llmquiz hint rope --level 3" in llmquiz("hint", "rope", "--level", "2").out


def test_init_makes_no_workspace_among_the_exercises_of_another(
    llmquiz: Callable, tmp_path: Path
) -> None:
    llmquiz("init", "my llm")
    ran = llmquiz("init", "my llm/exercises")
    assert ran.code == 2
    assert "lies among the exercises" in ran.err
    assert "cd 'my llm'" in llmquiz("init", "my llm").out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_statement_fits_the_screen_and_loses_no_word(exercise: Exercise, lang: str) -> None:
    text = statement(exercise, lang)
    lines = fold(text, 80)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert cell_len(line) <= 80 or ">>>" in line, line


def test_a_broken_line_goes_on_below_its_own_text() -> None:
    text = "- one two three\n  four\nname  what it is\n      and more\n>>> a long example"
    assert fold(text, 12) == [
        "- one two", "  three four", "name  what", "      it is", "      and", "      more",
        ">>> a long example",
    ]  # fmt: skip
