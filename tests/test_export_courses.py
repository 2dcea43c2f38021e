"""The files for Moodle, Canvas and notebooks, read back by programs that are not ours."""

from __future__ import annotations

import io
import json
import math
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from llmquiz.quiz.bank import load
from llmquiz.quiz.export import FORMATS, count_of
from llmquiz.quiz.export.draws import full, margin, variants
from llmquiz.quiz.export.gift import escaped
from llmquiz.quiz.export.qti import name_of
from llmquiz.quiz.judge import judge

BANK = load()
CLOSED = [(question, closed) for question in BANK for closed in question.closed]
KINDS = Counter(closed.kind for _, closed in CLOSED)
NUMBERS = sum(len(variants(*one, 3)) for one in CLOSED if one[1].kind == "numeric")
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_gift_parser_reads_back_every_question_and_the_right_answers(lang: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = pytest.importorskip("pygiftparser.parser", reason="pygiftparser is not installed")
    text = FORMATS["gift"](BANK, lang).decode()
    # It ends an answer at an escaped brace, and knows no numbers below zero; Moodle does both.
    text = re.sub(r"\{#-", "{#", text.replace(r"\{", "<").replace(r"\}", ">"))
    read = {
        question.title.replace("\\", ""): question
        for question in parser.parseFile(io.StringIO(text))
    }
    assert all(question.valid and question.markup == "html" for question in read.values())
    assert len(read) == len(BANK.questions) + KINDS["choice"] + NUMBERS
    for question, closed in CLOSED:
        if closed.kind == "choice":
            answers = read[f"{question.id}/{closed.id}"].answers.answers
            assert [one.fraction > 0 for one in answers] == [one.right for one in closed.options]
            assert all(one.feedback for one in answers)
            assert math.isclose(sum(max(one.fraction, 0) for one in answers), 100, abs_tol=1e-3)
            continue
        for at, asked in enumerate(variants(question, closed, 3), start=1):
            (answer,) = read[f"{question.id}/{closed.id}-{at}"].answers.answers
            assert math.isclose(float(answer.value), abs(asked.answer), rel_tol=1e-9)
            assert math.isclose(float(answer.tolerance), margin(asked), rel_tol=1e-6)


def test_what_steers_gift_is_escaped() -> None:
    assert escaped("a\\ne = {b}: 1 ~ 2 #\n") == r"a\\ne \= \{b\}\: 1 \~ 2 \# "


@pytest.fixture(scope="module")
def quizzes() -> dict[str, Element]:
    """The quizzes of the archive, by the topic, read as the manifest lists them."""
    archive = zipfile.ZipFile(io.BytesIO(FORMATS["qti"](BANK, "en")))
    assert archive.testzip() is None
    manifest = fromstring(archive.read("imsmanifest.xml"))
    resources = [one for one in manifest.iter() if one.tag.endswith("}resource")]
    files = {one.get("href") for one in manifest.iter() if one.tag.endswith("}file")}
    assert files | {"imsmanifest.xml"} == set(archive.namelist())
    return {
        one.get("identifier"): fromstring(archive.read(one[0].get("href")))
        for one in resources
        if one.get("type") == "imsqti_xmlv1p2"
    }


def test_qti_holds_every_question_with_its_right_answer(quizzes) -> None:
    items = {
        item.get("ident"): item for quiz in quizzes.values() for item in quiz.iter(f"{QTI}item")
    }
    assert len(items) == len(BANK.questions) + KINDS["choice"] + NUMBERS
    for question, closed in CLOSED:
        name = name_of(f"{question.id}/{closed.id}")
        if closed.kind == "numeric":
            for asked in variants(question, closed, 3):
                least, greatest = (
                    float(items[f"{name}_{asked.seed}"].find(f".//{QTI}{tag}").text)
                    for tag in ("vargte", "varlte")
                )
                assert least <= asked.answer * (1 + 1e-9 * math.copysign(1, asked.answer))
                assert greatest >= asked.answer * (1 - 1e-9 * math.copysign(1, asked.answer))
                assert judge(asked, full(greatest)).right
            continue
        item = items[name]
        scored = next(
            one for one in item.iter(f"{QTI}respcondition") if one.get("continue") == "No"
        )
        denied = {one[0].text for one in scored.iter(f"{QTI}not")}
        named = {one.text for one in scored.iter(f"{QTI}varequal")} - denied
        labels = [one.get("ident") for one in item.iter(f"{QTI}response_label")]
        assert [label in named for label in labels] == [one.right for one in closed.options]
        assert len(list(item.iter(f"{QTI}itemfeedback"))) == len(closed.options)


def test_qti_feedback_that_is_shown_exists(quizzes) -> None:
    for quiz in quizzes.values():
        for item in quiz.iter(f"{QTI}item"):
            shown = {one.get("linkrefid") for one in item.iter(f"{QTI}displayfeedback")}
            assert shown == {one.get("ident") for one in item.iter(f"{QTI}itemfeedback")}


def test_qti_uses_only_what_text2qti_which_canvas_imports_uses_too(quizzes, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quiz = pytest.importorskip("text2qti.quiz", reason="text2qti is not installed")
        from text2qti import qti
        from text2qti.config import Config
    text = (
        "1. One?\n... general\n*a) right\n... why\nb) wrong\n... why\n\n"
        "2. Several?\n[*] right\n... why\n[*] too\n... why\n[ ] wrong\n... why\n\n"
        "3. Number?\n... general\n= 1.5 +- 0.1\n\n4. Essay?\n... general\n____\n\n"
        "GROUP\npick: 1\npoints per question: 1\n\n"
        "5. Another?\n... general\n= 2 +- 1\n\nEND_GROUP\n"
    )
    theirs = qti.QTI(quiz.Quiz(text, config=Config())).assessment
    allowed = set(_nested(fromstring(theirs)))
    for made in quizzes.values():
        assert set(_nested(made)) <= allowed


def _nested(root: Element) -> Iterator[tuple[object, ...]]:
    """Which element stands in which, with which attributes."""
    for parent in root.iter():
        for child in parent:
            yield parent.tag, child.tag, tuple(sorted(child.keys()))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_jupyterquiz_gets_every_closed_question_and_no_text_that_it_would_turn_into_links(
    lang: str,
) -> None:
    read = json.loads(FORMATS["jupyterquiz"](BANK, lang))
    assert len(read) == len(CLOSED) == count_of(BANK, FORMATS["jupyterquiz"])
    for given, (question, closed) in zip(read, CLOSED, strict=True):
        assert given["id"] == f"{question.id}/{closed.id}"
        texts = [given["question"], *(one.get("feedback", "") for one in given["answers"])]
        for text in [*texts, *(str(one.get("answer", "")) for one in given["answers"])]:
            assert not re.search(r"(?<!\\)\$|\[.*?\]\(.*?\)|<http", text), given["id"]
        if closed.kind == "choice":
            right = [one["correct"] for one in given["answers"]]
            assert right == [one.right for one in closed.options]
            assert (given["type"] == "many_choice") == closed.several
        else:
            (asked,) = variants(question, closed, 1)
            first = given["answers"][0]
            least, above = first.get("range", [first.get("value"), math.inf])
            assert least <= asked.answer < above
