# tries: a notebook of 60 MB, most of it empty lists, each of which takes twenty times its text
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    with submission.open("w") as file:
        file.write('{"cells":[{"cell_type":"code","source":"x = 1"}],"metadata":[')
        for _ in range(20):
            file.write("[]," * 1_000_000)
        file.write("[]]}")
    return submission
