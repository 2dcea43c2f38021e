# tries: to declare an encoding whose decoder takes quadratic time
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    submission.write_bytes(b"# coding: punycode\n#" + b"x" * 1_000_000 + b"-" + b"a" * 2_500_000)
    return submission
