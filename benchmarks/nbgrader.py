"""What grading 20 submissions costs: nbgrader executing notebooks, and llmquiz in its place.

    python benchmarks/nbgrader.py [--submissions 20] [--jobs 2]

The same course and submissions are graded three ways in one run: by `nbgrader autograde` with its
stock configuration, by `nbgrader autograde` with the configuration that llmquiz writes, and by
`llmquiz course grade`. CPU time is that of all processes, as the kernel adds it up when they are
waited for; memory is the sum of what the processes have for themselves (PSS) at its highest.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXERCISE = "attention"
FAULTS = (("1 / math.sqrt(query.shape[-1])", "1.0"), ("-math.inf)", "-1e4)"), ("", ""))


@dataclass
class Cost:
    """Of one command."""

    cpu: float
    wall: float
    memory: float  # MiB


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore", "LLMQUIZ_LANG": "en"}


def run(root: Path, *command: object) -> Cost:
    """Run a Python module as a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, command)],
        cwd=root,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    watch = Watch(process.pid)
    watch.start()
    _, errors = process.communicate()
    wall = time.perf_counter() - start
    watch.stop()
    reap()
    if process.returncode:
        sys.exit(f"{command} gave {process.returncode}:\n{errors.decode()[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, watch.peak)


def adopt_orphans() -> None:
    """A process whose parent ended comes to us: its time counts too once we wait for it."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def reap() -> None:
    """Wait for what a command left behind."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass


class Watch(threading.Thread):
    """Samples the memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._end, self.peak = pid, threading.Event(), 0.0

    def run(self) -> None:
        while not self._end.wait(0.5):
            self.peak = max(self.peak, sum(map(pss, tree(self._pid))))

    def stop(self) -> None:
        self._end.set()
        self.join()


def tree(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    except OSError:
        pass
    return found


def pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    match = re.search(r"^Pss: +(\d+)", text, re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0


def course(folder: Path, count: int) -> Path:
    """A course with submissions: right ones and wrong ones in turn."""
    root = folder / "cs"
    run(folder, "llmquiz", "course", "new", "cs", "--exercises", EXERCISE)
    run(root, "nbgrader", "generate_assignment", "ps1")
    source = (root / "source" / "ps1" / f"{EXERCISE}.ipynb").read_text()
    for number in range(count):
        old, new = FAULTS[number % len(FAULTS)]
        book = json.loads(source)
        for cell in book["cells"]:
            text = cell["source"].replace(old, new) if old else cell["source"]
            cell["source"] = re.sub(r"\n *### (BEGIN|END) SOLUTION", "", text)
        target = root / "submitted" / f"student{number:03}" / "ps1"
        target.mkdir(parents=True)
        (target / f"{EXERCISE}.ipynb").write_text(json.dumps(book))
    return root


def stock(root: Path) -> None:
    """nbgrader's own way of grading."""
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        'c.CourseDirectory.course_id = "cs"\n'
        "c.ExecutePreprocessor.timeout = 600\n"
        "c.ExecutePreprocessor.iopub_timeout = 60\n"
    )


def scores(root: Path) -> dict[str, float]:
    import sqlite3

    with sqlite3.connect(root / "gradebook.db") as book:
        return dict(
            book.execute(
                "select a.student_id, sum(g.auto_score) from grade g"
                " join submitted_notebook s on g.notebook_id = s.id"
                " join submitted_assignment a on s.assignment_id = a.id group by 1"
            ).fetchall()
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    chosen = parser.parse_args()
    adopt_orphans()
    found: dict[str, tuple[Cost, Cost]] = {}
    with tempfile.TemporaryDirectory() as name:
        root = course(Path(name), chosen.submissions)
        commands = {
            "nbgrader autograde, stock": ("nbgrader", "autograde", "ps1"),
            "nbgrader autograde, ours": ("nbgrader", "autograde", "ps1"),
            f"course grade --jobs {chosen.jobs}": (
                "llmquiz", "course", "grade", "ps1", "--jobs", chosen.jobs,
            ),
            "course grade --jobs 1": ("llmquiz", "course", "grade", "ps1", "--jobs", 1),
        }  # fmt: skip
        results = []
        for label, command in commands.items():
            copy = root.with_name(label.replace(" ", "-"))
            shutil.copytree(root, copy)
            if "stock" in label:
                stock(copy)
            # The first alone, then the rest: the start of everything is paid with the first.
            one = [f"--student={next((copy / 'submitted').iterdir()).name}"]
            first = run(copy, *command, *one)
            rest = run(copy, *command)
            found[label] = (first, rest)
            results.append(scores(copy))
            print(f"{label}: done", file=sys.stderr, flush=True)
        assert all(result == results[0] for result in results), results
    report(found, chosen.submissions)


def report(found: dict[str, tuple[Cost, Cost]], count: int) -> None:
    base = found["nbgrader autograde, stock"]
    print(f"{count} submissions of {EXERCISE}, the same scores in all four\n")
    print("| | CPU s each | ratio | wall s each | ratio | peak MiB | CPU s of one alone |")
    print("|---|---|---|---|---|---|---|")
    for label, (first, rest) in found.items():
        cpu, wall = rest.cpu / (count - 1), rest.wall / (count - 1)
        cpu_ratio = base[1].cpu / rest.cpu
        wall_ratio = base[1].wall / rest.wall
        peak = max(first.memory, rest.memory)
        print(
            f"| {label} | {cpu:.2f} | {cpu_ratio:.1f} | {wall:.2f} | {wall_ratio:.1f} "
            f"| {peak:.0f} | {first.cpu:.1f} |"
        )
    stock_start, ours = base, found["course grade --jobs 1"]
    margin = [
        (rest.cpu - first.cpu) / (count - 2) for first, rest in (stock_start, ours)
    ]  # a run of n - 1 without the start and the first, which a run of one pays too
    print(
        f"\nBeyond what a run costs in any case: {margin[0]:.2f} and {margin[1]:.3f} CPU s a "
        f"submission, {margin[0] / margin[1]:.0f} times less."
    )


if __name__ == "__main__":
    main()
