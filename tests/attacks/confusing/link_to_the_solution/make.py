# tries: to hand in a symbolic link to the instructor's solution
# stopped-by: reading
# wins: points
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.symlink_to(fill("@SOLUTION@"))
    return submission
