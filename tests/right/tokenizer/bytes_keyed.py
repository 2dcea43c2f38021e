"""Tokens are bytes objects inside, as in many courses; ids only at the border."""

import re
from collections import defaultdict

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    table = defaultdict(int)
    for s in sequences:
        n = len(s)
        for k in range(n - 1):
            table[(s[k], s[k + 1])] += 1
    return dict(table)


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    first, second = pair
    stack = []
    rest = list(reversed(ids))
    while rest:
        x = rest.pop()
        if x == first and rest and rest[-1] == second:
            rest.pop()
            stack.append(new_id)
        else:
            stack.append(x)
    return stack


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    words = defaultdict(int)
    for match in PATTERN.finditer(text):
        words[tuple(match.group(0).encode("utf-8"))] += 1
    merges = []
    for k in range(num_merges):
        table = defaultdict(int)
        for word, n in words.items():
            for pair in zip(word, word[1:], strict=False):
                table[pair] += n
        best = None
        for pair, n in table.items():
            if best is None or n > table[best] or (n == table[best] and pair < best):
                best = pair
        if best is None:
            break
        merges.append(best)
        shorter = defaultdict(int)
        for word, n in words.items():
            shorter[tuple(merge_pair(list(word), best, 256 + k))] += n
        words = shorter
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
        if self.special_tokens:
            names = sorted(self.special_tokens, key=len)[::-1]
            pieces = re.split("(%s)" % "|".join(map(re.escape, names)), text)
        else:
            pieces = [text]
        ids = []
        for number, piece in enumerate(pieces):
            if number % 2:
                ids.append(self.special_tokens[piece])
            else:
                for match in PATTERN.finditer(piece):
                    ids += self.apply_merges(match.group(0).encode("utf-8"))
        return ids

    def apply_merges(self, word):
        # (bytes, id) of every token of the word
        tokens = [(bytes([b]), b) for b in word]
        while True:
            best_rank, best_at = len(self.merges), -1
            for at in range(len(tokens) - 1):
                rank = self.ranks.get((tokens[at][1], tokens[at + 1][1]), len(self.merges))
                if rank < best_rank:
                    best_rank, best_at = rank, at
            if best_at < 0:
                return [number for _, number in tokens]
            joined = tokens[best_at][0] + tokens[best_at + 1][0]
            tokens[best_at : best_at + 2] = [(joined, 256 + best_rank)]

    def decode(self, ids: list[int]) -> str:
        table = dict(self.vocab)
        for name, i in self.special_tokens.items():
            table[i] = name.encode("utf-8")
        unknown = [i for i in ids if i not in table]
        if unknown:
            raise ValueError(f"unknown ids: {unknown}")
        return bytes(b for i in ids for b in table[i]).decode("utf-8", errors="replace")
