"""Entry of the processes: `python -m llmquiz.sandbox.child fork FD ORDERS | spawn ORDERS`.

fork    a zygote: imports torch once, then forks one worker for each request on the socket FD
spawn   a single worker on stdin and stdout, for systems where a fork is not safe

ORDERS is JSON: limits, layers, hidden paths, and what the self-test needs to know.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from llmquiz.sandbox import layers, lockdown
from llmquiz.sandbox.frames import write_frame
from llmquiz.sandbox.limits import Limits

SECRET = Path(__file__).parents[1] / "catalog.py"  # stands for all of llmquiz but the sandbox
DRIVER = "cuda"  # how the names of the threads of NVIDIA's driver begin
# What learners import, for workers that cannot open a file any more.
USUAL = (
    "abc", "bisect", "collections.abc", "copy", "cmath", "contextlib", "dataclasses", "decimal",
    "einops", "enum", "fractions", "functools", "gc", "heapq", "inspect", "io", "itertools",
    "json", "locale", "logging", "math", "numpy", "numpy.fft", "numpy.linalg", "numpy.random",
    "operator", "pprint", "random", "re", "statistics", "string", "struct", "textwrap",
    "threading", "time", "timeit", "torch._subclasses.schema_check_mode",
    "torch.autograd.functional", "torch.nn.utils.parametrize", "typing", "unicodedata",
    "warnings",
)  # fmt: skip


def warm_up() -> str:
    """Import and touch what every worker needs, so that they share it; return torch's version."""
    import torch

    from llmquiz.sandbox import refusal, values, worker

    # A live thread pool does not survive a fork: the child would hang in its first large product.
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    with refusal.RefusedCalls(frozenset()):
        layer = torch.nn.Linear(4, 4)
        x = torch.ones(2, 3, 4, requires_grad=True)
        out = torch.einsum("bij,bkj->bik", layer(x), x).softmax(-1)
        worker.gradients(out, {"x": x, **dict(layer.named_parameters())}, torch.ones_like(out))
    encoder = values.Encoder(1 << 20, keep_strides=False)
    encoder.node([x, {"k": 1}])
    values.read_tensors(encoder.body())
    try:
        _ = torch.zeros(2) @ torch.zeros(3)
    except RuntimeError as error:
        worker.describe_error(error)
    return torch.__version__


def zygote(control_fd: int, orders: dict[str, Any]) -> None:
    """Fork, kill and reap workers, one order at a time, until the judge goes away.

    b"F" with two descriptors   fork a worker; answer {"pid"}
    b"K<pid> <seconds>"         wait so long, then kill, and reap; answer {"status", "killed"}
    """
    import gc
    import socket

    from llmquiz.sandbox import selftest

    control = socket.socket(fileno=control_fd)
    version = warm_up()
    hidden = [Path(path) for path in orders["hidden"]]
    plan = lockdown.prepare(Limits(**orders["limits"]), orders["layers"], hidden)
    if layers.SECCOMP in plan.wanted and not plan.opens:
        import_what_is_usual()
    found = selftest.results(
        plan, selftest.Around(**orders["around"], secrets=(str(SECRET), *orders["hidden"]))
    )
    reasons = plan.reasons | {name: why for name, why in found.items() if why}
    active = [name for name, why in found.items() if not why]
    standing = {"active": active, "reasons": reasons, "notes": plan.notes, "torch": version}
    _send(control, {"ready": standing})
    gc.freeze()  # workers share these pages instead of copying them at their first collection
    alive: set[int] = set()
    while True:
        order, fds, *_ = socket.recv_fds(control, 64, 2)
        if not order:
            break
        if order.startswith(b"F"):
            if others := _other_threads():  # a lock that one holds would stay locked in the child
                sys.stderr.write(f"a library started threads: {', '.join(others)}\n")
                break
            pid = os.fork()
            if pid == 0:
                control.close()
                _work(fds[0], fds[1], plan)
            for fd in fds:
                os.close(fd)
            alive.add(pid)
            _send(control, {"pid": pid})
        else:
            pid = int(order.split()[0][1:])
            alive.discard(pid)
            _send(control, _reap(pid, patience=float(order.split()[1])))
    for pid in alive:
        _reap(pid, patience=0)


def import_what_is_usual() -> None:
    """Import what a submission may import, where it is installed."""
    import importlib

    for name in USUAL:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import torch

    repr(torch.ones(2))  # printing a tensor imports more


def _other_threads() -> list[str]:
    """The names of this process's threads beside the one that runs this.

    NVIDIA's driver starts one as soon as torch counts the GPUs, even where none is to be seen. It
    holds no lock that a worker could want: workers never call the driver. So it does not count.
    """
    names = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it ended just now
            if int(task.name) != os.getpid():
                names.append((task / "comm").read_bytes().decode(errors="replace").strip())
    return sorted(name for name in names if not name.startswith(DRIVER))


def _reap(pid: int, patience: float) -> dict[str, object]:
    """Give a worker `patience` seconds to end by itself, then kill it; say how it ended.

    The worker is our unreaped child, so its pid cannot have been reused.
    """
    end = time.monotonic() + patience
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return {"status": os.waitstatus_to_exitcode(status), "killed": False}
        if time.monotonic() >= end:
            break
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status), "killed": True}


def _send(control: object, message: dict[str, object]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")  # type: ignore[attr-defined]


def _work(read_fd: int, write_fd: int, plan: lockdown.Plan) -> None:
    """Be the worker; never return, so that no code of the zygote runs in it."""
    from llmquiz.sandbox import worker

    try:
        lockdown.lock_down(plan, keep=(read_fd, write_fd))
        worker.serve(read_fd, write_fd, plan.limits)
    finally:
        os._exit(0)  # torch's teardown costs hundreds of milliseconds


def main(arguments: list[str]) -> None:
    mode, orders = arguments[0], json.loads(arguments[-1])
    if mode == "fork":
        zygote(int(arguments[1]), orders)
    else:
        # The pipes are moved away before anything can print into them.
        read_fd, write_fd = os.dup(0), os.dup(1)
        _make_binary(read_fd, write_fd)
        lockdown.silence_standard_streams()
        version = warm_up()
        limits = Limits(**orders["limits"])
        wanted = frozenset({layers.LIMITS} if sys.platform == "linux" else ())
        plan = lockdown.Plan(limits, wanted, tasks=1 << 16)
        write_frame(write_fd, {"ready": {"active": sorted(wanted), "torch": version}})
        _work(read_fd, write_fd, plan)
    os._exit(0)


def _make_binary(*fds: int) -> None:
    """Windows would translate line ends on what were stdin and stdout."""
    if sys.platform == "win32":
        import msvcrt

        for fd in fds:
            msvcrt.setmode(fd, os.O_BINARY)


if __name__ == "__main__":
    main(sys.argv[1:])
