"""What a worker gives up before it sees a line of the submission: the layers, one after another.

`prepare` makes ready in the zygote what can be made once; `lock_down` runs in each forked worker.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from llmquiz.sandbox import layers, view
from llmquiz.sandbox.limits import Limits

try:
    import resource
except ImportError:  # Windows has no rlimits: the judge's deadline is all there is
    resource = None  # type: ignore[assignment]

# A user that nothing else runs as; containers often have no such high number, all have nobody.
STRANGERS = (214_748_364, 65534)


@dataclass(frozen=True)
class Plan:
    """What the workers of one zygote give up."""

    limits: Limits
    wanted: frozenset[str]  # names of layers
    rules: int = -1  # Landlock's descriptor
    user: int = -1  # to become, where we are root
    zygote: int = -1  # its pid
    tasks: int = 0  # processes and threads that the user may have
    reasons: dict[str, str] = field(default_factory=dict)  # layer -> why it is left out
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def opens(self) -> bool:
        """Whether files may be opened: only where Landlock says which."""
        return layers.LANDLOCK in self.wanted


def prepare(limits: Limits, wanted: Iterable[str], hidden: Iterable[Path]) -> Plan:
    """Make ready what all workers share. A layer that cannot be is left out, with its reason."""
    from llmquiz.sandbox import landlock

    plan = Plan(limits, frozenset(wanted), zygote=os.getpid())
    if layers.LANDLOCK in plan.wanted:
        if landlock.version():
            try:
                plan = replace(plan, rules=landlock.ruleset(view.readable(hidden)))
            except OSError as error:
                plan = _without(plan, layers.LANDLOCK, str(error))
        else:
            plan = _without(plan, layers.LANDLOCK, "this kernel has no Landlock")
    if layers.IDENTITY in plan.wanted and os.getuid() == 0:
        user = next((user for user in STRANGERS if _can_become(user, plan.opens)), -1)
        plan = replace(plan, user=user, tasks=limits.threads)
        if user < 0:
            plan.notes[layers.IDENTITY] = (
                "root without capabilities: another user could not read Python's folders"
            )
    if not plan.tasks:
        plan = replace(plan, tasks=_tasks_of_mine() + limits.threads)
    return plan


def lock_down(plan: Plan, keep: tuple[int, ...] = ()) -> None:
    """Apply the layers, in the order in which each still may. Raises OSError where one fails."""
    silence_standard_streams()
    if sys.platform != "linux":
        if resource is not None:
            _set(resource.RLIMIT_CORE, 0)
        return
    from llmquiz.sandbox import kernel, landlock, seccomp

    if layers.LIMITS in plan.wanted:
        _limit(plan)
    if layers.IDENTITY in plan.wanted:
        _give_up_privileges(plan.user)
    if layers.DESCRIPTORS in plan.wanted:  # behind the change of user, which would undo a part
        _close_others({*keep, plan.rules})
        _die_with_the_zygote(plan.zygote)
    if {layers.LANDLOCK, layers.SECCOMP} & plan.wanted:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if plan.rules >= 0:
        landlock.restrict(plan.rules)
        os.close(plan.rules)
    if layers.SECCOMP in plan.wanted:
        seccomp.restrict(seccomp.program(plan.opens, os.getpid()))


def _give_up_privileges(user: int) -> None:
    from llmquiz.sandbox import kernel

    if user >= 0:
        _become(user)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)  # no process of ours may be looked into


def _die_with_the_zygote(zygote: int) -> None:
    from llmquiz.sandbox import kernel

    kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
    if os.getppid() != zygote:  # it died in between
        os._exit(1)


def allow_cpu_seconds(seconds: int) -> None:
    """Move the CPU limit to `seconds` from now; beyond it the kernel sends SIGXCPU."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    # One more second, because the kernel counts in whole seconds.
    limit = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit, most))


def silence_standard_streams() -> None:
    """C code and subprocesses that print, print nowhere; Python's print goes over the pipe."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)


def memory_in_use() -> int:
    """Bytes of address space of this process."""
    with Path("/proc/self/statm").open(encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _limit(plan: Plan) -> None:
    limits = plan.limits
    _set(resource.RLIMIT_AS, memory_in_use() + limits.memory_bytes)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_NOFILE, limits.descriptors)
    _set(resource.RLIMIT_NPROC, plan.tasks)
    _set(resource.RLIMIT_MEMLOCK, 0)
    _set(resource.RLIMIT_MSGQUEUE, 0)
    # The soft limit moves with each request; the worker could move it itself, up to this one.
    used = resource.getrusage(resource.RUSAGE_SELF)
    total = int(used.ru_utime + used.ru_stime) + limits.worker_cpu_seconds
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (total, total))


def _set(which: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is already there
        resource.setrlimit(which, (value, value))


def _close_others(keep: set[int]) -> None:
    last = 2
    for fd in sorted(fd for fd in keep if fd > 2):
        os.closerange(last + 1, fd)
        last = fd
    os.closerange(last + 1, 1 << 20)


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _can_become(user: int, must_read: bool) -> bool:
    """Whether this user exists for the kernel and, if it must, can read Python's folders."""

    def attempt() -> None:
        _become(user)
        if must_read:
            for folder in view.python_folders():
                list(folder.iterdir())

    return _succeeds(attempt)


def _succeeds(attempt: Callable[[], None]) -> bool:
    """Whether something can be done, tried in a child process."""
    pid = os.fork()
    if pid == 0:
        try:
            attempt()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return status == 0


def _tasks_of_mine() -> int:
    """How many threads this user runs: the limit on them counts all of these."""
    mine, count = os.getuid(), 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = status.read_text(encoding="utf-8", errors="replace").splitlines()
            fields = dict(line.split(":", 1) for line in lines if ":" in line)
            if int(fields["Uid"].split()[0]) == mine:
                count += int(fields["Threads"])
    return count


def _without(plan: Plan, layer: str, reason: str) -> Plan:
    return replace(
        plan, wanted=plan.wanted - {layer}, reasons={**plan.reasons, layer: reason}, rules=-1
    )
