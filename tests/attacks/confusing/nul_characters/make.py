# tries: NUL characters, where what one reader sees ends for another
# stopped-by: reading
# wins: judge
# naive: reader
import json
from pathlib import Path


def make(folder: Path, fill) -> Path:
    submission = folder / "attention.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1\0\ny = '\0'\n", "outputs": []}
    submission.write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    return submission
