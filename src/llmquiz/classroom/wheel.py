"""llmquiz as a wheel for students: without solutions, graders, questions and authors' tools."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from llmquiz import __version__
from llmquiz.catalog import Exercise

PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = ("_content", "__pycache__", "dev", "lab")  # that are left out, and commands:
COMMANDS = (
    "ablation", "course", "dev", "explain", "export", "lab", "progress", "quiz", "review",
    "solution", "watch", "watching",
)  # fmt: skip
VERSION = f"{__version__}+students"
NAME = f"llmquiz-{VERSION}-py3-none-any.whl"
STAMP = (2020, 1, 1, 0, 0, 0)  # the same kit twice is the same file


def wheel(exercises: Sequence[Exercise], labs: set[Path]) -> bytes:
    """A wheel of the program with the stubs of these exercises and these files of labs."""
    info = f"llmquiz-{VERSION}.dist-info"
    files: dict[str, bytes] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and (path in labs or not _is_left_out(path)):
            files[f"llmquiz/{path.relative_to(PACKAGE).as_posix()}"] = path.read_bytes()
    files["llmquiz/_content/KIT"] = b"A kit for students.\n"  # the folder is there in any case
    for exercise in exercises:
        for path in (exercise.stub, exercise.stub.with_suffix(".toml")):
            files[f"llmquiz/_content/exercises/{path.name}"] = path.read_bytes()
    facts = importlib.metadata.distribution("llmquiz")
    needs = [line for line in facts.requires or [] if "extra ==" not in line]
    metadata = [
        "Metadata-Version: 2.1",
        "Name: llmquiz",
        f"Version: {VERSION}",
        "Summary: The public part of llmquiz's exercises",
        f"Requires-Python: {facts.metadata['Requires-Python']}",
        *(f"Requires-Dist: {line}" for line in needs),
    ]
    files[f"{info}/METADATA"] = "\n".join([*metadata, ""]).encode()
    tags = ["Wheel-Version: 1.0", "Generator: llmquiz", "Root-Is-Purelib: true"]
    files[f"{info}/WHEEL"] = "\n".join([*tags, "Tag: py3-none-any", ""]).encode()
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\nllmquiz = llmquiz.cli:main\n"
    record = [f"{name},{_digest(data)},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    return zipped(files.items())


def _is_left_out(path: Path) -> bool:
    inside = path.relative_to(PACKAGE).parts
    command = inside[0] == "cli" and path.stem in COMMANDS
    return command or path.suffix == ".pyc" or bool(set(inside) & set(FOLDERS))


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file, byte by byte the same for the same files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()
