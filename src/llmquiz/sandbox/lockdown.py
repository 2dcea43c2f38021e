"""What a worker gives up before it sees a line of the submission.

Resource limits for now. Each further layer (identity, Landlock, seccomp) is one more function that
`lock_down` calls.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from llmquiz.sandbox.limits import Limits

try:
    import resource
except ImportError:  # Windows has no rlimits: the judge's deadline is all there is
    resource = None  # type: ignore[assignment]


def lock_down(limits: Limits) -> None:
    """Apply every layer that this system has."""
    silence_standard_streams()
    if resource is None:
        return
    _set(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # macOS accepts RLIMIT_AS and ignores it
        with Path("/proc/self/statm").open() as statm:
            in_use = int(statm.read().split()[0]) * resource.getpagesize()
        _set(resource.RLIMIT_AS, in_use + limits.memory_bytes)


def allow_cpu_seconds(seconds: int) -> None:
    """Move the CPU limit to `seconds` from now; beyond it the kernel sends SIGXCPU."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    # One more second, because the kernel counts in whole seconds.
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _set(which: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is already there
        resource.setrlimit(which, (value, value))


def silence_standard_streams() -> None:
    """C code and subprocesses that print, print nowhere; Python's print goes over the pipe."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)
