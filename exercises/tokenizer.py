"""Byte-level BPE tokenizer.

    text -> pre-tokens -> UTF-8 bytes -> merges, lowest rank first -> ids

Five pieces, each graded by itself:

    count_pairs        how often each pair of neighbouring ids occurs
    merge_pair         one merge, applied to one list of ids
    train_bpe          text -> merges
    Tokenizer.encode   text -> ids
    Tokenizer.decode   ids -> text

Rules for all five
- Ids 0-255 are the bytes themselves. The merge of rank r makes id 256 + r; ranks start at 0.
- A text is its UTF-8 bytes, unchanged: nothing is normalised, stripped or lower-cased, and
  CR LF stays CR LF. Lone surrogates do not occur.
- `PATTERN` is given. `PATTERN.findall(text)` cuts a text into its pre-tokens: words, numbers,
  runs of other characters, white space. Joined again, they are the whole text. No pair is
  ever counted or merged across the boundary of two pre-tokens.
- Never change an argument in place.
- `tiktoken`, `tokenizers`, `sentencepiece` and `transformers` are refused: they are the
  exercise. The standard library is welcome.

Papers: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units",
2016, section 3.2, https://arxiv.org/abs/1508.07909; on bytes: Radford et al., "Language Models
are Unsupervised Multitask Learners", 2019, section 2.2
"""

import re

PATTERN = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def count_pairs(sequences: list[list[int]]) -> dict[tuple[int, int], int]:
    """Return how often each pair of neighbours occurs in all the sequences together.

    Overlapping pairs all count: [1, 1, 1] holds (1, 1) twice. No pair reaches from one
    sequence into the next. The keys are the pairs that occur, in any order.

    >>> dict(count_pairs([[1, 1, 1], [1, 2]]))
    {(1, 1): 2, (1, 2): 1}
    """
    raise NotImplementedError("count_pairs")


def merge_pair(ids: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    """Return a new list, in which `new_id` stands for every occurrence of `pair`.

    Go from left to right and use each element of `ids` only once: [1, 1, 1] becomes
    [new_id, 1]. The list is a new one also when `pair` does not occur.

    >>> merge_pair([1, 1, 1, 2, 1, 1], (1, 1), 256)
    [256, 1, 2, 256]
    """
    raise NotImplementedError("merge_pair")


def train_bpe(text: str, num_merges: int) -> list[tuple[int, int]]:
    """Return the merges learnt from `text`, in the order of their ranks.

    Cut the text into pre-tokens and start from their bytes. Then, `num_merges` times: count
    all pairs anew, merge the most frequent one everywhere, and go on with the result.

    - A pre-token that occurs n times in the text counts n times. Overlapping pairs count as
      in count_pairs; merging is that of merge_pair.
    - Ties go to the smallest pair, compared as a tuple of ids.
    - A pair that occurs only once is merged too. When no pair is left, stop: the list is
      then shorter than `num_merges`. For 0 merges or an empty text it is [].
    - Training knows no special tokens: `<|end|>` is a text like any other.

    >>> train_bpe("low low lower", 99)  # l 108, o 111, w 119, e 101, r 114, blank 32
    [(108, 111), (256, 119), (32, 257), (101, 114), (258, 259)]
    """
    raise NotImplementedError("train_bpe")


class Tokenizer:
    """A trained tokenizer. The constructor is given; you may add to it.

    merges          as train_bpe returns them: the pair at index r has rank r
    special_tokens  text -> id; None and {} both mean none. No text is empty,
                    no id has two meanings
    ranks, vocab    pair -> rank, id -> bytes; both without the special tokens

    >>> tokenizer = Tokenizer([(98, 99), (97, 98)], {"<|end|>": 258})
    >>> tokenizer.ranks[97, 98], tokenizer.vocab[257]
    (1, b'ab')
    """

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
        """Return the ids of `text`; for an empty text, [].

        1. Cut out the special tokens, the leftmost first, at the same place the longest; each
           becomes its id. Every character of theirs is literal, `|` and `.` too.
        2. Cut each stretch between them with `PATTERN`, as if it were a whole text.
        3. In each pre-token, starting from its bytes, merge the pair of the lowest rank, again
           and again until no pair has a rank. This is not the longest match in `vocab`.

        >>> tokenizer = Tokenizer([(98, 99), (97, 98)], {"<|end|>": 258})
        >>> tokenizer.encode("abc<|end|>ab")  # bc has rank 0, ab rank 1: "abc" is a + bc
        [97, 256, 258, 257]
        """
        raise NotImplementedError("Tokenizer.encode")

    def decode(self, ids: list[int]) -> str:
        """Return the text of `ids`; for an empty list, the empty text.

        - A special id gives its text, any other id its bytes. Join before you decode UTF-8: one
          character may be spread over several ids.
        - Broken UTF-8 becomes U+FFFD, just as `bytes.decode` does it with `errors="replace"`.
        - An id that is no byte, merge or special token: ValueError, with the id in its message.

        >>> tokenizer = Tokenizer([(98, 99), (97, 98)], {"<|end|>": 258})
        >>> tokenizer.decode([97, 256, 258, 195, 169])
        'abc<|end|>é'
        >>> tokenizer.decode([195]) == chr(0xFFFD)  # half of the é
        True
        """
        raise NotImplementedError("Tokenizer.decode")
