"""Trains every rung with every seed, keeps each finished run, and goes on after a stop."""

from __future__ import annotations

import base64
import json
import queue
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from llmquiz.lab.ladder.job import Job, State, write
from llmquiz.lab.ladder.rungs import LADDER, LAST
from llmquiz.lab.ladder.trainer import Trainer

Progress = Callable[[str, int, float], None]  # rung, seed, share that is done
LEARN = 60_000  # characters that the tokenizer learns from
MODEL = "model.safetensors"  # with its facts in model.json


def climb(job: Job, state: State, workers: int, progress: Progress) -> dict[str, Any]:
    """Returns the state's facts once all runs are in it. Raises Problem; Ctrl-C stops it."""
    if not missing(job, state):
        return state.facts
    crew = Crew(job, state, progress)
    try:
        crew.prepare()
        crew.work(missing(job, state), workers)
    finally:
        crew.close()
    return state.facts


def missing(job: Job, state: State) -> list[tuple[str, int]]:
    """Rungs and seeds that are still to be trained, seed by seed."""
    seeds = range(job.seed, job.seed + job.size.seeds)
    wanted = [(rung.name, seed) for seed in seeds for rung in LADDER]
    return [(rung, seed) for rung, seed in wanted if f"{rung}/{seed}" not in state.runs]


class Crew:
    """Some training processes, each with a thread that feeds it."""

    def __init__(self, job: Job, state: State, progress: Progress) -> None:
        self.job, self.state, self.progress = job, state, progress
        self.lock, self.failed = threading.Lock(), threading.Event()
        self.problem: Exception | None = None
        self.trainers = [Trainer()]

    def prepare(self) -> None:
        """Load the parts and make the tokens, in the first process; later climbs keep them."""
        first, job = self.trainers[0], self.job
        parts = first.load(job.offers)
        if "tokens" not in self.state.facts or self.state.facts.get("parts") != parts:
            tokens = {"merges": [], "ids": "", "bytes": 0}
            if job.text:
                merges = job.size.merges
                tokens = first.ask("prepare", text=job.text, merges=merges, learn=LEARN)
            self.state.save(tokens=tokens, parts=parts, runs={})  # of other parts, if there were

    def work(self, runs: list[tuple[str, int]], workers: int) -> None:
        todo: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        for run in runs:
            todo.put(run)
        self.trainers += [Trainer() for _ in range(min(workers, len(runs)) - 1)]
        threads = [
            threading.Thread(target=self._feed, args=(trainer, todo, at > 0), daemon=True)
            for at, trainer in enumerate(self.trainers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)  # short, so that Ctrl-C is heard
        if self.problem is not None:
            raise self.problem

    def close(self) -> None:
        self.failed.set()
        for trainer in self.trainers:
            trainer.close()

    def _feed(self, trainer: Trainer, todo: queue.SimpleQueue[tuple[str, int]], load: bool) -> None:
        try:
            if load:
                trainer.load(self.job.offers)
            facts = self.state.facts["tokens"]
            vocabulary = 256 + len(facts["merges"]) if self.job.text else 32
            trainer.ask("data", ids=facts["ids"], vocabulary=vocabulary)
            while not self.failed.is_set():
                try:
                    rung, seed = todo.get_nowait()
                except queue.Empty:
                    return
                self._train(trainer, rung, seed)
        except Exception as problem:
            with self.lock:  # the first one counts: it ends the others
                if not self.failed.is_set():
                    self.problem = problem
                self.failed.set()

    def _train(self, trainer: Trainer, rung: str, seed: int) -> None:
        keep = rung == LAST.name and seed == self.job.seed
        order = {"rung": rung, "seed": seed, "size": asdict(self.job.size), "weights": keep}
        for answer in trainer.stream("train", **order):
            if "step" in answer:
                self.progress(rung, seed, answer["step"] / answer["of"])
                continue
            with self.lock:
                if keep:
                    self._keep(answer["weights"], rung)
                self.state.runs[f"{rung}/{seed}"] = answer["record"]
                self.state.save()
            self.progress(rung, seed, 1.0)
            return

    def _keep(self, weights: str, rung: str) -> None:
        """What `llmquiz lab chat` needs, beside the state."""
        place = self.state.path.parent
        write(place / MODEL, base64.b64decode(weights))
        facts = {
            "rung": rung,
            "width": self.job.size.width,
            "window": self.job.size.length,
            "merges": self.state.facts["tokens"]["merges"],
            "data": self.job.data,
            "key": self.job.key,
        }
        write(place / "model.json", json.dumps(facts).encode())
