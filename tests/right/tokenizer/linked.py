"""Linked lists of nodes, for training and for encoding."""

import re

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def link(values):
    head = tail = Node(None)
    for value in values:
        tail.next = Node(value)
        tail = tail.next
    return head


def unlink(head):
    values = []
    node = head.next
    while node:
        values.append(node.value)
        node = node.next
    return values


def neighbours(head):
    node = head.next
    while node and node.next:
        yield node.value, node.next.value
        node = node.next


def fuse(head, pair, new_id):
    node = head.next
    while node and node.next:
        if (node.value, node.next.value) == pair:
            node.value = new_id
            node.next = node.next.next
        node = node.next


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    counts = {}
    for sequence in sequences:
        for pair in neighbours(link(sequence)):
            counts[pair] = counts.get(pair, 0) + 1
    return counts


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    head = link(ids)
    fuse(head, pair, new_id)
    return unlink(head)


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    chunks = [link(chunk.encode("utf8")) for chunk in PATTERN.findall(text)]
    merges = []
    for step in range(num_merges):
        counts = {}
        for chunk in chunks:
            for pair in neighbours(chunk):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            return merges
        top = max(counts.values())
        winner = min(pair for pair, count in counts.items() if count == top)
        merges.append(winner)
        for chunk in chunks:
            fuse(chunk, winner, 256 + step)
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

    def special_at(self, text, place):
        fitting = [s for s in self.special_tokens if text.startswith(s, place)]
        return max(fitting, key=len) if fitting else None

    def encode(self, text: str) -> list[int]:
        ids = []
        start = place = 0
        while place < len(text):
            special = self.special_at(text, place)
            if special is None:
                place += 1
                continue
            ids += self.ordinary(text[start:place])
            ids.append(self.special_tokens[special])
            start = place = place + len(special)
        return ids + self.ordinary(text[start:])

    def ordinary(self, text):
        ids = []
        for chunk in PATTERN.findall(text):
            head = link(chunk.encode("utf8"))
            while True:
                known = [pair for pair in neighbours(head) if pair in self.ranks]
                if not known:
                    break
                lowest = min(known, key=self.ranks.get)
                fuse(head, lowest, 256 + self.ranks[lowest])
            ids += unlink(head)
        return ids

    def decode(self, ids: list[int]) -> str:
        special = {number: name for name, number in self.special_tokens.items()}
        data = b""
        for number in ids:
            if number in special:
                data += special[number].encode("utf8")
                continue
            try:
                data += self.vocab[number]
            except KeyError:
                raise ValueError(f"unknown id {number}") from None
        return data.decode("utf8", errors="replace")
