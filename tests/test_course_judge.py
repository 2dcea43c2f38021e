"""Every synthetic submission through our own reading, mending and judging, without nbgrader."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from submissions import CODE, QUESTIONS, Submission, all_submissions

from llmquiz import catalog
from llmquiz.classroom.build import drawn
from llmquiz.classroom.contents import choose, notebooks
from llmquiz.classroom.feedback import found_text
from llmquiz.classroom.judge import Judge
from llmquiz.classroom.mend import mend_file
from llmquiz.quiz.bank import load
from llmquiz.quiz.draw import find_item

REGION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION", re.DOTALL | re.MULTILINE)
SCHEME = re.compile(r"### BEGIN MARK SCHEME.*### END MARK SCHEME", re.DOTALL)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it makes links and pipes")


def corpus() -> list[Submission]:
    solution = catalog.find(CODE).solution.read_text(encoding="utf-8")
    item = find_item(load(), "norm.weight/doubled-weight")
    number = find_item(load(), "norm.weight/offset-checkpoint")
    (letter,) = drawn(item, "").right_letters
    return all_submissions(solution, letter, lambda who: drawn(number, who).answer)


@pytest.fixture(scope="module")
def release() -> dict[str, dict]:
    """The notebooks as students get them."""
    books = notebooks(choose("ps1", [CODE], ["norm.weight"]), "en", together=False)
    for book in books.values():
        for cell in book["cells"]:
            name = cell["metadata"]["nbgrader"]["grade_id"]
            stub = "# YOUR CODE HERE\n{0}raise NotImplementedError()"
            if cell["cell_type"] == "markdown":
                stub = "YOUR ANSWER HERE"
            elif "question" in name or "student" in name:
                stub = ""
            text = REGION.sub(lambda m, s=stub: m[1] + s.format(m[1]), cell["source"])
            cell["source"] = SCHEME.sub("", text).rstrip()
    return books


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    one = Judge(root=tmp_path_factory.mktemp("course"), trust=True)
    yield one
    one.close()


def test_there_are_thirty_and_more() -> None:
    names = [one.name for one in corpus()]
    assert len(names) >= 30
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", corpus(), ids=lambda one: one.name)
def test_a_submission_gets_what_it_should(
    one: Submission, release: dict[str, dict], judge: Judge, grade, tmp_path: Path
) -> None:
    folder = tmp_path / one.name / "ps1"
    folder.mkdir(parents=True)
    one.make(deepcopy(release), folder)
    points, said, flagged = {}, [], False
    for name, template in release.items():
        mended = mend_file(template, folder / f"{name}.ipynb", folder)
        judged = judge.grade(mended, one.name, f"{name}.ipynb", "en")
        points[name] = sum(judged.points.values())
        said += [*judged.comments.values(), *found_text(mended.findings, "en")]
        flagged |= judged.flagged
    expected = grade(CODE, one.code).points if one.code else 0
    assert points == {CODE: expected, QUESTIONS: one.closed}
    assert flagged == one.flagged
    if one.said != "No answer.":  # those come from nbgrader's checksums
        assert any(one.said in text for text in said), said
