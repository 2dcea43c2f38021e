"""Does each layer hold? Tried in a throw-away worker: it counts only after it stopped something.

A system call that returns 0 proves nothing: a container may have answered for the kernel.
"""

from __future__ import annotations

import contextlib
import errno
import json
import mmap
import os
import resource
import select
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

from llmquiz.sandbox import kernel, layers
from llmquiz.sandbox.lockdown import Plan, lock_down

SECONDS = 20.0
SEIZE = 0x4206  # PTRACE_SEIZE: unlike PTRACE_ATTACH it stops nobody where it is possible


@dataclass(frozen=True)
class Around:
    """What the judge tells about the world outside, none of it secret."""

    judge: int  # its pid
    canary: str  # a path that exists outside and must not inside bubblewrap
    secrets: tuple[str, ...] = ()  # paths that no worker may open


def results(plan: Plan, around: Around) -> dict[str, str]:
    """For each layer that was wanted: why it does not hold, or an empty text."""
    read_fd, write_fd = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _try(plan, around, write_fd)
        finally:
            os._exit(1)
    os.close(write_fd)
    text = b""
    with contextlib.suppress(OSError):
        while select.select([read_fd], [], [], SECONDS)[0] and (part := os.read(read_fd, 4096)):
            text += part
    os.close(read_fd)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    try:
        found: dict[str, str] = json.loads(text)
    except ValueError:
        return dict.fromkeys(plan.wanted, f"the self-test ended with {status}")
    return found


def _try(plan: Plan, around: Around, write_fd: int) -> None:
    network = [name for _, name in socket.if_nameindex()]  # before that is forbidden
    try:
        lock_down(plan, keep=(write_fd,))
    except (OSError, KeyError, ValueError) as error:
        os.write(write_fd, json.dumps(dict.fromkeys(plan.wanted, repr(error)[:200])).encode())
        return
    tests: dict[str, Callable[[], str]] = {
        layers.BUBBLEWRAP: lambda: _bubblewrap(around, network),
        layers.DESCRIPTORS: lambda: _descriptors(write_fd),
        layers.LIMITS: lambda: _limits(plan),
        layers.IDENTITY: _identity,
        layers.LANDLOCK: lambda: _landlock(around),
        layers.SECCOMP: _seccomp,
    }
    found = {name: test() for name, test in tests.items() if name in plan.wanted}
    if layers.SECCOMP in plan.wanted and not plan.opens:
        found[layers.NO_OPEN] = _refused(lambda: os.open(os.devnull, os.O_RDONLY), "open")
    os.write(write_fd, json.dumps(found).encode())


def _bubblewrap(around: Around, network: list[str]) -> str:
    if os.path.exists(around.canary):  # noqa: PTH110 - a plain stat, whatever the layers
        return "a path of the outside is visible"
    if set(network) - {"lo"}:
        return "a network is visible"
    try:
        os.kill(around.judge, 0)
    except PermissionError:  # seccomp answers first; without it a foreign process is not there
        return ""
    except ProcessLookupError:
        return ""
    return "a process of the outside is visible" if around.judge != os.getpid() else ""


def _descriptors(mine: int) -> str:
    for fd in range(3, 4096):
        if fd != mine:
            with contextlib.suppress(OSError):
                os.fstat(fd)
                return f"descriptor {fd} is open"
    return ""


def _limits(plan: Plan) -> str:
    for which, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, plan.limits.descriptors),
        (resource.RLIMIT_NPROC, plan.tasks),
    ):
        _, hard = resource.getrlimit(which)
        if not 0 <= hard <= most:
            return f"limit {which} is {hard}"
    try:
        mmap.mmap(-1, plan.limits.memory_bytes + (1 << 30)).close()
    except (OSError, MemoryError, ValueError):
        return ""
    return "more memory than allowed was given"


def _identity() -> str:
    if kernel.capabilities():
        return "a capability is left"
    with contextlib.suppress(OSError):
        os.setuid(0) if os.getuid() else os.setuid(1)
        return "the user could be changed"
    return ""


def _landlock(around: Around) -> str:
    """/proc/self/status exists, also inside bubblewrap, and is nothing that Python needs."""
    for path in around.secrets:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_RDONLY))
            return f"{path} can be opened"
    return _refused(lambda: os.open("/proc/self/status", os.O_RDONLY), "reading a foreign file")


def _seccomp() -> str:
    attempts: dict[str, Callable[[], object]] = {
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "fork": _fork,
        "writing": lambda: os.open(os.devnull, os.O_WRONLY),
        "signalling": lambda: os.kill(os.getppid(), 0),
        "tracing": lambda: kernel.call(_PTRACE[kernel.MACHINE], SEIZE, os.getppid(), 0, 0),
    }
    return next((why for name, do in attempts.items() if (why := _refused(do, name))), "")


_PTRACE = {"x86_64": 101, "aarch64": 117}


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _refused(attempt: Callable[[], object], name: str) -> str:
    """An empty text where the attempt is refused for want of permission."""
    try:
        attempt()
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            return ""
        return f"{name}: {os.strerror(error.errno or 0)}"
    return f"{name} is possible"
