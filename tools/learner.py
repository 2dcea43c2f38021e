"""A learner that a script plays: edits files, runs commands, and keeps what is seen."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
SEED = ("--seed", "7")  # so that the text is the same tomorrow
SEEDED = ("check", "explain", "quiz")
Words = tuple[str, str]  # English, Chinese
Edit = tuple[str, str]


class Learner:
    """Edits files, runs commands, and keeps what is seen."""

    def __init__(self, lang: str, home: Path) -> None:
        self.lang, self.home = lang, home
        self.parts: list[str] = []
        self.codes: list[int] = []

    def heading(self, words: Words) -> None:
        self.parts.append(f"## {self._pick(words)}")

    def note(self, english: str, chinese: str) -> None:
        self.parts.append(self._pick((english, chinese)))

    def run(self, *commands: str, cut: int | None = None, typed: Sequence[str] = ()) -> None:
        """Run commands; show what they print."""
        from llmquiz.cli import run

        blocks = []
        for command in commands:
            words = shlex.split(command)[1:]
            seed = SEED if words and words[0] in SEEDED else ()
            out = io.StringIO()
            stdin = io.StringIO("".join(f"{line}\n" for line in typed))
            with (
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(out),
                patch.object(sys, "stdin", stdin),
            ):
                try:
                    self.codes.append(run([*words, *seed]))
                except SystemExit as end:
                    self.codes.append(int(end.code or 0))
            lines = [line.rstrip() for line in self._plain(out.getvalue()).strip().split("\n")]
            shown = lines if cut is None or len(lines) <= cut else [*lines[:cut], "..."]
            blocks.append("\n".join([f"$ {command}", *shown]))
        self.parts.append("```text\n" + "\n\n".join(blocks) + "\n```")

    def write(self, name: str, parts: Sequence[str], edits: Sequence[Edit] = ()) -> None:
        """Fill in parts of an exercise ("f", "Class.method"), the others stay as they are."""
        stub = self.file(name)
        from llmquiz import catalog
        from llmquiz.statement import stub_text

        source = stub_text(catalog.find(name), self.lang)
        answer = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
        for old, new in edits:
            assert old in answer, (name, old)
            answer = answer.replace(old, new)
        bodies = dict(_bodies(answer))
        for part in parts:
            todo = rf'^ *raise NotImplementedError\("{re.escape(part)}"\)\n'
            assert re.search(todo, source, re.MULTILINE), (name, part)
            source = re.sub(todo, lambda _, part=part: bodies[part], source, flags=re.MULTILINE)
        stub.write_text(_with_imports(source, answer, bodies, parts), encoding="utf-8")

    def file(self, name: str) -> Path:
        return self.home / "my-llm" / "exercises" / f"{name}.py"

    def text(self) -> str:
        return "\n\n".join([*self.parts, ""])

    def _pick(self, words: Words) -> str:
        return words[0] if self.lang == "en" else words[1]

    def _plain(self, text: str) -> str:
        """Without what differs from run to run: the folder, the time of a copy, versions."""
        text = text.replace(str(self.home.resolve()), "~").replace(str(self.home), "~")
        text = re.sub(r"^~/my-llm +", "~/my-llm   ", text)  # as long as the name of the folder is
        text = re.sub(r"\d{8}T\d{6}Z", "20260102T030405Z", text)
        return re.sub(r"(?:, |，)llmquiz \d[^\s,，]*(?:, |，)torch \S+", "", text)


def _bodies(source: str) -> Iterator[tuple[str, str]]:
    """The body of each function and method, as lines."""
    lines = source.splitlines(keepends=True)
    for node in ast.parse(source).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inner:
            if isinstance(function, ast.FunctionDef):
                name = function.name if function is node else f"{node.name}.{function.name}"  # type: ignore[attr-defined]
                yield name, "".join(lines[function.body[0].lineno - 1 : function.end_lineno])


def _with_imports(source: str, answer: str, bodies: dict[str, str], parts: Sequence[str]) -> str:
    """The source with the imports and helpers of the answer that it lacks."""
    tree = ast.parse(answer)
    has = set(re.findall(r"^(?:import|from) .*", source, re.MULTILINE))
    wanted = [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    lacking = [line for line in wanted if line not in has]
    first = re.search(r"^(?:import|from) ", source, re.MULTILINE)
    assert first is not None
    source = (
        source[: first.start()] + "".join(f"{line}\n" for line in lacking) + source[first.start() :]
    )
    if any("attend(" in bodies[part] for part in parts):  # a helper of the learner's own
        helper = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "attend")
        source += "\n\n" + textwrap.dedent(ast.get_source_segment(answer, helper) or "") + "\n"
    methods = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Tokenizer"]
    if methods and "Tokenizer.encode" in parts:
        for node in methods[0].body:
            if (
                isinstance(node, ast.FunctionDef)
                and node.name.startswith("_")
                and "init" not in node.name
            ):
                text = ast.get_source_segment(answer, node) or ""
                source += "\n    " + text + "\n"
    return source
