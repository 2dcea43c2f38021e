"""The model of the last climb, ready to write on after a prompt."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llmquiz.errors import UsageProblem
from llmquiz.lab.ladder.climb import MODEL
from llmquiz.lab.ladder.components import Offer
from llmquiz.lab.ladder.trainer import Trainer


class Chat:
    """Raises UsageProblem where nothing was trained yet."""

    def __init__(self, place: Path, offers: tuple[Offer, ...]) -> None:
        try:
            self._facts: dict[str, Any] = json.loads((place / "model.json").read_text("utf-8"))
            weights = (place / MODEL).read_bytes()
        except (OSError, ValueError) as error:
            raise UsageProblem("no_model") from error
        if not self._facts["merges"]:
            raise UsageProblem("model_without_words")
        self._weights = base64.b64encode(weights).decode()
        self._trainer = Trainer()
        self.taken: dict[str, str] = self._trainer.load(offers)["taken"]

    def write(self, prompt: str, **sampled: Any) -> Iterator[str]:
        """Pieces of text, as they come. Sampled: tokens, temperature, top_p, seed."""
        known = ("rung", "width", "window", "merges")
        order = {name: self._facts[name] for name in known} | sampled
        for answer in self._trainer.stream(
            "generate", prompt=prompt, weights=self._weights, **order
        ):
            if "end" in answer:
                return
            yield answer["piece"]

    def close(self) -> None:
        self._trainer.close()
