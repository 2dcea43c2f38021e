"""The bank for other programs. Each format is a pure function: bank and language in, bytes out."""

from __future__ import annotations

import difflib
import importlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmquiz.errors import UsageProblem
from llmquiz.quiz.records import Bank


@dataclass(frozen=True)
class Format:
    """How a bank becomes a file."""

    module: str  # imported when asked for: one format must not wait for another
    open_ones: bool = True  # whether it can hold open questions

    def __call__(self, bank: Bank, lang: str) -> bytes:
        made: Callable[[Bank, str], bytes] = importlib.import_module(self.module).made
        return made(bank, lang)


FORMATS = {
    "anki": Format("llmquiz.quiz.export.anki"),
    "gift": Format("llmquiz.quiz.export.gift"),
    "qti": Format("llmquiz.quiz.export.qti"),
    "jupyterquiz": Format("llmquiz.quiz.export.jupyterquiz", open_ones=False),
    "html": Format("llmquiz.quiz.export.page"),
}


def part_of(bank: Bank, names: Sequence[str]) -> Bank:
    """The questions of these topics and ids, in the order of the bank. Raises UsageProblem."""
    if not names:
        return bank
    wanted: set[str] = set()
    for name in names:
        question = bank.find(name)
        if question is not None:
            wanted.add(question.id)
        elif name in bank.topics:
            wanted |= {one.id for one in bank if one.topic == name}
        else:
            raise _unknown(bank, name)
    return Bank(bank.topics, {one.id: one for one in bank if one.id in wanted})


def count_of(bank: Bank, form: Format) -> int:
    """How many questions, open and closed, a file of this format holds."""
    return sum(len(question.closed) + form.open_ones for question in bank)


def write(path: Path, make: Callable[[], bytes], *, replace: bool = False) -> None:
    """Write a file whole or not at all; what cannot be written is not even made. UsageProblem."""
    if path.exists() and not path.is_file():
        raise UsageProblem("export_no_file", path=path)
    if path.exists() and not replace:
        raise UsageProblem("export_exists", path=path)
    target = path.resolve()  # a link stays a link
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else _usual_mode()
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
            Path(name).chmod(mode)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageProblem("not_writable", path=path, error=error.strerror) from error


def _usual_mode() -> int:
    """What a new file may be read by: mkstemp's are for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _unknown(bank: Bank, name: str) -> UsageProblem:
    near = difflib.get_close_matches(name.lower(), [*bank.topics, *bank.questions], n=1, cutoff=0.6)
    if near:
        return UsageProblem("unknown_question_near", name=name, near=near[0])
    return UsageProblem("unknown_question", name=name, topics=", ".join(bank.topics))
