# tries: to declare an encoding that is none for text, or that fails in its own way
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.write_bytes(b"# coding: idna\nx = '" + b"\xc3\xa4." * 70 + b"'\n")
    return submission
