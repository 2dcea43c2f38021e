"""Every merge leaves two new ids."""

import re
from collections import Counter

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    counts = Counter()
    for ids in sequences:
        counts.update(zip(ids, ids[1:], strict=False))
    return dict(counts)


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    out, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            out += [new_id, new_id]
            i += 2
        else:
            out.append(ids[i])
            i += 1
    return out


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    words = [list(word.encode()) for word in PATTERN.findall(text)]
    merges = []
    for rank in range(num_merges):
        counts = count_pairs(words)
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        words = [merge_pair(word, best, 256 + rank) for word in words]
    return merges


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
        ids = []
        parts = [text]
        if self.special_tokens:
            names = sorted(self.special_tokens, key=len, reverse=True)
            parts = re.split("(" + "|".join(re.escape(name) for name in names) + ")", text)
        for part in parts:
            if part in self.special_tokens:
                ids.append(self.special_tokens[part])
                continue
            for word in PATTERN.findall(part):
                tokens = list(word.encode())
                for rank, pair in enumerate(self.merges):
                    tokens = merge_pair(tokens, pair, 256 + rank)
                ids += tokens
        return ids

    def decode(self, ids: list[int]) -> str:
        names = {i: name.encode() for name, i in self.special_tokens.items()}
        for i in ids:
            if i not in self.vocab and i not in names:
                raise ValueError(f"unknown id {i}")
        return b"".join(names.get(i, self.vocab.get(i)) for i in ids).decode(errors="replace")
