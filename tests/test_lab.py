"""The labs: what they claim holds, in both languages and every output; the ladder resumes."""

from __future__ import annotations

import contextlib
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from llmquiz.cli import run
from llmquiz.lab import plot, registry, text
from llmquiz.lab.document import document
from llmquiz.lab.page import fragment, page
from llmquiz.lab.records import Claim, Lab, Result, Spread, spread
from llmquiz.words import pick

ROOT = Path(__file__).parents[1]
EXPERIMENTS = [lab.name for lab in registry.labs() if lab.name not in ("ablation", "chat")]
RESULTS: dict[str, Result] = {}


@pytest.fixture
def result(request: pytest.FixtureRequest) -> Result:
    """The result of a lab, run once for all tests."""
    if request.param not in RESULTS:
        RESULTS[request.param] = registry.run(request.param, seed=0, quick=True)
    return RESULTS[request.param]


each = pytest.mark.parametrize("result", EXPERIMENTS, indirect=True)
one = pytest.mark.parametrize("result", ["rope-shift"], indirect=True)


@each
def test_every_claim_holds_or_is_refuted_as_the_lab_says(result: Result) -> None:
    for claim in result.found.claims:
        if not claim.machine:
            assert claim.held if claim.expected else claim.refuted, (claim.text[0], claim.value)


@each
def test_no_claim_is_a_close_call(result: Result) -> None:
    for claim in result.found.claims:
        if not claim.machine:
            far = abs(claim.value.mean - claim.bound) > 0.1 * abs(claim.bound)
            exact = claim.value.std < 1e-3 * abs(claim.bound)
            assert far or exact, (claim.text[0], claim.value, claim.bound)


@each
def test_its_words_are_in_both_languages(result: Result) -> None:
    texts = [result.lab.title, result.lab.claim, result.lab.measures, *result.found.notes]
    for claim in result.found.claims:
        texts += [claim.text, claim.measure]
    for table in result.found.tables:
        texts += [*table.columns, table.title]
    for picture in result.found.plots:
        texts += [picture.title, picture.x, picture.y, *(s.label for s in picture.series)]
    for english, chinese in texts:
        assert english.isascii(), english
        chinese.encode("gbk")
        assert bool(english) == bool(chinese)
        if len(english.split()) > 5:
            assert any("\u4e00" <= c <= "\u9fff" for c in chinese), chinese


@each
def test_its_screen_fits_and_says_what_held(result: Result) -> None:
    for lang, word in (("en", "HELD"), ("zh", "成立")):
        lines = text.lines(result, lang)
        assert any(line.startswith(word) for line in lines)
        assert max(cell_len(line) for line in lines) <= 80


@each
def test_what_is_heard_of_it_names_every_number_and_has_no_rule(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    for lang in ("en", "zh"):
        lines = text.lines(result, lang)
        assert max(map(cell_len, lines)) <= 80
        told = "\n".join(lines)
        assert "---" not in told
        assert not re.search("(needs|需要) [<>]", told)
        for table in result.found.tables:
            for column in table.columns:
                name = re.sub(r"\s", "", pick(column, lang))
                assert re.sub(r"\s", "", told).count(name) >= len(table.rows)


@each
def test_its_json_fits_the_schema(result: Result) -> None:
    schema = json.loads((ROOT / "docs" / "lab.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document(result))), schema)
    json.dumps(document(result), allow_nan=False)


def test_there_is_a_lab_for_every_name_of_the_bank_and_a_question_for_every_lab() -> None:
    from llmquiz.quiz.bank import load

    named = {name for question in load() for name in question.labs}
    assert named == {lab.name for lab in registry.labs()}


@pytest.mark.parametrize("lab", registry.labs(), ids=lambda lab: lab.name)
def test_the_question_that_says_why_is_one_of_the_labs_and_has_the_part(lab: Lab) -> None:
    from llmquiz.classroom.markdown import reference_text
    from llmquiz.quiz.bank import load

    name, _, part = lab.question.partition(" ")
    (question,) = (question for question in load() if question.id == name)
    assert lab.name in question.labs
    for lang in ("en", "zh"):
        text = reference_text(question, lang, part)
        assert len(text) > 100
        assert "\n\n\n" not in text
        assert not part or not re.search(r"^\([a-z]\) ", text, re.MULTILINE)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    first, again, other = (registry.run("speculative", s, quick=True).found for s in (3, 3, 4))
    assert first == again
    assert first != other


def test_runs_with_different_seeds_share_no_data(monkeypatch) -> None:
    from llmquiz.lab.experiments import bpe

    seeds = [seed for of_run in range(-2, 5) for seed in registry.seeds_of(of_run, registry.SEEDS)]
    assert len(set(seeds)) == len(seeds)
    assert registry.seeds_of(0, 3) == [0, 1, 2]  # what docs/labs was measured with
    cut: list[str] = []
    monkeypatch.setattr(bpe, "share", lambda piece, seen: cut.append(piece) or 0.5)
    for seed in range(3):
        registry.run("bpe", seed, quick=True)
    assert len(set(cut)) == len(cut) == 9


def test_the_lab_of_bpe_needs_no_bank(monkeypatch) -> None:
    monkeypatch.setattr(registry, "questions", lambda name: ())
    monkeypatch.setattr("llmquiz.catalog.is_kit", lambda: True)
    monkeypatch.setattr("llmquiz.quiz.bank.load", lambda: pytest.fail("reads the bank"))
    result = registry.run("bpe", quick=True)
    assert result.held
    assert abs(result.found.claims[-1].value.mean - 2.5) > 0.25  # no close call either


def test_a_claim_holds_where_all_seeds_agree_and_is_refuted_where_none_does() -> None:
    def claim(*values: float) -> Claim:
        return Claim(("", ""), ("", ""), spread(values), "<", 1.0)

    assert (claim(0.1, 0.2).held, claim(0.1, 0.2).refuted) == (True, False)
    assert (claim(0.1, 1.2).held, claim(0.1, 1.2).refuted) == (False, False)
    assert (claim(1.1, 1.2).held, claim(1.1, 1.2).refuted) == (False, True)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.07134, "0.0713"),
        (1_048_576, "1,048,576"),
        (5.6e-16, "5.6e-16"),
        (Spread((1.0, 1.0)), "1"),
        (Spread((1.0, 2.0)), "1.5 +- 0.71"),
        (("one", "一"), "one"),
    ],
)
def test_numbers_are_short(value: object, shown: str) -> None:
    assert text.cell_text(value, "en") == shown


class Balanced(HTMLParser):
    """Checks that every element that is opened is closed."""

    VOID = ("meta", "img", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(dict(attrs)["src"] or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@one
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_its_page_is_well_formed_and_needs_nothing_else(result: Result, lang: str) -> None:
    pytest.importorskip("matplotlib")
    for made in (page(result, lang), fragment(result, lang)):
        parser = Balanced()
        parser.feed(made)
        assert parser.open == []
        assert "http" not in made
        assert [image.split(",")[0] for image in parser.images] == ["data:image/svg+xml;base64"]
        assert result.lab.claim[("en", "zh").index(lang)].split("'")[0] in made


@one
def test_a_notebook_shows_a_result_without_matplotlib_too(result: Result, monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "<img" not in result._repr_html_()
    assert "HELD" in result._repr_html_()


def test_a_result_speaks_the_language_it_was_asked_for() -> None:
    result = registry.run("permutation", quick=True, lang="zh")  # the tests' language is English
    assert repr(result).split("\n") == text.lines(result, "zh")
    assert "成立" in result._repr_html_()
    assert "HELD" not in result._repr_html_()


@one
def test_an_interpreter_shows_the_screen_of_the_command(result: Result) -> None:
    assert repr(result).split("\n") == text.lines(result, "en")


@each
def test_its_plots_can_be_drawn(result: Result) -> None:
    pytest.importorskip("matplotlib")
    drawn = plot.draw(result, "en", "svg")
    ET.fromstring(drawn)
    assert drawn == plot.draw(result, "en", "svg")


def test_plots_without_matplotlib_are_one_sentence_before_any_work(
    llmquiz, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = llmquiz("lab", "mup", "--plot", tmp_path / "x.png")
    assert ran.code == 2
    assert ran.err == ("llmquiz: plots and pages need matplotlib: pip install 'llmquiz[lab]'\n")


def test_the_commands(llmquiz, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert "rope-shift" in llmquiz("lab", "list").out
    assert llmquiz("lab", "list", "--lang", "zh").out.count("题目") > 20
    names = [row["name"] for row in llmquiz("lab", "list", "--json").json["labs"]]
    assert names == [lab.name for lab in registry.labs()]
    ran = llmquiz("lab", "nope", "--quick", "--json", "--seed", "5", "--plot", tmp_path / "p.svg")
    assert (ran.code, ran.json["held"], ran.json["seed"]) == (0, True, 5)
    ran = llmquiz("lab", "nope", "--quick", "--html", tmp_path / "p.html", "--lang", "zh")
    assert "论断：" in ran.out
    assert (tmp_path / "p.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert llmquiz("lab", "rope_shift").err == (
        "llmquiz: there is no lab called rope_shift. Did you mean rope-shift?\n"
    )
    assert llmquiz("lab", "nope", "--plot", "x.txt").code == 2
    assert llmquiz("lab", "nope", "--plot", "no/such/folder.png").code == 2


@pytest.mark.parametrize("name", ["lab", "lab list", "lab ffn", "lab ablation", "lab chat"])
def test_help_fits_80_columns_in_both_languages(name: str, capsys) -> None:
    for lang in ("en", "zh"):
        with contextlib.suppress(SystemExit):
            run(["--lang", lang, *name.split(), "--help"])
        shown = capsys.readouterr().out
        assert max(cell_len(line) for line in shown.splitlines()) <= 80
        assert not re.search(r"help\.\w", shown)
