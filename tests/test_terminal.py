"""`watch` and `quiz` on a real terminal: keys in, screens out, and nothing left behind."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import golden_files
import pytest
from rich.cells import cell_len

pytest.importorskip("pexpect", reason="no pseudo-terminals here")
from terminal import Terminal

from llmquiz import history

ROOT = Path(__file__).parents[1]
SOLUTION = (ROOT / "solutions" / "rope.py").read_text("utf-8")
WRONG = SOLUTION.replace("even * cos - odd * sin", "even * cos + odd * sin")
READY = {"en": r"q quit", "zh": r"q 退出"}


@pytest.fixture
def workspace(llmquiz: Callable, tmp_path: Path) -> Path:
    llmquiz("init")
    return tmp_path


@pytest.fixture
def terminal(workspace: Path) -> Iterator[Callable[..., Terminal]]:
    """Starts `llmquiz ...` in the workspace, on a terminal."""
    started: list[Terminal] = []

    def start(*arguments: str, **options: object) -> Terminal:
        made = Terminal(list(arguments), workspace, **options)
        started.append(made)
        return made

    yield start
    for one in started:
        one.close()


def mine(workspace: Path) -> Path:
    return workspace / "exercises" / "rope.py"


def left_of(pid: int) -> list[str]:
    """The sandbox's processes that a judge has left running."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f'"judge": {pid}' in command:
            found.append(command)
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize(
    ("lang", "size", "environment"),
    [
        ("en", (80, 24), {}),
        ("zh", (80, 24), {}),
        ("en", (120, 40), {"NO_COLOR": "1"}),
        ("zh", (120, 40), {}),
    ],
)
def test_the_screens_of_watch(
    lang: str,
    size: tuple[int, int],
    environment: dict[str, str],
    terminal: Callable[..., Terminal],
    workspace: Path,
) -> None:
    screen = terminal("watch", "rope", "--seed", "7", size=size, LLMQUIZ_LANG=lang, **environment)
    name = f"watch.{lang}.{size[0]}x{size[1]}"
    screen.wait(READY[lang])
    golden_files.check(f"{name}.1-todo", screen.text)
    mine(workspace).write_text(WRONG)
    screen.fresh(READY[lang])
    golden_files.check(f"{name}.2-fail", screen.text)
    screen.type("h")
    screen.fresh(READY[lang])
    golden_files.check(f"{name}.3-hint", screen.text)
    screen.type("e")
    screen.fresh(READY[lang])
    golden_files.check(f"{name}.4-explain", screen.text)
    mine(workspace).write_text(SOLUTION)
    screen.fresh(READY[lang])
    golden_files.check(f"{name}.5-pass", screen.text)
    screen.type("l")
    screen.fresh(READY[lang])
    golden_files.check(f"{name}.6-list", screen.text)
    assert max(map(cell_len, screen.lines)) <= size[0]
    assert not re.search("\x1b\\[[0-9;]*m", screen.raw)  # words, no colours
    screen.type("q")
    assert screen.end() == 0


def test_a_dumb_terminal_gets_lines_and_no_escape(
    terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal("watch", "rope", TERM="dumb", LLMQUIZ_LANG="en")
    screen.wait(READY["en"])
    mine(workspace).write_text(SOLUTION)
    screen.fresh("stays until you press n")
    assert "\x1b" not in screen.raw
    screen.type("q")
    assert screen.end() == 0


def test_who_listens_hears_the_change_before_the_details_and_a_hint_without_the_report(
    terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal("watch", "rope", "--seed", "7", TERM="dumb", LLMQUIZ_LANG="en")
    screen.wait(READY["en"])
    mine(workspace).write_text(WRONG)
    told = screen.fresh(READY["en"])
    heading, news, details = (told.index(w) for w in ("FAIL ", "Newly failing", "inputs  "))
    assert heading < news < details
    screen.type("h")
    hint = screen.fresh(READY["en"])
    assert "hint 1 of 3" in hint
    assert "FAIL" not in hint
    assert "Keys: Enter check, h hint, s statement, " in hint
    assert not re.search(r"[-#]{4}", screen.raw)
    screen.type("q")
    assert screen.end() == 0


def test_a_gbk_terminal_reads_chinese(terminal: Callable[..., Terminal], workspace: Path) -> None:
    screen = terminal("watch", "rope", encoding="gbk", LLMQUIZ_LANG="zh")
    screen.wait(READY["zh"])
    mine(workspace).write_text(WRONG)
    screen.fresh(READY["zh"])
    assert "未过" in screen.whole
    assert "?" not in re.sub(r"\S+\?\S+", "", screen.raw.split("未过")[-1])
    screen.type("q")
    assert screen.end() == 0


def test_every_way_of_saving_is_noticed(terminal: Callable[..., Terminal], workspace: Path) -> None:
    screen = terminal("watch", "rope", LLMQUIZ_LANG="en")
    screen.wait(READY["en"])
    file = mine(workspace)

    beside = file.with_name("4913")  # as vim does it: a new file takes the old one's place
    beside.write_text(WRONG)
    beside.replace(file)
    assert "FAIL" in screen.fresh(READY["en"])

    file.write_text("")  # as others do it: empty for a moment
    time.sleep(0.05)
    file.write_text(SOLUTION)
    assert "stays until you press n" in screen.fresh(READY["en"])

    with file.open("w") as half:  # half of it, and the rest later
        half.write(WRONG[: len(WRONG) // 2])
        half.flush()
        time.sleep(0.6)
        half.write(WRONG[len(WRONG) // 2 :])
    text = screen.fresh(r"Newly failing")
    assert "rotation_values" in text or "rotation_values" in screen.whole

    file.unlink()
    screen.fresh("is gone")
    file.write_text(SOLUTION)
    screen.fresh("stays until you press n")

    file.write_text("def rope_frequencies(:\n")
    screen.fresh("SyntaxError")
    file.write_text("\n")
    screen.fresh("is empty")
    screen.type("q")
    assert screen.end() == 0


def test_polling_and_enter_need_no_events(
    terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal("watch", "rope", "--poll", LLMQUIZ_LANG="en")
    screen.wait(READY["en"])
    mine(workspace).write_text(WRONG)
    assert "FAIL" in screen.fresh(READY["en"])
    screen.type("\r")
    assert "Nothing changed since the last check" in screen.fresh(READY["en"])
    screen.type("q")
    assert screen.end() == 0


def test_only_keys_that_work_now_are_shown_and_work(
    terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal("watch", "rope", LLMQUIZ_LANG="en", size=(100, 40))
    screen.wait(READY["en"])
    assert screen.lines[-1].split("   ") == [
        "Enter check", "h hint", "s statement", "a quiz me", "l list", "q quit"
    ]  # fmt: skip
    screen.type("no\x1b[A")  # not now; and an arrow, whose name holds an A
    screen.type("s")
    screen.fresh(READY["en"])
    assert "rope_frequencies(head_dim: int" in screen.whole
    screen.type("b")
    screen.fresh(READY["en"])
    assert "rope_frequencies still raises" in screen.whole
    assert "b back" not in screen.lines[-1]
    mine(workspace).write_text(SOLUTION)
    screen.fresh(READY["en"])
    assert "n next" in screen.lines[-1]
    assert "h hint" not in screen.lines[-1]
    screen.type("o")
    screen.fresh(READY["en"])
    assert "return pairs.flatten(-2).to(x.dtype)" in screen.whole
    screen.type("n")
    screen.fresh(r"exercises/attention\.py.*\r?\n.*q quit")  # the first that is not finished
    screen.type("a")
    screen.fresh(":q quit")
    screen.type(":q\n")
    screen.wait("Enter goes back to attention")
    screen.type("\n")
    screen.fresh(READY["en"])
    screen.type("q")
    assert screen.end() == 0


def test_a_resize_and_a_suspension_redraw_the_screen(terminal: Callable[..., Terminal]) -> None:
    screen = terminal("watch", "rope", LLMQUIZ_LANG="en")
    screen.wait(READY["en"])
    screen.resize(40, 30)
    screen.fresh(READY["en"])
    assert max(map(len, screen.lines[-3:])) <= 40
    screen.resize(120, 40)
    screen.fresh(READY["en"])
    screen.signal(signal.SIGSTOP)
    attributes = termios.tcgetattr(screen.program.child_fd)
    attributes[3] |= termios.ICANON | termios.ECHO  # as a shell leaves it
    termios.tcsetattr(screen.program.child_fd, termios.TCSANOW, attributes)
    screen.signal(signal.SIGCONT)
    screen.fresh(READY["en"])
    screen.type("q")  # without Enter: single keys are read again
    assert screen.end() == 0


@pytest.mark.parametrize("moment", ["importing", "waiting", "checking", "asking", "hung up"])
def test_whenever_it_is_interrupted_nothing_is_left(
    moment: str, terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal("watch", "rope", LLMQUIZ_LANG="en")
    pid = screen.program.pid
    before = termios.tcgetattr(screen.program.child_fd)
    screen.fresh("Checking rope")
    if moment != "importing":
        screen.wait(READY["en"])
        assert termios.tcgetattr(screen.program.child_fd)[3] != before[3]
    if moment == "checking":
        endless = SOLUTION.replace(
            "    if head_dim % 2:", "    while True: pass\n    if head_dim % 2:"
        )
        mine(workspace).write_text(endless)
        screen.fresh("Checking rope")
        time.sleep(0.3)
    elif moment == "asking":
        screen.type("a")
        screen.fresh("> ")
    if moment == "hung up":
        screen.signal(signal.SIGHUP)
    else:
        screen.type("\x03")
    assert screen.end() == 130
    if moment != "importing":  # the state of then is that before the first key
        assert termios.tcgetattr(screen.program.child_fd)[3] == before[3]
    assert wait_until(lambda: not left_of(pid)), left_of(pid)


def test_without_a_terminal_it_says_so_in_one_line(workspace: Path) -> None:
    command = [sys.executable, "-m", "llmquiz", "watch"]
    done = subprocess.run(
        command,
        cwd=workspace,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "llmquiz: watch needs a terminal. Without one: llmquiz check\n"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_screens_of_a_quiz(
    lang: str, size: tuple[int, int], terminal: Callable[..., Terminal]
) -> None:
    screen = terminal("quiz", "attention.scale", "--seed", "1", size=size, LLMQUIZ_LANG=lang)
    screen.wait(r"^> *$")
    golden_files.check(f"quiz.{lang}.{size[0]}x{size[1]}.1-asked", screen.text)
    screen.type(":s\n")
    screen.wait(r"2/\d")
    screen.type(":q\n")
    assert screen.end() == 0
    assert max(map(cell_len, screen.lines)) <= size[0]


@pytest.mark.parametrize(
    ("lang", "encoding", "environment"),
    [
        ("en", "utf-8", {"TERM": "dumb"}),
        ("en", "utf-8", {"NO_COLOR": "1"}),
        ("zh", "utf-8", {"LC_ALL": "C"}),
        ("zh", "gbk", {"LC_ALL": "C", "TERM": "dumb"}),  # a locale that every machine has
    ],
)
def test_a_quiz_needs_no_more_of_a_terminal_than_lines(
    lang: str,
    encoding: str,
    environment: dict[str, str],
    open_question: Callable[..., Terminal],
    workspace: Path,
) -> None:
    screen = open_question(encoding=encoding, LLMQUIZ_LANG=lang, **environment)
    given = {"en": "It divides by the root", "zh": "除以均方根"}[lang]
    screen.type(f"{given}\n\n".encode(encoding))
    screen.fresh({"en": "Which points did your answer make", "zh": "你的答案说到了哪几点"}[lang])
    assert "\ufffd" not in screen.raw  # what is no text in this encoding
    assert ("-----" in screen.raw) == (environment.get("TERM") != "dumb")  # nobody hears dashes
    assert not re.search("\x1b\\[[0-9;]*m", screen.raw)
    screen.type("\n")
    screen.fresh("2/")
    screen.type(":q\n")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "answer")] == [given]


def test_ctrl_c_ends_a_quiz_and_keeps_what_was_answered(
    terminal: Callable[..., Terminal], workspace: Path
) -> None:
    screen = terminal(
        "quiz", "--exercise", "rope", "--kind", "choice", "--seed", "1", LLMQUIZ_LANG="en"
    )
    screen.wait(r"^> *$")
    screen.type("a\n")
    screen.wait(r"2/\d")
    screen.type("\x03")
    assert screen.end() == 130
    assert "1 answered" in screen.whole
    log = (workspace / ".llmquiz" / "log.jsonl").read_text("utf-8")
    assert log.count('"kind": "answer"') == 1
    shutil.rmtree(workspace / ".llmquiz")


def _log(workspace: Path, kind: str) -> list[dict]:
    return [r for r in history.read(workspace / ".llmquiz" / "log.jsonl") if r["kind"] == kind]


@pytest.fixture
def open_question(terminal: Callable[..., Terminal]) -> Callable[..., Terminal]:
    """A quiz that waits for an answer in the learner's own words."""

    def start(**environment: str) -> Terminal:
        screen = terminal("quiz", "norm", "--kind", "open", "--seed", "1", **environment)
        screen.wait(r"^> *$")
        return screen

    return start


def test_the_end_of_the_input_ends_an_answer_first(
    open_question: Callable[..., Terminal], workspace: Path
) -> None:
    screen = open_question()
    screen.type("one\ntwo\n")
    screen.wait("^> two$")
    screen.wait(r"^> *$")
    screen.type("\x04")
    screen.wait("Which points did your answer make")
    screen.type("\x04")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "draft")] == ["one\ntwo"]


@pytest.mark.parametrize("moment", ["writing", "marking"])
def test_ctrl_c_loses_nothing_that_was_written(
    moment: str, open_question: Callable[..., Terminal], workspace: Path
) -> None:
    screen = open_question()
    screen.type("eins\n缩放, and a half li")
    screen.wait("half li$")
    if moment == "marking":
        screen.type("\n\n")
        screen.wait("Which points did your answer make")
    screen.type("\x03")
    assert screen.end() == 130
    assert "is in the log, without marks" in screen.whole
    (draft,) = _log(workspace, "draft")
    assert draft["given"] == "eins\n缩放, and a half li"
    assert draft["card"].startswith("norm.")
    assert _log(workspace, "answer") == []


@pytest.mark.parametrize("end", ["the window is closed", "the same with nohup", "a hangup"])
@pytest.mark.parametrize("moment", ["writing", "marking"])
def test_a_terminal_that_goes_away_takes_nothing_that_was_written(
    end: str, moment: str, open_question: Callable[..., Terminal], workspace: Path
) -> None:
    nohup = end == "the same with nohup"
    screen = open_question(hangup=signal.SIG_IGN if nohup else signal.SIG_DFL)
    screen.type("eins\n缩放, and a half li")
    screen.wait("half li$")
    if moment == "marking":
        screen.type("\n\n")
        screen.wait("Which points did your answer make")
    if end == "a hangup":
        screen.signal(signal.SIGHUP)
    else:
        time.sleep(1.2)  # it is noted now and then: two looks
        screen.program.ptyproc.fileobj.close()
    assert wait_until(lambda: bool(_log(workspace, "draft")))
    (draft,) = _log(workspace, "draft")
    assert draft["given"] == "eins\n缩放, and a half li"
    assert wait_until(lambda: not screen.program.isalive())


def test_a_command_after_some_lines_keeps_them(
    open_question: Callable[..., Terminal], workspace: Path
) -> None:
    screen = open_question()
    screen.type("first\n:s\n")
    screen.wait(r"2/\d")
    screen.type("second\n:u\n")
    screen.wait("nothing to take back")
    screen.type("third\n:q\n")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "draft")] == ["first", "second", "third"]


def test_arrow_keys_move_in_the_line(
    open_question: Callable[..., Terminal], workspace: Path
) -> None:
    screen = open_question()
    screen.type("缩放ac\x1b[Db\n:q\n")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "draft")] == ["缩放abc"]


def test_a_pasted_answer_may_hold_empty_lines(
    open_question: Callable[..., Terminal], workspace: Path
) -> None:
    screen = open_question()
    screen.type("one\n\ntwo\n\n")
    screen.wait("Which points did your answer make")
    screen.type("\n")
    screen.wait(r"2/\d")
    screen.type(":q\n")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "answer")] == ["one\n\ntwo"]


@pytest.mark.parametrize("editor", ["no-such-editor", "false", '"'])
def test_an_editor_that_fails_is_said_and_the_question_stays(
    editor: str, open_question: Callable[..., Terminal]
) -> None:
    screen = open_question(EDITOR=editor, VISUAL="")
    screen.type(":e\n")
    screen.wait("The editor failed")
    screen.wait(r"^> *$")
    screen.type(":q\n")
    assert screen.end() == 0


def test_the_text_of_an_editor_is_the_answer(
    open_question: Callable[..., Terminal], workspace: Path
) -> None:
    script = workspace / "editor.sh"
    script.write_text('printf "one\\n\\ntwo\\n" > "$1"\n')
    screen = open_question(EDITOR=f"sh {script}", VISUAL="")
    screen.type(":e\n")
    screen.wait(r"> :e\s+> *$")
    screen.type("\n")
    screen.wait("Which points did your answer make")
    screen.type("1\n")
    screen.wait(r"2/\d")
    screen.type(":q\n")
    assert screen.end() == 0
    assert [record["given"] for record in _log(workspace, "answer")] == ["one\n\ntwo"]
