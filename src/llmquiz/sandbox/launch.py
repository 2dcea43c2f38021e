"""Starts workers: forked from a warm zygote where a fork is safe, else each in a fresh process."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from llmquiz.sandbox import bubblewrap, child, view
from llmquiz.sandbox import layers as names
from llmquiz.sandbox.frames import (
    Channel,
    Closed,
    Malformed,
    PipeChannel,
    ThreadChannel,
    TimedOut,
    receive_frame,
)
from llmquiz.sandbox.layers import Standing
from llmquiz.sandbox.limits import Limits

START_SECONDS = 180.0  # a cold import of torch from a slow disk
RESTARTS = 3  # one after another, of a zygote that somebody killed
# Of the judge's environment. Three of them say where `pip install --user` has put torch.
KEPT = (
    "PATH", "HOME", "USERPROFILE", "APPDATA", "PYTHONUSERBASE", "SYSTEMROOT", "TEMP", "TMP",
    "LD_LIBRARY_PATH",
)  # fmt: skip
# Grading is done on the CPU. With a GPU in sight, torch's first backward pass starts a thread for
# it, and no process can be forked safely any more; and what a learner computes on "cuda where there
# is one" would be refused.
NO_GPU = dict.fromkeys(("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"), "-1")
CANARY = Path("/etc/passwd")  # exists on every Linux, and must not inside bubblewrap


class SandboxBroken(Exception):
    """The sandbox itself failed: never the learner's fault. Its text is the reason."""


class Handle(Protocol):
    """A started worker: its channel, and its end."""

    channel: Channel

    def end(self, patience: float) -> tuple[int, bool]:
        """Wait `patience` seconds, then kill; the exit code (-signal), and whether we killed it."""
        ...


class Launcher(Protocol):
    """Makes workers."""

    @property
    def standing(self) -> Standing: ...
    def launch(self) -> Handle: ...
    def close(self) -> None: ...


def start(
    limits: Limits,
    method: str | None = None,
    layers: Iterable[str] | None = None,
    hidden: Iterable[Path] = (),
) -> Launcher:
    """Start importing torch in the background, and return what makes workers from it.

    method  "fork", "spawn" or None for what fits this system: fork on Linux; elsewhere spawn,
            because a forked process must not touch the system's frameworks on macOS, and Windows
            has none
    layers  names of `llmquiz.sandbox.layers`; None for all that work here
    hidden  folders and files that no worker may see, wherever they are
    """
    if (method or ("fork" if sys.platform == "linux" else "spawn")) == "fork":
        return ForkLauncher(limits, names.ALL if layers is None else tuple(layers), hidden)
    return SpawnLauncher(limits)


def _command(*arguments: str) -> list[str]:
    # -P keeps the working directory, where a file may be called torch.py, off the path.
    return [str(view.executable()), "-P", "-m", child.__name__, *arguments]


def _environment() -> dict[str, str]:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    # One thread: a thread pool does not survive a fork, and tests of six numbers need none.
    one_thread = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    utf8 = {"PYTHONIOENCODING": "utf-8"}
    return environment | dict.fromkeys(one_thread, "1") | NO_GPU | utf8


class ForkLauncher:
    """A zygote with torch imported, and the workers that it forks.

    A zygote that dies, whoever killed it, is started again, up to RESTARTS times in a row.
    """

    def __init__(self, limits: Limits, wanted: tuple[str, ...], hidden: Iterable[Path]) -> None:
        self._limits = limits
        # What holds Python itself, an environment made right in a workspace, cannot be hidden.
        needed = view.visible()
        paths = [Path(path).resolve() for path in hidden]
        self._hidden = [path for path in paths if not any(n.is_relative_to(path) for n in needed)]
        self._wanted = set(wanted)
        self._reasons: dict[str, str] = {}
        self._wrap: list[str] = []
        if names.BUBBLEWRAP in self._wanted:
            self._wrap = bubblewrap.command(self._hidden, _environment())
            if problem := bubblewrap.problem(self._wrap):
                self._wrap, self._reasons = [], {names.BUBBLEWRAP: problem}
                self._wanted.discard(names.BUBBLEWRAP)
        self._standing: Standing | None = None
        self._starts, self._failures = 0, 0
        self._start()

    def _start(self) -> None:
        self._starts += 1
        self._ready = False
        self._control, theirs = socket.socketpair()
        orders = {
            "limits": dataclasses.asdict(self._limits),
            "layers": sorted(self._wanted),
            "hidden": [str(path) for path in self._hidden],
            "around": {"judge": os.getpid(), "canary": str(CANARY)},
        }
        self._process = subprocess.Popen(
            [*self._wrap, *_command("fork", str(theirs.fileno()), json.dumps(orders))],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is the judge's business alone
        )
        theirs.close()

    @property
    def standing(self) -> Standing:
        """Which layers hold; waits for the zygote."""
        self._wait()
        assert self._standing is not None
        return self._standing

    def launch(self) -> ForkedWorker:
        """A new worker. Raises SandboxBroken."""
        while True:
            try:
                self._wait()
                return self._fork()
            except SandboxBroken:
                self._failures += 1
                if self._failures > RESTARTS or self._standing is None:
                    raise
                self._stop()
                self._start()

    def _wait(self) -> None:
        if not self._ready:
            facts = self._greeting()["ready"]
            self._standing = Standing(
                frozenset(facts["active"]),
                self._reasons | facts["reasons"],
                facts["torch"],
                facts["notes"],
            )
            self._ready = True

    def _greeting(self) -> dict[str, Any]:
        """What a zygote says first. One that does not start inside bubblewrap starts without."""
        try:
            return self._answer(START_SECONDS)
        except SandboxBroken as error:
            if not self._wrap or self._standing is not None:
                raise
            self._reasons = {names.BUBBLEWRAP: str(error)}
            self._wrap = []
            self._wanted.discard(names.BUBBLEWRAP)
        self._stop()
        self._start()
        return self._answer(START_SECONDS)

    def _fork(self) -> ForkedWorker:
        (their_read, write_fd), (read_fd, their_write) = os.pipe(), os.pipe()
        try:
            socket.send_fds(self._control, [b"F"], [their_read, their_write])
            pid = int(self._answer(30)["pid"])
        except (OSError, SandboxBroken) as error:
            os.close(read_fd)
            os.close(write_fd)
            raise SandboxBroken(self._last_words()) from error
        finally:
            os.close(their_read)
            os.close(their_write)
        return ForkedWorker(self, self._starts, pid, PipeChannel(read_fd, write_fd))

    def end(self, start: int, pid: int, patience: float) -> tuple[int, bool]:
        """End a worker of the zygote that was the `start`-th. Raises SandboxBroken."""
        if start != self._starts:
            raise SandboxBroken("the zygote ended")
        try:
            self._control.sendall(f"K{pid} {patience}".encode())
        except OSError as error:
            raise SandboxBroken(self._last_words()) from error
        answer = self._answer(patience + 30)
        self._failures = 0
        return int(answer["status"]), bool(answer["killed"])

    def close(self) -> None:
        self._stop()

    def _stop(self) -> None:
        self._control.close()  # the zygote kills its workers and ends
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _answer(self, seconds: float) -> dict[str, Any]:
        line = b""
        end = time.monotonic() + seconds
        while not line.endswith(b"\n"):
            self._control.settimeout(max(end - time.monotonic(), 0.001))
            try:
                part = self._control.recv(4096)
            except TimeoutError as error:
                raise SandboxBroken(f"the zygote did not answer in {seconds:.0f} s") from error
            except OSError as error:
                raise SandboxBroken(self._last_words()) from error
            if not part:
                raise SandboxBroken(self._last_words())
            line += part
        self._control.settimeout(None)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        """The last line that the zygote wrote before it ended, e.g. "No module named 'torch'"."""
        try:
            _, errors = self._process.communicate(timeout=5)
        except (subprocess.TimeoutExpired, ValueError):
            return "the zygote ended"
        lines = errors.decode(errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else f"the zygote ended ({self._process.returncode})"


class ForkedWorker:
    """A worker forked from a zygote, which is its parent and ends it."""

    def __init__(self, launcher: ForkLauncher, start: int, pid: int, channel: Channel) -> None:
        self._launcher, self._start, self._pid, self.channel = launcher, start, pid, channel

    def end(self, patience: float) -> tuple[int, bool]:
        self.channel.close()
        return self._launcher.end(self._start, self._pid, patience)


class SpawnLauncher:
    """One fresh process a worker; the next one is started ahead, because it imports torch."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._next = self._spawn()
        self._standing: Standing | None = None

    @property
    def standing(self) -> Standing:
        """Which layers hold; waits for the worker that is started ahead."""
        if self._standing is None:
            try:
                deadline = time.monotonic() + START_SECONDS
                hello, _ = receive_frame(self._next.channel, deadline, 1 << 16, 0)
            except (Closed, TimedOut, Malformed) as error:
                raise SandboxBroken("a worker did not start: is torch installed?") from error
            reason = "only on Linux" if sys.platform != "linux" else "not without a zygote"
            active = frozenset(hello["ready"]["active"])
            reasons = {name: reason for name in names.ALL if name not in active}
            self._standing = Standing(active, reasons, hello["ready"]["torch"])
        return self._standing

    def launch(self) -> SpawnedWorker:
        assert self.standing  # it has started
        worker = self._next
        self._next = self._spawn()
        self._standing = None
        return worker

    def close(self) -> None:
        self._next.end(0)

    def _spawn(self) -> SpawnedWorker:
        process = subprocess.Popen(
            _command("spawn", json.dumps({"limits": dataclasses.asdict(self._limits)})),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        return SpawnedWorker(process)


class SpawnedWorker:
    """A worker that is our own child process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        # The channel owns duplicates; Popen's own files would close theirs at a time of their own.
        read_fd, write_fd = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
        process.stdin.close()
        process.stdout.close()
        make = ThreadChannel if sys.platform == "win32" else PipeChannel
        self.channel: Channel = make(read_fd, write_fd)

    def end(self, patience: float) -> tuple[int, bool]:
        try:
            status, killed = self._process.wait(timeout=max(patience, 0.001)), False
        except subprocess.TimeoutExpired:
            self._process.kill()
            status, killed = self._process.wait(), True
        self.channel.close()
        return status, killed
