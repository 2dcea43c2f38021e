# tries: a notebook whose cells are of every type but the right one
# stopped-by: reading
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    submission.write_text(
        '{"cells":[{"cell_type":"code","source":[1,{"a":2},null]},{"cell_type":["code"],'
        '"source":5},null,7,"code"],"nbformat":1e999,"metadata":[[]]}'
    )
    return submission
