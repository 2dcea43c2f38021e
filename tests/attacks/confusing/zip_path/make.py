# tries: to hand in a zip archive that Python imports from, under the name of a module
# stopped-by: reading, separation
# wins: mark
# naive: folder
import zipfile
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.py"
    with zipfile.ZipFile(submission, "w") as archive:
        for name in ("__main__.py", "attention.py", "torch.py", "sitecustomize.py"):
            archive.writestr(name, fill("open('@MARK@', 'w').write(__name__)\n"))
    return submission
