"""The ladder from one bare attention layer to a modern block. See `llmquiz.lab.ladder`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmquiz.lab.ladder.climb import climb
from llmquiz.lab.ladder.components import Offer, offers
from llmquiz.lab.ladder.data import text_of
from llmquiz.lab.ladder.job import Job, State, folder
from llmquiz.lab.ladder.report import found
from llmquiz.lab.ladder.rungs import QUICK, Size
from llmquiz.lab.records import Found
from llmquiz.workspace import locate

ABOUT = {
    "topic": "architecture",
    "order": 300,
    "question": "architecture.ablation",
    "title": ("Build a model up, part by part", "逐个部件搭建语言模型"),
    "claim": (
        "The parts of a modern block together make a bare attention model much better; not every "
        "part helps by itself at this size.",
        "给纯注意力模型加齐现代 Transformer block 的各个部件，效果会好得多；"
        "但在这个规模下，并非每个部件单独都有帮助。",
    ),
    "measures": (
        "A small language model is trained from scratch at each rung, with several seeds; the loss "
        "on text that it has not seen, against the rung before and against the noise of the seeds.",
        "阶梯的每一级都从头训练一个小语言模型，用多个种子；"
        "在没见过的文本上比较损失，对照上一级以及种子之间的噪声。",
    ),
}


def run(seeds: Sequence[int], quick: bool) -> Found:
    """In a notebook: with the parts of the workspace around it, and as many seeds as the size says.

    `llmquiz lab ablation` does the same with progress and choices.
    """
    workspace = locate()
    return _trained(seeds[0], quick, offers(workspace), folder(workspace))


def run_alone(seeds: Sequence[int], quick: bool) -> Found:
    """With the references of all parts, and nothing kept: for the reference of a course."""
    with tempfile.TemporaryDirectory() as place:
        return _trained(seeds[0], quick, offers(None), Path(place))


def _trained(seed: int, quick: bool, parts: tuple[Offer, ...], place: Path) -> Found:
    size = QUICK if quick else Size()
    job = Job(size, seed, "stdlib", text_of("stdlib", None, size.characters), parts)
    state = State(place, job.key)
    workers = min(4, os.cpu_count() or 1)
    return found(job, climb(job, state, workers, lambda _rung, _seed, _share: None))
