"""`llmquiz check` as its user meets it."""

from __future__ import annotations

import io
import json
import shutil
import signal
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from llmquiz import catalog
from llmquiz.catalog import content_root
from llmquiz.grading.run import interruptible
from llmquiz.history import last_checks
from llmquiz.plain import json_text

SOLUTION = (content_root() / "solutions" / "attention.py").read_text(encoding="utf-8")
SCHEMA = Path(__file__).parents[1] / "docs" / "report.schema.json"
NAMES = [exercise.name for exercise in catalog.exercises()]


@pytest.fixture
def attention(llmquiz: Callable, tmp_path: Path) -> Callable:
    """Check a source text as attention.py; more arguments follow."""

    def call(source: str | bytes, *arguments: object, name: str = "attention.py"):
        path = tmp_path / name
        data = source.encode() if isinstance(source, str) else source
        path.write_bytes(data)
        return llmquiz("check", "attention", "--file", name, "--seed", 1, *arguments)

    return call


def replaced(old: str, new: str) -> str:
    assert old in SOLUTION
    return SOLUTION.replace(old, new)


def ending(function: str, body: str) -> str:
    """The solution with one function's body replaced by one statement."""
    assert function in SOLUTION
    return f"{SOLUTION}\n\ndef {function}(*args, **kwargs):\n    {body}\n"


def test_a_copy_of_the_solutions_gets_full_points(llmquiz: Callable, tmp_path: Path) -> None:
    shutil.copytree(content_root() / "solutions", tmp_path / "exercises")
    ran = llmquiz("check", "--all")
    assert ran.code == 0
    total = sum(exercise.points for exercise in catalog.exercises())
    assert f"{total}/{total} points, 6 of 6 exercises pass" in ran.out
    assert ran.out.rstrip().splitlines()[-1].startswith("All exercises pass")


def test_the_untouched_workspace_is_all_to_do_and_exit_code_1(llmquiz: Callable) -> None:
    assert llmquiz("init").code == 0
    ran = llmquiz("check", "--all")
    assert ran.code == 1
    assert ran.out.count("TODO   0/") == 6
    assert "FAIL" not in ran.out
    assert "Traceback" not in ran.out + ran.err
    assert ran.out.rstrip().splitlines()[-1] == (
        "Next: write exercises/attention.py; its statement:  llmquiz show attention"
    )


def test_without_a_name_the_next_unfinished_exercise_is_checked(
    llmquiz: Callable, tmp_path: Path
) -> None:
    llmquiz("init")
    assert llmquiz("check").out.startswith("attention ")
    shutil.copy(content_root() / "solutions" / "attention.py", tmp_path / "exercises")
    passed = llmquiz("check")
    assert passed.code == 0
    assert passed.out.rstrip().splitlines()[-1] == (
        f"Next: {catalog.find('multihead').title['en']}:  llmquiz show multihead"
    )
    assert llmquiz("check").out.startswith("multihead ")
    assert last_checks(tmp_path / ".llmquiz" / "log.jsonl")["attention"]["status"] == "PASS"


def test_a_check_works_in_a_folder_below_the_workspace(llmquiz: Callable, monkeypatch) -> None:
    llmquiz("init")
    monkeypatch.chdir("exercises")
    assert llmquiz("check", "rope").code == 1


def test_a_wrong_answer_shows_numbers_place_inputs_and_seed(attention: Callable) -> None:
    ran = attention(replaced("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]"))
    assert ran.code == 1
    for part in (
        "FAIL  The values are right with the default scale",
        "expected at [0, 0, 0, 0]",
        "got there",
        "largest |error|",
        "values differ",
        "inputs  query (",
        "seed 1, llmquiz",
        "Next: edit attention.py, then  llmquiz check attention --file attention.py",
    ):
        assert part in ran.out


def test_one_cause_shows_as_one_failure(attention: Callable) -> None:
    ran = attention(replaced("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]"))
    assert ran.out.count("\n  FAIL  ") == 1
    assert "SKIP" in ran.out


def test_a_part_that_is_right_keeps_its_points_although_an_earlier_one_is_wrong(
    attention: Callable,
) -> None:
    whole = replaced("attention_scores(query, key, scale)", "own_scores(query, key, scale)")
    wrong = whole.replace("def attention_scores(", "def own_scores(") + (
        "\n\ndef attention_scores(query, key, scale=None):\n    return query @ key.mT\n"
    )
    report = attention(wrong, "--json").json["reports"][0]
    parts = {part["name"]: (part["status"], part["points"]) for part in report["parts"]}
    assert parts["scores"] == ("FAIL", 0)
    assert parts["attention"][0] == "PASS"


def test_the_seed_reproduces_the_cases(attention: Callable, llmquiz: Callable) -> None:
    wrong = replaced("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]")
    first = attention(wrong, "--json").json
    assert first == attention(wrong, "--json").json
    other = llmquiz("check", "attention", "--file", "attention.py", "--seed", 2, "--json").json
    assert other["reports"][0]["seed"] == 2
    inputs = [
        document["reports"][0]["tests"][1]["failure"]["inputs"] for document in (first, other)
    ]
    assert inputs[0] != inputs[1]


def test_an_exception_shows_its_class_and_the_learners_own_line(attention: Callable) -> None:
    ran = attention(ending("attention_scores", "return args[0] @ args[1]"))
    assert "RuntimeError: " in ran.out
    line = len(SOLUTION.splitlines()) + 4
    assert f"attention.py:{line}\n        return args[0] @ args[1]" in ran.out
    assert "site-packages" not in ran.out


def test_what_the_learner_printed_is_shown(attention: Callable) -> None:
    ran = attention(ending("attention_scores", "print('shape', args[0].dim()); return args[0]"))
    assert "printed:\n      shape 4" in ran.out


def test_a_syntax_error_shows_the_line(attention: Callable) -> None:
    ran = attention("import torch\n\ndef attention_scores(query, key:\n    pass\n")
    assert ran.code == 1
    assert "The file does not load" in ran.out
    assert "SyntaxError: " in ran.out
    assert "attention.py:3\n        def attention_scores(query, key:" in ran.out


def test_an_import_error_shows_the_line(attention: Callable) -> None:
    ran = attention("import torch\nimport tensorflwo\n")
    assert "ModuleNotFoundError: No module named 'tensorflwo'" in ran.out
    assert "attention.py:2\n        import tensorflwo" in ran.out


def test_importing_another_exercise_is_answered_with_what_to_do(attention: Callable) -> None:
    ran = attention("from rope import apply_rope\n")
    assert "a submission is a single file: copy what you need from rope into it" in ran.out


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("return None", "returned None, expected torch.Tensor: is a return statement missing?"),
        ("pass", "returned None, expected torch.Tensor: is a return statement missing?"),
        ("return (args[0],)", "returned tuple, expected torch.Tensor"),
        ("return [1.0]", "returned list, expected torch.Tensor"),
        ("return 1.0", "returned float, expected torch.Tensor"),
        ("return args[0].numpy()", "returned numpy.ndarray, expected torch.Tensor"),
        ("return args[0]", "shape ["),
        ("return args[0].to('meta')", "returned Tensor on meta"),
        ("return args[0].to_sparse()", "returned Tensor on cpu, layout torch.sparse_coo"),
        ("return args[0].to(torch.complex64)", "returned Tensor of torch.complex64"),
        ("return (args[0] @ args[1].mT) * float('nan')", "got there                nan"),
        ("return torch.empty(1).expand(1 << 40)", "too large to be read"),
        ("raise SystemExit", "SystemExit: "),
        ("import os; os._exit(0)", "the process ended itself with exit code 0"),
        ("import ctypes; ctypes.string_at(0)", "the process crashed (SIGSEGV)"),
        ("return torch.zeros(25_000_000_000)", "ran out of memory (limit 2 GiB)"),
        ("return attention_scores()", "RecursionError: "),
        ("import os; os.closerange(3, 99); import time; time.sleep(9)", "closed the pipe"),
        ("\n    while True: print('x' * 999)", "printed more than 1048576 characters"),
    ],
)
def test_each_wrong_behaviour_is_named_in_one_sentence(
    attention: Callable, body: str, sentence: str
) -> None:
    ran = attention(ending("attention_scores", body))
    assert ran.code == 1
    assert sentence in " ".join(ran.out.split()).replace("there nan", "there                nan")
    assert "PASS  masked_softmax" in ran.out, "the rest of the report still comes"
    assert "Traceback" not in ran.out + ran.err


def test_a_result_that_requires_gradients_is_fine(attention: Callable) -> None:
    wrapped = "return _inner(*args, **kwargs) * torch.nn.Parameter(torch.ones(()))"
    source = ending("attention_scores", "return 0").replace("return 0", wrapped)
    inner = SOLUTION[SOLUTION.index("def attention_scores") : SOLUTION.index("def masked_softmax")]
    source += inner.replace("attention_scores", "_inner")
    assert "PASS  attention_scores" in attention(source).out


def test_an_endless_loop_is_named_and_the_report_still_comes(
    attention: Callable, monkeypatch
) -> None:
    from llmquiz.cli import check as check_command
    from llmquiz.sandbox import launch
    from llmquiz.sandbox.limits import Limits

    quick = Limits(cpu_seconds=1)
    monkeypatch.setattr(check_command, "Limits", lambda: quick)
    monkeypatch.setattr(check_command, "start", launch.start)
    ran = attention(ending("attention_scores", "\n    while True: pass"))
    assert "no answer within 1 seconds: is there an endless loop?" in ran.out
    assert "PASS  masked_softmax" in ran.out


def test_a_missing_function_is_named(attention: Callable) -> None:
    ran = attention(SOLUTION.replace("def masked_softmax", "def softmax_masked"))
    assert "masked_softmax is not defined" in ran.out


def test_a_wrong_arity_shows_the_signature(attention: Callable) -> None:
    ran = attention(SOLUTION + "\n\ndef attention_scores(query):\n    return query\n")
    assert "it is defined as attention_scores(query)" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    "call",
    [
        "torch.nn.functional.scaled_dot_product_attention(q, k, k)",
        "getattr(torch._C._nn, 'scaled_dot' + '_product_attention')(q, k, k)",
        "torch.ops.aten.scaled_dot_product_attention(q, k, k)",
        "__import__('torch.nn.functional', fromlist=['x']).scaled_dot_product_attention(q, k, k)",
        "torch.nn.MultiheadAttention(q.shape[-1], 1)(q[0], q[0], q[0])[0]",
    ],
)
def test_the_call_that_is_the_exercise_is_refused_under_every_alias(
    attention: Callable, call: str
) -> None:
    cheat = (
        "\n    q, k = args[:2]"
        f"\n    try:\n        return {call}"
        "\n    except Exception:\n        return q"
    )
    ran = attention(ending("scaled_dot_product_attention", cheat))
    text = " ".join(ran.out.split())
    assert "is refused: it does what this exercise asks you to write" in text
    assert "PASS  attention_scores" in ran.out


def test_a_refused_package_is_named_with_the_line_that_imports_it(
    llmquiz: Callable, tmp_path: Path
) -> None:
    (tmp_path / "tokenizer.py").write_text("import re\nimport tiktoken\n")
    ran = llmquiz("check", "--file", "tokenizer.py")
    assert "tiktoken is refused" in ran.out
    assert "tokenizer.py:2\n        import tiktoken" in ran.out


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "attention.py", "attention.py is empty."),
        (b" \n\n", "attention.py", "attention.py is empty."),
        (b"\x7fELF\0\0\1", "attention.py", "attention.py is not a text file."),
        ("x = 1\ny = '注意力'\n".encode("gbk"), "attention.py", "attention.py:2 is not UTF-8."),
        ("x = 'a'\n".encode("utf-16"), "attention.py", "attention.py is not a text file."),
        (b"# coding: klingon\n", "attention.py", "attention.py:1 is not UTF-8."),
        (b"not json", "attention.ipynb", "attention.ipynb is not a Jupyter notebook"),
        (b"{}", "attention.ipynb", "attention.ipynb is not a Jupyter notebook"),
        (b'{"cells": 3}', "attention.ipynb", "attention.ipynb is not a Jupyter notebook"),
        (b'{"cells": []}', "attention.ipynb", "attention.ipynb is empty."),
        (b"[" * 100_000, "attention.ipynb", "attention.ipynb is not a Jupyter notebook"),
        (b"x", "attention.txt", "attention.txt is neither a .py file nor a .ipynb notebook."),
        (b"x" * (11 << 20), "attention.py", "attention.py is larger than 10 MiB."),
    ],
)
def test_a_bad_file_gets_one_sentence_and_exit_code_2(
    attention: Callable, data: bytes, name: str, sentence: str
) -> None:
    ran = attention(data, name=name)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"llmquiz: {sentence}")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("check", "atention"), "there is no exercise called atention. Did you mean attention?"),
        (("check", "transformer9"), "there is no exercise called transformer9. There are: "),
        (("chek", "rope"), "there is no command chek. Did you mean check?"),
        (("check", "--al"), "there is no option --al. Did you mean --all? See: llmquiz check --h"),
        (("check", "--seed", "x"), "--seed takes a whole number. See: llmquiz check --help"),
        (("--lang", "xx", "list"), "--lang takes one of: en, zh. See: llmquiz --help"),
        (("show", "rop"), "there is no exercise called rop. Did you mean rope?"),
        (("check", "rope", "--all"), "give names or --all, not both."),
        (("check", "--file", "x.py"), "which exercise is x.py? Name it:"),
        (("check", "rope", "block", "--file", "x.py"), "--file takes one exercise, and 2 were"),
        (("check", "rope", "--file", "gone.py"), "gone.py does not exist."),
        (("check", "rope", "--file", "."), ". is a directory."),
        (("check",), "there are no exercises here. Make a workspace with: llmquiz init"),
        (("check", "--all"), "there are no exercises here."),
    ],
)
def test_a_wrong_command_gets_one_sentence_and_exit_code_2(
    llmquiz: Callable, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = llmquiz(*arguments)
    assert ran.code == 2
    assert ran.err.startswith(f"llmquiz: {sentence}")
    assert ran.err.count("\n") == 1


def test_a_junit_file_that_cannot_be_written_is_a_usage_error(attention: Callable) -> None:
    ran = attention(SOLUTION, "--junit", "no/such/folder/x.xml")
    assert ran.code == 2
    assert "cannot write no/such/folder/x.xml" in ran.err


def test_the_json_document_follows_its_published_schema(attention: Callable) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    sources = (
        SOLUTION,
        replaced("math.sqrt(query.shape[-1])", "query.shape[-1]"),
        "import nothing_of_that_name\n",
        (content_root() / "exercises" / "attention.py").read_text(encoding="utf-8"),
        ending("masked_softmax", "print(1); return 1 / 0"),
        ending("masked_softmax", "return args[0] * float('nan')"),
    )
    for source in sources:
        ran = attention(source, "--json")
        jsonschema.validate(ran.json, schema)
        assert ran.json["schema"] == 1


def test_json_is_valid_json_also_for_nan(attention: Callable) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    ran = attention(ending("masked_softmax", "return args[0] * float('nan')"), "--json")
    json.loads(ran.out, parse_constant=refuse)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "cp1252"])
def test_json_is_utf8_also_where_a_pipe_has_another_encoding(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    pipe = io.BytesIO()
    document = {"zh": "注意力", "en": "1/√d_k"}
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, encoding=encoding, errors="replace"))
    print(json_text(document), flush=True)
    assert json.loads(pipe.getvalue().decode("utf-8")) == document
    assert ("注意力".encode() in pipe.getvalue()) is (encoding == "utf-8")


@pytest.mark.parametrize("swallowed", [True, False])
def test_ctrl_c_ends_an_import_that_swallows_it_or_fails_of_it(swallowed: bool) -> None:
    def imported() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            if not swallowed:
                raise ImportError("cannot load module more than once per process") from error

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruptible():
        imported()
    assert signal.getsignal(signal.SIGINT) is before


def test_junit_holds_every_test_with_its_outcome(attention: Callable, tmp_path: Path) -> None:
    wrong = replaced("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]")
    attention(wrong, "--junit", "out.xml")
    suite = ET.parse(tmp_path / "out.xml").getroot()[0]
    assert int(suite.get("tests")) == len(catalog.find("attention").tests)
    assert int(suite.get("failures")) == 1
    assert int(suite.get("skipped")) > 1
    assert "expected at" in suite.find(".//failure").text


def test_a_notebook_is_graded_by_its_code_cells(attention: Callable) -> None:
    half = SOLUTION.index("def masked_softmax")
    cells = [
        {"cell_type": "markdown", "source": "def attention_scores(): broken"},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install einops\n"]},
        {"cell_type": "code", "source": SOLUTION[:half]},
        {"cell_type": "code", "source": "%%bash\nls -l\n"},
        {"cell_type": "code", "source": SOLUTION[half:].splitlines(keepends=True)},
        {"cell_type": "code", "source": "attention_scores?\n7 % 3"},
    ]
    ran = attention(json.dumps({"cells": cells}), name="attention.ipynb")
    assert ran.code == 0
    assert "Ignored notebook lines that are not Python" in ran.out
    assert "cell 1:1, cell 1:2, cell 3:1, cell 3:2, cell 5:1" in " ".join(ran.out.split())


def test_an_error_in_a_notebook_names_the_cell_and_the_line(attention: Callable) -> None:
    cells = [
        {"cell_type": "code", "source": "import torch"},
        {
            "cell_type": "code",
            "source": "\ndef attention_scores(q, k, scale=None):\n  return 1 / 0",
        },
    ]
    ran = attention(json.dumps({"cells": cells}), name="attention.ipynb")
    assert "attention.ipynb:cell 2:3\n        return 1 / 0" in ran.out


def test_a_broken_grader_is_our_fault_and_not_a_zero(
    llmquiz: Callable, monkeypatch, tmp_path: Path
) -> None:
    llmquiz("init")
    broken = tmp_path / "test_rope.py"
    original = catalog.find("rope").grader.read_text(encoding="utf-8")
    broken.write_text(original.replace('    """The ', '    1 / 0\n    """The ', 1))
    monkeypatch.setattr(catalog.Exercise, "grader", property(lambda self: broken))
    ran = llmquiz("check", "rope")
    assert ran.code == 3
    assert "this is a fault of llmquiz, not of your code" in ran.err
    assert "test_rope.py:" in ran.err
    assert "ZeroDivisionError" in ran.err
    assert not (tmp_path / ".llmquiz" / "log.jsonl").exists()


def test_a_missing_torch_is_our_fault(llmquiz: Callable, monkeypatch) -> None:
    llmquiz("init")
    import sys

    for name in [name for name in sys.modules if name.startswith("llmquiz.grading")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    ran = llmquiz("check", "rope")
    assert ran.code == 3
    assert "PyTorch is not installed" in ran.err


def test_an_unexpected_error_of_ours_is_one_line_and_exit_code_3(
    llmquiz: Callable, monkeypatch
) -> None:
    monkeypatch.setattr(catalog, "find", lambda name: 1 / 0)
    ran = llmquiz("check", "rope")
    assert ran.code == 3
    assert "ZeroDivisionError" in ran.err
    assert ran.err.count("\n") == 1


def test_the_report_speaks_chinese_when_asked(attention: Callable, llmquiz: Callable) -> None:
    attention(replaced("1 / math.sqrt(query.shape[-1])", "1 / query.shape[-1]"))
    ran = llmquiz("--lang", "zh", "check", "--file", "attention.py")
    assert "未过  默认缩放因子下数值正确" in ran.out
    assert "FAIL" not in ran.out
    assert ran.out.rstrip().splitlines()[-1].startswith("下一步：修改 attention.py")


def test_the_language_may_stand_after_the_command(llmquiz: Callable) -> None:
    assert "练习" in llmquiz("list", "--lang", "zh", "--help").out
    assert "没有名为 rop 的练习" in llmquiz("show", "rop", "--lang", "zh").err


def test_terminal_escapes_of_a_submission_are_not_passed_on(attention: Callable) -> None:
    for body in ("print('\\x1b[2J\\u202e'); return 1", "raise ValueError('\\x1b]0;owned\\x07')"):
        ran = attention(ending("attention_scores", body))
        assert "\x1b" not in ran.out
        assert "\u202e" not in ran.out
        assert "\x07" not in ran.out


def test_a_sandbox_that_does_not_start_is_our_fault(llmquiz: Callable, monkeypatch) -> None:
    import sys

    from llmquiz.cli import check as check_command
    from llmquiz.sandbox import launch

    llmquiz("init")
    broken = [sys.executable, "-c", "raise SystemExit('no torch here')"]
    monkeypatch.setattr(launch, "_command", lambda *arguments: broken)
    monkeypatch.setattr(check_command, "start", launch.start)
    ran = llmquiz("check", "rope")
    assert ran.code == 3
    assert "the sandbox does not start: no torch here" in ran.err


def test_ctrl_c_ends_with_130_and_no_traceback(llmquiz: Callable, monkeypatch) -> None:
    from llmquiz.grading import expect

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    llmquiz("init")
    monkeypatch.setattr(expect, "shape", interrupted)
    ran = llmquiz("check", "attention", "--file", catalog.find("attention").solution)
    assert ran.code == 130
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_output_survives_every_terminal_encoding(encoding: str, lang: str, tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    environment = os.environ | {"PYTHONIOENCODING": encoding, "LLMQUIZ_LANG": lang}
    command = [sys.executable, "-m", "llmquiz", "show", "rope"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    if encoding != "ascii":
        assert "?" not in done.stdout.decode(encoding)


def test_a_pipe_whose_reader_goes_away_gives_no_traceback() -> None:
    import subprocess
    import sys

    command = f"'{sys.executable}' -m llmquiz show tokenizer | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("tokenizer")
    assert done.stderr == ""
