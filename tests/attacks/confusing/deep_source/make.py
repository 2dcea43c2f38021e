# tries: source code nested so deep that a parser in the judge runs out of stack
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.write_text("x = " + "-" * 100_000 + "1\ny = " + "x." * 100_000 + "x\n")
    return submission
