"""Build the wheel, install it into an empty environment outside the clone, and use it there.

Not collected by pytest: it takes minutes, and CI runs it as a step of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


SPY = """
import pathlib, llmquiz
root = pathlib.Path(llmquiz.__file__).parent / "_content"
found = []
for name in ("solutions/attention.py", "graders/test_attention.py", "questions.yaml"):
    try:
        found.append((root / name).read_text()[:9])
    except OSError:
        pass
raise RuntimeError("nothing found" if not found else f"found {found}")
"""


def run(*command: object, cwd: Path, expect: int = 0) -> str:
    """Run a command; its output. Ends the program where the exit code is another one."""
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode != expect:
        sys.exit(f"{command} gave {done.returncode}, not {expect}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", here, ROOT, cwd=here)
        (wheel,) = here.glob("*.whl")
        venv.create(here / "venv", with_pip=True)
        scripts = here / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        constraints = ROOT / "constraints.txt"
        run(scripts / "python", "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=here)
        llmquiz = scripts / "llmquiz"
        workspace = here / "workspace"
        run(llmquiz, "init", workspace, cwd=here)
        stubs = json.loads(run(llmquiz, "check", "--all", "--json", cwd=workspace, expect=1))
        assert [r["status"] for r in stubs["reports"]] == ["TODO"] * 6, stubs
        for path in (ROOT / "solutions").glob("*.py"):
            shutil.copy(path, workspace / "exercises")
        solved = json.loads(run(llmquiz, "check", "--all", "--json", cwd=workspace))
        assert [r["status"] for r in solved["reports"]] == ["PASS"] * 6, solved
        _is_held(llmquiz, workspace)
        shown = json.loads(run(llmquiz, "quiz", "attention.scale", "--show", "--json", cwd=here))
        assert len(shown["questions"]) > 2, shown
        print("the installed wheel: six stubs TODO, six solutions PASS, its graders out of reach")


def _is_held(llmquiz: Path, workspace: Path) -> None:
    """Once installed, graders and solutions lie beside the libraries that a submission may read."""
    spy = workspace / "spy.py"
    spy.write_text(SPY, encoding="utf-8")
    level = json.loads(run(llmquiz, "doctor", "--json", cwd=workspace))["level"]
    done = json.loads(
        run(llmquiz, "check", "attention", "--file", spy, "--json", cwd=workspace, expect=1)
    )
    (report,) = done["reports"]
    message = report["failure"]["facts"]["message"]
    assert (message == "nothing found") == (level != "process"), (level, message)


if __name__ == "__main__":
    main()
