# tries: half characters in a notebook, which no file and no pipe can be given
# stopped-by: reading, rendering
# wins: judge
# naive: reader
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    submission.write_text(
        '{"cells":[{"cell_type":"code","source":"x = \'\\ud800\'\\nraise ValueError(x)  # \\udfff"}],"nbformat":4}'
    )
    return submission
