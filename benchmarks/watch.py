"""How long `llmquiz watch` takes from a save to the last line of its report.

    python benchmarks/watch.py [SAVES]

A pseudo-terminal runs `watch`; a file is written as an editor does it, and the clock stops when the
line of keys is there. Right and wrong answers take turns. Beside it: the same check, cold.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from terminal import Terminal  # noqa: E402

LAST = "q quit"
LLMQUIZ = [sys.executable, "-m", "llmquiz"]


def main() -> None:
    saves = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([*LLMQUIZ, "init"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        file = folder / "exercises" / "attention.py"
        sources = {
            "right": (ROOT / "solutions" / "attention.py").read_text("utf-8"),
            "wrong, named": (ROOT / "examples" / "attention_attempt.py").read_text("utf-8"),
        }
        warm = {kind: [] for kind in sources}
        terminal = Terminal(["watch", "attention"], folder, LLMQUIZ_LANG="en")
        terminal.wait(LAST)
        for number in range(saves + 4):
            kind = list(sources)[number % len(sources)]
            time.sleep(0.3)  # nobody saves faster; events of the save before are over
            terminal.read(0.01)
            before = time.perf_counter()
            file.write_text(f"{sources[kind]}\n# {number}\n", encoding="utf-8")
            terminal.fresh(LAST)
            if number >= 4:  # the first ones import what a failure needs
                warm[kind].append(time.perf_counter() - before)
        terminal.type("q")
        terminal.end()
        print(f"{'':32} {'saves':>6} {'median s':>9} {'90 %':>6} {'max':>6}")
        everything = [value for values in warm.values() for value in values]
        for kind, values in {**warm, "all": everything}.items():
            print(row(f"save to last line, {kind}", values))
        print(row("llmquiz check attention, cold", [cold(folder) for _ in range(5)]))


def cold(folder: Path) -> float:
    """The same check as a command of its own."""
    before = time.perf_counter()
    command = [*LLMQUIZ, "check", "attention"]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - before


def row(label: str, values: list[float]) -> str:
    """One line of figures."""
    ranked = sorted(values)
    ninth = ranked[min(len(ranked) - 1, round(0.9 * len(ranked)))]
    median = statistics.median(values)
    return f"{label:32} {len(values):6} {median:9.3f} {ninth:6.3f} {ranked[-1]:6.3f}"


if __name__ == "__main__":
    main()
