"""Courses: their notebooks, how submissions are read and mended, closed answers, the kit."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.classroom import build, cells, ids
from llmquiz.classroom.answers import assigned, judge_answer
from llmquiz.classroom.build import drawn
from llmquiz.classroom.contents import choose, notebooks
from llmquiz.classroom.course import BEGIN, END, config
from llmquiz.classroom.feedback import part_text
from llmquiz.classroom.labs import of_lab
from llmquiz.classroom.markdown import scheme_text
from llmquiz.classroom.mend import FLAGGED, mend, mend_file
from llmquiz.classroom.program import program
from llmquiz.classroom.public import check_namespace, check_submission
from llmquiz.classroom.reading import Given, Unread, cells_of, read
from llmquiz.classroom.student import ask, points, question_points
from llmquiz.lab import run
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import find_item, items_of
from llmquiz.quiz.records import Numeric
from llmquiz.report import Status
from llmquiz.submission import read as read_submission
from llmquiz.words import MESSAGES

LANGS = ("en", "zh")
EMPTY = '"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5'


# Ids and cells


def test_an_id_says_what_its_cell_is() -> None:
    assert ids.parse("attention-points-weights") == ids.Name("attention", "points", "weights")
    name = ids.parse(ids.of_question("norm.why-not/one-axis", "points"))
    assert name == ids.Name("norm.why-not/one-axis", "points", question=True)
    lab = ids.parse(ids.of_lab("softmax-scaling", "answer"))
    assert lab == ids.Name("softmax-scaling", "answer", lab=True)
    assert ids.parse("cell-1234567") is None
    assert ids.parse("") is None


@pytest.mark.parametrize("lang", LANGS)
def test_every_cell_of_every_question_and_exercise_keeps_the_rules(lang: str) -> None:
    """Those of nbgrader's schema 3, and unique ids."""
    validator = pytest.importorskip("nbgrader.nbgraderformat").MetadataValidator()
    nodes = pytest.importorskip("nbformat")
    items = [item for question in load() for item in items_of(question)]
    parts = [build.of_exercise(exercise, lang) for exercise in catalog.exercises()]
    parts += [build.of_questions(items, lang), of_lab(run("permutation", quick=True), lang)]
    whole = cells.notebook([cell for part in parts for cell in part], lang)
    node = nodes.from_dict(whole)
    validator.validate_nb(node)
    nodes.validate(node)
    found = [cell["metadata"]["nbgrader"]["grade_id"] for cell in whole["cells"]]
    assert len(found) == len(set(found))
    for cell in whole["cells"]:
        facts = cell["metadata"]["nbgrader"]
        assert facts["locked"] == (not facts["solution"])  # a task that is not locked breaks it all
        assert ids.parse(facts["grade_id"]) or facts["grade_id"] == ids.STUDENT


def test_the_ids_of_a_notebook_never_change(exercise: Exercise) -> None:
    """An assignment with submissions can only be made anew with the same ids."""
    found = {cell["metadata"]["nbgrader"]["grade_id"] for cell in build.of_exercise(exercise, "en")}
    parts = {f"{exercise.name}-points-{part}" for part in exercise.parts}
    assert parts | {f"{exercise.name}-{role}" for role in ("statement", "given", "check")} <= found
    assert found == {
        cell["metadata"]["nbgrader"]["grade_id"] for cell in build.of_exercise(exercise, "zh")
    }


def test_the_solution_in_the_source_gets_all_points(exercise: Exercise, grade) -> None:
    """Taken apart into cells and put together again it is still right."""
    sources = [
        (number, cell["source"])
        for number, cell in enumerate(build.of_exercise(exercise, "zh"))
        if cell["metadata"]["nbgrader"]["grade_id"].split("-")[1] in ("given", "answer")
    ]
    names = [name for s in program(sources).statements for name in s.binds]
    text = program(sources).submission("x", names).source
    assert grade(exercise.name, text).points == exercise.points


def test_formulas_of_statements_are_latex(exercise: Exercise) -> None:
    text = build.of_exercise(exercise, "en")[0]["source"]
    formulas = text.split("$$")[1::2]
    assert len(formulas) == len(exercise.latex.splitlines())
    assert exercise.latex or exercise.name == "tokenizer"
    for formula in formulas:
        assert formula.count("{") == formula.count("}")


# Reading


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (b"", "found_empty_file"),
        (b"  \n", "found_empty_file"),
        (b"{", "found_not_json"),
        (b"[" * 100_000, "found_not_json"),
        (b"[]", "found_not_notebook"),
        (b'{"cells": 3}', "found_not_notebook"),
        (b"\xff\xfe\x00", "found_not_json"),
        (b"1" * 5000, "found_not_json"),
    ],
)
def test_a_file_that_is_no_notebook_is_named(text: bytes, key: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(text)
    with pytest.raises(Unread) as caught:
        read(path, tmp_path)
    assert caught.value.key == key
    assert key in MESSAGES


def test_cells_of_odd_shapes_are_read() -> None:
    cells_in = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": None},
        {"cell_type": "code", "source": "\ud800\0", "metadata": {"nbgrader": 3}},
        {"cell_type": "strange", "source": 3, "metadata": {"nbgrader": {"grade_id": ["x"]}}},
        "no cell",
        {"cell_type": "markdown", "source": "x", "attachments": {"p": {"image/png": "AA"}, "q": 1}},
    ]
    found = cells_of(json.dumps({"cells": cells_in}).encode())
    assert [cell.kind for cell in found] == ["code", "code", "raw", "markdown"]
    assert found[0].source == "a = 1\nb = 2"
    assert found[1].source == "??"
    assert all(cell.grade_id is None for cell in found)
    assert found[3].attachments == {"p": {"image/png": "AA"}}


def test_old_notebooks_are_read() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": "x = 1"}]}
    assert cells_of(json.dumps({"worksheets": [sheet]}).encode()) == [Given("code", "x = 1")]


def test_a_large_file_is_read_by_another_process(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    output = {"output_type": "stream", "name": "stdout", "text": "x" * (10 << 20)}
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [output], "metadata": {}}
    path.write_text(json.dumps({"cells": [cell]}))
    assert read(path, tmp_path) == [Given("code", "x = 1")]
    path.write_text("[" + "[]," * (40 << 18) + "[]]")
    with pytest.raises(Unread):
        read(path, tmp_path)


# Mending


def notebook() -> dict:
    return notebooks(choose("ps1", ["attention"]), "en", together=False)["attention"]


def as_given(book: dict) -> list[Given]:
    return [
        Given(c["cell_type"], c["source"], c["metadata"]["nbgrader"]["grade_id"])
        for c in book["cells"]
    ]


def test_an_untouched_notebook_is_mended_into_itself() -> None:
    book = notebook()
    mended = mend(book, as_given(book))
    assert mended.notebook == book
    assert not mended.findings
    assert not mended.of_cells


def test_locked_cells_come_from_the_release() -> None:
    book = notebook()
    given = [Given("code", "print('mine')", cell.grade_id) for cell in as_given(book)]
    mended = mend(book, given)
    for cell, original in zip(mended.notebook["cells"], book["cells"], strict=True):
        facts = cell["metadata"]["nbgrader"]
        assert cell["metadata"] == original["metadata"]
        assert cell["source"] == ("print('mine')" if facts["solution"] else original["source"])


def test_of_two_versions_the_last_one_that_is_written_counts() -> None:
    book = notebook()
    stub = as_given(book)
    one = ids.of_exercise("attention", "answer", "masked_softmax")
    written = [Given("code", f"masked_softmax = {n}", one) for n in (1, 2)]
    (untouched,) = [cell for cell in stub if cell.grade_id == one]
    mended = mend(book, [*written, untouched])
    (source,) = [
        c["source"]
        for c in mended.notebook["cells"]
        if c["metadata"]["nbgrader"]["grade_id"] == one
    ]
    assert source == "masked_softmax = 1\nmasked_softmax = 2"


def test_a_missing_file_is_mended_into_an_empty_notebook(tmp_path: Path) -> None:
    mended = mend_file(notebook(), tmp_path / "attention.ipynb", tmp_path)
    assert mended.findings == [("found_no_file", {})]
    assert len(mended.notebook["cells"]) == len(notebook()["cells"])


def test_a_picture_that_is_not_there_does_not_stop_the_feedback() -> None:
    """nbconvert raises where a text mentions an attachment that its cell lacks."""
    text = "![a](attachment:a.png) ![b](attachment:b%20c.png)"
    given = [Given("markdown", text, None, {"b c.png": {"image/png": "AA"}})]
    (found,) = [c for c in mend(notebook(), given).notebook["cells"] if not c["metadata"]]
    assert found["source"] == "![a](missing:a.png) ![b](attachment:b%20c.png)"


def test_every_flag_has_words() -> None:
    assert set(MESSAGES) >= FLAGGED


# The program of a notebook


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        (["def f(): return g()", "def g(): return 1", "print(f())"], "def f|def g"),
        (["import os, math\nx = input()\ndef f(): return math.pi"], "import os|def f"),
        (["while True: pass", "def f(): pass"], "def f"),
        (["T = []\nfor i in range(3): T.append(i)\ndef f(): return T"], "T = |for|def f"),
        (["def f(n): return n", "n = int(input())"], "def f"),
        (["class A:\n    pass\nA.f = 3\nf = A()"], "class A|    pass|A.f|f = A"),
        (["from math import *\nf = pi"], "from math|f = pi"),
        (["def f():\n    x = 1", "    return x"], "def f|    x|    return"),
        (["def g(:", "def f(): pass"], "def f"),
        (["from __future__ import annotations\ndef f(x: Y): pass"], "from __f|def f"),
        (["f = lambda: 1\nf.__name__ = 'f'"], "f = |f.__"),
        (["@cache\ndef f(): pass\nfrom functools import cache"], "@cache|def f|from f"),
        (["%timeit f()\ndef f(): pass"], "def f"),
        (["if True:\n    def f(): pass\nelse:\n    f = 1"], "if|    def f|else|    f ="),
    ],
)
def test_only_what_an_answer_needs_is_run(sources: list[str], kept: str) -> None:
    made_of = program(list(enumerate(sources, start=1)))
    lines = [ln for ln in made_of.submission("x", ["f"]).source.splitlines() if ln.strip()]
    wanted = kept.split("|")
    assert len(lines) == len(wanted), lines
    assert all(line.startswith(start) for line, start in zip(lines, wanted, strict=True)), lines


def test_places_of_a_program_are_those_of_the_cells() -> None:
    source = program([(3, "x = 1\n\ndef f():\n    return x"), (5, "y = 2")]).submission("n", ["f"])
    line = source.source.splitlines().index("    return x") + 1
    assert source.place(line) == "n:cell 3:4"


# Closed questions


@pytest.mark.parametrize(
    ("source", "read_as"),
    [
        ('answer = "b"', "b"),
        ("answer = b", "b"),
        ('"b"', "b"),
        ('answer = ""\nanswer = "c"', "c"),
        ("answer = ['a', 'c']", "a c"),
        ("answer = 2**20 / 3", "2 ** 20 / 3"),
        ("answer = 12.5  # MiB", "12.5"),
        ('answer = "b', "b"),
        ("answer = “b”", "b"),
        ("answer = 「b」", "b"),
        ("answer = 12 MiB", "12 MiB"),
        ("answer = None", ""),
        ("answer = ...", ""),
        ("other = 3", ""),
        ("(" * 5000, ""),
    ],
)
def test_an_answer_is_read_kindly_and_never_run(source: str, read_as: str) -> None:
    assert assigned(source, "answer") == read_as


def test_each_student_has_numbers_of_their_own() -> None:
    """What a notebook shows at home and what is graded are drawn alike, by the id alone."""
    item = find_item(load(), "norm.weight/offset-checkpoint")
    parameters = {name: list(values) for name, values in item.closed.parameters.items()}
    students = [f"s{number}" for number in range(20)]
    prompts = set()
    for student in students:
        shown = ask(item.card, f" {student.upper()} ", "w = [[w]]", parameters)
        value = drawn(item, student).parameters["w"]
        assert repr(shown).endswith(f"w = {value:g}")
        prompts.add(repr(shown).partition(": ")[2])
        assert (
            judge_answer(item.card, f"answer = {drawn(item, student).answer}", student, "")[0] == 1
        )
    assert len(prompts) > 1
    assert "student id" in repr(ask(item.card, "", "w = [[w]]", parameters, lang="en"))


def test_at_home_the_points_cells_say_when_the_points_come() -> None:
    assert "hand in" in repr(points("attention", "scores", lang="en"))
    assert "提交" in repr(question_points("norm.weight/doubled-weight", lang="zh"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_notebook_of_questions_does_not_speak_of_a_check_that_it_lacks(lang: str) -> None:
    assert "check" not in repr(question_points("norm.weight/doubled-weight", lang=lang))


def test_the_answers_in_the_source_get_all_points_of_the_whole_bank() -> None:
    """Of the student `instructor`, whose id the source has."""
    items = [item for question in load() for item in items_of(question) if item.closed]
    assert any(isinstance(item.closed, Numeric) for item in items)
    sources = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in build.of_questions(items, "en")
    }
    for item in items:
        source = sources[ids.of_question(item.card, "answer")]
        score, found = judge_answer(item.card, source, "instructor", sources[ids.STUDENT])
        assert (score, len(found)) == (1.0, 1), (item.card, source, found)


def test_an_answer_does_not_stand_for_that_of_the_next_question(monkeypatch) -> None:
    """In a kernel of nbgrader, where a cell with a mistake leaves the variables as they were."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr("llmquiz.classroom.kernel._show", lambda _text: None)
    item = find_item(load(), "norm.weight/doubled-weight")
    (letter,) = drawn(item, "").right_letters
    source = build.of_questions([item], "en")[-1]["source"]
    notebook = {"answer": letter}
    for expected in (1.0, 0.0):
        exec(source.replace("question_points(", "got = question_points("), notebook)
        assert notebook["got"] == expected


# The public part


def test_the_public_part_passes_the_solution_and_not_the_stub(exercise: Exercise) -> None:
    solved = check_submission(exercise, read_submission(exercise.solution))
    assert solved.status is Status.PASS
    stub = check_submission(exercise, read_submission(exercise.stub))
    assert stub.status is Status.TODO


def test_the_public_part_names_what_is_missing() -> None:
    report = check_namespace(catalog.find("attention"), {})
    assert {test.failure.kind for test in report.tests} >= {"missing"}


def test_the_public_part_shows_wrong_numbers_of_the_example() -> None:
    exercise = catalog.find("attention")
    source = exercise.solution.read_text().replace("1 / math.sqrt(query.shape[-1])", "1.0")
    namespace: dict = {}
    exec(source, namespace)
    failures = [t.failure for t in check_namespace(exercise, namespace).tests if t.failure]
    assert failures[0].kind == "values"
    assert failures[0].facts["expected"] == 2.0


def test_chinese_reports_and_schemes_have_chinese_punctuation() -> None:
    exercise = catalog.find("attention")
    source = exercise.solution.read_text("utf-8").replace("1 / math.sqrt(query.shape[-1])", "1.0")
    namespace: dict = {}
    exec(source, namespace)
    report = check_namespace(exercise, namespace)
    assert "数值不对；最大绝对误差" in part_text(report, "attention_scores", "zh")
    assert "values differ; largest" in part_text(report, "attention_scores", "en")
    question = load().find("norm.weight")
    assert "\n常见误解：\n" in scheme_text(question, "zh")
    assert "\nWhat people get wrong:\n" in scheme_text(question, "en")


def test_the_public_part_names_the_cell_of_a_notebook(monkeypatch, tmp_path: Path) -> None:
    """And not the file under which IPython compiles it; as llmquiz.check names it."""
    shells = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shells.clear_instance()
    shell = shells.instance(history_length=0)
    shell.history_manager.enabled = False
    try:
        shell.run_cell("x = 1", store_history=True)
        shell.run_cell("def attention_scores(*_, **__):\n    return 1 / 0", store_history=True)
        report = check_namespace(catalog.find("attention"), shell.user_ns)
    finally:
        shells.clear_instance()
    failures = [test.failure for test in report.tests if test.failure]
    assert "notebook:cell 2:2" in {failure.place for failure in failures}
    assert "return 1 / 0" in {failure.line for failure in failures}


# The command


def test_a_course_is_made_by_one_command(llmquiz, tmp_path: Path) -> None:
    ran = llmquiz(
        "course", "new", "cs", "--exercises", "rope,rmsnorm", "--questions", "norm.weight"
    )
    assert ran.code == 0
    source = tmp_path / "cs" / "source" / "ps1"
    assert {path.stem for path in source.iterdir()} == {"rope", "rmsnorm", "questions"}
    assert "nbgrader generate_assignment" in (tmp_path / "cs" / "README.md").read_text()
    again = llmquiz("course", "new", "cs")
    assert again.code == 2
    assert "already there" in again.err


def test_a_lab_is_a_notebook_with_a_conclusion_to_grade_by_hand(llmquiz, tmp_path: Path) -> None:
    ran = llmquiz("course", "new", "cs", "--labs", "permutation,gqa-cache", "--lang", "zh")
    assert ran.code == 0
    source = tmp_path / "cs" / "source" / "ps1"
    assert {path.stem for path in source.iterdir()} == {"lab-permutation", "lab-gqa-cache"}
    book = json.loads((source / "lab-permutation.ipynb").read_text("utf-8"))
    *_, scheme, answer = book["cells"]
    points = answer["metadata"]["nbgrader"]["points"]
    assert f"\n{points}. " in scheme["source"]  # one each
    assert f"\n{points + 1}. " not in scheme["source"]
    assert "成立" in answer["source"]
    assert "run('permutation', quick=True, lang='zh')" in book["cells"][1]["source"]
    for cell in (book["cells"][1], scheme):  # a grader sees the answer alone
        assert "运行输出不会随作业提交" in cell["source"]
    assert "Did you mean permutation?" in llmquiz("course", "new", "x", "--labs", "permutatio").err
    assert llmquiz("course", "new", "x", "--labs", "chat").code == 2
    assert not (tmp_path / "x").exists()


def test_notebooks_are_added_and_never_overwritten(llmquiz, tmp_path: Path) -> None:
    llmquiz("course", "new", "cs", "--exercises", "rope", "--lang", "zh")
    assert "评分" in (tmp_path / "cs" / "README.md").read_text(encoding="utf-8")
    assert llmquiz("course", "add", "cs", "--exercises", "rope").code == 2
    ran = llmquiz(
        "course", "add", "cs", "--exercises", "rope,block", "--assignment", "ps2", "--together"
    )
    assert ran.code == 0
    (path,) = (tmp_path / "cs" / "source" / "ps2").iterdir()
    assert path.name == "ps2.ipynb"
    assert llmquiz("course", "add", "nowhere").code == 2
    assert llmquiz("course", "add", "cs", "--assignment", "a b").code == 2


def test_notebooks_are_added_in_the_language_of_the_course(llmquiz, tmp_path: Path) -> None:
    llmquiz("course", "new", "cs", "--exercises", "rope", "--lang", "zh")

    def languages(assignment: str) -> set[str]:
        folder = tmp_path / "cs" / "source" / assignment
        books = [json.loads(path.read_text("utf-8")) for path in folder.iterdir()]
        return {book["metadata"]["llmquiz"]["lang"] for book in books}

    llmquiz("course", "add", "cs", "--exercises", "block", "--assignment", "ps2")
    assert languages("ps2") == {"zh"}
    llmquiz("course", "add", "cs", "--exercises", "rope", "--assignment", "ps3", "--lang", "en")
    llmquiz("course", "add", "cs", "--exercises", "block", "--assignment", "ps3")
    assert languages("ps3") == {"en"}
    llmquiz("--lang", "en", "course", "add", "cs", "--exercises", "rope", "--assignment", "ps4")
    assert languages("ps4") == {"en"}


def test_nothing_is_added_to_an_assignment_with_submissions(llmquiz, tmp_path: Path) -> None:
    """nbgrader would refuse to generate it, long after."""
    llmquiz("course", "new", "cs", "--exercises", "rope")
    (tmp_path / "cs" / "submitted" / "ada" / "ps1").mkdir(parents=True)
    ran = llmquiz("course", "add", "cs", "--exercises", "block")
    assert ran.code == 2
    assert "another name with --assignment" in ran.err
    assert not (tmp_path / "cs" / "source" / "ps1" / "block.ipynb").exists()
    assert llmquiz("course", "add", "cs", "--exercises", "block", "--assignment", "ps2").code == 0


@pytest.mark.parametrize("names", ["", ",", " , "])
@pytest.mark.parametrize("option", ["--exercises", "--questions", "--labs"])
def test_an_option_without_a_name_does_not_mean_all(
    option: str, names: str, llmquiz, tmp_path: Path
) -> None:
    ran = llmquiz("course", "new", "cs", option, names)
    assert (ran.code, ran.err) == (2, f"llmquiz: {option} holds no name.\n")
    assert not (tmp_path / "cs").exists()


def test_a_course_is_not_made_among_other_files(llmquiz, tmp_path: Path) -> None:
    folder = tmp_path / "my course"
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    ran = llmquiz("course", "new", "my course", "--exercises", "rope")
    assert ran.code == 2
    assert "not empty" in ran.err
    assert (folder / "README.md").read_text() == "mine"
    (folder / "README.md").unlink()
    ran = llmquiz("course", "new", "my course", "--exercises", "rope")
    assert "cd 'my course'" in ran.out


def test_a_folder_without_a_course_is_told_by_its_whole_path(llmquiz, tmp_path: Path) -> None:
    ran = llmquiz("course", "add", "..", "--exercises", "rope")
    assert f"no course at {tmp_path.parent.resolve()}." in ran.err
    pytest.importorskip("nbgrader")
    ran = llmquiz("course", "grade", "ps1", "--course", "..")
    assert f"no course at {tmp_path.parent.resolve()}." in ran.err


def test_without_the_marked_block_nbgrader_grades_and_llmquiz_still_guards_what_is_shown() -> None:
    whole = config("cs")
    before, _, rest = whole.partition(BEGIN)
    stock = before + rest.partition(END)[2]
    compile(stock, "nbgrader_config.py", "exec")
    for kept in ("course_id", "GenerateAssignment", "plugins.Stubs", "plugins.Feedback"):
        assert kept in stock
    for gone in ("c.Autograde", "c.Grader"):
        assert gone in whole
        assert gone not in stock
    for page in ("instructors.md", "instructors.zh.md"):
        text = (Path(__file__).parents[1] / "docs" / page).read_text("utf-8")
        assert f"`{BEGIN}`" in text
        assert f"`{END}`" in text


def test_the_configuration_is_python_with_a_secret_of_its_own() -> None:
    one, two = config("my course"), config("my course")
    compile(one, "nbgrader_config.py", "exec")
    assert one != two
    assert 'course_id = "my-course"' in one


def test_grading_needs_a_course(llmquiz) -> None:
    pytest.importorskip("nbgrader")
    ran = llmquiz("course", "grade", "ps1")
    assert ran.code == 2
    assert "no course" in ran.err


def test_strangers_are_not_graded_where_nothing_holds_them(monkeypatch, tmp_path: Path) -> None:
    """At level `process` only with a word from the instructor, and the results say it."""
    from llmquiz.classroom import judge as module
    from llmquiz.errors import UsageProblem
    from llmquiz.sandbox.launch import start

    monkeypatch.setattr(module, "start", lambda limits, hidden: start(limits, layers=("limits",)))
    judge = module.Judge(root=tmp_path)
    with pytest.raises(UsageProblem, match="course_level"):
        judge.level()
    judge.close()
    trusting = module.Judge(root=tmp_path, trust=True)
    book = notebook()
    judged = trusting.grade(mend(book, as_given(book)), "ada", "attention.ipynb", "en")
    trusting.close()
    assert judged.trusted
    assert judged.level == "process"
    assert all("as trusted" in text for text in judged.texts.values())
    assert sum(judged.points.values()) == catalog.find("attention").points


# The kit


@pytest.fixture
def kit(llmquiz, tmp_path: Path) -> Path:
    assert llmquiz("course", "kit", "kit", "--exercises", "attention,rope").code == 0
    return tmp_path / "kit"


def test_a_kit_holds_nothing_hidden(kit: Path) -> None:
    (wheel,) = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names)
    assert not any("solutions/" in n or "graders/" in n or n.endswith(".yaml") for n in names)
    exercise = catalog.find("attention")
    for path in (exercise.solution, exercise.grader):
        lines = {line.strip() for line in path.read_text().splitlines() if len(line.strip()) > 30}
        stub = exercise.stub.read_text()
        shared = {line for line in lines if line in text and line not in stub}
        assert not {line for line in shared if not line.startswith(("import ", "from "))}


def test_check_in_a_kit_says_that_it_is_the_public_part(kit: Path, tmp_path: Path) -> None:
    (wheel,) = kit.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")

    def check(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-P", "-m", "llmquiz", *arguments],
            cwd=kit,
            env={"PYTHONPATH": str(tmp_path / "site"), "LLMQUIZ_LANG": "en", "PATH": "/usr/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    done = check("check", "attention")
    assert done.returncode == 1
    assert "still raises NotImplementedError" in done.stdout
    solution = catalog.find("attention").solution
    (kit / "exercises" / "attention.py").write_text(solution.read_text())
    done = check("check", "attention")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "This was the public part" in done.stdout
    assert "in the full llmquiz" in check("quiz").stderr


def test_a_kit_can_be_one_file(llmquiz, tmp_path: Path) -> None:
    assert llmquiz("course", "kit", "kit.zip").code == 0
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        assert "kit/README.md" in archive.namelist()
    assert llmquiz("course", "kit", "kit.zip").code == 2
