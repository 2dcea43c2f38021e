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
MOST_LINKS = 40  # behind one another, as the kernel has it
DEVICES = ("/dev/null", "/dev/urandom")


def executable() -> Path:
    """This interpreter by the real path of its folder; its own link stays, it says which
    environment is meant."""
    own = Path(sys.executable)
    return own.parent.resolve() / own.name


def _spelled() -> list[Path]:
    """The folders of this interpreter and of what it can import, as they are written."""
    found = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)]
    found.append(Path(os.path.realpath(sys.executable)).parents[1])
    found += [Path(path) for path in sysconfig.get_paths().values()]
    found += [Path(path) for path in sys.path if "site-packages" in path or "dist-packages" in path]
    home = Path.home()
    for path in map(Path, os.environ.get("LD_LIBRARY_PATH", "").split(":")):
        if path.is_absolute() and not home.is_relative_to(path.resolve()):
            found.append(path)
    return [path for path in dict.fromkeys(found) if path.is_dir()]


def python_folders() -> list[Path]:
    """The same by their real paths."""
    return list(dict.fromkeys(path.resolve() for path in _spelled()))


def visible() -> list[Path]:
    """All that a worker may read, by real paths, outermost only; what is `masked` lies in it."""
    system = [Path(path).resolve() for path in SYSTEM if Path(path).exists()]
    there = [path for path in (*system, *python_folders()) if path != Path("/")]
    outermost: list[Path] = []
    for path in sorted(dict.fromkeys(there), key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in outermost):
            outermost.append(path)
    return outermost


def links() -> list[tuple[Path, str]]:
    """Links on the way to what is visible, outside of it: /lib, or a folder of environments."""
    seen = visible()
    found: dict[Path, str] = {}
    for path in (*map(Path, SYSTEM), *_spelled(), Path(sys.executable)):
        here = path
        for _ in range(MOST_LINKS):
            parts = (*reversed(here.parents), here)
            link = next((part for part in parts if part.is_symlink()), None)
            if link is None:
                break
            if not any(link.is_relative_to(folder) for folder in seen):
                found[link] = str(link.readlink())
            here = link.parent / link.readlink() / here.relative_to(link)
    return list(found.items())


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
        yield from _without(path, mask)
    yield from own()
    yield from (Path(path) for path in DEVICES)


def _without(path: Path, mask: list[Path]) -> Iterator[Path]:
    if path in mask:
        return
    if not any(hidden.is_relative_to(path) for hidden in mask):
        yield path
    elif path.is_dir():
        for child in path.iterdir():
            # A rule for a link would be one for its target, which may hold what is masked: an
            # environment has lib64 -> lib. A link into what is allowed works without a rule.
            if not child.is_symlink():
                yield from _without(child, mask)
