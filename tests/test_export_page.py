"""The exported page, driven in a real browser as a reader would, and jupyterquiz's beside it."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from pathlib import Path

import pytest
from browser import chromium

from llmquiz.quiz.bank import load
from llmquiz.quiz.export import FORMATS
from llmquiz.quiz.export.draws import full, variants
from llmquiz.quiz.export.page import DRAWS, SCRIPTS, WEB
from llmquiz.quiz.export.page_words import WORDS
from llmquiz.quiz.judge import Unreadable, number

BANK = load()
CLOSED = [(question, closed) for question in BANK for closed in question.closed]
# Texts without formulas, which can be compared as they are.
PLAIN = [pair for pair in CLOSED if not re.search(r"[$`]", str(pair[1].prompt))]
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "quiz.html"
    path.write_bytes(FORMATS["html"](BANK, "en"))
    return path


@pytest.fixture
def visit(browser, file: Path):
    """Open the page at a place; fails where the page fails or asks for anything but itself."""
    wrong: list[str] = []
    opened = []

    def call(place: str = "", **settings):
        context = browser.new_context(**settings)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on(
            "request", lambda asked: wrong.append(asked.url) if asked.url[:5] != "file:" else None
        )
        page.goto(f"{file.as_uri()}#{place}")
        return page

    yield call
    for context in opened:
        context.close()
    assert wrong == []


def a_choice(several: bool = False):
    return next(
        (question, closed)
        for question, closed in PLAIN
        if closed.kind == "choice" and closed.several == several
    )


def press_options(page, closed, right: bool) -> None:
    for at, option in enumerate(closed.options):
        if option.right == right:
            box = page.locator(f"[data-option='{at}']")
            page.keyboard.press(box.locator("xpath=..").locator("kbd").inner_text())
            if not closed.several:
                return


def test_the_page_is_one_file_of_reasonable_size_that_names_no_other(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert not re.search(r"<(script|img|iframe|link)[^>]*\b(src|href)=", text)
    program = "".join(part.read_text(encoding="utf-8") for part in WEB.iterdir())
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|\beval\(|Function\(", program)
    assert "default-src 'none'" in text


def test_every_word_of_the_page_is_used() -> None:
    program = "".join((WEB / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    program += (WEB / "page.html").read_text(encoding="utf-8")
    drawn = {"kind_open", "kind_choice", "kind_numeric", "right_chosen", "wrong_chosen"}
    levels = {question.level for question in BANK}
    for key in WORDS.keys() - drawn - levels:
        assert re.search(rf'["`.]{key}\b', program), key


def test_a_right_choice_by_keyboard_scores_and_every_option_explains_itself(visit) -> None:
    question, closed = a_choice()
    page = visit(f"{question.id}/{closed.id}")
    press_options(page, closed, right=True)
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "Right."
    for option in closed.options:
        if not re.search(r"[$`]", option.why["en"]):
            assert page.get_by_text(option.why["en"], exact=True).count() == 1
    assert page.locator("#total").inner_text() == "Score 100 %, 1 answered"
    assert page.locator("#forward").evaluate("one => one === document.activeElement")
    page.reload()
    assert page.locator("#total").inner_text() == "Score 100 %, 1 answered"


def test_a_wrong_choice_is_said_to_be_wrong_and_can_be_tried_again(visit) -> None:
    question, closed = a_choice()
    page = visit(f"{question.id}/{closed.id}")
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "Choose an option first."
    press_options(page, closed, right=False)
    page.click("#check")
    assert page.locator("#verdict").inner_text() == "Not right."
    assert page.locator("#status").inner_text() == "Not right."
    assert page.locator("li.wrong strong", has_text="your choice").count() == 1
    page.keyboard.press("o")
    press_options(page, closed, right=True)
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "Right."


def test_half_of_several_right_options_is_partly_right(visit) -> None:
    question, closed = next(pair for pair in CLOSED if pair[1].kind == "choice" and pair[1].several)
    page = visit(f"{question.id}/{closed.id}")
    first = next(at for at, option in enumerate(closed.options) if option.right)
    page.locator(f"[data-option='{first}']").check()
    page.click("#check")
    right = sum(option.right for option in closed.options)
    share = round(100 * (1 - (right - 1) / len(closed.options)))
    assert page.locator("#verdict").inner_text() == f"Partly right: {share} %."


def test_a_number_is_judged_by_what_was_drawn_and_worked_out(visit) -> None:
    question, closed = next(pair for pair in PLAIN if pair[1].kind == "numeric")
    page = visit(f"{question.id}/{closed.id}")
    asked = {one.prompt("en"): one for one in variants(question, closed, DRAWS)}
    page.locator("#field").fill("many")
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text() == "That is no number."
    first = page.locator(".prompt").inner_text()
    page.locator("#field").fill(full(asked[first].answer * 3))
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text().startswith("Not right. The answer is ")
    page.keyboard.press("o")
    second = page.locator(".prompt").inner_text()
    assert second != first
    page.locator("#field").fill(full(asked[second].answer))
    page.keyboard.press("Enter")
    assert page.locator("#verdict").inner_text().startswith("Right.")
    assert page.locator(".solution").inner_text().startswith("Solution")


def test_an_open_answer_is_written_revealed_and_scored_by_its_points(visit) -> None:
    question = next(iter(BANK))
    page = visit(question.id)
    page.keyboard.press("w")
    page.keyboard.type("l and r are letters here? yes")
    page.keyboard.press("Control+Enter")
    assert page.locator("#field").input_value() == "l and r are letters here? yes"
    assert page.locator(".reference").is_visible()
    assert page.locator(".sources a").count() == len(question.sources)
    page.keyboard.press("1")
    page.keyboard.press("2")
    count = len(question.rubric)
    assert page.locator("#covered").inner_text() == f"2 of {count} points"
    assert f"Score {round(200 / count)} %" in page.locator("#total").inner_text()


def test_the_language_is_switched_without_losing_the_answer_and_is_kept(visit) -> None:
    question = next(iter(BANK))
    page = visit(question.id)
    page.fill("#field", "mine")
    page.click("#language")
    assert page.locator("html").get_attribute("lang") == "zh"
    assert page.locator("#field").input_value() == "mine"
    assert re.search("[\u4e00-\u9fff]", page.locator(".prompt").inner_text())
    page.reload()
    assert page.locator("#check").inner_text() == WORDS["reveal"][1]
    page.keyboard.press("l")
    assert page.locator("#check").inner_text() == WORDS["reveal"][0]


def test_ten_mixed_questions_are_gone_through_with_the_keyboard_alone(visit) -> None:
    page = visit()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "mixed":
            break
    page.keyboard.press("Enter")
    for at in range(10):
        page.get_by_text(f"{at + 1} of 10", exact=True).wait_for()
        page.keyboard.press("Escape")  # leave the field of a number
        page.keyboard.press("r")
        assert page.locator("#forward").is_visible()
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Done"
    page.keyboard.press("t")
    page.locator(".topics").wait_for()
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_the_page_works_in_a_browser_that_keeps_nothing(visit, file: Path) -> None:
    page = visit()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }});"
    )
    page.reload()
    assert page.locator(".note").inner_text() == WORDS["no_store"][0]
    question, closed = a_choice()
    page.goto(f"{file.as_uri()}#{question.id}/{closed.id}")
    press_options(page, closed, right=True)
    page.keyboard.press("Enter")
    assert page.locator("#total").inner_text() == "Score 100 %, 1 answered"


def test_the_page_follows_the_light_or_dark_of_the_system(visit) -> None:
    colours = [
        visit(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    shares = [sum(map(int, re.findall(r"\d+", colour))) for colour in colours]
    assert shares[0] > 600
    assert shares[1] < 150


@pytest.mark.parametrize(("width", "lang"), [(320, "en"), (390, "zh"), (1280, "en")])
def test_every_item_can_be_read_and_none_is_wider_than_the_window(
    visit, width: int, lang: str
) -> None:
    page = visit(viewport={"width": width, "height": 800})
    if lang == "zh":
        page.click("#language")
    cards = [*BANK.questions, *(f"{question.id}/{closed.id}" for question, closed in CLOSED)]
    places = ["", *(f"topic/{topic}" for topic in BANK.topics), *cards]
    found = page.evaluate(VISIT_ALL, places)
    assert len(found) == len(places)
    for place, (text, over) in found.items():
        assert not re.search(r"\[object|\[\[|\[[@#]|\{\w+\}|\$\d", text), (place, text)
        assert over <= 0, f"{place} is {over} px too wide"


VISIT_ALL = """async (places) => {
  const found = {};
  const shown = () => new Promise((go) => setTimeout(go, 5));
  for (const place of places) {
    location.hash = place;
    await shown();
    (document.getElementById("reveal") ?? document.getElementById("check"))?.click();
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    document.querySelectorAll("main code").forEach((one) => one.remove()); // may hold anything
    found[place] = [document.querySelector("main").textContent, over];
  }
  return found;
}"""


def test_numbers_are_read_as_the_terminal_reads_them(visit) -> None:
    texts = [
        "1,048,576", "2^20", "2**-1", "-2^2", "2^3^2", "1/3", "sqrt(2)", "25%", "25 %", "1e-5",
        "3 * (4 - 1)", "7 // 2", "-7 // 2", "-7 % 3", "max(1, 2, 3)", "2 pi", "pi", "\uff11\uff12",
        "1_000", "√(9)", "2×3", "12 000", ".5", "5.", "", "many", "1/0", "(1", "1)", "sqrt 2",
        "eval(1)", "constructor(1)", "1 2", "2^5000", "exp(1)", "log(0)", "floor(2.7)", "--3",
        "1.2.3", "sqrt(-1)",
    ]  # fmt: skip
    source = (WEB / "number.js").read_text(encoding="utf-8")
    page = visit()
    read = page.evaluate(
        f"(texts) => {{ {source}; return texts.map((one) => readNumber(one)); }}", texts
    )
    for text, given in zip(texts, read, strict=True):
        try:
            expected = number(unicodedata.normalize("NFKC", text).strip())
        except Unreadable:
            expected = math.nan
        assert given == pytest.approx(expected, rel=1e-12, nan_ok=True), text


def test_jupyterquiz_asks_the_questions_and_judges_them(browser, tmp_path: Path) -> None:
    loader = pytest.importorskip(
        "jupyterquiz.dynamic.loader", reason="jupyterquiz is not installed"
    )
    from jupyterquiz.dynamic.renderer import build_script, build_styles, render_div

    questions = tmp_path / "questions.json"
    questions.write_bytes(FORMATS["jupyterquiz"](BANK, "en"))
    prefix, static, url = loader.load_questions_script(str(questions), "quiz")
    body = render_div("quiz", "False", "False", False, 1_000_000, 600, 10, "left")
    script = build_script(prefix, static, url, "quiz", load_js=True).replace("</", "<\\/")
    page_file = tmp_path / "notebook.html"
    page_file.write_text(
        "<!doctype html><meta charset=utf-8>"
        f"{body}</div>{build_styles('quiz', {})}<script>{script}</script>",
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(page_file.as_uri())
    quizzes = page.locator(".Quiz")
    assert quizzes.count() == len(CLOSED)
    read = json.loads(questions.read_text())
    for kind in ("multiple_choice", "numeric"):
        at = next(at for at, one in enumerate(read) if one["type"] == kind)
        (asked,) = variants(*CLOSED[at], 1)
        if kind == "numeric":
            quizzes.nth(at).locator("input").press_sequentially(full(asked.answer))
            quizzes.nth(at).locator("input").press("Enter")
        else:
            right = next(n for n, option in enumerate(CLOSED[at][1].options) if option.right)
            quizzes.nth(at).locator("label").nth(right).click()
        assert "correct" in quizzes.nth(at).locator(".Feedback").get_attribute("class").split()
    page.close()
