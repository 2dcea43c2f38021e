"""What the layers of the sandbox cost.

    python benchmarks/sandbox.py [PAIRS] [FORKS]

First `llmquiz check attention`, cold, with all layers and without any, one after the other, so that
a machine that slows down slows both. Then the CPU time of forking a worker and locking it down, and
of a bare fork, in turns, from a zygote that has torch.
"""

from __future__ import annotations

import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from llmquiz.sandbox import kernel, launch, layers
from llmquiz.sandbox.limits import Limits

ROOT = Path(__file__).parents[1]
PR_SET_CHILD_SUBREAPER = 36
# A judge that computes on more threads than there are idle cores spends its time in waiting loops.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WITHOUT = "--without-layers"  # of this script: `llmquiz` itself cannot be told so
FORK = "--fork"
MOST_RATIO, MOST_MILLISECONDS = 1.1, 10.0


def check(without: bool) -> int:
    """`llmquiz check attention` in this process."""
    from llmquiz.cli import check as command
    from llmquiz.cli import run

    start = command.start

    def bare(*arguments: object, **keywords: object) -> launch.Launcher:
        return start(*arguments, **keywords, layers=())

    if without:
        command.start = bare
    return run(["check", "attention"])


def used(command: list[str], folder: str) -> tuple[float, float]:
    """Wall time and CPU time of one run, its processes included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    environment = os.environ | ONE_THREAD
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    wall = time.perf_counter() - start
    with contextlib.suppress(ChildProcessError):  # bubblewrap does not wait for what it started
        while os.wait():
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare_checks(pairs: int) -> None:
    with_layers, without = ([sys.executable, __file__, *more] for more in (["--check"], [WITHOUT]))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "llmquiz", "init"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        solution = (ROOT / "solutions" / "attention.py").read_bytes()
        (Path(folder) / "exercises" / "attention.py").write_bytes(solution)
        for command in (with_layers, without):  # fills the page cache and the compiled files
            used(command, folder)
        found = []
        for number in range(pairs):
            order = (with_layers, without) if number % 2 else (without, with_layers)
            times = {command[-1]: used(command, folder) for command in order}
            found.append((times["--check"], times[WITHOUT]))
    for at, name in ((0, "wall"), (1, "CPU")):
        ratios = sorted(a[at] / b[at] for a, b in found)
        own, bare = (statistics.median(pair[which][at] for pair in found) for which in (0, 1))
        print(
            f"check attention, cold, {name:4}  with layers {own:5.2f} s  without {bare:5.2f} s"
            f"  ratio {statistics.median(ratios):.3f} (aim {MOST_RATIO})"
            f"  {ratios[0]:.2f}-{ratios[-1]:.2f}, {pairs} pairs"
        )


def of_child(do: Callable[[], object]) -> float:
    """CPU milliseconds of forking a child that does something, fork and reaping included."""
    before = time.process_time()
    pid = os.fork()
    if pid == 0:
        try:
            do()
        finally:
            os._exit(0)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0
    return 1000 * (time.process_time() - before + usage.ru_utime + usage.ru_stime)


def compare_forks(forks: int) -> None:
    """In a process like the zygote: it imports torch, and then forks."""
    import gc

    from llmquiz.sandbox import child, lockdown

    child.warm_up()
    wanted = [name for name in layers.ALL if name != layers.BUBBLEWRAP]  # that is around us
    plan = lockdown.prepare(Limits(), wanted, [ROOT])
    gc.freeze()
    locked, bare = [], []
    for _ in range(forks):
        locked.append(of_child(lambda: lockdown.lock_down(plan)))
        bare.append(of_child(lambda: None))
    extra = statistics.median(a - b for a, b in zip(locked, bare, strict=True))
    print(
        f"fork and lock down, CPU      with layers {statistics.median(locked):5.2f} ms"
        f"  bare    {statistics.median(bare):5.2f} ms  extra {extra:.2f} ms"
        f" (aim {MOST_MILLISECONDS:.0f})  {forks} forks, {', '.join(sorted(plan.wanted))}"
    )


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["--check"], [WITHOUT]):
        return check(arguments[0] == WITHOUT)
    if arguments[:1] == [FORK]:
        compare_forks(int(arguments[1]))
        return 0
    numbers = [int(argument) for argument in arguments]
    pairs, forks = [*numbers, *(9, 100)[len(numbers) :]]
    launcher = launch.start(Limits())
    standing = launcher.standing
    launcher.close()
    print(f"level {standing.level}: {', '.join(sorted(standing.active))}", flush=True)
    kernel.prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans become ours, so that their time counts
    compare_checks(pairs)
    forking = [sys.executable, __file__, FORK, str(forks)]
    subprocess.run(forking, env=os.environ | ONE_THREAD, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
