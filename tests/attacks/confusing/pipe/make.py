# tries: to hand in a named pipe, for which the judge waits for ever
# stopped-by: reading
# wins: judge
# naive: reader
import os
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    os.mkfifo(submission)
    return submission
