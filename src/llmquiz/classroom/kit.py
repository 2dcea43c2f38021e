"""What students get: stubs, and llmquiz as a wheel without solutions, graders and questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from llmquiz import catalog
from llmquiz.catalog import Exercise
from llmquiz.classroom.kit_readme import readme
from llmquiz.classroom.lab_files import lab_files
from llmquiz.classroom.wheel import NAME, wheel, zipped
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text


def make(target: Path, exercises: Sequence[str], labs: Sequence[str], lang: str) -> list[Path]:
    """Write a folder, or one zip file where the name ends so. Raises UsageProblem."""
    chosen = [catalog.find(name) for name in dict.fromkeys(exercises)]
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageProblem("kit_exists", path=target)
    files = dict(_files(chosen, labs, lang))
    try:
        if target.suffix == ".zip":
            target.write_bytes(
                zipped((f"{target.stem}/{name}", data) for name, data in files.items())
            )
            return [target]
        for name, data in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise UsageProblem("not_writable", path=target, error=error.strerror) from error
    return [target / name for name in files]


def _files(
    exercises: Sequence[Exercise], labs: Sequence[str], lang: str
) -> Iterator[tuple[str, bytes]]:
    yield "README.md", readme([exercise.name for exercise in exercises], labs, NAME, lang).encode()
    for exercise in exercises:
        yield f"exercises/{exercise.name}.py", stub_text(exercise, lang).encode()
    yield ".llmquiz/language", lang.encode()
    yield NAME, wheel(exercises, lab_files(labs))
