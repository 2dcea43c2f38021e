"""The public part of an exercise: the statement's examples and the shapes that its TOML file names.

It runs in the student's own process, needs no solution and no grader, and knows no hidden number.
"""

from __future__ import annotations

import ast
import doctest
import linecache
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from llmquiz import __version__
from llmquiz.catalog import Exercise
from llmquiz.cells import NAME
from llmquiz.report import Failure, Report, Status, TestResult
from llmquiz.statement import docstrings
from llmquiz.submission import Submission

PUBLIC = "public"  # the level of such a report, where others name the sandbox's
TOLERANCE = 2e-4  # examples are printed with four digits
Namespace = dict[str, Any]
SHAPES = {"en": "A result of the shape {shape}", "zh": "结果的形状是 {shape}"}
EXAMPLES = {"en": "The example of {name} in the statement", "zh": "题目中 {name} 的示例"}


@dataclass
class Wrong(Exception):
    """What an example or a shape shows to be wrong."""

    kind: str
    facts: dict[str, Any]


def check_namespace(exercise: Exercise, namespace: Namespace, path: str = "notebook") -> Report:
    """Run the public checks on what a namespace defines."""
    parts: dict[str, dict[str, str]] = {}
    tests: list[TestResult] = []
    for owner, docstring in docstrings(exercise, "en").items():
        name = owner.partition(".")[0]
        examples = doctest.DocTestParser().get_examples(docstring)
        lines = [line for example in examples for line in example.source.splitlines()]
        if owner != "module" and examples:
            parts.setdefault(name, {"en": name, "zh": name})
            failure = _failure(partial(_run_examples, examples, namespace), lines)
            sentence = {lang: text.format(name=owner) for lang, text in EXAMPLES.items()}
            tests.append(_result(f"example_{owner}", name, sentence, failure))
    for number, one in enumerate(exercise.public):
        name = one.call.partition("(")[0]
        parts.setdefault(name, {"en": name, "zh": name})
        failure = _failure(partial(_run_shape, one.call, one.shape, namespace), (one.call,))
        sentence = {lang: text.format(shape=one.shape) for lang, text in SHAPES.items()}
        tests.append(_result(f"shape_{number}_{name}", name, sentence, failure))
    return _report(exercise, path, parts, tests)


def check_submission(exercise: Exercise, source: Submission) -> Report:
    """Load a file into this process and run the public checks: it is the learner's own code."""
    namespace: Namespace = {"__name__": exercise.name}
    linecache.cache[source.shown] = (
        len(source.source), None, source.source.splitlines(keepends=True), source.shown,
    )  # fmt: skip

    def load() -> None:
        exec(compile(source.source, source.shown, "exec", dont_inherit=True), namespace)

    failure = _failure(load)
    if failure is not None:
        title = {"en": "The file loads", "zh": "文件可以加载"}
        test = _result("loads", "file", title, failure)
        return _report(exercise, source.shown, {"file": title}, [test], failure)
    return check_namespace(exercise, namespace, source.shown)


def _report(
    exercise: Exercise,
    path: str,
    parts: dict[str, dict[str, str]],
    tests: list[TestResult],
    failure: Failure | None = None,
) -> Report:
    return Report(
        exercise=exercise.name,
        title=exercise.title,
        parts=parts,
        path=path,
        seed=0,
        level=PUBLIC,
        versions={"llmquiz": __version__},
        tests=tuple(tests),
        failure=failure,
    )


def _result(name: str, part: str, sentence: dict[str, str], failure: Failure | None) -> TestResult:
    status = Status.PASS if failure is None else Status.FAIL
    if failure is not None and "NotImplementedError" in failure.facts.get("bases", ()):
        status = Status.TODO
    return TestResult(name, part, sentence, status, int(failure is None), 1, failure)


def _failure(run: Callable[[], None], shown: Sequence[str] = ()) -> Failure | None:
    """What goes wrong in a run; `shown` is what was run."""
    try:
        run()
    except Wrong as wrong:
        return Failure(wrong.kind, wrong.facts, tuple(shown))
    except (Exception, SystemExit) as error:
        return replace(_raised(error), inputs=tuple(shown))
    return None


def _raised(error: BaseException) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "llmquiz" not in f.filename and "<example" not in f.filename]
    if isinstance(error, NameError) and not own:
        return Failure("missing", {"name": error.name})
    last = own[-1] if own else None
    facts = {
        "class": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__],
        "message": str(error),
        "function": last.name if last is not None else "?",
    }
    place = f"{_shown(last.filename)}:{last.lineno}" if last is not None else ""
    return Failure("raised", facts, place=place, line=(last.line or "") if last else "")


def _shown(filename: str) -> str:
    """A file, or the cell of the running notebook that is compiled under this name."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    # Not part of IPython's interface: where it is not there, the name has to do.
    cells = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return f"{NAME}:cell {cells[filename]}" if filename in cells else filename


def _run_examples(examples: list[doctest.Example], namespace: Namespace) -> None:
    scope = dict(namespace)
    for example in examples:
        tree = ast.parse(example.source)
        code = "<example>"
        if not example.want:
            exec(compile(tree, code, "exec"), scope)
            continue
        value = eval(compile(ast.Expression(tree.body[0].value), code, "eval"), scope)  # type: ignore[attr-defined]
        _compare(value, example.want.strip())


def _compare(value: Any, want: str) -> None:
    """An example's value against what the statement prints."""
    if want.startswith("tensor("):
        import torch

        expected = eval(want, {"tensor": torch.tensor, "nan": float("nan")})
        _compare_tensors(value, expected)
        return
    try:
        expected = ast.literal_eval(want)
    except (ValueError, SyntaxError):
        expected = None
    if value != expected and repr(value) != want:
        raise Wrong("different_whole", {"got": repr(value)[:200], "expected": want, "place": ""})


def _compare_tensors(value: Any, expected: Any) -> None:
    import torch

    if not isinstance(value, torch.Tensor):
        raise Wrong("type", {"got": type(value).__name__, "expected": "Tensor"})
    if value.shape != expected.shape:
        raise Wrong("shape", {"got": tuple(value.shape), "expected": tuple(expected.shape)})
    error = (value.detach().double() - expected.double()).abs()
    allowed = TOLERANCE * (1 + expected.double().abs())
    wrong = ~(error <= allowed)  # NaN is wrong
    if wrong.any():
        index = tuple(int(i) for i in wrong.nonzero()[0])
        raise Wrong(
            "values",
            {
                "index": index,
                "expected": float(expected[index]),
                "got": float(value.detach()[index]),
                "largest_error": float(error.nan_to_num(float("inf")).max()),
                "allowed": TOLERANCE,
                "wrong_count": int(wrong.sum()),
                "count": value.numel(),
            },
        )


def _run_shape(call: str, shape: tuple[int, ...], namespace: Namespace) -> None:
    import torch

    made: list[Any] = []

    def normal(*sizes: int) -> Any:
        made.append(torch.randn(*sizes))
        return made[-1]

    scope = {**namespace, "normal": normal, "arange": torch.arange}
    value = eval(compile(call, "<example>", "eval"), scope)
    if not isinstance(value, torch.Tensor):
        raise Wrong("type", {"got": type(value).__name__, "expected": "Tensor"})
    if tuple(value.shape) != shape:
        raise Wrong("shape", {"got": tuple(value.shape), "expected": shape})
    finite = torch.isfinite(value.detach())
    if not finite.all():
        index = tuple(int(i) for i in (~finite).nonzero()[0])
        raise Wrong("not_finite", {"got": float(value.detach()[index]), "index": index})
