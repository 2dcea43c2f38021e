"""Hidden tests of exercises/tokenizer.py."""

import functools
import itertools
import string
from typing import Any

from llmquiz.grading import Draw, Submission, expect, graded
from llmquiz.grading.call import Call

Merges = list[tuple[int, int]]

LETTERS = string.ascii_lowercase
TEXTS = (  # careless handling changes or cuts them
    *(
        "Ab aB ab AB",
        "  a  ",
        "a\r\nb\r\r\n",
        "ﬁ ﬁＡ①",
        "e\u0301é",
        "a é你a🙂é 你a🙂",
        "\ufeffa\ufeff",
        "a\x0cb\x85c\u2028d\x00e",
    ),
    *(
        "<|end|><|end|>",
        "a\t\ta \u3000a",
        "it's 'Ve we'll've",
        " 你好，世界！",
        "👩‍👧",
        "naïve café",
    ),
    *(" low", " lower", "2024 3.14 x1", "_x __y", "\n\tif x != y:\n\t\treturn x\n"),
)
# Given where special tokens are not the question: to have none of them is one of its own.
UNUSED = {"§": 5000}


def respelled(draw: Draw, *texts: str) -> list[str]:
    """The texts with other letters: different ones stay different, equal ones equal."""
    table = str.maketrans(LETTERS, "".join(draw.random.sample(LETTERS, len(LETTERS))))
    return [text.translate(table) for text in texts]


def lines(draw: Draw, **times: int) -> str:
    """Each word so many times, a line each, in random order."""
    words = [word for word, count in times.items() for _ in range(count)]
    return "\n".join(draw.random.sample(words, len(words)))


def mixed(draw: Draw, texts: int) -> str:
    return "".join(draw.random.choices(TEXTS, k=texts))


def trained(submission: Submission, text: str, num_merges: int) -> Merges:
    merges: Merges = submission.expected(Call("train_bpe", (text, num_merges))).output
    return merges


def expect_counts(submission: Submission, *sequences: list[int]) -> None:
    observation = submission.count_pairs(list(sequences))
    expect.exactly(observation, dict(observation.reference(observation.call).output))


def expect_merges(submission: Submission, num_merges: int, *texts: str) -> None:
    for text in texts:
        expect.like_reference(submission.train_bpe(text, num_merges))


def expect_ids(
    submission: Submission, merges: Merges, specials: dict[str, int] | None, *texts: str
) -> None:
    for text in texts:
        expect.like_reference(submission.Tokenizer(merges, specials).encode(text))


def expect_text(submission: Submission, merges: Merges, *texts: str) -> None:
    """The ids that the reference gives for a text are turned back into it."""
    for text in texts:
        encode = Call("Tokenizer", (text,), {}, ((merges, UNUSED), {}), {}, "encode")
        ids: Any = submission.expected(encode).output
        expect.exactly(submission.Tokenizer(merges, UNUSED).decode(ids), text)


# count_pairs


@graded(part="count", points=2, zh="单个序列中各 pair 的次数正确")
def test_count_values(submission: Submission, draw: Draw) -> None:
    """The pairs of neighbours in one sequence are counted"""
    for _ in range(3):
        ids = draw.random.sample(range(1000), 5)
        blocks = draw.random.choices([ids[:2], ids[2:], ids[3:]], k=6)  # none beside itself
        expect_counts(submission, [i for block in blocks for i in block])


@graded(part="count", points=1, needs=("test_count_values",), zh="重叠的 pair 都计数")
def test_count_overlaps(submission: Submission, draw: Draw) -> None:
    """Overlapping pairs all count"""
    a, b = draw.random.sample(range(1000), 2)
    for sequence in ([b, a, a, a, b, b], [a] * 3, [a] * 6, draw.random.choices([a, b], k=20)):
        expect_counts(submission, sequence)


@graded(
    part="count",
    points=1,
    needs=("test_count_values",),
    zh="多个序列合并计数但不跨序列，序列可以很短或为空",
)
def test_count_sequences(submission: Submission, draw: Draw) -> None:
    """Several sequences count together, but not across; they may be short or empty"""
    a, b, c = draw.random.sample(range(1000), 3)
    expect_counts(submission, [a, b, c], [a, b], [c, b, c], [a, b, c])
    for sequences in ([[], [a], [b, c], []], [[a]], [[]], []):
        expect_counts(submission, *sequences)


@graded(part="count", points=1, needs=("test_count_values",), zh="不修改输入的列表")
def test_count_unchanged(submission: Submission, draw: Draw) -> None:
    """The lists are left unchanged"""
    ids = draw.random.choices(range(256), k=9)
    expect.unchanged(submission.count_pairs([ids, ids[:3], [7]]))


# merge_pair


@graded(part="merge", points=2, zh="每一处 pair 都被合并")
def test_merge_values(submission: Submission, draw: Draw) -> None:
    """Every occurrence of the pair is merged"""
    for ending in (2, 1, 0):
        a, b, c, d = draw.random.sample(range(256), 4)
        blocks = draw.random.sample([[a, b], [a, b], [c, a, b], [b, a, c], [d, a]], 5)
        ids = [i for block in blocks for i in block] + [a, b][:ending]
        expect.like_reference(submission.merge_pair(ids, (a, b), draw.random.randrange(256, 999)))


@graded(part="merge", points=1, needs=("test_merge_values",), zh="重叠时从左到右合并")
def test_merge_overlaps(submission: Submission, draw: Draw) -> None:
    """Overlapping occurrences are merged from left to right"""
    a, b = draw.random.sample(range(256), 2)
    runs = [i for length in range(2, 6) for i in [b, *[a] * length]]
    for ids in ([a] * 3, [a] * 4, [a] * 5, runs, runs[::-1]):
        expect.like_reference(submission.merge_pair(ids, (a, a), 256))


@graded(part="merge", points=1, needs=("test_merge_values",), zh="不含该 pair 的列表内容不变")
def test_merge_absent(submission: Submission, draw: Draw) -> None:
    """A list without the pair keeps its content"""
    a, b, c = draw.random.sample(range(256), 3)
    for ids in ([], [a], [b], [b, a], [a, c, b], [a, a, c, b, b, a]):
        expect.exactly(submission.merge_pair(ids, (a, b), 256), ids)


@graded(part="merge", points=1, needs=("test_merge_values",), zh="不修改输入的列表")
def test_merge_unchanged(submission: Submission, draw: Draw) -> None:
    """The list is left unchanged"""
    a, b, c = draw.random.sample(range(256), 3)
    expect.unchanged(submission.merge_pair([a, b, c, a, b, a, a, b], (a, b), 256))


# train_bpe


@graded(
    part="train",
    points=2,
    needs=("test_count_values", "test_merge_values"),
    zh="最先合并出现次数最多的 pair",
)
def test_train_values(submission: Submission, draw: Draw) -> None:
    """The most frequent pair is merged first"""
    words = ("gabcdefcdgcdhcdgc", "cabdabeabfa", "hghehghfhgeh")  # one pre-token, without a tie
    # In the last, the most frequent, the rarest and the smallest pair are three.
    texts = [respelled(draw, word)[0] for word in words] + ["bcbcabzbcab"]
    # All of them first: another rule that fits one word by chance does not fit the others.
    observations = [submission.train_bpe(text, 1) for text in texts]
    for observation in observations:
        expect.like_reference(observation)


@graded(
    part="train",
    points=2,
    needs=("test_train_values", "test_count_overlaps", "test_merge_overlaps"),
    zh="每次合并后重新统计 pair",
)
def test_train_again(submission: Submission, draw: Draw) -> None:
    """After each merge the pairs are counted anew"""
    for word in ("baabbbababbbaaaaaabbbaabbb", "bacbadcbadbacbadababcacbaba", "bbbbbababbbababa"):
        expect_merges(submission, 4, *respelled(draw, word))  # again without a tie


@graded(part="train", points=1, needs=("test_train_values",), zh="pair 不跨越 pre-token 的边界")
def test_train_boundaries(submission: Submission, draw: Draw) -> None:
    """No pair reaches across the boundary of two pre-tokens"""
    for border in (" ", "1", "!", "\n"):
        # The only frequent pair inside a pre-token is bc; a and the border stand together thrice.
        expect_merges(submission, 1, *respelled(draw, f"xa{border}ya{border}za{border}bcbc"))


@graded(
    part="train", points=1, needs=("test_train_boundaries",), zh="出现 n 次的 pre-token 按 n 次计数"
)
def test_train_occurrences(submission: Submission, draw: Draw) -> None:
    """A pre-token that occurs n times counts n times"""
    for times in (5, 6, draw.random.randrange(7, 20)):
        grown = lines(draw, ab=times, cdefcd=1, efcdgefhcd=1)  # cd occurs four times
        expect_merges(submission, 1, *respelled(draw, grown))


@graded(part="train", points=1, needs=("test_train_boundaries",), zh="次数相同时取最小的 pair")
def test_train_ties(submission: Submission, draw: Draw) -> None:
    """Ties go to the smallest pair"""
    for word in ("cbdacd", *respelled(draw, *["abcdefgh", "acab", "acabadae"] * 4)):
        expect_merges(submission, 1, f"{word}\n{word}")


@graded(
    part="train",
    points=1,
    needs=("test_train_ties", "test_train_again", "test_merge_absent"),
    zh="合并之后出现次数相同时，也按 id 比较",
)
def test_train_later_ties(submission: Submission, draw: Draw) -> None:
    """Ties after a merge are decided by the ids, too"""
    for word in ("cdabe", *respelled(draw, "abcdefgh", "acabadae", "aaaaabaaaaa")):
        expect_merges(submission, 3, f"{word}\n{word}")


@graded(
    part="train",
    points=1,
    needs=("test_train_again",),
    zh="合并 num_merges 次后停止，没有 pair 可合并时才提前停止",
)
def test_train_stops(submission: Submission, draw: Draw) -> None:
    """Training stops after num_merges, early only where no pair is left"""
    for num_merges in (9, 1, 0):
        expect_merges(
            submission, num_merges, *respelled(draw, "ab\nab\naaaa", "aaaa", "ab", "a", "")
        )


@graded(part="train", points=1, needs=("test_train_later_ties",), zh="很多次合并")
def test_train_many(submission: Submission, draw: Draw) -> None:
    """Many merges"""
    expect_merges(submission, 120, "".join(draw.random.choices("abcd", k=300)))


@graded(
    part="train",
    points=1,
    needs=("test_train_later_ties", "test_train_occurrences", "test_train_stops"),
    zh="任何文本都按 UTF-8 字节原样训练",
)
def test_train_bytes(submission: Submission, draw: Draw) -> None:
    """Any text is trained on as its UTF-8 bytes, unchanged"""
    expect_merges(submission, 4, *TEXTS)
    expect_merges(submission, 30, mixed(draw, 80))


# Tokenizer.encode


@graded(part="encode", points=2, needs=("test_merge_values",), zh="单词的字节按合并规则变成 id")
def test_encode_values(submission: Submission, draw: Draw) -> None:
    """The bytes of a word become ids by the merges"""
    grown = lines(draw, ab=1, abc=1, abcd=2)  # ab, abc, abcd: they do not compete
    for _ in range(3):
        word = "".join(draw.random.choices("abcde", k=12))
        text, *words = respelled(draw, grown, f"abcdab{word}", "e", "abcd", "abababcc")
        expect_ids(submission, trained(submission, text, 3), UNUSED, *words)


@graded(part="encode", points=2, needs=("test_encode_values",), zh="先合并 rank 最小的 pair")
def test_encode_ranks(submission: Submission, draw: Draw) -> None:
    """The pair of the lowest rank is merged first"""
    # bc, a + bc, ab, cd: in "abc" the leftmost pair is wrong, in "bcd" that of the highest rank.
    grown = lines(draw, bc=4, abc=3, ab=2, cd=1)
    text, *words = respelled(draw, grown, "bcdabc", "abc", "abcab", "aabcbcabc")
    expect_ids(submission, trained(submission, text, 4), UNUSED, *words)


@graded(
    part="encode",
    points=1,
    needs=("test_encode_values", "test_merge_overlaps"),
    zh="重叠时从左到右合并",
)
def test_encode_overlaps(submission: Submission, draw: Draw) -> None:
    """Overlapping occurrences are merged from left to right"""
    text, *words = respelled(draw, "aaaaaaaa", "aaa", "aaaaa", "baaaaaaab")
    expect_ids(submission, trained(submission, text, 2), UNUSED, *words)


@graded(
    part="encode",
    points=1,
    needs=("test_encode_ranks", "test_encode_overlaps"),
    zh="按 rank 合并，不等于在词表中找最长匹配",
)
def test_encode_not_longest(submission: Submission, draw: Draw) -> None:
    """Merging by rank is not the longest match in the vocabulary"""
    # bc, a + bc, ab, ef, de: "def" is d + ef, although de is known.
    text, *words = respelled(draw, lines(draw, bc=8, abc=7, ab=6, ef=4, de=3), "abcdef", "def")
    expect_ids(submission, trained(submission, text, 5), UNUSED, *words)
    text, *words = ("".join(draw.random.choices("abc", k=k)) for k in (60, 20, 20, 20))
    expect_ids(submission, trained(submission, text, 20), UNUSED, *words)


@graded(part="encode", points=1, needs=("test_encode_values",), zh="不跨 pre-token 的边界合并")
def test_encode_boundaries(submission: Submission, draw: Draw) -> None:
    """Nothing is merged across the boundary of two pre-tokens"""
    x, y = draw.random.sample(LETTERS, 2)
    # The apostrophe takes the s; of several blanks, the last belongs to the letter.
    cases = {
        f" {x}": f"{x}{y}\n {x}{y}",
        f"s{x}": f"'s{x}",
        "    ": f"  {x}{y}",
        "\n \n ": f"\n {x}",
    }
    for text, across in cases.items():
        expect_ids(submission, trained(submission, text, 1), UNUSED, across)


@graded(
    part="encode",
    points=1,
    needs=("test_encode_not_longest",),
    zh="很长的 pre-token 和很多的合并规则",
)
def test_encode_long(submission: Submission, draw: Draw) -> None:
    """Long pre-tokens and many merges"""
    text = "".join(draw.random.choices("abcd", k=400))
    expect_ids(submission, trained(submission, text, 130), UNUSED, text, text[::-1])


@graded(part="encode", points=1, needs=("test_encode_values",), zh="第二次编码不受第一次影响")
def test_encode_second_call(submission: Submission, draw: Draw) -> None:
    """A second text is encoded as if it were the first"""
    text, *words = respelled(draw, "ab abab", "abab ab", "ba ab<A>", "abab ab")
    tokenizer = submission.Tokenizer(trained(submission, text, 3), {"<A>": 300})
    for first, second in itertools.pairwise(words):
        expect.like_reference(tokenizer.after(first).encode(second))


@graded(
    part="encode",
    points=1,
    needs=("test_encode_not_longest", "test_encode_boundaries"),
    zh="任何文本都按 UTF-8 字节原样编码，没有合并规则时也一样",
)
def test_encode_bytes(submission: Submission, draw: Draw) -> None:
    """Any text is encoded as its UTF-8 bytes, unchanged, also without merges"""
    for merges in ([], trained(submission, mixed(draw, 60) + "".join(TEXTS), 40)):
        expect_ids(submission, merges, UNUSED, "", *TEXTS, mixed(draw, 30))


@graded(
    part="encode", points=1, needs=("test_encode_values",), zh="没有特殊 token 时，全部都是普通文本"
)
def test_encode_no_specials(submission: Submission, draw: Draw) -> None:
    """Without special tokens all is plain text"""
    text, word = respelled(draw, "ab", "abc<|end|>ab")
    for specials in (None, {}):
        expect_ids(submission, trained(submission, text, 1), specials, word)


@graded(
    part="encode", points=1, needs=("test_encode_values",), zh="特殊 token 在任何位置都变成它的 id"
)
def test_encode_special(submission: Submission, draw: Draw) -> None:
    """Special tokens become their ids, wherever they stand"""
    first = draw.random.randrange(300, 100_000)
    specials = {"<A>": first + 7, "<B>": first, "A结束B": 999_999}
    words = ["ab<A>abab<B>ab<A>c", "aA结束Bb<Bb", "<A>", "<B><A><A>", "<B>a<A>b<B>"]
    text, *words = respelled(draw, "ab", *words)
    expect_ids(submission, trained(submission, text, 1), specials, *words)


@graded(
    part="encode",
    points=1,
    needs=("test_encode_special",),
    zh="特殊 token 最左优先，同一位置最长优先",
)
def test_encode_special_choice(submission: Submission, draw: Draw) -> None:
    """The leftmost special token is taken first, at the same place the longest"""
    specials = {"<A>": 300, "<A><B>": 301, "<A><B><C>": 302, "B><D><D>": 303, "<D>": 304}
    texts = ("x<A><B>y", "<A><B><A>", "<A><B><C>", "<A><B><B><C>", "<A><B><D><D>", "B><D><D>")
    names = list(specials)
    for order in (names, names[::-1], draw.random.sample(names, len(names))):
        expect_ids(submission, [], {name: specials[name] for name in order}, *texts)


@graded(
    part="encode", points=1, needs=("test_encode_special",), zh="特殊 token 的每个字符都按字面匹配"
)
def test_encode_special_literal(submission: Submission, draw: Draw) -> None:
    """Every character of a special token is literal"""
    x = draw.random.choice(LETTERS)
    merges = trained(submission, f"{x}e<|", 2)  # a cut before "end" or after "<" prevents one
    near = {
        " <A>": "<A>",
        "\n\n": "\n",
        "<a b>": "<ab>",
        "<|.b|>": "<|-b|>",
        "(+)": "+",
        "[SEP]": "S",
        "^\\d*$": "12",
        "END": "end",
    }
    for special, other in near.items():
        expect_ids(submission, merges, {special: 300}, f"{x}{special}{x}", f"{x}{other}{x}")


@graded(
    part="encode",
    points=1,
    needs=("test_encode_special", "test_encode_boundaries"),
    zh="特殊 token 两侧的文本保持不变，各自单独切分",
)
def test_encode_special_neighbours(submission: Submission, draw: Draw) -> None:
    """The text beside a special token is kept and cut by itself"""
    texts = ["a a <A> b", "a  <A>  b", "a\n<A>\nb", "!<A>!!", "! <A> ", "<A>  <A>"]
    text, *texts = respelled(draw, "! a a b b!!    ", *texts)
    expect_ids(submission, trained(submission, text, 9), {"<A>": 300}, *texts)


# Tokenizer.decode


@graded(part="decode", points=2, zh="id 还原成文本，空列表得到空文本")
def test_decode_values(submission: Submission, draw: Draw) -> None:
    """Ids become their text again, and an empty list the empty text"""
    text = "".join(draw.random.choices(string.printable[:-2], k=80)) + "if x:\r\n\treturn x \r\n"
    for num_merges in (0, 20):
        merges = trained(submission, text, num_merges)
        expect_text(submission, merges, text, " a a\r\n\n", text[::-1], "")


@graded(part="decode", points=1, needs=("test_decode_values",), zh="一个字符可以分散在多个 id 中")
def test_decode_characters(submission: Submission, draw: Draw) -> None:
    """A character may be spread over several ids"""
    merges = trained(submission, "é你好🙂" * 3 + mixed(draw, 60), 20)
    for known in ([], merges[:2], merges):
        expect_text(submission, known, *TEXTS, mixed(draw, 30))


@graded(part="decode", points=1, needs=("test_decode_characters",), zh="无效的 UTF-8 变成 U+FFFD")
def test_decode_broken(submission: Submission, draw: Draw) -> None:
    """Broken UTF-8 becomes U+FFFD"""
    merges = trained(submission, "你好" * 4, 4)
    broken = ("80", "e4bd", "61f09f9962", "eda080", "c0af", "ff61", "e4e4bda0", "f4908080")
    cases = [list(bytes.fromhex(case)) for case in broken]
    for ids in (*cases, *(draw.random.choices(range(260), k=40) for _ in range(3))):
        expect.like_reference(submission.Tokenizer(merges, UNUSED).decode(ids))


@graded(part="decode", points=1, needs=("test_decode_values",), zh="特殊 token 的 id 变成它的文本")
def test_decode_special(submission: Submission, draw: Draw) -> None:
    """A special id gives its text"""
    one, two = 258, draw.random.randrange(1000, 100_000)
    specials = {"<|end|>": one, " <结束>\n": two}
    tokenizer = submission.Tokenizer([(97, 98), (256, 256)], specials)
    for ids in ([one], [two, two], [97, one, 98, 257, two], [one, 98, 97, two, one]):
        expect.like_reference(tokenizer.decode(ids))


@graded(
    part="decode",
    points=1,
    needs=("test_decode_values",),
    zh="不修改输入的列表，第二次解码不受第一次影响",
)
def test_decode_unchanged(submission: Submission, draw: Draw) -> None:
    """The list is left unchanged, and a second one is decoded as if it were the first"""
    tokenizer = submission.Tokenizer([(97, 98), (256, 256)], UNUSED)
    ids = draw.random.choices([97, 98, 256, 257], k=8)
    expect.unchanged(tokenizer.decode(ids))
    expect.like_reference(tokenizer.after([98, 257]).decode(ids))


@graded(
    part="decode",
    points=1,
    needs=("test_decode_values",),
    zh="遇到未知的 id 时抛出 ValueError 并写明该 id",
)
def test_decode_unknown(submission: Submission, draw: Draw) -> None:
    """An unknown id is a ValueError that names it"""
    richer = submission.Tokenizer([(97, 98), (256, 256), (257, 257)], {"<|end|>": 5000})
    expect.like_reference(richer.decode([258]))  # another tokenizer knows it: that is no excuse
    tokenizer = submission.Tokenizer([(97, 98), (256, 256)], {"<|end|>": 5000})
    for unknown in (258, 4999, draw.random.randrange(10**4, 10**6), 2**40, -1):
        for ids in ([unknown], [97, unknown, 98]):
            expect.raises(functools.partial(tokenizer.decode, ids), "ValueError", (unknown,))
