"""A heap of pairs with lazy deletion, linked neighbours in encode."""

import heapq
import re
from collections import defaultdict

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    totals: defaultdict[tuple[int, int], int] = defaultdict(int)
    for sequence in sequences:
        for left, right in zip(sequence, sequence[1:], strict=False):
            totals[left, right] += 1
    return dict(totals)


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    out: list[int] = []
    skip = False
    for position, current in enumerate(ids):
        if skip:
            skip = False
            continue
        if position + 1 < len(ids) and (current, ids[position + 1]) == pair:
            out.append(new_id)
            skip = True
        else:
            out.append(current)
    return out


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    frequency: defaultdict[str, int] = defaultdict(int)
    for chunk in PATTERN.findall(text):
        frequency[chunk] += 1
    words = [list(chunk.encode()) for chunk in frequency]
    weights = list(frequency.values())

    totals: defaultdict[tuple[int, int], int] = defaultdict(int)
    homes: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for number, word in enumerate(words):
        for pair in zip(word, word[1:], strict=False):
            totals[pair] += weights[number]
            homes[pair].add(number)
    heap = [(-total, pair) for pair, total in totals.items()]
    heapq.heapify(heap)

    merges: list[tuple[int, int]] = []
    while len(merges) < num_merges:
        while heap and totals[heap[0][1]] != -heap[0][0]:
            heapq.heappop(heap)  # an old count
        if not heap:
            break
        count, best = heapq.heappop(heap)
        if count == 0:
            continue
        changed = set()
        for number in homes.pop(best):
            before = words[number]
            after = merge_pair(before, best, 256 + len(merges))
            for pair in zip(before, before[1:], strict=False):
                totals[pair] -= weights[number]
                changed.add(pair)
            for pair in zip(after, after[1:], strict=False):
                totals[pair] += weights[number]
                homes[pair].add(number)
                changed.add(pair)
            words[number] = after
        for pair in changed:
            if totals[pair] > 0:
                heapq.heappush(heap, (-totals[pair], pair))
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

    def encode(self, text: str) -> list[int]:
        if not self.special_tokens:
            return self._plain(text)
        names = sorted(self.special_tokens, key=lambda name: -len(name))
        finder = re.compile("|".join(re.escape(name) for name in names))
        out: list[int] = []
        done = 0
        for found in finder.finditer(text):
            out.extend(self._plain(text[done : found.start()]))
            out.append(self.special_tokens[found.group()])
            done = found.end()
        return out + self._plain(text[done:])

    def _plain(self, text: str) -> list[int]:
        out: list[int] = []
        for chunk in PATTERN.findall(text):
            out.extend(self._word(list(chunk.encode())))
        return out

    def _word(self, ids: list[int]) -> list[int]:
        following = list(range(1, len(ids) + 1))
        previous = list(range(-1, len(ids) - 1))
        alive = [True] * len(ids)
        heap: list[tuple[int, int, int, int]] = []

        def push(at: int) -> None:
            if at >= 0 and following[at] < len(ids):
                pair = ids[at], ids[following[at]]
                if pair in self.ranks:
                    heapq.heappush(heap, (self.ranks[pair], at, *pair))

        for at in range(len(ids)):
            push(at)
        while heap:
            rank, at, left, right = heapq.heappop(heap)
            after = following[at]
            if not alive[at] or after >= len(ids) or (ids[at], ids[after]) != (left, right):
                continue
            ids[at] = 256 + rank
            alive[after] = False
            following[at] = following[after]
            if following[at] < len(ids):
                previous[following[at]] = at
            push(at)
            push(previous[at])
        return [i for i, lives in zip(ids, alive, strict=True) if lives]

    def decode(self, ids: list[int]) -> str:
        names = {i: name for name, i in self.special_tokens.items()}
        buffer = bytearray()
        for i in ids:
            if i in names:
                buffer += names[i].encode()
            elif i in self.vocab:
                buffer += self.vocab[i]
            else:
                raise ValueError(f"id {i} is not in the vocabulary")
        return buffer.decode("utf-8", "replace")
