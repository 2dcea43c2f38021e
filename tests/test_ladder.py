"""`llmquiz lab ablation` and `chat`: whose parts are used, what is kept, what goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from llmquiz import catalog, history
from llmquiz.errors import UsageProblem
from llmquiz.lab.ladder import climb as climbing
from llmquiz.lab.ladder.components import NAMES, offers
from llmquiz.lab.ladder.job import Job, State
from llmquiz.lab.ladder.rungs import BY_NAME, LADDER, QUICK
from llmquiz.workspace import Workspace

ROOT = Path(__file__).parents[1]
SHORT = ("--quick", "--steps", "8", "--seeds", "1", "--jobs", "1", "--data", "induction")


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
    for mine, theirs in zip(
        after.json["tables"][0]["rows"], before.json["tables"][0]["rows"], strict=True
    ):
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
    assert found["scaled_dot_product_attention"].startswith(
        "reference: yours fails: ModuleNotFound"
    )
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
        "        self.w1 = nn.Linear(d_model, 2 * d_ff)\n"
        "        self.w2 = nn.Linear(d_ff, d_model)\n"
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


def test_a_course_leaves_the_instructors_workspace_and_model_alone(
    llmquiz, workspace: Workspace, monkeypatch
) -> None:
    from llmquiz.lab.experiments import ablation

    monkeypatch.setattr(ablation, "QUICK", replace(QUICK, steps=8, seeds=1))
    monkeypatch.setenv("XDG_CACHE_HOME", str(workspace.root / "cache"))
    solve(workspace, *(exercise.name for exercise in catalog.exercises()))
    assert llmquiz("course", "new", "cs", "--labs", "ablation").code == 0
    assert not (workspace.root / ".llmquiz" / "lab").exists()
    assert not (workspace.root / "cache" / "llmquiz" / "lab").exists()
    (book,) = (workspace.root / "cs" / "source" / "ps1").iterdir()
    assert "HELD" in book.read_text(encoding="utf-8")


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
    done = subprocess.run(command, capture_output=True, check=False)
    runs = json.loads(state.read_bytes())["runs"]
    assert {name: runs[name] for name in kept} == kept  # not trained again
    assert len(runs) == len(LADDER)
    subprocess.run([*command, "--fresh"], capture_output=True, check=False)
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
    assert (
        wrote.out == llmquiz("lab", "chat", "--prompt", "The ", "--tokens", "20", "--seed", "1").out
    )
    text_file.write_text("short", encoding="utf-8")
    assert "needs at least" in llmquiz("lab", "ablation", *short).err


def test_two_layers_with_positions_begin_to_copy_and_one_does_not() -> None:
    import torch

    from llmquiz.lab.ladder.parts import REFERENCES
    from llmquiz.lab.ladder.train import Data, train

    torch.set_num_threads(1)
    data = Data(torch.empty(0), torch.empty(0), 32)
    right = {}
    for name in ("bare", "rope"):
        size = replace(QUICK, steps=300, rate=1e-2)
        *_, last = train(REFERENCES, BY_NAME[name], data, size, 0, "cpu")
        right[name] = last["record"]["accuracy"]
    assert right["bare"] < 0.13
    assert right["rope"] > 0.18
