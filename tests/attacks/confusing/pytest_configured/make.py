# tries: to configure the judge's pytest: a plugin of its own by pytest.ini, tox.ini and pyproject.toml
# stopped-by: reading, separation
# wins: mark
# naive: folder
from pathlib import Path


def make(folder: Path, fill) -> Path:
    (folder / "evil_plugin.py").write_text(fill("open('@MARK@', 'w').write(__name__)\n"))
    options = "addopts = -p evil_plugin\npythonpath = .\n"
    (folder / "pytest.ini").write_text(f"[pytest]\n{options}")
    (folder / "tox.ini").write_text(f"[pytest]\n{options}")
    (folder / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "-p evil_plugin"\npythonpath = ["."]\n'
    )
    submission = folder / "attention.py"
    submission.write_text("x = 1\n")
    return submission
