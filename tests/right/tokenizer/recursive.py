"""Recursion instead of loops, as far as Python's stack allows."""

import re
from collections import Counter
from functools import reduce

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    def pairs(ids: list[int]) -> Counter:
        return Counter((ids[i], ids[i + 1]) for i in range(len(ids) - 1))

    return dict(reduce(lambda one, other: one + other, map(pairs, sequences), Counter()))


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    for i in range(len(ids) - 1):
        if ids[i] == pair[0] and ids[i + 1] == pair[1]:
            return ids[:i] + [new_id] + merge_pair(ids[i + 2 :], pair, new_id)
    return ids[:]


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    chunks = PATTERN.findall(text)
    return learn([list(bytes(chunk, "utf-8")) for chunk in chunks], num_merges, [])


def learn(sequences, left, merges):
    counts = count_pairs(sequences)
    if left == 0 or not counts:
        return merges
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    best = ordered[0][0]
    merged = [merge_pair(ids, best, 256 + len(merges)) for ids in sequences]
    return learn(merged, left - 1, [*merges, best])


class Tokenizer:
    def __init__(
        self, merges: list[tuple[int, int]], special_tokens: dict[str, int] | None = None
    ) -> None:
        self.merges = list(merges)
        self.special_tokens: dict[str, int] = dict(special_tokens or {})
        self.ranks: dict[tuple[int, int], int] = {pair: r for r, pair in enumerate(self.merges)}
        self.vocab: dict[int, bytes] = {byte: bytes([byte]) for byte in range(256)}
        for rank, (left, right) in enumerate(self.merges):
            self.vocab[256 + rank] = self.vocab[left] + self.vocab[right]

    def encode(self, text: str) -> list[int]:
        found = [(text.find(s), -len(s), s) for s in self.special_tokens if s in text]
        if not found:
            return self.encode_plain(text)
        place, _, special = min(found)
        before = self.encode_plain(text[:place])
        after = self.encode(text[place + len(special) :])
        return [*before, self.special_tokens[special], *after]

    def encode_plain(self, text):
        return sum((self.shrink(list(bytes(w, "utf-8"))) for w in PATTERN.findall(text)), [])

    def shrink(self, ids):
        ranked = [(self.ranks[p], p) for p in count_pairs([ids]) if p in self.ranks]
        if not ranked:
            return ids
        rank, pair = min(ranked)
        return self.shrink(merge_pair(ids, pair, rank + 256))

    def decode(self, ids: list[int]) -> str:
        return b"".join(map(self.spell, ids)).decode(errors="replace")

    def spell(self, i):
        for text, number in self.special_tokens.items():
            if number == i:
                return text.encode()
        if 0 <= i < 256:
            return bytes([i])
        if 256 <= i < 256 + len(self.merges):
            left, right = self.merges[i - 256]
            return self.spell(left) + self.spell(right)
        raise ValueError("cannot decode " + str(i))
