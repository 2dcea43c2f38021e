# tries: lines that a notebook would hand to a shell: !, %, %%bash, get_ipython
# stopped-by: reading
# wins: mark
# naive: reader
import json
from pathlib import Path


def make(folder: Path, fill) -> Path:
    lines = [
        "!echo shell > @MARK@\n",
        "%system echo magic > @MARK@\n",
        "%run -i @MARK@.py\n",
        "x = !echo assigned > @MARK@\n",
        "%%bash\n",
        "echo bash > @MARK@\n",
    ]
    cells = [
        {"cell_type": "code", "metadata": {}, "source": [fill(line)], "outputs": []}
        for line in lines
    ]
    cells.append({"cell_type": "code", "source": fill("%%bash\necho bash > @MARK@"), "outputs": []})
    submission = folder / "attention.ipynb"
    submission.write_text(json.dumps({"cells": cells, "nbformat": 4}))
    return submission
