"""What must hold whatever the formula, for inputs that nobody thought of."""

from __future__ import annotations

import functools
import itertools
import math

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from llmquiz import catalog
from llmquiz.grading.draw import Draw, strided
from llmquiz.grading.trusted import load_reference

settings.register_profile("here", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("here")

SIZE = st.integers(1, 6)
SEED = st.integers(0, 2**31 - 1)
DTYPE = st.sampled_from([torch.float64, torch.float32, torch.float16, torch.bfloat16])
BATCH = st.lists(st.integers(0, 3), max_size=3)
TEXT = st.text(
    st.one_of(
        st.sampled_from("aab tthhee  \n\r\t'sd_1注意力é👍🏽"),
        st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn", "Cc"]),
    ),
    max_size=60,
)


@functools.cache
def reference(name: str):
    return load_reference(catalog.find(name).solution)


def tolerance(dtype: torch.dtype, size: float = 1.0) -> float:
    return 20 * torch.finfo(dtype).eps * size


def random_mask(draw: Draw, *shape: int) -> torch.Tensor:
    return draw.integers(0, 1, *shape).bool()


@given(BATCH, SIZE, SIZE, DTYPE, SEED, st.booleans())
def test_every_row_of_weights_sums_to_one_or_is_empty(batch, Lq, Lk, dtype, seed, flip) -> None:
    draw = Draw(seed, "weights")
    scores = draw.normal(*batch, Lq, Lk, scale=8.0, dtype=dtype)
    mask = random_mask(draw, *batch, Lq, Lk)
    weights = reference("attention").masked_softmax(strided(scores) if flip else scores, mask)
    assert weights.dtype == dtype
    assert bool(((weights >= 0) & (weights <= 1)).all())
    assert bool((weights[~mask] == 0).all())
    sums = weights.double().sum(-1)
    assert torch.allclose(sums, mask.any(-1).double(), atol=tolerance(dtype), rtol=0)


@given(SIZE, SIZE, SIZE, SIZE, SIZE, SEED)
def test_attention_does_not_depend_on_the_order_of_the_keys(B, Lq, Lk, d_k, d_v, seed) -> None:
    draw = Draw(seed, "keys")
    query, key, value = draw.normal(B, Lq, d_k), draw.normal(B, Lk, d_k), draw.normal(B, Lk, d_v)
    mask, order = random_mask(draw, B, Lq, Lk), draw.permutation(Lk)
    attend = reference("attention").scaled_dot_product_attention
    one = attend(query, key, value, mask)
    other = attend(query, key[:, order], value[:, order], mask[..., order])
    assert torch.allclose(one, other, atol=1e-5)


@given(SIZE, SIZE, SIZE, SIZE, SEED)
def test_attention_stays_within_the_values(B, Lq, Lk, d, seed) -> None:
    draw = Draw(seed, "hull")
    query, key, value = draw.normal(B, Lq, d), draw.normal(B, Lk, d), draw.normal(B, Lk, d)
    out = reference("attention").scaled_dot_product_attention(query, key, value)
    assert bool((out <= value.amax(1, keepdim=True) + 1e-5).all())
    assert bool((out >= value.amin(1, keepdim=True) - 1e-5).all())


@given(BATCH, SIZE, SIZE, SIZE, DTYPE, SEED, st.booleans())
def test_merging_undoes_splitting(batch, L, H, d, dtype, seed, flip) -> None:
    x = Draw(seed, "split").normal(*batch, L, H * d, dtype=dtype)
    module = reference("multihead")
    split = module.split_heads(strided(x) if flip else x, H)
    assert split.shape == (*batch, H, L, d)
    assert torch.equal(module.merge_heads(split), x)
    for h in range(H):
        assert torch.equal(split[..., h, :, :], x[..., h * d : (h + 1) * d])


@given(SIZE, st.integers(2, 6), SIZE, SIZE, SEED)
def test_no_token_sees_a_later_one_under_a_causal_mask(B, L, H, d, seed) -> None:
    """By perturbation: whatever comes later changes, what came before stays."""
    draw = Draw(seed, "causal")
    causal = torch.ones(L, L, dtype=torch.bool).tril()
    cut = draw.random.randrange(1, L)
    x = draw.normal(B, L, H * d)
    changed = torch.cat([x[:, :cut], draw.normal(B, L - cut, H * d) * 9], dim=1)
    multihead = reference("multihead").MultiHeadAttention(H * d, H)
    block = reference("block").PreNormBlock(H * d, H, 8)
    for module in (multihead, block):
        with torch.no_grad():
            before, after = module(x, causal), module(changed, causal)
        assert torch.allclose(before[:, :cut], after[:, :cut], atol=1e-5)


@given(SIZE, SIZE, SIZE, SIZE, SEED)
def test_multihead_moves_with_its_tokens(B, L, H, d, seed) -> None:
    """Without positions, attention is equivariant to a permutation of the tokens."""
    draw = Draw(seed, "tokens")
    module, x = reference("multihead").MultiHeadAttention(H * d, H), draw.normal(B, L, H * d)
    order = draw.permutation(L)
    assert torch.allclose(module(x)[:, order], module(x[:, order]), atol=1e-5)


@given(BATCH, st.integers(1, 8), DTYPE, SEED, st.floats(0.01, 100))
def test_rmsnorm_gives_rows_of_mean_square_one_whatever_their_length(
    batch, dim, dtype, seed, scale
) -> None:
    x = Draw(seed, "rms").normal(*batch, dim).to(dtype)
    assume(bool((x.double().square().mean(-1) > 0.01).all()))
    norm = reference("rmsnorm").RMSNorm(dim, eps=0.0).to(dtype)
    out = norm(x)
    assert out.dtype == dtype
    ones = torch.ones(batch, dtype=torch.float64)
    assert torch.allclose(out.double().square().mean(-1), ones, atol=tolerance(dtype), rtol=0)
    if dtype in (torch.float32, torch.float64):
        assert torch.allclose(norm(x * scale), out, atol=tolerance(dtype, dim), rtol=1e-4)


@given(SIZE, SIZE, st.integers(1, 4), SEED, st.integers(0, 500))
def test_rope_keeps_lengths_and_knows_only_distances(B, L, half_dim, seed, shift) -> None:
    draw = Draw(seed, "rope")
    query, key = draw.normal(B, L, 2 * half_dim), draw.normal(B, L, 2 * half_dim)
    one, other = draw.integers(0, 50, L), draw.integers(0, 50, L)
    rope = reference("rope").apply_rope
    assert torch.allclose(rope(query, one + shift).norm(dim=-1), query.norm(dim=-1), atol=1e-4)
    near = (rope(query, one) * rope(key, other)).sum(-1)
    far = (rope(query, one + shift) * rope(key, other + shift)).sum(-1)
    assert torch.allclose(near, far, atol=1e-3)


@given(st.integers(1, 64), st.floats(1.5, 1e6))
def test_frequencies_fall_geometrically_from_one(half_dim, base) -> None:
    theta = reference("rope").rope_frequencies(2 * half_dim, base).double()
    assert theta[0] == 1
    assert bool((theta[1:] < theta[:-1]).all())
    if half_dim > 1:
        ratios = theta[1:] / theta[:-1]
        expected = torch.full_like(ratios, math.pow(base, -1 / half_dim))
        assert torch.allclose(ratios, expected, rtol=1e-5)


@given(SIZE, SIZE, SIZE, SIZE, SEED)
def test_a_pre_norm_block_is_the_stream_plus_what_it_adds(B, L, H, d, seed) -> None:
    """Adding c to the attention's bias adds c to h, and so to the output's first term."""
    x = Draw(seed, "block").normal(B, L, H * d)
    block = reference("block").PreNormBlock(H * d, H, 8)
    with torch.no_grad():
        for parameter in (*block.attention.parameters(), *block.feed_forward.parameters()):
            parameter.zero_()
        assert torch.equal(block(x), x)
        block.attention.out_proj.bias.fill_(3.0)
        assert torch.allclose(block(x), x + 3, atol=1e-6)
        post = reference("block").PostNormBlock(H * d, H, 8)
        rows = post(x).mean(-1)
    assert torch.allclose(rows, torch.zeros_like(rows), atol=1e-4)


@given(TEXT, TEXT, st.integers(0, 30))
def test_decoding_undoes_encoding(training, text, count) -> None:
    module = reference("tokenizer")
    merges = module.train_bpe(training, count)
    assert len(merges) <= count
    assert len(set(merges)) == len(merges)
    tokenizer = module.Tokenizer(merges, {"<|x|>": 9999, "<|x|>y": 9998})
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert b"".join(tokenizer.vocab[id_] for id_ in ids) == text.encode()
    assert len(ids) <= len(text.encode())
    with_specials = f"{text}<|x|>{text}<|x|>y"
    assert tokenizer.decode(tokenizer.encode(with_specials)) == with_specials


@given(TEXT, st.integers(1, 20))
def test_training_is_a_prefix_of_longer_training(text, count) -> None:
    train = reference("tokenizer").train_bpe
    assert train(text, count + 5)[: len(train(text, count))] == train(text, count)


@given(TEXT)
def test_the_pattern_covers_every_text(text) -> None:
    assert "".join(reference("tokenizer").PATTERN.findall(text)) == text


@given(st.lists(st.lists(st.integers(0, 3), max_size=8), max_size=4))
def test_pairs_are_counted_once_for_each_place(sequences) -> None:
    counts = reference("tokenizer").count_pairs(sequences)
    assert sum(counts.values()) == sum(max(len(ids) - 1, 0) for ids in sequences)


@given(st.lists(st.integers(0, 2), max_size=12), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_merging_keeps_the_bytes_and_leaves_no_pair_of_different_ids(ids, pair) -> None:
    merged = reference("tokenizer").merge_pair(ids, pair, 9)
    unmerged = [part for id_ in merged for part in (pair if id_ == 9 else (id_,))]
    assert unmerged == ids
    left, right = pair
    if left != right:
        assert pair not in list(itertools.pairwise(merged))


@given(st.lists(st.integers(0, 255), max_size=12))
def test_any_bytes_decode_as_python_decodes_them(ids) -> None:
    tokenizer = reference("tokenizer").Tokenizer([])
    assert tokenizer.decode(ids) == bytes(ids).decode("utf-8", errors="replace")
