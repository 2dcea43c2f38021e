# tries: to be run at the start of every Python: sitecustomize, usercustomize and a .pth file
# stopped-by: reading, separation
# wins: mark
# naive: folder
from pathlib import Path


def make(folder: Path, fill) -> Path:
    code = fill("open('@MARK@', 'w').write('at start')")
    for name in ("sitecustomize.py", "usercustomize.py"):
        (folder / name).write_text(code + "\n")
    (folder / "evil.pth").write_text(f"import sys; exec({code!r})\n")
    submission = folder / "attention.py"
    submission.write_text("x = 1\n")
    return submission
