"""The labs: what they claim holds, in both languages and every output; the ladder resumes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from llmquiz import catalog, history
from llmquiz.cli import run
from llmquiz.errors import UsageProblem
from llmquiz.lab import plot, registry, text
from llmquiz.lab.document import document
from llmquiz.lab.ladder import climb as climbing
from llmquiz.lab.ladder.components import NAMES, offers
from llmquiz.lab.ladder.job import Job, State
from llmquiz.lab.ladder.rungs import LADDER, QUICK
from llmquiz.lab.page import fragment, page
from llmquiz.lab.records import Claim, Result, Spread, spread
from llmquiz.workspace import Workspace

ROOT = Path(__file__).parents[1]
EXPERIMENTS = [lab.name for lab in registry.labs() if lab.name not in ("ablation", "chat")]
SHORT = ("--quick", "--steps", "20", "--seeds", "2", "--jobs", "1", "--data", "induction")
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
        assert max(cell_len(line) for line in lines if not line.startswith("  ")) <= 81


@each
def test_its_json_fits_the_schema(result: Result) -> None:
    schema = json.loads((ROOT / "docs" / "lab.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(document(result))), schema)
    json.dumps(document(result), allow_nan=False)


def test_there_is_a_lab_for_every_name_of_the_bank_and_a_question_for_every_lab() -> None:
    from llmquiz.quiz.bank import load

    named = {name for question in load() for name in question.labs}
    assert named == {lab.name for lab in registry.labs()}


def test_the_labs_and_their_order_are_read_without_torch() -> None:
    program = (
        "import sys\n"
        "from llmquiz.cli import run\n"
        "for arguments in (['lab', 'list'], ['lab', 'list', '--json'], ['lab', 'no-such-lab']):\n"
        "    run(arguments)\n"
        "for arguments in (['lab', '--help'], ['lab', 'ffn', '--help'], ['lab', 'ablation', '-h']):\n"
        "    try: run(arguments)\n"
        "    except SystemExit: pass\n"
        "assert not {'torch', 'matplotlib', 'numpy'} & set(sys.modules), 'heavy'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    first, again, other = (registry.run("speculative", s, quick=True).found for s in (3, 3, 4))
    assert first == again
    assert first != other


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
    assert ran.err == (
        "llmquiz: plots and pages need matplotlib: pip install 'llmquiz[lab]'\n"
    )


def test_the_commands(llmquiz, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert "rope-shift" in llmquiz("lab", "list").out
    assert llmquiz("lab", "list", "--lang", "zh").out.count("题目") > 20
    names = [row["name"] for row in llmquiz("lab", "list", "--json").json["labs"]]
    assert names == [lab.name for lab in registry.labs()]
    ran = llmquiz("lab", "nope", "--quick", "--json", "--seed", "5", "--plot", tmp_path / "p.svg")
    assert (ran.code, ran.json["held"], ran.json["seed"]) == (0, True, 5)
    ran = llmquiz("lab", "nope", "--quick", "--html", tmp_path / "p.html", "--lang", "zh")
    assert "结论：" in ran.out
    assert (tmp_path / "p.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert llmquiz("lab", "rope_shift").err == (
        "llmquiz: there is no lab called rope_shift. Did you mean rope-shift?\n"
    )
    assert llmquiz("lab", "nope", "--plot", "x.txt").code == 2
    assert llmquiz("lab", "nope", "--plot", "no/such/folder.png").code == 2


# The ladder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An untouched one."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    (tmp_path / ".llmquiz").mkdir()
    return Workspace(tmp_path)


def solve(workspace: Workspace, *names: str) -> None:
    """Put solutions in, and the log lines of checks that passed."""
    for name in names:
        shutil.copy(ROOT / "solutions" / f"{name}.py", workspace.root / "exercises")
        history.append(workspace.log, "check", exercise=name, status="PASS", points=1)


def origins(ran) -> dict[str, str]:
    return {row[1]: row[2]["en"] for row in ran.json["tables"][1]["rows"]}


def test_an_empty_workspace_trains_with_references(llmquiz, workspace: Workspace) -> None:
    ran = llmquiz("lab", "ablation", *SHORT, "--json")
    assert set(origins(ran).values()) == {"reference: not checked yet"}
    assert len(ran.json["tables"][0]["rows"]) == len(LADDER)


def test_the_learners_parts_are_used_once_they_passed_and_give_the_references_numbers(
    llmquiz, workspace: Workspace
) -> None:
    before = llmquiz("lab", "ablation", *SHORT, "--json")
    solve(workspace, *(exercise.name for exercise in catalog.exercises()))
    after = llmquiz("lab", "ablation", *SHORT, "--json")
    assert set(origins(after).values()) == {"yours"}
    for mine, theirs in zip(after.json["tables"][0]["rows"], before.json["tables"][0]["rows"]):
        assert mine[2]["mean"] == pytest.approx(theirs[2]["mean"], rel=0.02)


def test_a_part_that_cannot_be_used_is_replaced_and_the_reason_told(
    llmquiz, workspace: Workspace
) -> None:
    solve(workspace, "attention", "rmsnorm", "rope", "multihead")
    history.append(workspace.log, "check", exercise="multihead", status="FAIL", points=0)
    files = workspace.root / "exercises"
    (files / "attention.py").write_text("import no_such_module\n", encoding="utf-8")
    doubled = (files / "rmsnorm.py").read_text(encoding="utf-8").replace("* self.weight", "* 2")
    (files / "rmsnorm.py").write_text(doubled, encoding="utf-8")
    (files / "rope.py").write_text("print('hello')\nraise SystemExit(0)\n", encoding="utf-8")
    found = origins(llmquiz("lab", "ablation", *SHORT, "--json"))
    assert found["scaled_dot_product_attention"].startswith("reference: yours fails: ModuleNotFound")
    assert found["RMSNorm"] == "reference: yours gives other numbers now"
    assert found["apply_rope"] == "reference: yours fails: SystemExit: 0"
    assert found["MultiHeadAttention"] == "reference: last check did not pass"


def test_a_later_exercise_gives_its_part_with_no_change_of_the_program(
    tmp_path: Path, monkeypatch, llmquiz
) -> None:
    content = tmp_path / "content"
    for folder in ("exercises", "solutions", "graders"):
        shutil.copytree(ROOT / folder, content / folder)
    toml = (content / "exercises" / "rmsnorm.toml").read_text(encoding="utf-8")
    (content / "exercises" / "gated.toml").write_text(toml, encoding="utf-8")
    source = (
        "import torch\nfrom torch import nn\n\n\nclass SwiGLU(nn.Module):\n"
        "    def __init__(self, d_model, d_ff):\n        super().__init__()\n"
        "        self.w1 = nn.Linear(d_model, 2 * d_ff)\n        self.w2 = nn.Linear(d_ff, d_model)\n"
        "    def forward(self, x):\n        a, b = self.w1(x).chunk(2, -1)\n"
        "        return self.w2(torch.nn.functional.silu(a) * b)\n"
    )
    (content / "exercises" / "gated.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv("LLMQUIZ_CONTENT", str(content))
    space = Workspace(tmp_path)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "gated.py").write_text(source, encoding="utf-8")
    history.append(space.log, "check", exercise="gated", status="PASS", points=1)
    assert ("gated", ("SwiGLU",)) in [(o.exercise, o.names) for o in offers(space) if o.source]
    assert origins(llmquiz("lab", "ablation", *SHORT, "--json"))["SwiGLU"] == "yours"


def test_every_part_that_an_exercise_may_give_can_be_tried() -> None:
    from llmquiz.lab.ladder.fitting import USES
    from llmquiz.lab.ladder.parts import REFERENCES

    assert set(NAMES) == set(USES) == set(REFERENCES)
    for name, use in USES.items():
        use(REFERENCES[name])


def test_a_killed_climb_goes_on_and_ends_with_the_same_numbers(workspace: Workspace) -> None:
    command = [sys.executable, "-m", "llmquiz", "lab", "ablation", *SHORT, "--json"]
    state = workspace.root / ".llmquiz" / "lab" / "ablation.json"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while not state.exists() or len(json.loads(state.read_bytes())["runs"]) < 3:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate()
    kept = json.loads(state.read_bytes())["runs"]
    done = subprocess.run(command, capture_output=True, check=True)
    runs = json.loads(state.read_bytes())["runs"]
    assert {name: runs[name] for name in kept} == kept  # not trained again
    assert len(runs) == 2 * len(LADDER)
    subprocess.run([*command, "--fresh"], capture_output=True, check=True)
    afresh = json.loads(state.read_bytes())["runs"]
    assert {n: r["loss"] for n, r in afresh.items()} == {n: r["loss"] for n, r in runs.items()}
    assert json.loads(done.stdout)["lab"] == "ablation"


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_says_what_is_kept(workspace: Workspace) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "llmquiz", "lab", "ablation", *SHORT],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"LLMQUIZ_LANG": "en"},
    )  # fmt: skip
    state = workspace.root / ".llmquiz" / "lab" / "ablation.json"
    while not state.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "runs are kept. The same command goes on from there." in err


def test_another_text_or_size_starts_anew(tmp_path: Path) -> None:
    job = Job(QUICK, 0, "own", "a text", ())
    State(tmp_path, job.key).save(note=1)
    assert "note" in State(tmp_path, job.key).facts
    for other in (Job(QUICK, 1, "own", "a text", ()), Job(QUICK, 0, "own", "another", ())):
        assert "note" not in State(tmp_path, other.key).facts
    (tmp_path / "ablation.json").write_text("{ torn", encoding="utf-8")
    assert "note" not in State(tmp_path, job.key).facts


LOOP = "\n\ndef apply_rope(x, positions, base=10000.0):\n    import os\n    os._exit(3)\n"


def test_code_that_ends_the_process_is_a_sentence_not_a_crash(
    llmquiz, workspace: Workspace
) -> None:
    solve(workspace, "rope")
    with (workspace.root / "exercises" / "rope.py").open("a", encoding="utf-8") as file:
        file.write(LOOP)
    ran = llmquiz("lab", "ablation", *SHORT)
    assert ran.code == 2
    assert ran.err.startswith("llmquiz: the training process ended at 'load'.")


def test_code_that_never_returns_is_ended(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr("llmquiz.lab.ladder.trainer.START", 12.0)
    solve(workspace, "rope")
    with (workspace.root / "exercises" / "rope.py").open("a", encoding="utf-8") as file:
        file.write("\nwhile True: pass\n")
    job = Job(QUICK, 0, "induction", "", offers(workspace))
    with pytest.raises(UsageProblem) as caught:
        climbing.climb(job, State(workspace.root, job.key), 1, lambda *_: None)
    assert caught.value.key == "training_silent"


def test_the_last_model_writes_with_the_learners_tokenizer(llmquiz, workspace: Workspace) -> None:
    assert llmquiz("lab", "chat", "--prompt", "x").err == (
        "llmquiz: no model was trained yet. Run: llmquiz lab ablation\n"
    )
    solve(workspace, "tokenizer", "rope")
    text_file = workspace.root / "book.txt"
    text_file.write_text("The cat sat on the mat. 猫坐在垫子上。\n" * 300, encoding="utf-8")
    short = ("--quick", "--steps", "30", "--seeds", "1", "--jobs", "1", "--text", text_file)
    assert llmquiz("lab", "ablation", *short).code in (0, 1)
    wrote = llmquiz("lab", "chat", "--prompt", "The ", "--tokens", "20", "--seed", "1")
    assert wrote.out.startswith("The ")
    assert "Tokenizer, apply_rope, train_bpe" in wrote.err
    assert wrote.out == llmquiz("lab", "chat", "--prompt", "The ", "--tokens", "20", "--seed", "1").out
    text_file.write_text("short", encoding="utf-8")
    assert "needs at least" in llmquiz("lab", "ablation", *short).err


def test_the_ladder_learns_what_needs_two_layers(workspace: Workspace, llmquiz) -> None:
    arguments = ("--quick", "--seeds", "1", "--jobs", "1", "--data", "induction", "--steps", "250")
    rows = llmquiz("lab", "ablation", *arguments, "--json").json["tables"][0]["rows"]
    right = {rung.name: row[3]["mean"] for rung, row in zip(LADDER, rows, strict=True)}
    assert right["bare"] < 0.4
    assert right["swiglu"] > right["bare"] + 0.2


@pytest.mark.parametrize("name", ["lab", "lab list", "lab ffn", "lab ablation", "lab chat"])
def test_help_fits_80_columns_in_both_languages(name: str, capsys) -> None:
    for lang in ("en", "zh"):
        try:
            run(["--lang", lang, *name.split(), "--help"])
        except SystemExit:
            pass
        shown = capsys.readouterr().out
        assert max(cell_len(line) for line in shown.splitlines()) <= 80
        assert "help." not in shown
