"""Starts workers: forked from a warm zygote where a fork is safe, else each in a fresh process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import Protocol

from llmquiz.sandbox import child
from llmquiz.sandbox.frames import (
    Channel,
    Closed,
    Malformed,
    PipeChannel,
    ThreadChannel,
    TimedOut,
    receive_frame,
)
from llmquiz.sandbox.limits import Limits

START_SECONDS = 180.0  # a cold import of torch from a slow disk


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

    def launch(self) -> Handle: ...
    def close(self) -> None: ...


def start(limits: Limits, method: str | None = None) -> Launcher:
    """Start importing torch in the background, and return what makes workers from it.

    `method` is "fork", "spawn" or None for what fits this system: fork on Linux; elsewhere spawn,
    because a forked process must not touch the system's frameworks on macOS, and Windows has none.
    """
    if (method or ("fork" if sys.platform == "linux" else "spawn")) == "fork":
        return ForkLauncher(limits)
    return SpawnLauncher(limits)


def _command(*arguments: str) -> list[str]:
    # -P keeps the working directory, where a file may be called torch.py, off the path.
    return [sys.executable, "-P", "-m", child.__name__, *arguments]


def _environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    # One thread: a thread pool does not survive a fork, and tests of six numbers need none.
    one_thread = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return environment | dict.fromkeys(one_thread, "1") | {"PYTHONIOENCODING": "utf-8"}


class ForkLauncher:
    """A zygote with torch imported, and the workers that it forks."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ready = False
        self._control, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            _command("fork", child.arguments_for(limits), str(theirs.fileno())),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in the terminal is the judge's business alone
        )
        theirs.close()

    def launch(self) -> ForkedWorker:
        if not self._ready:
            self._answer(START_SECONDS)  # {"ready": version}
            self._ready = True
        (their_read, write_fd), (read_fd, their_write) = os.pipe(), os.pipe()
        try:
            socket.send_fds(self._control, [b"F"], [their_read, their_write])
            pid = int(self._answer(30)["pid"])
        except OSError as error:
            raise SandboxBroken(self._last_words()) from error
        finally:
            os.close(their_read)
            os.close(their_write)
        return ForkedWorker(self, pid, PipeChannel(read_fd, write_fd))

    def end(self, pid: int, patience: float) -> tuple[int, bool]:
        try:
            self._control.sendall(f"K{pid} {patience}".encode())
        except OSError as error:
            raise SandboxBroken(self._last_words()) from error
        answer = self._answer(patience + 30)
        return int(answer["status"]), bool(answer["killed"])

    def close(self) -> None:
        self._control.close()  # the zygote kills its workers and ends
        if self._process.stderr is not None:
            self._process.stderr.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self, seconds: float) -> dict[str, int]:
        line = b""
        end = time.monotonic() + seconds
        while not line.endswith(b"\n"):
            self._control.settimeout(max(end - time.monotonic(), 0.001))
            try:
                part = self._control.recv(4096)
            except OSError as error:
                raise SandboxBroken(f"the zygote did not answer in {seconds:.0f} s") from error
            if not part:
                raise SandboxBroken(self._last_words())
            line += part
        self._control.settimeout(None)
        answer: dict[str, int] = json.loads(line)
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

    def __init__(self, launcher: ForkLauncher, pid: int, channel: Channel) -> None:
        self._launcher, self._pid, self.channel = launcher, pid, channel

    def end(self, patience: float) -> tuple[int, bool]:
        self.channel.close()
        return self._launcher.end(self._pid, patience)


class SpawnLauncher:
    """One fresh process a worker; the next one is started ahead, because it imports torch."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._next = self._spawn()

    def launch(self) -> SpawnedWorker:
        worker = self._next
        try:
            deadline = time.monotonic() + START_SECONDS
            receive_frame(worker.channel, deadline, 1 << 16, 0)
        except (Closed, TimedOut, Malformed) as error:
            raise SandboxBroken("a worker did not start: is torch installed?") from error
        self._next = self._spawn()
        return worker

    def close(self) -> None:
        self._next.end(0)

    def _spawn(self) -> SpawnedWorker:
        process = subprocess.Popen(
            _command("spawn", child.arguments_for(self._limits)),
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
