# tries: to hand in a device without an end
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.symlink_to("/dev/zero")
    return submission
