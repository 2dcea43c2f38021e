"""How long `llmquiz check` takes, as a ratio to what cannot be avoided.

    python benchmarks/check.py [ROUNDS]

Each round runs a command and its floor one after the other, so that a machine that slows down
slows both. Prints medians of wall time and of the ratios of the pairs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LLMQUIZ = [sys.executable, "-m", "llmquiz"]
TORCH = [sys.executable, "-c", "import torch"]
PYTHON = [sys.executable, "-c", "pass"]
CHECK = [*LLMQUIZ, "check", "attention"]
FAILING = [*CHECK, "--file", str(ROOT / "examples" / "attention_attempt.py")]
PAIRS = [
    ("check attention, cold", CHECK, "import torch", TORCH),
    ("check, failing, named", FAILING, "check, passing", CHECK),
    ("--help", [*LLMQUIZ, "--help"], "python -c pass", PYTHON),
    ("list", [*LLMQUIZ, "list"], "python -c pass", PYTHON),
]


def seconds(command: list[str], folder: str) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*LLMQUIZ, "init"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        solution = (ROOT / "solutions" / "attention.py").read_bytes()
        (Path(folder) / "exercises" / "attention.py").write_bytes(solution)
        print(f"{'command':24} {'median s':>9} {'floor':>16} {'median s':>9} {'ratio':>6}  min-max")
        for name, command, floor_name, floor in PAIRS:
            seconds(command, folder)  # fills the page cache and the compiled files
            pairs = [(seconds(command, folder), seconds(floor, folder)) for _ in range(rounds)]
            ratios = sorted(a / b for a, b in pairs)
            print(
                f"{name:24} {statistics.median(a for a, _ in pairs):9.2f} {floor_name:>16}"
                f" {statistics.median(b for _, b in pairs):9.2f} {statistics.median(ratios):6.2f}"
                f"  {ratios[0]:.2f}-{ratios[-1]:.2f}"
            )


if __name__ == "__main__":
    main()
