"""Is an exercise whole? Each check yields what is wrong, with the place and what to do."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from llmquiz.catalog import Exercise
from llmquiz.dev.corpus import faults, right_programs, solution, variants, wrong_programs
from llmquiz.dev.hints import LANGUAGES, given_away, steps
from llmquiz.dev.local import called_dtypes, fails, grade_here
from llmquiz.dev.stages import stages
from llmquiz.dev.trivial import ANSWERS, trivial
from llmquiz.errors import OurFault
from llmquiz.grading.faults import apply
from llmquiz.grading.trusted import load_reference
from llmquiz.report import Report, Status
from llmquiz.statement import docstrings

SEEDS = (1, 2, 3)
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
PLACEHOLDER = "TODO"  # stands in a scaffold wherever the author has to write
NAMED = 0.95  # of the faults in other programs must be named


@dataclass(frozen=True)
class Check:
    """One thing that must hold; `run` yields what does not."""

    sentence: str
    run: Callable[[Exercise], Iterator[str]]


def _files(exercise: Exercise) -> Iterator[str]:
    catalogue = exercise.root / "graders" / f"{exercise.name}.toml"
    for path in (exercise.stub, exercise.solution, exercise.grader, catalogue):
        if not path.is_file():
            yield f"{path} is missing: write it"
        elif PLACEHOLDER in path.read_text(encoding="utf-8"):
            yield from _placeholders(path)
    others = [exercise.stub.with_suffix(".toml")]
    for folder in ("tests/right", "tests/wrong"):
        others += sorted((exercise.root / folder / exercise.name).glob("*.*"))
    for path in others:
        yield from _placeholders(path)


def _placeholders(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if PLACEHOLDER in line:
            yield f"{path}:{number} still says {PLACEHOLDER}: write what belongs there"


def strays(root: Path) -> Iterator[str]:
    """Files of a content folder that belong to no exercise: every stem has its words."""
    known = {path.stem for path in (root / "exercises").glob("*.toml")}
    places = ("exercises/*.py", "solutions/*.py", "graders/test_*.py", "graders/*.toml")
    files = [path for place in places for path in sorted(root.glob(place))]
    for folder in ("tests/right", "tests/wrong"):
        files += sorted(path for path in root.glob(f"{folder}/*") if path.is_dir())
    for path in files:
        stem = path.stem.removeprefix("test_") if path.parent.name == "graders" else path.stem
        if stem not in known:
            yield f"{path} belongs to no exercise: there is no exercises/{stem}.toml"


def _signatures(exercise: Exercise) -> Iterator[str]:
    stub, answer = _functions(exercise.stub), _functions(exercise.solution)
    for name, (line, signature) in stub.items():
        if name not in answer:
            yield f"{exercise.stub}:{line} {name} is not in the solution"
        elif answer[name][1] != signature:
            place = f"{exercise.solution}:{answer[name][0]}"
            yield f"{place} {name}{answer[name][1]} differs from the stub's {signature}"


def _functions(path: Path) -> dict[str, tuple[int, str]]:
    """The public functions and methods of a file: line and signature."""
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        parts = [node, *(node.body if isinstance(node, ast.ClassDef) else ())]
        for part in parts:
            if isinstance(part, ast.FunctionDef):
                name = part.name if part is node else f"{getattr(node, 'name', '')}.{part.name}"
                if not part.name.startswith("_") or part.name == "__init__":
                    returns = f" -> {ast.unparse(part.returns)}" if part.returns else ""
                    found[name] = (part.lineno, f"({ast.unparse(part.args)}){returns}")
    return found


def _languages(exercise: Exercise) -> Iterator[str]:
    words = exercise.stub.with_suffix(".toml")
    english = docstrings(exercise, "en")
    for owner in english.keys() - exercise.chinese.keys():
        yield f"{words} has no [zh] for {owner}: write the twin of its docstring"
    for owner in exercise.chinese.keys() - english.keys():
        yield f"{words} has a [zh] for {owner}, which has no docstring in the stub"
    for owner in english.keys() & exercise.chinese.keys():
        for what, pattern in (("code", r"`[^`]+`"), ("examples", r">>> .*")):
            found = [
                re.findall(pattern, text) for text in (english[owner], exercise.chinese[owner])
            ]
            if sorted(found[0]) != sorted(found[1]):
                yield f"{words}: the {what} of {owner} differ between the languages"
    for test in exercise.tests:
        if not re.search(r"[\u4e00-\u9fff]", test.sentence["zh"]):
            yield f"{exercise.grader}: {test.name} has no Chinese sentence (zh=...)"


def _terminal(exercise: Exercise) -> Iterator[str]:
    for lang in LANGUAGES:
        texts = [exercise.title[lang], *docstrings(exercise, lang).values()]
        texts += [part[lang] for part in exercise.parts.values()]
        texts += [test.sentence[lang] for test in exercise.tests]
        texts += [text[lang] for fault in faults(exercise) for text in (fault.means, fault.hint)]
        texts += [text.get(lang, "") for hints in exercise.hints.values() for text in hints]
        texts += [text.get(lang, "") for one in exercise.steps for text in (one.title, one.axes)]
        for text in texts:
            try:
                text.encode("gbk")
            except UnicodeEncodeError as error:
                yield f"{text[error.start]!r} cannot be shown on a GBK terminal: {text[:60]!r}"

            if found := re.search(r"\$[^$\n]+\$|\\[a-zA-Z]{2,}|\\[\[\](){}]|[_^]\{", text):
                what = f"{found.group()!r} in {text[:60]!r}"
                yield f"LaTeX is not readable in a terminal, write it plainly: {what}"


def _examples(exercise: Exercise) -> Iterator[str]:
    names = vars(load_reference(exercise.solution)) | {"torch": torch}
    ran = 0
    for lang in LANGUAGES:
        for owner, text in docstrings(exercise, lang).items():
            example = doctest.DocTestParser().get_doctest(text, dict(names), owner, owner, 0)
            said: list[str] = []
            result = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
            ran += result.attempted
            if result.failed:
                got = " ".join("".join(said).split())
                yield f"{exercise.stub}: the example of {owner} ({lang}) is not true: {got[-200:]}"
    if not ran:
        yield f"{exercise.stub} has no worked example: write one as a doctest (>>> ...)"


def _stub(exercise: Exercise) -> Iterator[str]:
    report = grade_here(exercise, exercise.stub.read_text(encoding="utf-8"))
    if report.status is not Status.TODO or report.points:
        found = f"{report.status} with {report.points} points"
        yield f"{exercise.stub} is {found}: every part must raise NotImplementedError"


def _solution(exercise: Exercise) -> Iterator[str]:
    for seed in SEEDS:
        yield from _not_full(exercise, exercise.solution, seed)


def _dtypes(exercise: Exercise) -> Iterator[str]:
    for target, dtypes in called_dtypes(exercise).items():
        if dtypes:  # of the others no argument is a floating tensor
            for dtype in (d for d in DTYPES if d not in dtypes):
                short = str(dtype).removeprefix("torch.")
                yield f"{exercise.grader} never calls {target} with {short}: test it"


def _right(exercise: Exercise) -> Iterator[str]:
    if not right_programs(exercise):
        folder = exercise.root / "tests" / "right" / exercise.name
        yield f"{folder} has no program: write one in a style that is not the solution's"
    for path in right_programs(exercise):
        for seed in SEEDS:
            yield from _not_full(exercise, path, seed)


def _not_full(exercise: Exercise, path: Path, seed: int) -> Iterator[str]:
    report = grade_here(exercise, path.read_text(encoding="utf-8"), seed)
    for name in _failing(report):
        yield f"{path} is right, and {name} refuses it with seed {seed}"


def _trivial(exercise: Exercise) -> Iterator[str]:
    for name, answer in ANSWERS.items():
        report = grade_here(exercise, trivial(exercise, answer))
        for test in report.tests:
            if test.points:
                yield f"{exercise.grader}: {test.name} gives {test.points} points for {name}"


def _faults(exercise: Exercise) -> Iterator[str]:
    path = exercise.root / "graders" / f"{exercise.name}.toml"
    known = {test.name for test in exercise.tests}
    if not faults(exercise):
        yield f"{path} has no fault: write down what people get wrong"
    for fault in faults(exercise):
        if fault.test not in known:
            yield f"{path}: {fault.name} names the test {fault.test}, which does not exist"
            continue
        try:
            source = apply(solution(exercise), [fault])
        except ValueError as error:
            yield f"{path}: {error}"
            continue
        for seed in SEEDS:
            if not fails(exercise, source, [fault.test], seed):
                yield f"{path}: {fault.test} lets {fault.name} pass with seed {seed}"
        if {fault.name} not in named(grade_here(exercise, source)):
            yield f"{path}: {fault.name} is not named; another fault may give the same numbers"


def _variants(exercise: Exercise) -> Iterator[str]:
    tried = variants(exercise)
    if not tried:
        path = exercise.root / "tests" / "right" / exercise.name / "faults.toml"
        yield f"{path} has no fault: write the mistakes into the right programs too"
    silent = []
    for variant in tried:
        report = grade_here(exercise, variant.source)
        if report.status is Status.PASS:
            yield f"{variant.solution}.py with {variant.fault} passes"
        if named(report)[:1] != [{variant.fault}]:
            silent.append(f"{variant.solution}.{variant.fault}")
    if len(silent) > (1 - NAMED) * len(tried):
        yield f"the right name comes first for too few faults in other programs: not {silent}"


def _unrelated(exercise: Exercise) -> Iterator[str]:
    if not wrong_programs(exercise):
        folder = exercise.root / "tests" / "wrong" / exercise.name
        yield f"{folder} has no program: write a wrong one that is none of the faults"
    for path in wrong_programs(exercise):
        report = grade_here(exercise, path.read_text(encoding="utf-8"))
        if report.status is Status.PASS:
            yield f"{path} is wrong and passes"
        if named(report):
            yield f"{path} is told a wrong cause: {named(report)}"


def _failing(report: Report) -> list[str]:
    return [test.name for test in report.tests if test.status is Status.FAIL]


def named(report: Report) -> list[set[str]]:
    """The faults that a report names, one set for each diagnosed failure."""
    return [
        {cause.fault for cause in test.failure.diagnosis.causes}
        for test in report.tests
        if test.failure is not None and test.failure.diagnosis is not None
    ]


CHECKS = (
    Check("the files are there and written", _files),
    Check("stub and solution have the same signatures", _signatures),
    Check("both languages say the same", _languages),
    Check("every word can be shown on a terminal", _terminal),
    Check("the worked examples are true", _examples),
    Check("every part has its hints", steps),
    Check("explain can name its steps", stages),
    Check("the stub is to do, with no point", _stub),
    Check("the solution gets full points", _solution),
    Check("every dtype is asked for", _dtypes),
    Check("other right programs get full points", _right),
    Check("trivial answers get no point", _trivial),
    Check("every fault is caught by its test, and named", _faults),
    Check("no hint gives a line away", given_away),
    Check("faults in other programs are named", _variants),
    Check("unrelated wrong programs get no wrong cause", _unrelated),
)


def check(exercise: Exercise) -> Iterator[tuple[Check, list[str]]]:
    """Each check with what is wrong."""
    for one in CHECKS:
        yield one, findings(one, exercise)


def findings(one: Check, exercise: Exercise) -> list[str]:
    """What is wrong; of a check that cannot run, why."""
    try:
        return list(one.run(exercise))
    except OurFault as fault:
        return [" ".join(str(value) for value in fault.facts.values())]
    except (OSError, SyntaxError, ValueError, ImportError) as error:
        return [f"cannot be checked: {error!r}"]
