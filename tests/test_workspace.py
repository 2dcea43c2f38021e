"""Workspaces, the log, and the reading of submissions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from llmquiz import catalog, history
from llmquiz.cli import typed
from llmquiz.submission import read
from llmquiz.workspace import locate


def test_init_writes_every_stub_and_says_what_is_next(llmquiz: Callable, tmp_path: Path) -> None:
    ran = llmquiz("init", "llm")
    assert ran.code == 0
    for exercise in catalog.exercises():
        written = (tmp_path / "llm" / "exercises" / f"{exercise.name}.py").read_text("utf-8")
        assert written == exercise.stub.read_text("utf-8")
    assert ran.out.splitlines()[-1] == "Next:  cd llm  and  llmquiz show attention"


def test_on_windows_paths_are_quoted_as_its_command_prompt_reads_them(
    llmquiz: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert llmquiz("init", "a b").out.splitlines()[-1].startswith("Next:  cd 'a b'  and")
    monkeypatch.setattr(sys, "platform", "win32")
    assert llmquiz("init", "c d").out.splitlines()[-1].startswith('Next:  cd "c d"  and')
    assert typed.quoted("D:\\学习\\llm-1.0") == "D:\\学习\\llm-1.0"
    assert typed.quoted("R&D") == '"R&D"'


def test_a_path_below_the_home_folder_is_shown_as_this_system_understands_it(
    llmquiz: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    llmquiz("init", "llm")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("llm/.llmquiz")
    assert "~/llm" in llmquiz().out
    monkeypatch.setattr(sys, "platform", "win32")
    assert "~" not in llmquiz().out


def test_init_never_overwrites_what_a_learner_wrote(llmquiz: Callable, tmp_path: Path) -> None:
    llmquiz("init")
    mine = tmp_path / "exercises" / "rope.py"
    mine.write_text("# mine\n")
    (tmp_path / "exercises" / "block.py").unlink()
    ran = llmquiz("init")
    assert ran.code == 0
    assert mine.read_text() == "# mine\n"
    assert (tmp_path / "exercises" / "block.py").exists()
    assert "Kept, because you may have worked on them: attention, multihead" in ran.out


def test_init_in_chinese_writes_chinese_statements(llmquiz: Callable, tmp_path: Path) -> None:
    ran = llmquiz("--lang", "zh", "init")
    assert "已在 exercises 中创建 6 道练习" in ran.out
    text = (tmp_path / "exercises" / "attention.py").read_text("utf-8")
    assert "缩放点积注意力" in text
    compile(text, "attention.py", "exec")


def test_a_workspace_remembers_the_language_it_was_made_in(llmquiz: Callable, monkeypatch) -> None:
    monkeypatch.delenv("LLMQUIZ_LANG")
    llmquiz("--lang", "zh", "init")
    assert "待做" in llmquiz("list").out
    assert "TODO" in llmquiz("--lang", "en", "list").out


def test_init_into_a_file_is_a_usage_error(llmquiz: Callable, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ran = llmquiz("init", "taken")
    assert ran.code == 2
    assert "cannot write" in ran.err


def test_the_workspace_is_found_from_below(tmp_path: Path) -> None:
    assert locate(tmp_path) is None
    (tmp_path / ".llmquiz").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert locate(tmp_path / "a" / "b").root == tmp_path


def test_list_shows_state_points_and_titles(llmquiz: Callable) -> None:
    llmquiz("init")
    lines = llmquiz("list").out.splitlines()
    assert lines[0].startswith("TODO  attention    Scaled dot-product attention")
    assert lines[0].endswith(f"0/{catalog.find('attention').points}")
    assert len(lines) == 6
    rows = llmquiz("list", "--json").json["exercises"]
    assert [row["name"] for row in rows] == [e.name for e in catalog.exercises()]


def test_show_prints_the_statement_in_both_languages(llmquiz: Callable) -> None:
    english = llmquiz("show", "attention").out
    assert (
        "attention_scores(query: Tensor, key: Tensor, scale: float | None=None) -> Tensor"
        in english
    )
    assert "True means" in english
    chinese = llmquiz("--lang", "zh", "show", "attention").out
    assert "True 表示" in chinese


def test_a_torn_last_line_of_the_log_is_survived(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    history.append(log, "check", exercise="rope", status="PASS")
    whole = log.read_bytes()
    for cut in range(len(whole)):
        log.write_bytes(whole[:cut])
        history.append(log, "check", exercise="block", status="FAIL")
        assert history.last_checks(log)["block"]["status"] == "FAIL"


def test_a_record_with_unicode_line_ends_is_one_record(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    for text in ("one\u2028two\x85three", "four"):
        history.append(log, "answer", text=text)
    assert [record["text"] for record in history.read(log)] == ["one\u2028two\x85three", "four"]
    assert b"\r" not in log.read_bytes()


def test_records_are_json_lines_with_a_time_and_a_kind(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    history.append(log, "check", exercise="练习")
    record = json.loads(log.read_text("utf-8"))
    assert record["kind"] == "check"
    assert record["exercise"] == "练习"
    assert record["time"].endswith("+00:00")


def test_a_source_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# -*- coding: gbk -*-\nx = '注意力'\n".encode("gbk"))
    assert "注意力" in read(path).source
    path.write_bytes("\ufeffx = 1\r\ny = 2\r\n".encode())
    assert read(path).source == "x = 1\ny = 2\n"


@pytest.mark.parametrize(
    ("cell", "ignored"),
    [
        ("x = 7 % 3\ny = [i % 2\n for i in range(3)]", []),
        ("%timeit f(x)\nx = 1", ["cell 1:1"]),
        ("%%time\nx = 1", ["cell 1:1"]),
        ("%%writefile a.txt\nx = 1\ny = 2", ["cell 1:1", "cell 1:2", "cell 1:3"]),
        ("if True:\n    !ls\nx = 1", ["cell 1:2"]),
        ("x = 1\nx?\n?x", ["cell 1:2", "cell 1:3"]),
        ("s = '''\n% not magic\n'''", []),
        ("# is this it?\nx = 1", []),
    ],
)
def test_only_lines_that_are_not_python_are_ignored(
    tmp_path: Path, cell: str, ignored: list[str]
) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell}]}))
    submission = read(path)
    assert list(submission.ignored) == ignored
    compile(submission.source, "a", "exec")


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is in use cannot be removed")
@pytest.mark.parametrize("arguments", [[], ["list"], ["check", "rope"]])
def test_in_a_folder_that_was_removed_every_command_says_so(
    arguments: list[str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    program = f"import os, sys, llmquiz.cli; os.rmdir({str(gone)!r}); llmquiz.cli.main()"
    command = [sys.executable, "-P", "-c", program, *arguments]
    done = subprocess.run(command, cwd=gone, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("llmquiz: the folder that you are in does not exist any more.")
