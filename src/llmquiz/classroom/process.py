"""A process that judges submissions: it owns a sandbox, and never touches the gradebook.

The parent writes an order on a line of JSON, the process answers on a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from llmquiz.errors import OurFault, Problem, UsageProblem

Answer = list[dict[str, Any]]


class Lost(Exception):
    """The process ended without an answer."""


class Process:
    """The parent's end."""

    def __init__(self, root: Path, *, trust: bool, settings: dict[str, Any]) -> None:
        # Everybody on a machine can read a command line: the secret goes another way.
        self._orders = {"root": str(root), "trust": trust, **settings}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's business
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def ready(self) -> None:
        """Wait until it can grade. Raises the problem that stops it."""
        try:
            self._write(self._orders)
            self._read()
        except Lost as error:
            raise OurFault("broken_sandbox", reason="a judging process ended") from error

    def ask(self, order: dict[str, Any]) -> Answer:
        """Grade one submission. Raises Lost."""
        self._write(order)
        answer: Answer = self._read()["results"]
        return answer

    def _write(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Lost from error

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise Lost
        answer: dict[str, Any] = json.loads(line)
        if problem := answer.get("problem"):
            kind = UsageProblem if problem["usage"] else OurFault
            raise kind(problem["key"], **problem["facts"])
        return answer

    def close(self) -> None:
        """End it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _main(orders: dict[str, Any]) -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else may stand between the answers

    def tell(answer: dict[str, Any]) -> None:
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()

    if orders["content"]:
        os.environ["LLMQUIZ_CONTENT"] = orders["content"]
    try:
        from llmquiz.classroom.judge import Judge
        from llmquiz.grading import session  # imports torch  # noqa: F401

        judge = Judge(root=Path(orders["root"]), trust=orders["trust"], secret=orders["secret"])
        judge.level()
    except Problem as problem:
        facts = {name: str(value) for name, value in problem.facts.items()}
        usage = isinstance(problem, UsageProblem)
        tell({"problem": {"key": problem.key, "facts": facts, "usage": usage}})
        return
    tell({"ready": True})
    for line in sys.stdin.buffer:
        tell({"results": [_grade(judge, json.loads(line), one) for one in json.loads(line)["all"]]})
    judge.close()


def _grade(judge: Any, order: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """One notebook of a submission."""
    from llmquiz.classroom.judged import Judged
    from llmquiz.classroom.mend import mend, mend_file
    from llmquiz.classroom.outputs import apply
    from llmquiz.classroom.template import language_of

    template = one["template"]
    path = Path(one["path"])
    if order.get("lost"):
        mended = mend(template, [])
        mended.findings, mended.of_cells = [("found_lost", {})], {}
    else:
        mended = mend_file(template, path, path.parent)
        if order["timeless"]:
            mended.findings.append(("found_timeless", {}))
    judged: Judged = judge.grade(mended, order["student"], path.name, language_of(template))
    apply(mended.notebook, judged)
    return {
        "name": path.stem,
        "notebook": mended.notebook,
        "points": judged.points,
        "comments": judged.comments,
        "reasons": judged.reasons,
    }


if __name__ == "__main__":
    _main(json.loads(sys.stdin.buffer.readline()))
    sys.stdout.flush()
    os._exit(0)
