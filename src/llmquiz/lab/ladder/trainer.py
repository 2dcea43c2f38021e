"""The parent's side of a training process: starts it, talks with it, ends it when it is silent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from llmquiz.errors import OurFault, UsageProblem
from llmquiz.lab.ladder.components import Offer

SILENCE = 120.0  # seconds without a word, after which a process is ended
START = 300.0  # a cold import of torch from a slow disk, and the tokenizer

CUBLAS = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}  # without it, its sums differ from run to run


class Trainer:
    """One training process."""

    def __init__(self, silence: float = SILENCE) -> None:
        self.silence = silence
        self._silent = False
        one_thread = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "llmquiz.lab.ladder.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | dict.fromkeys(one_thread, "1") | CUBLAS,
        )

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """The only answer to an order."""
        return next(self.stream(do, **order))

    def stream(self, do: str, **order: Any) -> Iterator[dict[str, Any]]:
        """The answers to an order, as they come; the caller knows which is the last.

        Raises UsageProblem where the process fails, exits or is silent for too long: its code is
        the learner's.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise UsageProblem("training_ended", order=do) from error
        while True:
            patience = START if do in ("load", "prepare") else self.silence
            timer = threading.Timer(patience, self._give_up)
            timer.start()
            try:
                line = self.process.stdout.readline()
            finally:
                timer.cancel()
            if not line:
                key = "training_silent" if self._silent else "training_ended"
                raise UsageProblem(key, order=do, **({"seconds": patience} if self._silent else {}))
            answer: dict[str, Any] = json.loads(line)
            if "error" in answer:
                raise UsageProblem("training_failed", order=do, error=answer["error"])
            yield answer

    def load(self, offers: tuple[Offer, ...]) -> dict[str, Any]:
        """Give it the learner's sources; what it takes of them."""
        return self.ask("load", offers=[asdict(offer) for offer in offers if offer.source])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError as error:  # what was still to be written finds no reader
                    if not isinstance(error, BrokenPipeError):
                        raise OurFault("unexpected", place="trainer", error=repr(error)) from error

    def _give_up(self) -> None:
        self._silent = True
        self.process.kill()
