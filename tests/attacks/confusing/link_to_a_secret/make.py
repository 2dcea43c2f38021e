# tries: to see a file of the instructor's in the report, as the line with the syntax error
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.symlink_to(fill("@HIDDEN@"))
    return submission
