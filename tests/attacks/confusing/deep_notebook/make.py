# tries: a notebook of JSON nested a million deep
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    submission.write_text('{"cells":' + "[" * 1_000_000 + "]" * 1_000_000 + "}")
    return submission
