"""The training process: `python -m llmquiz.lab.ladder.worker`, orders and answers as JSON lines.

The learner's modules are trained here for minutes, so calls cannot each go through the grader's
sandbox. Nothing is graded here, and the code is the learner's own, run on their own machine and as
their own user. What must be held apart is an accident: an endless loop, a crash, an exit, a print,
a changed torch, eaten memory. So: a process of its own, which holds no grader, no solution and no
expected value; which gets sources and data over a pipe and returns numbers; which may write no
file; whose silence has a deadline (see `trainer`).

{"do": "load", "offers": [...]}              -> {"taken": {...}, "refused": {...}, ...}
{"do": "prepare", "text": ..., "merges": n}  -> {"merges": [...], "ids": base64, "bytes": n}
{"do": "data", "ids": base64, ...}           -> {"ready": true}
{"do": "train", "rung": ..., "seed": ...}    -> {"step", "of"} ..., {"record": {...}, "weights"}
{"do": "generate", ...}                      -> {"piece": ...} ..., {"end": true}
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmquiz.lab.ladder.rungs import BY_NAME, Size

MEMORY = 6 << 30  # bytes beyond what torch itself takes, where there is no GPU


class Worker:
    """Does one order after another."""

    def __init__(self, answers: int) -> None:
        import torch

        from llmquiz.lab.ladder.parts import REFERENCES

        torch.set_num_threads(1)  # so that the numbers depend on the seed alone
        self.answers = answers
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        if self.device == "cuda":  # for the same reason; as far as CUDA can, whatever a part calls
            torch.use_deterministic_algorithms(True, warn_only=True)
        self.parts: dict[str, Any] = dict(REFERENCES)
        self.data: Any = None

    def answer(self, **facts: Any) -> None:
        line = json.dumps(facts).encode() + b"\n"
        while line:
            line = line[os.write(self.answers, line) :]

    def load(self, offers: list[dict[str, Any]]) -> None:
        from llmquiz.lab.ladder.fitting import fit

        taken: dict[str, str] = {}
        refused: dict[str, Any] = {}
        for offer in offers:
            found, reasons = fit(offer["exercise"], offer["names"], offer["source"])
            self.parts.update(found)
            taken.update(dict.fromkeys(found, offer["exercise"]))
            refused.update(reasons)
        self.answer(taken=taken, refused=refused, device=self.device)

    def prepare(self, text: str, merges: int, learn: int) -> None:
        """Learn a tokenizer from the first `learn` characters, and encode the text with it."""
        from llmquiz.lab.ladder.tokens import encoded

        pairs = [tuple(pair) for pair in self.parts["train_bpe"](text[:learn], merges)]
        ids = encoded(self.parts["Tokenizer"](pairs), text)
        packed = base64.b64encode(b"".join(i.to_bytes(2, "little") for i in ids)).decode()
        self.answer(merges=pairs, ids=packed, bytes=len(text.encode()))

    def receive(self, ids: str, vocabulary: int) -> None:
        """The last tenth of the text judges."""
        import torch

        from llmquiz.lab.ladder.train import Data

        packed = bytearray(base64.b64decode(ids))
        tokens = torch.frombuffer(packed, dtype=torch.int16).long() if packed else torch.empty(0)
        cut = len(tokens) * 9 // 10
        self.data = Data(tokens[:cut], tokens[cut:], vocabulary)
        self.answer(ready=True)

    def train(self, rung: str, seed: int, size: dict[str, Any], weights: bool) -> None:
        from safetensors.torch import save

        from llmquiz.lab.ladder.train import train

        run = train(self.parts, BY_NAME[rung], self.data, Size(**size), seed, self.device)
        for facts in run:
            model = facts.pop("model", None)
            if model is not None and weights:
                state = {name: t.contiguous().cpu() for name, t in model.state_dict().items()}
                facts["weights"] = base64.b64encode(save(state)).decode()
            self.answer(**facts)

    def generate(self, **order: Any) -> None:
        from llmquiz.lab.ladder.generate import generate

        for piece in generate(self.parts, device=self.device, **order):
            self.answer(piece=piece)
        self.answer(end=True)


def limit() -> None:
    """No file grows, no memory without end; Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.gettempdir()  # torch asks later, when no file can be tried any more
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        import torch

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if not torch.cuda.is_available():  # CUDA reserves addresses and caches its kernels
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            with Path("/proc/self/statm").open(encoding="ascii") as statm:
                now = int(statm.read().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))


def main() -> None:
    orders, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)  # whatever the learner's code prints
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    limit()
    worker = Worker(answers)
    do: dict[str, Callable[..., None]] = {
        "load": worker.load,
        "prepare": worker.prepare,
        "data": worker.receive,
        "train": worker.train,
        "generate": worker.generate,
    }
    for line in orders:
        order = json.loads(line)
        try:
            do[order.pop("do")](**order)
        except BrokenPipeError:  # the parent went away
            break
        except BaseException as error:
            with contextlib.suppress(OSError):
                worker.answer(error=f"{type(error).__name__}: {error}"[:500])
    os._exit(0)


if __name__ == "__main__":
    main()
