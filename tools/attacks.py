"""Runs every attack with and without protection and writes the table of docs/security.md.

    python tools/attacks.py

Takes many minutes: each attack runs bare or against a naive judge, and at every level that this
machine has, as its own user and as nobody.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "security.md"
WITHOUT = "won without protection"


def main() -> None:
    spec = importlib.util.spec_from_file_location(
        "attack_runner", ROOT / "tests" / "attacks" / "runner.py"
    )
    assert spec is not None
    assert spec.loader is not None
    runner = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = runner
    spec.loader.exec_module(runner)
    rows = runner.table()
    levels = list(rows[0][3])
    head = ["Class", "Attacks", WITHOUT.capitalize(), *(f"Won at {level}" for level in levels)]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    for kind, count, without, won in rows:
        cells = [kind, count, without, *(won[level] for level in levels)]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    sums = [sum(row[1] for row in rows), sum(row[2] for row in rows)]
    sums += [sum(row[3][level] for row in rows) for level in levels]
    lines.append(f"| all | {' | '.join(map(str, sums))} |")
    table = "Made by `python tools/attacks.py`:\n\n" + "\n".join(lines)
    page = PAGE.read_text(encoding="utf-8")
    made = re.sub(
        r"(<!-- attacks -->\n).*?(<!-- /attacks -->)",
        lambda match: f"{match[1]}{table}\n\n{match[2]}",
        page,
        flags=re.DOTALL,
    )
    PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
