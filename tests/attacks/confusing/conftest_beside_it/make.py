# tries: to be run by the judge's pytest as a conftest.py or a test file
# stopped-by: reading, separation
# wins: mark
# naive: folder
from pathlib import Path


def make(folder: Path, fill) -> Path:
    for name in ("conftest.py", "test_attention.py", "__init__.py"):
        (folder / name).write_text(fill("open('@MARK@', 'w').write(__name__)\n"))
    submission = folder / "attention.py"
    submission.write_text("x = 1\n")
    return submission
