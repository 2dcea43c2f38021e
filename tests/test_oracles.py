"""Our references, checked against independent authorities."""

from __future__ import annotations

import functools

import pytest
import tiktoken
import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional as F
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaRMSNorm,
    LlamaRotaryEmbedding,
    apply_rotary_pos_emb,
)

from llmquiz import catalog
from llmquiz.grading.draw import Draw
from llmquiz.grading.trusted import load_reference

SEEDS = range(5)
TEXTS = {
    "ascii": "the theme of the thesis is the theory of these things, isn't it? " * 4,
    "chinese": "注意力机制让模型关注重要的部分，注意力分数除以根号下维度。" * 4,
    "emoji": "good 👍🏽 family 👨‍👩‍👧 flags 🇨🇳🇺🇳 " * 4,
    "code": "def f(x):\n    return x ** 2  # square\n\n\nclass A:\n\tpass\n" * 4,
    "crlf": "line one\r\nline two\r\n\r\n  indented\r\n" * 4,
    "spaces": "a   b  c    \n\n  d \t e   " * 4,
}

# The pattern of the exercise in the syntax of the two libraries' regex engines, which know no \w of
# Python's: a letter or number is \p{L} or \p{N}.
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?[\p{L}\p{Nl}\p{No}]+| ?\p{Nd}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


@functools.cache
def reference(name: str):
    return load_reference(catalog.find(name).solution)


@pytest.fixture(params=SEEDS)
def draw(request: pytest.FixtureRequest) -> Draw:
    return Draw(request.param, "oracle")


def test_attention_is_torchs_own(draw: Draw) -> None:
    B, H, Lq, Lk, d_k, d_v = draw.sizes(6)
    query, key = draw.normal(B, H, Lq, d_k).double(), draw.normal(B, H, Lk, d_k).double()
    value, mask = draw.normal(B, H, Lk, d_v).double(), draw.mask(B, H, Lq, Lk)
    ours = reference("attention").scaled_dot_product_attention
    for m in (None, mask):
        theirs = F.scaled_dot_product_attention(query, key, value, m)
        torch.testing.assert_close(ours(query, key, value, m), theirs)
    theirs = F.scaled_dot_product_attention(query, key, value, mask, scale=0.7)
    torch.testing.assert_close(ours(query, key, value, mask, 0.7), theirs)


def test_an_empty_row_is_torchs_own(draw: Draw) -> None:
    B, Lq, Lk, d = draw.sizes(4)
    query, key, value = draw.normal(B, Lq, d), draw.normal(B, Lk, d), draw.normal(B, Lk, d)
    mask = draw.mask(B, Lq, Lk)
    mask[:, 0] = False
    ours = reference("attention").scaled_dot_product_attention(query, key, value, mask)
    theirs = F.scaled_dot_product_attention(query, key, value, mask)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("bias", [False, True])
def test_multihead_is_torchs_own(draw: Draw, bias: bool) -> None:
    B, L, H, d = draw.sizes(4)
    D = H * d
    ours = reference("multihead").MultiHeadAttention(D, H, bias=bias).double()
    theirs = nn.MultiheadAttention(D, H, bias=bias, batch_first=True).double()
    with torch.no_grad():
        projections = (ours.q_proj, ours.k_proj, ours.v_proj)
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
        theirs.out_proj.weight.copy_(ours.out_proj.weight)
        if bias:
            theirs.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
            theirs.out_proj.bias.copy_(ours.out_proj.bias)
    x, mask = draw.normal(B, L, D).double(), draw.mask(L, L)
    torch.testing.assert_close(ours(x), theirs(x, x, x)[0])
    # Their True means "may not attend".
    torch.testing.assert_close(ours(x, mask), theirs(x, x, x, attn_mask=~mask)[0])


def test_rmsnorm_is_torchs_own_and_llamas(draw: Draw) -> None:
    B, L, dim = draw.sizes(3)
    eps = draw.random.choice([1e-6, 1e-3, 0.1])
    x, weight = draw.normal(B, L, dim), draw.normal(dim)
    ours = reference("rmsnorm").RMSNorm(dim, eps)
    llamas = LlamaRMSNorm(dim, eps)
    torchs = nn.RMSNorm(dim, eps)
    for module in (ours, llamas, torchs):
        module.load_state_dict({"weight": weight})
    torch.testing.assert_close(ours(x), torchs(x))
    torch.testing.assert_close(ours(x), llamas(x))
    half = x.to(torch.float16) * 300
    # Llama rounds before the weight, we after it: a unit in the last place apart.
    torch.testing.assert_close(ours(half), llamas.half()(half), rtol=2e-3, atol=2e-3)


def test_rope_is_llamas_after_a_permutation_of_the_features(draw: Draw) -> None:
    """Llama pairs feature i with i + head_dim/2, we pair neighbours."""
    B, H, L, half_dim = draw.sizes(4)
    head_dim = 2 * half_dim
    config = LlamaConfig(hidden_size=head_dim, num_attention_heads=1, head_dim=head_dim)
    x = draw.normal(B, H, L, head_dim)
    positions = draw.integers(0, 500, B, L)
    cos, sin = LlamaRotaryEmbedding(config)(x, positions)
    to_halves = torch.cat([torch.arange(0, head_dim, 2), torch.arange(1, head_dim, 2)])
    theirs, _ = apply_rotary_pos_emb(x[..., to_halves], x[..., to_halves], cos, sin)
    base = float(config.rope_parameters["rope_theta"])
    ours = reference("rope").apply_rope(x, positions[:, None], base=base)
    torch.testing.assert_close(ours[..., to_halves], theirs, rtol=1e-4, atol=1e-4)


def test_frequencies_are_llamas() -> None:
    for head_dim in (2, 8, 64, 128):
        config = LlamaConfig(hidden_size=head_dim, num_attention_heads=1, head_dim=head_dim)
        theirs = LlamaRotaryEmbedding(config).inv_freq
        base = float(config.rope_parameters["rope_theta"])
        torch.testing.assert_close(reference("rope").rope_frequencies(head_dim, base), theirs)


@pytest.mark.parametrize("norm_first", [True, False])
def test_blocks_are_torchs_encoder_layer(draw: Draw, norm_first: bool) -> None:
    B, L, H, d, d_ff = draw.sizes(5)
    D = H * d
    name = "PreNormBlock" if norm_first else "PostNormBlock"
    ours = getattr(reference("block"), name)(D, H, d_ff).double()
    theirs = nn.TransformerEncoderLayer(
        D, H, d_ff, dropout=0.0, activation="gelu", batch_first=True, norm_first=norm_first
    ).double()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.copy_(draw.like(parameter) * 0.3)
        state = {
            "self_attn.in_proj_weight": ours.attention.qkv_proj.weight,
            "self_attn.in_proj_bias": ours.attention.qkv_proj.bias,
            "self_attn.out_proj.weight": ours.attention.out_proj.weight,
            "self_attn.out_proj.bias": ours.attention.out_proj.bias,
            "linear1.weight": ours.feed_forward[0].weight,
            "linear1.bias": ours.feed_forward[0].bias,
            "linear2.weight": ours.feed_forward[2].weight,
            "linear2.bias": ours.feed_forward[2].bias,
        }
        for norm in ("norm1", "norm2"):
            state[f"{norm}.weight"] = getattr(ours, norm).weight
            state[f"{norm}.bias"] = getattr(ours, norm).bias
        theirs.load_state_dict(state)
    x = draw.normal(B, L, D).double()
    causal = torch.ones(L, L, dtype=torch.bool).tril()
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours(x, causal), theirs(x, src_mask=~causal))


def trained(text: str, count: int = 60):
    module = reference("tokenizer")
    return module, module.train_bpe(text, count)


@pytest.mark.parametrize("trained_on", TEXTS)
@pytest.mark.parametrize("specials", [{}, {"<|end|>": 1000}, {"<|a.b|>": 1000, "(+)": 1001}])
def test_encoding_is_tiktokens(trained_on: str, specials: dict[str, int]) -> None:
    module, merges = trained(TEXTS[trained_on])
    ours = module.Tokenizer(merges, specials)
    ranks = {bytes([byte]): byte for byte in range(256)}
    ranks |= {ours.vocab[256 + rank]: 256 + rank for rank in range(len(merges))}
    theirs = tiktoken.Encoding(
        "ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=specials
    )
    joined = "".join(f"{text}{' '.join(specials)}" for text in TEXTS.values())
    for text in (*TEXTS.values(), joined, "", " "):
        ids = ours.encode(text)
        assert ids == theirs.encode(text, allowed_special="all")
        assert ours.decode(ids) == theirs.decode(ids) == text


@functools.cache
def byte_characters() -> dict[int, str]:
    """The printable character that stands for each byte in GPT-2's vocabulary."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {b: chr(b) for b in shown} | {b: chr(256 + n) for n, b in enumerate(hidden)}


def huggingface(merges: list[tuple[int, int]], vocab: dict[int, bytes]) -> Tokenizer:
    """A Hugging Face tokenizer with our merges."""
    letters = byte_characters()
    words = {id_: "".join(letters[byte] for byte in data) for id_, data in vocab.items()}
    model = models.BPE(
        vocab={word: id_ for id_, word in words.items()},
        merges=[(words[left], words[right]) for left, right in merges],
    )
    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    return made


@pytest.mark.parametrize("trained_on", TEXTS)
def test_encoding_is_huggingfaces(trained_on: str) -> None:
    module, merges = trained(TEXTS[trained_on])
    ours = module.Tokenizer(merges)
    theirs = huggingface(merges, ours.vocab)
    for text in TEXTS.values():
        assert ours.encode(text) == theirs.encode(text).ids
        assert ours.decode(ours.encode(text)) == theirs.decode(theirs.encode(text).ids) == text


@pytest.mark.parametrize("name", TEXTS)
def test_training_merges_as_often_as_huggingfaces_trainer(name: str) -> None:
    """Theirs breaks ties by its own ids, so the counts of the merged pairs are compared.

    Up to the first tie the merges themselves are the same.
    """
    module, merges = trained(TEXTS[name])
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = huggingface([], {b: bytes([b]) for b in range(256)}).pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=256 + len(merges),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator([TEXTS[name]], trainer)
    letters = byte_characters()
    vocab = module.Tokenizer(merges).vocab
    ours_words = [tuple("".join(letters[b] for b in vocab[id_]) for id_ in pair) for pair in merges]
    import json

    theirs_words = [tuple(pair) for pair in json.loads(theirs.to_str())["model"]["merges"]]
    counts_of_ours, tie = merge_counts(module, TEXTS[name], merges)
    assert ours_words[:tie] == theirs_words[:tie]
    to_id = {"".join(letters[b] for b in data): id_ for id_, data in vocab.items() if id_ < 256}
    replayed = []
    for left, right in theirs_words:
        replayed.append((to_id[left], to_id[right]))
        to_id[left + right] = 255 + len(replayed)
    counts_of_theirs, _ = merge_counts(module, TEXTS[name], replayed)
    assert counts_of_ours[: tie + 1] == counts_of_theirs[: tie + 1]


def merge_counts(module, text: str, merges: list[tuple[int, int]]) -> tuple[list[int], int]:
    """How often each merged pair stood when it was merged, and the index of the first tie."""
    words = [list(token.encode()) for token in module.PATTERN.findall(text)]
    counts, tie = [], len(merges)
    for rank, pair in enumerate(merges):
        pairs = module.count_pairs(words)
        best = max(pairs.values())
        counts.append(pairs[pair])
        if tie == len(merges) and sum(count == best for count in pairs.values()) > 1:
            tie = rank
        words = [module.merge_pair(word, pair, 256 + rank) for word in words]
    return counts, tie
