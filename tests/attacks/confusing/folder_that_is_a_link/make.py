# tries: to hand in a folder that is a link to where the solutions are
# stopped-by: reading
# wins: points
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    link = folder / "work"
    link.symlink_to(Path(fill("@SOLUTION@")).parent)
    return link / "attention.py"
