"""What the tests share: a warm sandbox, a workspace of one's own, and a command line to call."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.cli import check as check_command
from llmquiz.cli import run
from llmquiz.report import Report
from llmquiz.sandbox.launch import Launcher, start
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import read

pytest_plugins = ["pytester"]
torch.set_num_threads(1)  # the tensors are small: on a busy machine more threads only wait
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell ignores it for what runs behind it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the language, the colours or the folder of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(
            ("LLMQUIZ_", "LC_", "LANG", "NO_COLOR", "FORCE_COLOR", "PYTEST_ADDOPTS", "TERM")
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LLMQUIZ_LANG", "en")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """One warm zygote for all tests that do not test how it starts."""
    warm = start(Limits())
    yield warm
    warm.close()


class Borrowed:
    """A launcher that its user may close without harm to the next."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self.launch = launcher.launch
        self.standing = launcher.standing

    def close(self) -> None:
        """Leave it open."""


@pytest.fixture
def borrowed(launcher: Launcher) -> Launcher:
    """The warm zygote, not to be closed."""
    return Borrowed(launcher)


@dataclass
class Ran:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def llmquiz(
    borrowed: Launcher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run a command in this process, with the warm zygote."""
    monkeypatch.setattr(check_command, "start", lambda limits, hidden: borrowed)

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def grade(borrowed: Launcher, tmp_path: Path) -> Callable[..., Report]:
    """Grade a source text as a submission of an exercise."""
    from llmquiz.grading.run import grade as grade_submissions

    def call(name: str, source: str, seed: int = 1, limits: Limits | None = None) -> Report:
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        submissions = [(catalog.find(name), read(path))]
        return grade_submissions(
            submissions, launcher=borrowed, limits=limits or Limits(), seed=seed
        )[0]

    return call


@pytest.fixture(params=[exercise.name for exercise in catalog.exercises()])
def exercise(request: pytest.FixtureRequest) -> Exercise:
    """Each exercise in turn."""
    return catalog.find(request.param)
