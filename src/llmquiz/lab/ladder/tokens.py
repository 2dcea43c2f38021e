"""Encodes a text pre-token by pre-token, each kind once: the same ids, in bearable time."""

from __future__ import annotations

from typing import Any

from llmquiz.lab.bpe import PATTERN


def encoded(tokenizer: Any, text: str) -> list[int]:
    """The ids that `tokenizer.encode(text)` gives: no merge crosses the end of a pre-token."""
    known: dict[str, list[int]] = {}
    ids: list[int] = []
    for word in PATTERN.findall(text):
        if word not in known:
            known[word] = list(tokenizer.encode(word))
        ids += known[word]
    return ids
