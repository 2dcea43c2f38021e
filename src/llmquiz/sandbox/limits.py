"""How much a worker may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one worker. Zero or less is not meaningful for any of them.

    CPU time rather than wall time ends an endless loop, so that a busy machine never turns right
    code into wrong code. Wall time is the backstop for code that sleeps, and for the systems that
    cannot limit CPU time.
    """

    cpu_seconds: int = 5  # per request, on POSIX
    wall_seconds: float = 30.0  # per request, everywhere
    worker_cpu_seconds: int = 60  # of a worker in all: a limit that its own code cannot move
    submission_seconds: float = 600.0  # that the judge waits for one submission in all
    timeouts: int = 3  # of wall time, after which a submission is not asked any more
    memory_bytes: int = 2 << 30  # beyond what the process has when the submission is loaded
    descriptors: int = 64
    threads: int = 64
    printed_bytes: int = 1 << 20  # what one request may print
    header_bytes: int = 8 << 20  # of one frame from the worker
    body_bytes: int = 64 << 20  # of one frame from the worker
