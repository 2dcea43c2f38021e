"""Which files a worker needs: Python, its libraries, and of llmquiz the sandbox alone."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent  # in it, or beside it, are graders and solutions
SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/nix/store",
    "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/urandom")
DEPTH = 6  # folders below an allowed one that are told apart from a hidden one


def python_folders() -> list[Path]:
    """The folders of this interpreter and of the packages that it can import."""
    found = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)]
    found.append(Path(os.path.realpath(sys.executable)).parents[1])
    found += [Path(path) for path in sysconfig.get_paths().values()]
    found += [Path(path) for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path]
    found += [Path(path) for path in sys.path if "site-packages" in path or "dist-packages" in path]
    return [path for path in dict.fromkeys(found) if path.is_dir()]


def visible() -> list[Path]:
    """All that a worker may read, outermost first; what `masked` names is inside some of it."""
    paths = [*(Path(path) for path in SYSTEM), *python_folders()]
    there = [path for path in paths if path.exists() and path != Path("/")]
    outermost: list[Path] = []
    for path in sorted(dict.fromkeys(there), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in outermost):
            outermost.append(path)
    return outermost


def own() -> tuple[Path, ...]:
    """The files of llmquiz that a worker runs."""
    return (PACKAGE / "__init__.py", HERE)


def masked(hidden: Iterable[Path]) -> list[Path]:
    """What lies inside the visible folders and must not be seen: llmquiz itself, and `hidden`."""
    paths = [PACKAGE, *(Path(path).resolve() for path in hidden)]
    seen = visible()
    return [
        path
        for path in dict.fromkeys(paths)
        if path.exists() and any(path.is_relative_to(folder) for folder in seen)
    ]


def readable(hidden: Iterable[Path]) -> Iterator[Path]:
    """The visible files and folders without the masked ones, for rules that can only allow."""
    mask = masked(hidden)
    for path in visible():
        yield from _without(path, mask, DEPTH + len(path.parts) + 12)
    yield from own()
    yield from (Path(path) for path in DEVICES)


def _without(path: Path, mask: list[Path], depth: int) -> Iterator[Path]:
    if path in mask:
        return
    if not any(hidden.is_relative_to(path) for hidden in mask):
        yield path
    elif path.is_dir() and len(path.parts) < depth:
        for child in path.iterdir():
            yield from _without(child, mask, depth)
