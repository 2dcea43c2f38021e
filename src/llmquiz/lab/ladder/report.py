"""The records of a climb as a lab's result: did each part help, and by more than noise?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from llmquiz.lab.ladder.components import Offer
from llmquiz.lab.ladder.job import Job
from llmquiz.lab.ladder.rungs import BY_NAME, LADDER, Rung
from llmquiz.lab.records import Cell, Claim, Found, Plot, Series, Spread, Table, Text, spread
from llmquiz.words import MESSAGES, say

CLEAR = 3.0  # times the noise of a difference of two means


@dataclass(frozen=True)
class Numbers:
    """The loss of every rung, and what a difference between two rungs is worth."""

    losses: dict[str, Spread]
    accuracies: dict[str, Spread]
    unit: Text
    noise: float  # standard deviation of the difference of two means, pooled over the rungs

    def gain(self, rung: Rung) -> float:
        return self.losses[rung.base].mean - self.losses[rung.name].mean


def numbers(job: Job, facts: dict[str, Any]) -> Numbers:
    """Losses in bits per byte for a text, whatever the tokenizer; in nats for the task."""
    scale, unit = 1.0, ("nats", "nat")
    if job.text:
        tokens = len(facts["tokens"]["ids"]) * 3 / 4 / 2  # base64 of two bytes each
        scale, unit = (
            tokens / facts["tokens"]["bytes"] / math.log(2),
            ("bits per byte", "比特/字节"),
        )
    seeds = range(job.seed, job.seed + job.size.seeds)

    def of(rung: Rung, fact: str, factor: float) -> Spread:
        return spread(facts["runs"][f"{rung.name}/{seed}"][fact] * factor for seed in seeds)

    losses = {rung.name: of(rung, "loss", scale) for rung in LADDER}
    variance = sum(one.std**2 for one in losses.values()) / len(losses)
    return Numbers(
        losses=losses,
        accuracies={rung.name: of(rung, "accuracy", 1.0) for rung in LADDER},
        unit=unit,
        noise=math.sqrt(2 * variance / job.size.seeds),
    )


def found(job: Job, facts: dict[str, Any]) -> Found:
    """Table, curves, verdicts, and whose parts they were."""
    these = numbers(job, facts)
    return Found(
        claims=_claims(these),
        tables=(_table(these, facts, job), _origins(job.offers, facts["parts"])),
        plots=_plots(job, these, facts),
        notes=(_noise_note(these, job), _data_note(job, facts)),
    )


def verdict(gain: float, noise: float) -> Text:
    """Did it help?"""
    if noise == 0 or abs(gain) < CLEAR * noise:
        return MESSAGES["ablation_noise"]
    return MESSAGES["ablation_helps" if gain > 0 else "ablation_hurts"]


def _claims(these: Numbers) -> tuple[Claim, ...]:
    bare, best = these.losses["bare"], these.losses["swiglu"]
    gained = (
        f"loss of bare attention minus loss with all parts, {these.unit[0]}",
        f"纯注意力与全部部件的损失之差，{these.unit[1]}",
    )
    together = Claim(
        ("All parts together help", "所有部件合起来有帮助"),
        gained,
        spread(a - b for a, b in zip(bare.values, best.values, strict=True)),
        ">",
        CLEAR * these.noise,
    )
    if not these.noise:  # one seed says nothing about noise
        return (together,)
    least = min(these.gain(rung) / these.noise for rung in LADDER if rung.base)
    each = Claim(
        ("Each part helps, by more than noise", "每个部件都有超出噪声的帮助"),
        ("smallest gain of a rung, in units of the noise", "各级收益的最小值，以噪声为单位"),
        spread([least]),
        ">",
        CLEAR,
        popular=True,
        expected=False,
    )
    return (together, each)


def _table(these: Numbers, facts: dict[str, Any], job: Job) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for rung in LADDER:
        run = facts["runs"][f"{rung.name}/{job.seed}"]
        change: Cell = these.gain(rung) if rung.base else ("", "")
        times: Cell = ("", "")
        if rung.base and these.noise:
            times = round(these.gain(rung) / these.noise, 1)
        judged = verdict(these.gain(rung), these.noise) if rung.base else ("", "")
        loss, accuracy = these.losses[rung.name], these.accuracies[rung.name]
        rows.append((rung.label, run["parameters"], loss, accuracy, change, times, judged))
    columns: tuple[Text, ...] = (
        ("model", "模型"),
        ("parameters", "参数量"),
        these.unit,
        ("right", "正确率"),
        ("gain", "收益"),
        ("/ noise", "/ 噪声"),
        ("did it help?", "有帮助吗？"),
    )
    return Table(columns, tuple(rows))


def _origins(offers: tuple[Offer, ...], parts: dict[str, Any]) -> Table:
    """Whose each part is."""
    rows: list[tuple[Cell, ...]] = []
    for offer in offers:
        for name in offer.names:
            if name in parts["taken"]:
                whose = MESSAGES["part_mine"]
            else:
                key, seen = parts["refused"].get(name, (offer.why, ""))
                whose = (say(key, "en", seen=seen), say(key, "zh", seen=seen))
            rows.append((offer.exercise, name, whose))
    if not rows:
        rows.append(("-", "-", MESSAGES["part_unchecked"]))
    columns: tuple[Text, ...] = (("exercise", "练习"), ("part", "部件"), ("from", "来源"))
    return Table(columns, tuple(rows), MESSAGES["ablation_parts"])


def _plots(job: Job, these: Numbers, facts: dict[str, Any]) -> tuple[Plot, ...]:
    scale = these.losses["bare"].values[0] / facts["runs"][f"bare/{job.seed}"]["loss"]
    seeds = range(job.seed, job.seed + job.size.seeds)
    curves = []
    for name in ("bare", "norm", "heads", "layers", "rope", "swiglu"):
        runs = [facts["runs"][f"{name}/{seed}"]["curve"] for seed in seeds]
        steps = tuple(point[0] for point in runs[0])
        y = tuple(spread(run[at][1] * scale for run in runs) for at in range(len(steps)))
        curves.append(Series(BY_NAME[name].label, steps, y))
    names = tuple(rung.name for rung in LADDER)
    losses = tuple(these.losses[name] for name in names)
    return (
        Plot(("While it learns", "训练过程"), ("step", "步"), these.unit, tuple(curves)),
        Plot(("At the end", "训练结束时"), ("", ""), these.unit,
             (Series(("loss", "损失"), names, losses),), bars=True),
    )  # fmt: skip


def _noise_note(these: Numbers, job: Job) -> Text:
    facts = {"noise": f"{these.noise:.2g}", "seeds": job.size.seeds, "clear": f"{CLEAR:g}"}
    return (say("ablation_noise_note", "en", **facts), say("ablation_noise_note", "zh", **facts))


def _data_note(job: Job, facts: dict[str, Any]) -> Text:
    seconds = sum(run["seconds"] for run in facts["runs"].values())
    said = {
        "data": job.data,
        "steps": job.size.steps,
        "width": job.size.width,
        "seconds": f"{seconds:.0f}",
        "device": facts["parts"]["device"],
    }
    key = "ablation_data_note" if job.text else "ablation_task_note"
    return (say(key, "en", **said), say(key, "zh", **said))
