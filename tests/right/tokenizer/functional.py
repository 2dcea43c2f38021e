"""Functions of functions, no loop statement outside of the training."""

import functools
import itertools
import operator
import re
from collections import Counter

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def to_bytes(text):
    return list(text.encode("utf-8"))


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    return dict(Counter(itertools.chain.from_iterable(map(itertools.pairwise, sequences))))


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    def step(state, current):
        done, waiting = state
        if waiting is not None and (waiting, current) == pair:
            return [*done, new_id], None
        return (done if waiting is None else [*done, waiting]), current

    done, waiting = functools.reduce(step, ids, ([], None))
    return done if waiting is None else [*done, waiting]


def best_of(counts):
    return min(counts.items(), key=lambda item: (-operator.itemgetter(1)(item), item[0]))[0]


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    state = list(map(to_bytes, PATTERN.findall(text)))
    merges = []
    while len(merges) < num_merges and (counts := count_pairs(state)):
        pair = best_of(counts)
        new_id = 256 + len(merges)
        state = [merge_pair(ids, pair, new_id) for ids in state]
        merges = [*merges, pair]
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
        return list(itertools.chain.from_iterable(map(self.encode_piece, self.pieces(text))))

    def pieces(self, text):
        if not self.special_tokens:
            return [text]
        by_length = sorted(self.special_tokens, key=len, reverse=True)
        return re.split(f"({'|'.join(map(re.escape, by_length))})", text)

    def encode_piece(self, piece):
        if piece in self.special_tokens:
            return [self.special_tokens[piece]]
        words = map(to_bytes, PATTERN.findall(piece))
        return itertools.chain.from_iterable(map(self.encode_word, words))

    def encode_word(self, ids):
        pairs = set(itertools.pairwise(ids)) & self.ranks.keys()
        if not pairs:
            return ids
        rank = min(map(self.ranks.__getitem__, pairs))
        return self.encode_word(merge_pair(ids, self.merges[rank], 256 + rank))

    def decode(self, ids: list[int]) -> str:
        backwards = {i: s.encode() for s, i in self.special_tokens.items()} | self.vocab
        missing = set(ids) - backwards.keys()
        if missing:
            raise ValueError(f"not in the vocabulary: {sorted(missing)}")
        return b"".join(map(backwards.__getitem__, ids)).decode("utf-8", "replace")
