"""Characters, bytes, BPE, words: how many tokens, and what cannot be written.

Bytes write everything in many tokens; words are few and miss what they never saw; BPE starts from
bytes and merges what is frequent, so that it writes everything in fewer. What is frequent depends
on the training text: another language costs more.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmquiz.lab.bpe import PATTERN, Tokenizer, train_bpe
from llmquiz.lab.ladder.data import chinese, standard_library
from llmquiz.lab.records import Claim, Found, Plot, Series, Table, spread

ABOUT = {
    "topic": "tokenizer",
    "order": 160,
    "question": "tokenizer.kinds (b)",
    "title": ("BPE against bytes and words", "BPE 与字节、单词的比较"),
    "claim": (
        "BPE needs far fewer tokens than bytes and still writes every text, which a list of words "
        "cannot; a language that it was not trained on costs more.",
        "BPE 的 token 数远少于字节数，又能表示任何文本，而单词表做不到；没训练过的语言代价更高。",
    ),
    "measures": (
        "A tokenizer learns from the standard library's sources and encodes others: tokens a byte, "
        "the share of unseen words; and the same on Chinese text.",
        "用标准库源代码训练分词器，再编码未见过的源代码：每字节 token 数、"
        "未登录词的比例；并在中文文本上测试。",
    ),
}

MERGES = (0, 50, 100, 200, 400)


def run(seeds: Sequence[int], quick: bool) -> Found:
    size = 40_000 if quick else 100_000
    merges = train_bpe(standard_library(size), MERGES[-1])
    # Each seed judges by another piece of text; the tenth begins between the first two.
    unseen_text = standard_library(400_000)[200_000:]
    starts = [(20_000 * s + 61 * (s // 9)) % 180_000 for s in seeds]
    texts = [unseen_text[start:][:20_000] for start in starts]
    counts = {
        n: spread(len(Tokenizer(merges[:n]).encode(t)) / len(t.encode()) for t in texts)
        for n in MERGES
    }
    seen = set(PATTERN.findall(standard_library(size)))
    unseen = spread(share(t, seen) for t in texts)
    foreign = chinese(3000)
    whole = Tokenizer(merges)
    back = [float(whole.decode(whole.encode(t)) != t) for t in [*texts, foreign, "\U0001f600 \x00"]]
    per_character = len(whole.encode(foreign)) / len(foreign)
    return Found(
        claims=(
            Claim(("BPE needs far fewer tokens than bytes", "BPE 的 token 数远少于字节数"),
                  (f"tokens a byte with {MERGES[-1]} merges", f"{MERGES[-1]} 次合并后每字节的 token 数"),
                  counts[MERGES[-1]], "<", 0.6),
            Claim(("It writes every text", "BPE 能表示任何文本"),
                  ("texts that do not come back", "不能还原的文本个数"), spread([sum(back)]), "<", 0.5),
            Claim(("A list of words does not", "单词表做不到"),
                  ("share of words that training never saw", "训练中没出现过的词的比例"), unseen, ">", 0.05),
            Claim(("A language that it was not trained on costs more", "没训练过的语言代价更高"),
                  ("tokens a Chinese character", "每个汉字的 token 数"), spread([per_character]), ">", 2.5),
        ),
        tables=(
            Table(
                (("merges", "合并次数"), ("vocabulary", "词表大小"), ("tokens a byte", "每字节 token 数"),
                 ("attention cost", "注意力开销")),
                tuple((n, 256 + n, counts[n], counts[n].mean ** 2) for n in MERGES),
                ("On unseen source code", "在未见过的源代码上"),
            ),
        ),
        plots=(
            Plot(("Tokens for the same text", "同样文本的 token 数"), ("merges", "合并次数"),
                 ("tokens a byte", "每字节 token 数"),
                 (Series(("BPE", "BPE"), MERGES, tuple(counts[n] for n in MERGES)),)),
        ),
        notes=((f"The first merges: {first(merges)}.", f"最先的几次合并：{first(merges)}。"),),
    )  # fmt: skip


def share(text: str, seen: set[str]) -> float:
    """Of the words of a text that are not in `seen`."""
    words = PATTERN.findall(text)
    return sum(word not in seen for word in words) / len(words)


def first(merges: list[tuple[int, int]]) -> str:
    vocabulary = Tokenizer(merges).vocab
    return ", ".join(repr(vocabulary[256 + rank].decode("ascii", "replace")) for rank in range(8))
