"""One merge is made where none was asked for."""

import math
import re
from collections import Counter
from itertools import pairwise

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    counts: Counter[tuple[int, int]] = Counter()
    for ids in sequences:
        counts.update(pairwise(ids))  # [a, b, c] -> (a, b), (b, c)
    return counts


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    merged: list[int] = []
    i = 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new_id)
            i += 2  # both are used up: what follows cannot share them
        else:
            merged.append(ids[i])
            i += 1
    return merged


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    # Most pre-tokens of a text are repeated. Work on each once, with the number of its
    # occurrences as its weight. Separate lists also keep merges inside the pre-tokens.
    words: list[tuple[list[int], int]] = [
        (list(pre_token.encode("utf-8")), times)
        for pre_token, times in Counter(PATTERN.findall(text)).items()
    ]
    merges: list[tuple[int, int]] = []
    for rank in range(max(num_merges, 1)):
        # Every merge changes the pairs around it. Counting anew is slower than keeping the
        # counts up to date, but there is nothing to get wrong.
        counts: Counter[tuple[int, int]] = Counter()
        for ids, times in words:
            for pair in pairwise(ids):
                counts[pair] += times
        if not counts:  # every pre-token is a single id by now
            break
        # The most frequent pair; among equals the smallest, so that the result is unique.
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        words = [(merge_pair(ids, best, 256 + rank), times) for ids, times in words]
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
        ids: list[int] = []
        for stretch in self._split_at_specials(text):
            if stretch in self.special_tokens:
                ids.append(self.special_tokens[stretch])
            else:
                for pre_token in PATTERN.findall(stretch):
                    ids += self._merge_all(list(pre_token.encode("utf-8")))
        return ids

    def decode(self, ids: list[int]) -> str:
        pieces = self.vocab | {i: text.encode("utf-8") for text, i in self.special_tokens.items()}
        for i in ids:
            if i not in pieces:
                raise ValueError(f"unknown id {i}: it is no byte, no merge and no special token")
        # A character may be spread over several ids, so the bytes are joined first.
        return b"".join(pieces[i] for i in ids).decode("utf-8", errors="replace")

    def _split_at_specials(self, text: str) -> list[str]:
        if not self.special_tokens:  # subtle: an empty alternation would match everywhere
            return [text]
        # An alternation takes the first alternative that fits, so the longest comes first.
        longest_first = sorted(self.special_tokens, key=len, reverse=True)
        # The parentheses make re.split keep the special tokens: "a<s>b" -> "a", "<s>", "b".
        return re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)

    def _merge_all(self, ids: list[int]) -> list[int]:
        # Replays the training: there, a merge of lower rank was made everywhere before the next.
        # subtle: a merge creates pairs of higher rank only, since its id was new in training.
        while len(ids) > 1:
            pair = min(pairwise(ids), key=lambda pair: self.ranks.get(pair, math.inf))
            if pair not in self.ranks:
                break
            ids = merge_pair(ids, pair, 256 + self.ranks[pair])
        return ids
