"""Trains one rung with one seed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from llmquiz.lab.ladder.model import Model
from llmquiz.lab.ladder.parts import Parts
from llmquiz.lab.ladder.rungs import Rung, Size

INDUCTION_SYMBOLS, SHORTEST, LONGEST = 32, 5, 11  # periods of the synthetic task
POINTS = 8  # of a curve
Batch = tuple[Tensor, Tensor, Tensor]  # inputs, targets, which targets count


@dataclass(frozen=True)
class Data:
    """Token ids to learn from and to judge by; both empty for the synthetic task."""

    train: Tensor
    judge: Tensor
    vocabulary: int

    def batch(self, judged: bool, size: Size, count: int, generator: torch.Generator) -> Batch:
        ids = self.judge if judged else self.train
        if not len(ids):
            return induction(count, size.length, generator)
        starts = torch.randint(len(ids) - size.length - 1, (count,), generator=generator)
        rows = ids[starts[:, None] + torch.arange(size.length + 1)]  # (count, L + 1)
        return rows[:, :-1], rows[:, 1:], torch.ones_like(rows[:, 1:], dtype=torch.bool)


def induction(count: int, length: int, generator: torch.Generator) -> Batch:
    """A drawn word of distinct symbols, repeated: who finds the last occurrence, knows the next.

    The length of the word is drawn too, so that looking back a fixed distance does not help.
    """
    period = torch.randint(SHORTEST, LONGEST + 1, (count, 1), generator=generator)
    word = torch.rand(count, INDUCTION_SYMBOLS, generator=generator).argsort(-1)
    at = torch.arange(length + 1)[None]
    rows = word.gather(1, at % period)  # (count, L + 1)
    return rows[:, :-1], rows[:, 1:], at[:, :-1] >= period


def train(
    parts: Parts, rung: Rung, data: Data, size: Size, seed: int, device: str
) -> Iterator[dict[str, Any]]:
    """Yields {"step", "of"} while it trains, and at last the record of the run, with the model."""
    torch.manual_seed(seed)
    model = Model(parts, rung, data.vocabulary, size.width).to(device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=size.rate, betas=(0.9, 0.95), weight_decay=0.01
    )
    batches = torch.Generator().manual_seed(1000 + seed)
    start, curve = time.perf_counter(), []
    every = max(5, size.steps // POINTS)
    for step in range(size.steps):
        if step % every == 0:
            curve.append((step, judge(model, data, size, device, batches=2)[0]))
        if step % 10 == 0:
            yield {"step": step, "of": size.steps}
        for group in optimiser.param_groups:
            group["lr"] = size.rate * _schedule(step, size.steps)
        loss = _loss(model, data.batch(False, size, size.batch, batches), device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    loss_at_end, accuracy = judge(model, data, size, device, batches=8)
    curve.append((size.steps, loss_at_end))
    record = {
        "loss": loss_at_end,
        "accuracy": accuracy,
        "curve": curve,
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": time.perf_counter() - start,
    }
    yield {"record": record, "model": model}


def _schedule(step: int, steps: int) -> float:
    """A short warm-up, then a cosine down to a tenth."""
    warm = min(1.0, (step + 1) / max(1, steps // 10))
    return warm * (0.1 + 0.45 * (1 + math.cos(math.pi * step / steps)))


def _loss(model: Callable[[Tensor], Tensor], batch: Batch, device: str) -> Tensor:
    inputs, targets, counts = (part.to(device) for part in batch)
    return F.cross_entropy(model(inputs)[counts], targets[counts])


def judge(
    model: nn.Module, data: Data, size: Size, device: str, batches: int
) -> tuple[float, float]:
    """Mean nats a token, and the share of right guesses, always on the same windows."""
    generator = torch.Generator().manual_seed(7)
    losses, hits = [], []
    with torch.no_grad():
        for _ in range(batches):
            inputs, targets, counts = (p.to(device) for p in data.batch(True, size, 64, generator))
            logits = model(inputs)[counts]
            losses.append(float(F.cross_entropy(logits, targets[counts])))
            hits.append(float((logits.argmax(-1) == targets[counts]).float().mean()))
    return sum(losses) / batches, sum(hits) / batches
