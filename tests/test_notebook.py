"""`llmquiz.check` in a notebook."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

import llmquiz as package
from llmquiz import cells, history, notebook
from llmquiz.grading.warm import Warm
from llmquiz.sandbox.launch import Launcher

ROOT = Path(__file__).parents[1]
SOLUTION = (ROOT / "solutions" / "attention.py").read_text("utf-8")
PARTS = ["attention_scores", "masked_softmax", "scaled_dot_product_attention"]


@pytest.fixture
def shell(
    borrowed: Launcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], object]]:
    """Runs cells as a notebook does; gives what the last line is."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(notebook, "_WARM", [Warm([], borrowed)])
    InteractiveShell.clear_instance()
    running = InteractiveShell.instance(history_length=0)
    running.history_manager.enabled = False
    yield lambda source: running.run_cell(source, store_history=True).result
    InteractiveShell.clear_instance()


def names(source: str) -> list[str]:
    return [line for line in source.splitlines() if line and not line.startswith(" ")]


def test_only_what_the_exercise_needs_is_taken_from_the_cells() -> None:
    made = cells.submission(
        [
            (1, "import torch\nimport math\nimport pandas"),
            (2, "def helper(x):\n    return x\ndef noise(): ..."),
            (3, "%matplotlib inline\nFACTOR = 2"),
            (4, "def attention_scores(q, k):\n    return helper(q) * FACTOR"),
            (5, "for step in range(10**9):\n    train()"),
            (6, "llmquiz.check('attention')"),
            (7, "this is no python"),
        ],
        PARTS,
    )
    assert names(made.source) == ["def helper(x):", "FACTOR = 2", "def attention_scores(q, k):"]
    assert made.place(4) == "notebook:cell 4:1"


def test_the_last_definition_counts_with_what_changes_it() -> None:
    made = cells.submission(
        [
            (1, "class Block:\n    pass"),
            (2, "class Block:\n    x = 1"),
            (3, "def forward(self): return 1\nBlock.forward = forward"),
        ],
        ["Block"],
    )
    assert (
        made.source
        == "class Block:\n    x = 1\ndef forward(self): return 1\nBlock.forward = forward\n"
    )


def test_decorators_stay_with_their_function() -> None:
    made = cells.submission(
        [(1, "import functools\n@functools.cache\ndef f():\n    return 1")], ["f"]
    )
    assert made.source.startswith("import functools\n@functools.cache\ndef f")


def test_a_notebook_grades_what_its_cells_define(shell: Callable[[str], object]) -> None:
    shell("import llmquiz, math\nimport torch\nfrom torch import Tensor")
    wrong = SOLUTION.replace("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]")
    shell(wrong)
    found = shell("llmquiz.check('attention', seed=7)")
    assert not found.passed
    assert "dividing by d_k gives, without the root" in repr(found)
    assert "notebook:cell 2:" in repr(found)
    html = found._repr_html_()
    assert html.count("<svg") == 3
    assert "<html" not in html
    shell("def attention_scores(query, key, scale=None):\n"
          "    scale = query.shape[-1] ** -0.5 if scale is None else scale\n"
          "    return query @ key.transpose(-2, -1) * scale")  # fmt: skip
    found = shell("llmquiz.check('attention')")
    assert found.passed
    assert "PASS" in found._repr_html_()


def test_nothing_of_the_cells_runs_in_this_process_again(shell: Callable[[str], object]) -> None:
    shell("import llmquiz\nruns = []")
    shell("runs.append(1)\ndef rope_frequencies(d, base=10000.0):\n    runs.append(2)")
    shell("import torch\ntorch.set_num_threads(2)")
    shell("llmquiz.check('rope')")
    assert shell("runs") == [1]
    assert shell("torch.get_num_threads()") == 2
    shell("torch.set_num_threads(1)")


def test_what_cannot_be_graded_is_a_sentence(shell: Callable[[str], object]) -> None:
    shell("import llmquiz")
    assert "no cell defines a part of rope" in repr(shell("llmquiz.check('rope')"))
    assert "Did you mean rope?" in repr(shell("llmquiz.check('ropee')"))
    assert "没有单元格定义" in repr(shell("llmquiz.check('rope', lang='zh')"))


def test_a_real_kernel_shows_the_report_and_the_pictures(tmp_path: Path) -> None:
    wrong = SOLUTION.replace("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]")
    check = "import llmquiz\nllmquiz.check('attention')"
    cells = [nbformat.v4.new_code_cell(source) for source in (wrong, check, "print('alive')")]
    book = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(book, resources={"metadata": {"path": str(tmp_path)}}).execute()
    [shown] = book.cells[1].outputs
    assert "dividing by d_k gives, without the root" in shown["data"]["text/plain"]
    assert shown["data"]["text/html"].count("<svg") == 3
    assert book.cells[2].outputs[0]["text"] == "alive\n"


def test_a_check_in_a_workspace_is_recorded(
    shell: Callable[[str], object], llmquiz: Callable, tmp_path: Path
) -> None:
    llmquiz("init")
    shell("import llmquiz")
    assert "TODO" in repr(shell("llmquiz.check('rope')"))  # no cell: the workspace's file
    log = list(history.read(tmp_path / ".llmquiz" / "log.jsonl"))
    assert [(r["kind"], r["exercise"]) for r in log] == [("check", "rope")]


def test_cells_take_nothing_away_that_the_file_has_earned(
    shell: Callable[[str], object], llmquiz: Callable, tmp_path: Path
) -> None:
    llmquiz("init")
    shell("import llmquiz")
    (tmp_path / "exercises" / "attention.py").write_text(SOLUTION, encoding="utf-8")
    assert shell("llmquiz.check()").passed  # the first that is unfinished
    shell("def attention_scores(query, key, scale=None):\n    return query")
    found = shell("llmquiz.check('attention')")
    assert "Not recorded: attention.py has earned more, 37/37." in repr(found)
    assert "attention.py has earned more" in found._repr_html_()
    assert "PASS  attention" in llmquiz("list").out


def test_importing_the_package_imports_no_torch() -> None:
    program = "import sys, llmquiz; assert 'torch' not in sys.modules; llmquiz.check"
    subprocess.run([sys.executable, "-c", program], check=True)
    with pytest.raises(AttributeError):
        package.nothing  # noqa: B018
