"""A course from end to end with the real nbgrader: its commands, its gradebook, its formgrader."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import chromium
from submissions import CODE, QUESTIONS, Submission, all_submissions

from llmquiz import catalog
from llmquiz.classroom.build import drawn
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import find_item

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange needs POSIX"),
    pytest.mark.xdist_group("course"),
]
QUESTION = "norm.weight"
SHOTS = os.environ.get("LLMQUIZ_SCREENSHOTS")  # a folder for pictures to look at


@dataclass
class Course:
    """A course with submissions, graded twice: by nbgrader's command and by ours."""

    root: Path
    twin: Path
    corpus: list[Submission]
    lang: str
    ours: str  # what `llmquiz course grade` printed


def environment() -> dict[str, str]:
    # nbgrader calls a program of the environment by its name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LLMQUIZ_", "PYTEST"))}
    return {**kept, "PATH": path, "PYTHONWARNINGS": "ignore", "LLMQUIZ_LANG": "en"}


def run(root: Path, *command: object, expect: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == expect, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module", params=["en", "zh"])
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course from the command, its release, its submissions; both graders have run."""
    lang: str = request.param
    root = tmp_path_factory.mktemp(f"course-{lang}") / "cs"
    run(
        root.parent, "llmquiz", "course", "new", "cs", "--lang", lang,
        "--exercises", CODE, "--questions", QUESTION,
    )  # fmt: skip
    run(root, "nbgrader", "generate_assignment", "ps1")
    corpus = chosen(lang)
    for one in corpus:
        folder = root / "submitted" / one.name / "ps1"
        folder.mkdir(parents=True)
        release = {path.stem: json.loads(path.read_text()) for path in released(root)}
        one.make(release, folder)
        (folder / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC")
    twin = root.with_name("twin")
    shutil.copytree(root, twin, symlinks=True, copy_function=copy_or_pipe)
    run(root, "nbgrader", "autograde", "ps1")
    ours = run(twin, "llmquiz", "course", "grade", "ps1", "--jobs", "2")
    return Course(root, twin, corpus, lang, ours)


def copy_or_pipe(source: str, target: str) -> None:
    if Path(source).is_fifo():
        os.mkfifo(target)
    else:
        shutil.copy2(source, target)


def chosen(lang: str) -> list[Submission]:
    solution = catalog.find(CODE).solution.read_text(encoding="utf-8")
    item = find_item(load(), f"{QUESTION}/doubled-weight")
    number = find_item(load(), f"{QUESTION}/offset-checkpoint")
    (letter,) = drawn(item, "").right_letters
    corpus = all_submissions(solution, letter, lambda who: drawn(number, who).answer)
    if lang == "zh":  # the comments are what differs
        names = ("right", "blank", "wrong_no_scale", "broken_json", "deleted_cells")
        return [one for one in corpus if one.name in names]
    return corpus


def released(root: Path) -> list[Path]:
    return sorted((root / "release" / "ps1").glob("*.ipynb"))


def rows(root: Path) -> dict[str, list[tuple]]:
    """What the gradebook says of every submission, without its random keys."""
    with sqlite3.connect(root / "gradebook.db") as book:
        grades = book.execute(
            """select a.student_id, n.name, c.name, g.auto_score, g.manual_score, g.extra_credit,
                      g.needs_manual_grade, s.late_submission_penalty, a.timestamp
               from grade g join submitted_notebook s on g.notebook_id = s.id
               join notebook n on s.notebook_id = n.id
               join submitted_assignment a on s.assignment_id = a.id
               join base_cell c on g.cell_id = c.id order by 1, 2, 3"""
        ).fetchall()
        comments = book.execute(
            """select a.student_id, n.name, c.name, m.auto_comment, m.manual_comment
               from comment m join submitted_notebook s on m.notebook_id = s.id
               join notebook n on s.notebook_id = n.id
               join submitted_assignment a on s.assignment_id = a.id
               join base_cell c on m.cell_id = c.id order by 1, 2, 3"""
        ).fetchall()
        students = book.execute("select id from student order by 1").fetchall()
    return {"grades": grades, "comments": comments, "students": students}


def test_course_grade_writes_the_same_rows_as_nbgrader_autograde(course: Course) -> None:
    theirs, ours = rows(course.root), rows(course.twin)
    assert len(theirs["students"]) == len(course.corpus)
    for kind, found in theirs.items():
        assert ours[kind] == found


def test_both_leave_the_same_notebooks(course: Course) -> None:
    for one in course.corpus:
        for name in (CODE, QUESTIONS):
            part = Path("autograded") / one.name / "ps1" / f"{name}.ipynb"
            theirs, ours = (json.loads((r / part).read_text()) for r in (course.root, course.twin))
            for mine, other in zip(ours["cells"], theirs["cells"], strict=True):
                assert "".join(mine["source"]) == "".join(other["source"])
                texts = [
                    ["".join(out.get("text", out.get("data", {}).get("text/plain", "")))
                     for out in cell.get("outputs", [])]
                    for cell in (mine, other)
                ]  # fmt: skip
                assert texts[0] == texts[1]


def test_every_submission_gets_what_it_should(course: Course, grade, lang_free: None) -> None:
    """Code gets what `llmquiz check` gives the same program; attacks gain nothing."""
    found = rows(course.root)
    for one in course.corpus:
        mine = [row for row in found["grades"] if row[0] == one.name]
        code = sum(row[3] for row in mine if row[1] == CODE)
        closed = sum(row[3] or 0 for row in mine if row[1] == QUESTIONS)
        expected = grade(CODE, one.code).points if one.code else 0
        assert (code, closed) == (expected, one.closed), one.name
        automatic = [row for row in mine if "-points" in row[2]]
        assert any(row[6] for row in automatic) == one.flagged, one.name
        comments = [row[3] for row in found["comments"] if row[0] == one.name and row[3]]
        assert comments, one.name
        if course.lang == "en":
            assert any(one.said in comment for comment in comments), (one.name, comments)


@pytest.fixture
def lang_free() -> None:
    """The fixture `grade` speaks no language."""


def test_comments_and_reports_speak_the_language_of_the_course(course: Course) -> None:
    comments = [row[3] for row in rows(course.root)["comments"] if row[3]]
    chinese = [any("\u4e00" <= c <= "\u9fff" for c in comment) for comment in comments]
    assert all(chinese) if course.lang == "zh" else not any(chinese)


def secrets() -> list[str]:
    """Texts that must not leave the instructor's machine."""
    exercise = catalog.find(CODE)
    solution = exercise.solution.read_text(encoding="utf-8")
    stub = exercise.stub.read_text(encoding="utf-8")
    grader = exercise.grader.read_text(encoding="utf-8")
    lines = {line.strip("# ") for text in (solution, grader) for line in text.splitlines()}
    public = "\n".join([stub, *exercise.chinese.values()])
    hidden = {line for line in lines if len(line) > 24 and line not in public}
    # What a test is about is told; how it tests is not.
    told = {test.sentence[lang] for test in exercise.tests for lang in ("en", "zh")}
    hidden = {line for line in hidden if not any(text in line for text in told)}
    question = load().find(QUESTION)
    assert question is not None
    for lang in ("en", "zh"):
        hidden |= {piece for piece in question.answer[lang].split(". ") if len(piece) > 20}
        hidden |= {point.text[lang] for point in question.rubric}
        hidden |= {wrong.why[lang] for wrong in question.misconceptions}
    for closed in question.closed:
        if closed.kind == "numeric":
            hidden |= {closed.formula, *closed.solution.values()}
        else:
            hidden |= {option.why[lang] for option in closed.options for lang in ("en", "zh")}
    return sorted(text for text in hidden if len(text) > 6)


def test_nothing_hidden_is_in_the_release(course: Course) -> None:
    """Searched for in the whole files: sources, outputs, metadata."""
    source = "".join(p.read_text() for p in (course.root / "source" / "ps1").glob("*.ipynb"))
    text = "".join(path.read_text() for path in released(course.root))
    assert "BEGIN" not in text
    known = 0
    for secret in secrets():
        written = json.dumps(secret, ensure_ascii=False)[1:-1]
        known += written in source or json.dumps(secret)[1:-1] in source
        assert written not in text
        assert json.dumps(secret)[1:-1] not in text
    assert known > 20  # the search would find them


def test_nothing_hidden_is_in_the_feedback(course: Course) -> None:
    import html

    run(course.root, "nbgrader", "generate_feedback", "ps1")
    pages = sorted((course.root / "feedback").glob("*/ps1/*.html"))
    assert len(pages) == 2 * len(course.corpus)
    for page in pages:
        if page.parts[-3] in ("right", "right_but_noisy") or "hostile" in page.parts[-3]:
            continue  # what they wrote themselves is the solution, or is said to be
        text = html.unescape(page.read_text(encoding="utf-8"))
        own = "".join(
            path.read_text(errors="replace")
            for path in (course.root / "submitted" / page.parts[-3] / "ps1").glob("*.ipynb")
            if path.is_file()
        )
        for secret in secrets():
            if json.dumps(secret, ensure_ascii=False)[1:-1] not in own:
                assert secret not in text, (page, secret)
        assert "MARK SCHEME" not in text


def test_expected_values_are_not_in_the_feedback(course: Course) -> None:
    pages = (course.root / "feedback" / "wrong_no_scale" / "ps1").glob(f"{CODE}.html")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert ("数值不对" if course.lang == "zh" else "the values differ") in text
    for words in ("expected at", "got there", "处应为", "实际得到", "--seed"):
        assert words not in text


def test_a_second_run_grades_nothing_again(course: Course) -> None:
    said = run(course.twin, "llmquiz", "course", "grade", "ps1")
    assert f"0 graded, {len(course.corpus)} graded before" in said
    shutil.rmtree(course.twin / "autograded" / "blank")
    said = run(course.twin, "llmquiz", "course", "grade", "ps1")
    assert f"1 graded, {len(course.corpus) - 1} graded before" in said
    assert rows(course.twin) == rows(course.root)


def test_a_person_grades_in_formgrader_and_the_points_are_exported(
    course: Course, tmp_path: Path
) -> None:
    """A written answer, graded by clicks in a real browser; then the course's grades.csv."""
    if course.lang != "en":
        pytest.skip("once is enough")
    with server(course.root) as url, chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.goto(f"{url}/formgrader/gradebook/ps1/{QUESTIONS}", wait_until="networkidle")
        shot(page, "list")
        index = submission_of(course.root, "right", QUESTIONS)
        page.goto(f"{url}/formgrader/submissions/{index}/", wait_until="networkidle")
        box = page.locator("[id='question-norm_weight-answer']")
        box.wait_for()
        box.scroll_into_view_if_needed()
        box.fill("4")
        box.press("Tab")
        page.wait_for_timeout(1500)
        shot(page, "graded")
    row = next(
        row
        for row in rows(course.root)["grades"]
        if row[0] == "right" and row[2] == "question-norm_weight-answer"
    )
    assert row[4] == 4
    run(course.root, "nbgrader", "export")
    with (course.root / "grades.csv").open() as file:
        exported = {line["student_id"]: line for line in csv.DictReader(file)}
    assert float(exported["right"]["score"]) == 37 + 2 + 4
    assert float(exported["blank"]["score"]) == 0
    assert set(exported) == {one.name for one in course.corpus}


def submission_of(root: Path, student: str, notebook: str) -> str:
    with sqlite3.connect(root / "gradebook.db") as book:
        found = book.execute(
            """select s.id from submitted_notebook s
               join submitted_assignment a on s.assignment_id = a.id
               join notebook n on s.notebook_id = n.id where a.student_id = ? and n.name = ?""",
            (student, notebook),
        ).fetchone()
    return str(found[0])


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"formgrader-{name}.png"), full_page=True)


class server:  # noqa: N801
    """A Jupyter server with formgrader, for one course."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
                f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
                "--IdentityProvider.token=", "--ServerApp.password=",
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=self._root,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/api", timeout=2).close()
            except OSError:
                time.sleep(0.5)
            else:
                return url
        raise AssertionError("the server does not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
