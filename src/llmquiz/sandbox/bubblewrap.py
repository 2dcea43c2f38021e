"""bubblewrap: starts the zygote in namespaces of its own, in which only what it needs exists.

It hides paths, the network and other processes, from workers and zygote alike. It needs user
namespaces, which some systems and most containers refuse.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from llmquiz.sandbox import view

NOBODY = 65534


def command(hidden: Iterable[Path], environment: Mapping[str, str]) -> list[str]:
    """What to write before the zygote's own command. Empty where bubblewrap is not installed."""
    program = shutil.which("bwrap")
    if program is None:
        return []
    arguments = [program, "--unshare-all", "--unshare-user", "--disable-userns"]
    # As root: another user inside, and no capability.
    arguments += ["--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL"]
    arguments += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--clearenv"]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    for path in view.visible():
        arguments += ["--ro-bind", str(path), str(path)]
    for link, target in view.links():
        arguments += ["--symlink", target, str(link)]
    for path in view.masked(hidden):
        arguments += (
            ["--tmpfs", str(path)] if path.is_dir() else ["--ro-bind", "/dev/null", str(path)]
        )
    for path in view.own():
        arguments += ["--ro-bind", str(path), str(path)]
    # Some libraries ask /proc about the processor; a worker cannot open it (Landlock).
    arguments += ["--dev", "/dev", "--proc", "/proc", "--chdir", "/"]
    return arguments


def problem(prefix: list[str]) -> str:
    """Why bubblewrap does not work here, or nothing. Costs some ten milliseconds."""
    if not prefix:
        return "bwrap is not installed"
    harmless = shutil.which("true")
    inside = harmless is not None and any(
        Path(os.path.realpath(harmless)).is_relative_to(path) for path in view.visible()
    )
    test = [str(harmless)] if inside else [str(view.executable()), "-I", "-S", "-c", ""]
    try:
        done = subprocess.run(
            [*prefix, "--", *test], capture_output=True, timeout=20, check=False, env={}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return ""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else f"bwrap gives {done.returncode}"
