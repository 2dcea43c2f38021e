"""A byte-level BPE tokenizer in plain Python: merges are learnt from words, each with its count."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")

Pair = tuple[int, int]


def train_bpe(text: str, num_merges: int) -> list[Pair]:
    """The merges in order; counts are kept up to date, since only a few words hold each pair."""
    words = [(list(w.encode()), n) for w, n in Counter(PATTERN.findall(text)).items()]
    counts: Counter[Pair] = Counter()
    places: dict[Pair, set[int]] = {}
    for at, (ids, times) in enumerate(words):
        for pair in pairwise(ids):
            counts[pair] += times
            places.setdefault(pair, set()).add(at)
    merges: list[Pair] = []
    for new_id in range(256, 256 + num_merges):
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        for at in places.pop(best):
            ids, times = words[at]
            for pair in pairwise(ids):
                counts[pair] -= times
                if not counts[pair]:
                    del counts[pair]
            ids = merged(ids, best, new_id)
            for pair in pairwise(ids):
                counts[pair] += times
                places.setdefault(pair, set()).add(at)
            words[at] = (ids, times)
        counts.pop(best, None)
    return merges


def merged(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """`new_id` for every occurrence of `pair`, from left to right."""
    result, at = [], 0
    while at < len(ids):
        if at + 1 < len(ids) and (ids[at], ids[at + 1]) == pair:
            result.append(new_id)
            at += 2
        else:
            result.append(ids[at])
            at += 1
    return result


class Tokenizer:
    """Encodes with given merges: the lowest rank first, inside each pre-token."""

    def __init__(self, merges: list[Pair]) -> None:
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.vocab = {byte: bytes([byte]) for byte in range(256)}
        for rank, (left, right) in enumerate(merges):
            self.vocab[256 + rank] = self.vocab[left] + self.vocab[right]

    def encode(self, text: str) -> list[int]:
        known: dict[str, list[int]] = {}
        ids: list[int] = []
        for word in PATTERN.findall(text):
            if word not in known:
                known[word] = self._merge_all(list(word.encode()))
            ids += known[word]
        return ids

    def decode(self, ids: list[int]) -> str:
        return b"".join(self.vocab[i] for i in ids).decode(errors="replace")

    def _merge_all(self, ids: list[int]) -> list[int]:
        while len(ids) > 1:
            pair = min(pairwise(ids), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if pair not in self.ranks:
                break
            ids = merged(ids, pair, 256 + self.ranks[pair])
        return ids
