# tries: to hand in a file that is sparse on the disk and 20 GB in memory
# stopped-by: reading
# wins: judge
# naive: reader
import os
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.write_text("x = 1\n")
    os.truncate(submission, 20 << 30)
    return submission
