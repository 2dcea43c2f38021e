# tries: a notebook of 5 MB of empty cells, each an object in the judge, each line a place
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    cell = '{"cell_type":"code","source":"' + "\\n" * 4000 + '"}'
    submission.write_text('{"cells":[' + ",".join([cell] * 1200) + "]}")
    return submission
