"""The pytest plugin: `pytest graders/ --submission FILE-or-DIR`, and the engine of `llmquiz check`.

It is registered for every pytest run in the environment, so it imports nothing heavy and does
nothing unless a submission is given or one of our graders is collected.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from llmquiz.errors import OurFault
from llmquiz.grading.marks import Graded, grading_of

if TYPE_CHECKING:
    from llmquiz.grading.draw import Draw
    from llmquiz.grading.session import Session, Subject
    from llmquiz.grading.subject import Submission, Trace
    from llmquiz.sandbox.launch import Launcher

SESSION: pytest.StashKey[Session] = pytest.StashKey()
LAUNCHER: pytest.StashKey[Launcher] = pytest.StashKey()
BENCH: pytest.StashKey[bool] = pytest.StashKey()  # submissions come later, one after another
TRACE: pytest.StashKey[Trace] = pytest.StashKey()
OUR_FAULT = 3  # pytest's own code for an internal error, and ours


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("llmquiz")
    group.addoption("--submission", metavar="FILE-or-DIR", help="what to grade")
    group.addoption(
        "--submission-seed", type=int, metavar="N", help="draw the same cases as the run with N"
    )
    group.addoption(
        "--trust-submissions",
        action="store_true",
        help="grade them even where the sandbox cannot hold a stranger's code; the results say so",
    )


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--submission")
    if path is None or SESSION in config.stash:
        return
    from llmquiz import catalog
    from llmquiz.grading.session import in_sandbox
    from llmquiz.sandbox.launch import start
    from llmquiz.sandbox.limits import Limits

    given = config.getoption("--submission-seed")
    seed = random.SystemRandom().randrange(2**31) if given is None else given
    limits = Limits()
    launcher = start(limits, hidden=[*catalog.hidden_paths(), Path(path)])
    trusted = bool(config.getoption("--trust-submissions"))
    config.stash[LAUNCHER] = launcher
    config.stash[SESSION] = in_sandbox(launcher, limits, seed, trusted)


def pytest_unconfigure(config: pytest.Config) -> None:
    if LAUNCHER in config.stash:
        config.stash[SESSION].close()
        config.stash[LAUNCHER].close()


def pytest_report_header(config: pytest.Config) -> list[str]:
    if SESSION not in config.stash:
        return []
    return [f"llmquiz: seed {config.stash[SESSION].seed}"]


def pytest_exception_interact(
    node: pytest.Item | pytest.Collector, report: pytest.CollectReport | pytest.TestReport
) -> None:
    """Keep the error of a grader that cannot even be imported."""
    session = node.config.stash.get(SESSION, None)
    if session is not None and isinstance(report, pytest.CollectReport):
        session.broken = not_collected(node, report)


def not_collected(node: pytest.Item | pytest.Collector, report: pytest.CollectReport) -> OurFault:
    """A grader that cannot even be imported; its last line tells why."""
    reason = str(report.longrepr).strip().splitlines()[-1]
    return OurFault("broken_grader", place=f"{node.path}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if _marks(item)]
    if not ours or config.option.collectonly or BENCH in config.stash:
        return
    if SESSION not in config.stash:
        raise pytest.UsageError("these graders need --submission FILE-or-DIR")
    session = config.stash[SESSION]
    if LAUNCHER in config.stash:
        _require_level(session)
    if not session.subjects:
        _find_submissions(session, Path(config.getoption("--submission")), ours)
    deselected = [item for item in ours if _exercise(item) not in session.subjects]
    config.hook.pytest_deselected(items=deselected)
    items[:] = [item for item in items if item not in deselected]


def _require_level(session: Session) -> None:
    """Refuse to run other people's code where nothing would hold it. Raises UsageError."""
    from llmquiz.sandbox.launch import SandboxBroken
    from llmquiz.sandbox.layers import PROCESS
    from llmquiz.words import explain

    try:
        level = session.standing().level
    except SandboxBroken as error:
        raise pytest.UsageError(explain(OurFault("broken_sandbox", reason=error), "en")) from error
    if level == PROCESS and not session.trusted:
        raise pytest.UsageError(
            "this sandbox is only a separate process (see `llmquiz doctor`), and would not hold a "
            "stranger's code. If you trust these submissions, add --trust-submissions"
        )


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submission:
    """The learner's module."""
    from llmquiz.grading.subject import Submission

    subject = _subject(request.node)
    return Submission(subject.client, subject.trusted, request.node.stash[TRACE])


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Draw:
    """Draws this test's inputs from the run's seed."""
    from llmquiz.grading.draw import Draw

    return Draw(
        request.config.stash[SESSION].seed, f"{_exercise(request.node)}.{request.node.name}"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    marks = _marks(item)
    if marks is None:
        return
    from llmquiz.grading.subject import Trace
    from llmquiz.grading.wrong import Wrong

    item.stash[TRACE] = Trace()
    subject = _subject(item)
    loaded = subject.load()
    if loaded.kind != "ok":
        if not subject.results:  # told once; the other tests are skipped
            raise Wrong(loaded.kind, **loaded.facts)
        pytest.skip("the submission does not load")
    missing = _unmet(subject, marks, hard=True)
    if missing:
        if not _is_diagnosed(subject, missing):
            pytest.skip(f"needs {missing}")
        item.stash[TRACE].probing = True  # run, not judged: it may show a second cause


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    marks = _marks(item)
    if marks is None or (call.when == "setup" and report.passed) or call.when == "teardown":
        return report
    _record(item, marks, call, report)
    return report


def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    if getattr(report, "llmquiz_todo", False):
        return "todo", "T", "TODO"
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    ours = session.config.stash.get(SESSION, None)
    if ours is not None and ours.broken:
        session.exitstatus = OUR_FAULT


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if SESSION not in config.stash:
        return
    reports = config.stash[SESSION].reports()
    if reports:
        trusted = ", trusted" if reports[0].trusted else ""
        terminalreporter.write_line(f"sandbox: {reports[0].level}{trusted}")
    for report in reports:
        terminalreporter.write_line(
            f"{report.exercise}: {report.status} {report.points}/{report.max_points} points"
        )


def _record(
    item: pytest.Item, marks: Graded, call: pytest.CallInfo[None], report: pytest.TestReport
) -> None:
    """Turn pytest's outcome into ours, and ours into what pytest shows."""
    from llmquiz.grading.session import diagnosed, failure_of, looked_into
    from llmquiz.grading.wrong import Wrong
    from llmquiz.render.text import failure_lines
    from llmquiz.report import Status, TestResult

    subject, trace = _subject(item), item.stash[TRACE]
    function: Any = getattr(item, "function", None)
    result = TestResult(
        name=item.name,
        part=marks.part,
        sentence={"en": (function.__doc__ or item.name).strip().splitlines()[0], "zh": marks.zh},
        status=Status.PASS,
        points=marks.points,
        max_points=marks.points,
        printed=trace.printed,
    )
    error = call.excinfo.value if call.excinfo is not None else None
    if trace.probing:
        needs = _unmet(subject, marks, hard=True)
        subject.results[needs] = looked_into(subject, subject.results[needs], trace)
        result = replace(result, status=Status.SKIP, points=0, needs=needs)
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: needs {needs}")
    elif isinstance(error, pytest.skip.Exception):
        needs = _unmet(subject, marks, hard=True)
        result = replace(result, status=Status.SKIP, points=0, needs=needs)
    elif isinstance(error, AssertionError):
        wrong = error if isinstance(error, Wrong) else Wrong("assertion", message=str(error))
        if wrong.observation is not None:  # not always that of the last call
            trace.last_call, trace.names = wrong.observation.call, wrong.observation.names
        failure = failure_of(subject.source, wrong.kind, wrong.facts, trace)
        report.longrepr = "\n".join(failure_lines(failure, "en"))
        todo = "NotImplementedError" in wrong.facts.get("bases", ())
        report.llmquiz_todo = todo  # type: ignore[attr-defined]
        needs = _unmet(subject, marks, hard=False)
        if subject.load().kind != "ok":  # told once, as the failure of the whole report
            result = replace(result, status=Status.SKIP, points=0)
        elif needs and not todo:
            result = replace(result, status=Status.SKIP, points=0, needs=needs)
            report.outcome = "skipped"
            report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: needs {needs}")
        else:
            if not todo:
                failure = diagnosed(subject, failure, trace, item.name, marks.part)
                report.longrepr = "\n".join(failure_lines(failure, "en"))
                subject.traces[item.name] = trace
            status = Status.TODO if todo else Status.FAIL
            result = replace(result, status=status, points=0, failure=failure)
    elif call.excinfo is not None:
        item.config.stash[SESSION].broken = our_fault(call.excinfo)
        return
    elif needs := _first_unmet(subject, marks.after):
        result = replace(result, status=Status.SKIP, points=0, needs=needs)
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: needs {needs}")
    else:
        subject.passed.setdefault(marks.part, []).extend(trace.calls)
    subject.results[item.name] = result


def _is_diagnosed(subject: Subject, name: str) -> bool:
    failure = subject.results[name].failure
    return failure is not None and failure.diagnosis is not None


def our_fault(error: pytest.ExceptionInfo[BaseException]) -> OurFault:
    """An exception that is not the submission's, with the place where it was raised."""
    from llmquiz.sandbox.launch import SandboxBroken

    if isinstance(error.value, SandboxBroken):
        return OurFault("broken_sandbox", reason=error.value)
    entry = error.traceback[-1]
    where = f"{entry.path}:{entry.lineno + 1}"
    return OurFault("broken_grader", place=f"{where}: {error.typename}: {error.value}")


def _unmet(subject: Subject, marks: Graded, hard: bool) -> str:
    """A test that this one needs and that did not pass: in its own part, if `hard`.

    A test of another part that died counts as hard too: to run into the same endless loop again
    would only cost time.
    """
    from llmquiz.grading.session import DEATHS

    def is_hard(name: str) -> bool:
        needed = subject.results[name]
        died = needed.failure is not None and needed.failure.kind in DEATHS
        return needed.part == marks.part or died

    known = [name for name in marks.needs if name in subject.results]
    return _first_unmet(subject, [name for name in known if not hard or is_hard(name)])


def _first_unmet(subject: Subject, names: Iterable[str]) -> str:
    """The first of the tests that did not pass; of a chain of skipped ones, the one that failed.

    Tests that were not selected are taken to pass.
    """
    from llmquiz.report import Status

    for name in names:
        needed = subject.results.get(name)
        if needed is not None and needed.status is not Status.PASS:
            return needed.needs or name
    return ""


def _find_submissions(session: Session, path: Path, items: list[pytest.Item]) -> None:
    """Pair each collected grader with a file of `path`."""
    from llmquiz import catalog, submission
    from llmquiz.errors import Problem
    from llmquiz.words import explain

    try:
        # The exercise that stands beside the grader, whichever content folder that is.
        exercises = {
            _exercise(item): catalog.beside(item.path.parents[1], _exercise(item)) for item in items
        }
        names = sorted(exercises)
        if path.is_dir():
            for name in names:
                files = [path / f"{name}.py", path / f"{name}.ipynb"]
                there = [file for file in files if file.exists()]
                if there:
                    session.add(exercises[name], submission.read(there[0], within=path))
                else:
                    session.add_missing(exercises[name], files[0])
            return
        chosen = path.stem if path.stem in names else names[0]
        if chosen != path.stem and len(names) > 1:
            raise pytest.UsageError(
                f"which exercise is {path}? Name its grader: pytest graders/test_{names[0]}.py"
            )
        session.add(exercises[chosen], submission.read(path, within=path))
    except Problem as problem:
        raise pytest.UsageError(explain(problem, "en")) from problem


def _marks(item: pytest.Item) -> Graded | None:
    return grading_of(getattr(item, "function", None))


def _exercise(item: pytest.Item) -> str:
    return item.path.stem.removeprefix("test_")


def _subject(item: pytest.Item) -> Subject:
    return item.config.stash[SESSION].subjects[_exercise(item)]
