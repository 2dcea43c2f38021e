"""Ids are written as characters, and a merge is str.replace."""

import re
from collections import Counter

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
SHIFT = 0xE000  # clear of the surrogates


def write(ids):
    return "".join(chr(SHIFT + i) for i in ids)


def read(written):
    return [ord(c) - SHIFT for c in written]


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    return dict(Counter(pair for ids in sequences for pair in zip(ids, ids[1:], strict=False)))


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    return read(write(ids).replace(write(pair), write([new_id])))


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    chunks = Counter(write(chunk.encode()) for chunk in PATTERN.findall(text))
    merges = []
    for new_id in range(256, 256 + num_merges):
        pairs = Counter()
        for chunk, times in chunks.items():
            for two in map("".join, zip(chunk, chunk[1:], strict=False)):
                pairs[two] += times
        if not pairs:
            break
        # characters compare like the ids that they stand for
        best = sorted(pairs, key=lambda two: (-pairs[two], two))[0]
        merges.append(tuple(read(best)))
        replaced = Counter()
        for chunk, times in chunks.items():
            replaced[chunk.replace(best, write([new_id]))] += times
        chunks = replaced
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
        self.rules = [(write(p), write([256 + r])) for r, p in enumerate(self.merges)]
        self.memory = {}

    def encode(self, text: str) -> list[int]:
        specials = sorted(self.special_tokens, key=len, reverse=True)
        ids = []
        while text:
            at = len(text)
            name = ""
            for special in specials:
                if 0 <= text.find(special) < at:
                    at, name = text.find(special), special
            for chunk in PATTERN.findall(text[:at]):
                if chunk not in self.memory:
                    self.memory[chunk] = self.encode_chunk(chunk)
                ids += self.memory[chunk]
            if name:
                ids += [self.special_tokens[name]]
            text = text[at + len(name) :]
        return ids

    def encode_chunk(self, chunk):
        written = write(chunk.encode())
        for two, one in self.rules:
            written = written.replace(two, one)
        return read(written)

    def decode(self, ids: list[int]) -> str:
        names = dict(zip(self.special_tokens.values(), self.special_tokens, strict=True))
        data = bytearray()
        for i in ids:
            if i in names:
                data.extend(names[i].encode())
            elif i in self.vocab:
                data.extend(self.vocab[i])
            else:
                raise ValueError(f"{i}?")
        return str(data, "utf-8", "replace")
