"""All that a climb depends on, and the file that keeps what was done."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from llmquiz import __version__
from llmquiz.lab.ladder.components import Offer
from llmquiz.lab.ladder.rungs import Size
from llmquiz.workspace import STATE, Workspace

SCHEMA = 1


@dataclass(frozen=True)
class Job:
    """One climb. The same job again goes on where it stopped."""

    size: Size
    seed: int  # the first; the others follow it
    data: str  # a kind of `data`, or the path of a file
    text: str
    offers: tuple[Offer, ...]

    @property
    def key(self) -> str:
        """Changes with everything that the numbers depend on."""
        facts = {
            "version": [__version__, metadata.version("torch")],
            "size": asdict(self.size),
            "seed": self.seed,
            "text": hashlib.sha256(self.text.encode()).hexdigest(),
            "sources": [[offer.exercise, offer.source] for offer in self.offers if offer.source],
        }
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def folder(workspace: Workspace | None) -> Path:
    """Where the state is: in the workspace, or with the user's caches where there is none."""
    if workspace is not None:
        return workspace.root / STATE / "lab"
    own = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(own) if own else Path.home() / ".cache") / "llmquiz" / "lab"


class State:
    """A JSON file, written whole or not at all after every finished run."""

    def __init__(self, place: Path, key: str, fresh: bool = False) -> None:
        self.path = place / "ablation.json"
        self.facts: dict[str, Any] = {"schema": SCHEMA, "key": key, "runs": {}}
        if not fresh:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                kept = json.loads(self.path.read_text(encoding="utf-8"))
                if kept["key"] == key and kept["schema"] == SCHEMA:
                    self.facts = kept

    @property
    def runs(self) -> dict[str, Any]:
        """`rung/seed` -> its record."""
        found: dict[str, Any] = self.facts["runs"]
        return found

    def save(self, **facts: Any) -> None:
        self.facts.update(facts)
        write(self.path, json.dumps(self.facts).encode())


def write(path: Path, data: bytes) -> None:
    """Write beside it, then rename: a reader or a crash never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
