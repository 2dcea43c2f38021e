"""Somebody kills the worker or the zygote in the middle of a check: the report is right anyway.

    LLMQUIZ_KILLS=1000 python -m pytest tests/test_killed.py -s

does it a thousand times and prints what was hit.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from conftest import Borrowed
from processes import descendants

from llmquiz import catalog
from llmquiz.grading.run import grade
from llmquiz.report import Report, Status
from llmquiz.sandbox import launch, layers
from llmquiz.sandbox.launch import ForkLauncher
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import read

KILLS = int(os.environ.get("LLMQUIZ_KILLS", "40"))  # before the tests' environment is cleaned
ZYGOTES = 8  # so many workers for one of them, which costs another import of torch
SPARED: set[int] = set()  # the shared zygote of the other tests in this process
EXERCISES = ("rmsnorm", "attention")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the zygote is Linux's")


def ours(pid: int) -> bool:
    """Whether a process is a zygote of this test, or a worker forked from one.

    It need not be below this process any more: whose parent dies gets another.
    """
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    judge = f'"judge": {os.getpid()},'.encode()
    return b"llmquiz.sandbox.child" in words[1:5] and judge in words[-2]


def zygotes_and_workers() -> tuple[list[int], list[int]]:
    """The zygotes of this test, and their workers."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    mine = [pid for pid in pids if pid not in SPARED and ours(pid)]
    workers = [pid for zygote in mine for pid in descendants(zygote)]
    return [pid for pid in mine if pid not in workers], workers


def left_over() -> list[int]:
    """What still runs a while after everything was closed."""
    for _ in range(500):
        zygotes, workers = zygotes_and_workers()
        if not zygotes and not workers:
            break
        time.sleep(0.02)
    return zygotes + workers


class Killer(threading.Thread):
    """Kills a worker or a zygote after a while, as soon as there is one."""

    def __init__(self, victim: str, delay: float) -> None:
        super().__init__(daemon=True)
        self._victim, self._delay = victim, delay
        self._over = threading.Event()
        self.killed = ""

    def run(self) -> None:
        self._over.wait(self._delay)
        while not self._over.is_set() and not self.killed:
            zygotes, workers = zygotes_and_workers()
            for pid in zygotes if self._victim == "zygote" else workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed = self._victim
                    return
            self._over.wait(0.001)

    def stop(self) -> str:
        """What it has killed, or nothing where the check was over before."""
        self._over.set()
        self.join()
        return self.killed


def start_one(level: str) -> ForkLauncher:
    """A warm launcher whose workers stand at this level, or a skip."""
    wanted = [n for n in layers.ALL if level == layers.ISOLATED or n != layers.BUBBLEWRAP]
    launcher = launch.start(Limits(), layers=wanted)
    assert isinstance(launcher, ForkLauncher)
    if launcher.standing.level != level:
        launcher.close()
        pytest.skip(f"no level {level} here: {dict(launcher.standing.reasons)}")
    return launcher


def check(launcher: ForkLauncher, name: str, seed: int) -> Report:
    """Grade the solution of an exercise."""
    exercise = catalog.find(name)
    submissions = [(exercise, read(exercise.solution))]
    return grade(submissions, launcher=Borrowed(launcher), limits=Limits(), seed=seed)[0]


def descriptors() -> list[str]:
    """What the open descriptors of this process are."""
    found = []
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # that of the listing itself
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
    return sorted(name.split(":")[0] for name in found)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Torch in this process on one thread: on a busy machine that is several times faster."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("level", [layers.ISOLATED, layers.CONFINED])
def test_a_check_whose_worker_or_zygote_is_killed_still_gives_every_point(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And leaves no process, no descriptor and no file behind."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    SPARED.update(descendants(os.getpid()))
    chance = random.Random(f"{level} {KILLS}")
    launcher = start_one(level)
    lengths = {}
    for name in EXERCISES * 2:  # the second time is the usual one
        start = time.monotonic()
        assert check(launcher, name, 0).status is Status.PASS
        lengths[name] = time.monotonic() - start
    launcher.close()
    before = descriptors(), os.listdir(tmp_path), descendants(os.getpid())

    hit: Counter[str] = Counter()
    start = time.monotonic()
    launcher = start_one(level)
    seed = 0
    while hit.total() - hit["nothing"] < KILLS // 2 and seed < 10 * KILLS:
        seed += 1
        name = EXERCISES[seed % 2]
        victim = "zygote" if hit["zygote"] * ZYGOTES <= hit["worker"] else "worker"
        killer = Killer(victim, chance.random() * lengths[name])
        killer.start()
        began = time.monotonic()
        try:
            report = check(launcher, name, seed)
        finally:
            killed = killer.stop()
        hit[killed or "nothing"] += 1
        if killed != "zygote":  # how fast this machine is now, for the next random moment
            lengths[name] = time.monotonic() - began
        assert report.status is Status.PASS, f"seed {seed}, {victim}: {report.document()}"
        assert report.points == report.max_points > 0
        assert all(test.status is Status.PASS for test in report.tests)
        assert not zygotes_and_workers()[1], f"seed {seed}: a worker outlives its check"
    launcher.close()

    assert hit["worker"]
    assert hit["zygote"]
    assert not left_over()
    assert (descriptors(), os.listdir(tmp_path), descendants(os.getpid())) == before
    with capsys.disabled():
        if KILLS > 40:
            print(f"\n{level}: {dict(hit)}, {time.monotonic() - start:.0f} s")
