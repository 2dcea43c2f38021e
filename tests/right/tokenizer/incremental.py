"""Pair counts kept up to date during training; encode replays the merges in order."""

import re
from collections import Counter

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    stats = {}
    for seq in sequences:
        for i in range(1, len(seq)):
            key = (seq[i - 1], seq[i])
            stats[key] = stats.get(key, 0) + 1
    return stats


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    result = list(ids)
    i = 0
    while i < len(result) - 1:
        if (result[i], result[i + 1]) == tuple(pair):
            result[i : i + 2] = [new_id]
        i += 1
    return result


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    chunks = Counter(PATTERN.findall(text))
    words = [[list(chunk.encode("utf-8")), amount] for chunk, amount in chunks.items()]
    stats = Counter()
    for ids, amount in words:
        for pair in zip(ids, ids[1:], strict=False):
            stats[pair] += amount
    merges = []
    while len(merges) < num_merges:
        stats = +stats  # without the zeros
        if not stats:
            break
        best = sorted(stats, key=lambda p: (-stats[p], p[0], p[1]))[0]
        new_id = len(merges) + 256
        for word in words:
            ids, amount = word
            if best not in set(zip(ids, ids[1:], strict=False)):
                continue
            for pair in zip(ids, ids[1:], strict=False):
                stats[pair] -= amount
            word[0] = ids = merge_pair(ids, best, new_id)
            for pair in zip(ids, ids[1:], strict=False):
                stats[pair] += amount
        merges.append(best)
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
        self.names = {i: s.encode("utf-8") for s, i in self.special_tokens.items()}

    def encode(self, text: str) -> list[int]:
        ids = []
        for is_special, part in self.parts(text):
            if is_special:
                ids.append(self.special_tokens[part])
                continue
            for chunk in PATTERN.findall(part):
                tokens = list(chunk.encode("utf-8"))
                for rank, pair in enumerate(self.merges):
                    tokens = merge_pair(tokens, pair, 256 + rank)
                ids.extend(tokens)
        return ids

    def parts(self, text):
        parts = []
        while text:
            hits = [(text.index(s), -len(s)) for s in self.special_tokens if s in text]
            if not hits:
                parts.append((False, text))
                break
            start, size = min(hits)
            end = start - size
            parts += [(False, text[:start]), (True, text[start:end])]
            text = text[end:]
        return parts

    def decode(self, ids: list[int]) -> str:
        out = []
        for i in ids:
            token = self.vocab.get(i, self.names.get(i))
            if token is None:
                raise ValueError("no token has the id %d" % i)
            out.append(token)
        return b"".join(out).decode("utf-8", "replace")
