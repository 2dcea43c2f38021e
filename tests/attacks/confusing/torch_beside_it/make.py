# tries: to be imported as torch, from beside the submission
# stopped-by: reading, separation
# wins: mark
# naive: folder
from pathlib import Path


def make(folder: Path, fill) -> Path:
    for name in ("torch", "numpy", "json", "llmquiz", "safetensors"):
        (folder / f"{name}.py").write_text(fill("open('@MARK@', 'w').write(__name__)\n"))
    submission = folder / "attention.py"
    submission.write_text("import torch\nimport json\n")
    return submission
