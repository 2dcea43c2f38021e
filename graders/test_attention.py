"""Hidden tests of exercises/attention.py."""

import torch
from torch import Tensor

from llmquiz.grading import Draw, Submission, expect, graded, strided

HALVES = (torch.float16, torch.bfloat16)


def queries_and_keys(draw: Draw, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    B, H, Lq, Lk, d_k = draw.sizes(5)
    return draw.normal(B, H, Lq, d_k, dtype=dtype), draw.normal(B, H, Lk, d_k, dtype=dtype)


def attention_inputs(draw: Draw, dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
    B, H, Lq, Lk, d_k, d_v = draw.sizes(6)
    query, key = draw.normal(B, H, Lq, d_k, dtype=dtype), draw.normal(B, H, Lk, d_k, dtype=dtype)
    return query, key, draw.normal(B, H, Lk, d_v, dtype=dtype), draw.mask(B, H, Lq, Lk)


def mask_with_an_empty_row(draw: Draw, *shape: int) -> Tensor:
    mask = draw.mask(*shape)
    mask[..., draw.random.randrange(shape[-2]), :] = False
    return mask


# attention_scores


@graded(part="scores", points=0, zh="形状是 (..., Lq, Lk)")
def test_scores_shape(submission: Submission, draw: Draw) -> None:
    """The shape is (..., Lq, Lk)"""
    expect.shape(submission.attention_scores(*queries_and_keys(draw)))


@graded(part="scores", points=3, needs=("test_scores_shape",), zh="默认缩放因子下数值正确")
def test_scores_values(submission: Submission, draw: Draw) -> None:
    """The values are right with the default scale"""
    # Several d_k, so that no constant fits them all: neither for us nor for the diagnosis.
    made = [submission.attention_scores(*queries_and_keys(draw)) for _ in range(3)]
    for observation in made:
        expect.values(observation)


@graded(part="scores", points=1, needs=("test_scores_values",), zh="使用传入的 scale，包括 0")
def test_scores_scale(submission: Submission, draw: Draw) -> None:
    """A given scale is used, also when it is 0"""
    for scale in (draw.random.uniform(0.3, 3.0), 0.0, draw.random.uniform(-3.0, -0.3)):
        expect.values(submission.attention_scores(*queries_and_keys(draw), scale=scale))


@graded(part="scores", points=1, needs=("test_scores_values",), zh="对 query 和 key 的梯度正确")
def test_scores_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of query and key are right"""
    expect.gradients(submission.differentiated(draw).attention_scores(*queries_and_keys(draw)))


@graded(
    part="scores",
    points=1,
    needs=("test_scores_gradients",),
    zh="dtype 与 query 相同，float64 不损失精度",
)
def test_scores_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of query, and float64 keeps its precision"""
    observing = submission.differentiated(draw)
    for dtype in (*HALVES, torch.float64):
        observation = observing.attention_scores(*queries_and_keys(draw, dtype))
        expect.dtype(observation)
        expect.gradients(observation)


@graded(
    part="scores", points=1, needs=("test_scores_values",), zh="支持任意多个 batch 维和不连续的输入"
)
def test_scores_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, Lq, Lk, d_k = draw.sizes(5)
    for batch in ((), (B,), (A, 1, B), (0, B)):
        query, key = draw.normal(*batch, Lq, d_k), draw.normal(*batch, Lk, d_k)
        expect.values(submission.attention_scores(strided(query), strided(key)))


@graded(
    part="scores", points=1, needs=("test_scores_batch_dimensions",), zh="长度可以是 1，也可以很大"
)
def test_scores_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, Lq, Lk, d_k in (*draw.with_ones(*draw.sizes(4)), (2, 65, 130, 96)):
        query, key = draw.normal(B, Lq, d_k), draw.normal(B, Lk, d_k)
        expect.values(submission.attention_scores(query, key))


@graded(
    part="scores",
    points=1,
    needs=("test_scores_shape",),
    after=("test_scores_values",),
    zh="不修改输入",
)
def test_scores_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    for dtype in (torch.float32, *HALVES, torch.float64):
        for scale in (None, 0.7):
            inputs = queries_and_keys(draw, dtype)
            expect.unchanged(submission.attention_scores(*inputs, scale=scale))


@graded(part="scores", points=1, needs=("test_scores_values",), zh="形状相同的第二次调用会重新计算")
def test_scores_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    query, key = queries_and_keys(draw)
    for _ in range(2):
        expect.values(submission.attention_scores(draw.like(query), draw.like(key)))


# masked_softmax


@graded(part="weights", points=0, zh="形状与 scores 相同")
def test_weights_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of the scores"""
    expect.shape(submission.masked_softmax(draw.normal(*draw.sizes(4))))


@graded(part="weights", points=1, needs=("test_weights_shape",), zh="没有掩码时数值正确")
def test_weights_values(submission: Submission, draw: Draw) -> None:
    """The values are right without a mask"""
    for scale in (1.0, 10.0):
        expect.values(submission.masked_softmax(draw.normal(*draw.sizes(4), scale=scale)))


@graded(part="weights", points=1, needs=("test_weights_values",), zh="对 scores 的梯度正确")
def test_weights_gradients(submission: Submission, draw: Draw) -> None:
    """The gradient of the scores is right"""
    expect.gradients(submission.differentiated(draw).masked_softmax(draw.normal(*draw.sizes(4))))


@graded(part="weights", points=2, needs=("test_weights_values",), zh="有掩码（可广播）时数值正确")
def test_weights_mask(submission: Submission, draw: Draw) -> None:
    """The values are right with a mask, which may broadcast"""
    B, H, Lq, Lk = draw.sizes(4)
    scores = draw.normal(B, H, Lq, Lk, scale=3.0)
    for shape in ((B, H, Lq, Lk), (B, 1, 1, Lk), (H, Lq, Lk), (Lq, Lk), (Lk,)):
        expect.values(submission.masked_softmax(scores, draw.mask(*shape)))


@graded(part="weights", points=1, needs=("test_weights_mask",), zh="被屏蔽的 key 权重严格为 0")
def test_weights_exact_zero(submission: Submission, draw: Draw) -> None:
    """A masked key gets a weight of exactly 0"""
    scores = draw.normal(*draw.sizes(4))
    mask = draw.mask(*scores.shape)
    # Where the masked scores are the largest, a small leak becomes visible.
    for shifted in (scores, scores + 1e4 * ~mask, scores - 3e4 * mask, scores - 3e4):
        observation = submission.masked_softmax(shifted, mask)
        expect.values(observation)
        expect.zero(observation.output[~mask])


@graded(part="weights", points=1, needs=("test_weights_mask",), zh="整行都被屏蔽时，该行全为 0")
def test_weights_empty_row(submission: Submission, draw: Draw) -> None:
    """A row in which nothing is allowed is all zeros"""
    scores = draw.normal(*draw.sizes(4))
    mask = mask_with_an_empty_row(draw, *scores.shape)
    for part in (mask, mask[0, 0], mask[:1, :1]):  # as wide as the scores, and broadcast
        for dtype in (torch.float32, *HALVES):
            observation = submission.masked_softmax(scores.to(dtype), part)
            expect.finite(observation)
            expect.values(observation)
            expect.zero(observation.output[~part.expand(scores.shape)])


@graded(
    part="weights",
    points=1,
    needs=("test_weights_empty_row", "test_weights_gradients"),
    zh="整行都被屏蔽时，该行梯度为 0，不影响其他行",
)
def test_weights_empty_row_gradient(submission: Submission, draw: Draw) -> None:
    """An empty row has gradient 0 and does not disturb the other rows"""
    scores = draw.normal(*draw.sizes(4))
    mask = mask_with_an_empty_row(draw, *scores.shape)
    expect.gradients(submission.differentiated(draw).masked_softmax(scores, mask))


@graded(
    part="weights",
    points=1,
    needs=("test_weights_mask",),
    zh="分数达到 1e4 量级时，权重有限且正确",
)
def test_weights_large_scores(submission: Submission, draw: Draw) -> None:
    """Scores of magnitude 1e4 give finite, right weights"""
    B, H, Lq, Lk = draw.sizes(4)
    for shift in (1e4, -1e4, 3e4):
        # Within a row the scores stay close together; the rows are far apart.
        rows = shift * torch.linspace(-1, 1, Lq)[:, None]
        for mask in (None, draw.mask(B, H, Lq, Lk)):
            observation = submission.masked_softmax(draw.normal(B, H, Lq, Lk) + rows + shift, mask)
            expect.finite(observation)
            expect.values(observation)


@graded(
    part="weights",
    points=1,
    needs=("test_weights_gradients",),
    zh="dtype 与 scores 相同，半精度结果准确",
)
def test_weights_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of the scores, and half precision is accurate"""
    B, H, Lq = draw.sizes(3, high=4)  # few rows, since each is long
    for dtype in (*HALVES, torch.float64):
        # Many keys: in half precision the sum of the exponentials would stop growing.
        scores = draw.normal(B, H, Lq, 600 if dtype in HALVES else 7, dtype=dtype)
        observation = submission.differentiated(draw).masked_softmax(scores)
        expect.dtype(observation)
        expect.gradients(observation)


@graded(
    part="weights", points=1, needs=("test_weights_mask",), zh="支持任意多个 batch 维和不连续的输入"
)
def test_weights_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, Lq, Lk = draw.sizes(4)
    for batch in ((), (B,), (A, 1, B), (0, B)):
        scores, mask = draw.normal(*batch, Lq, Lk), draw.mask(*batch, Lq, Lk)
        expect.values(submission.masked_softmax(strided(scores), strided(mask)))


@graded(
    part="weights",
    points=1,
    needs=("test_weights_batch_dimensions",),
    zh="长度可以是 1，也可以很大",
)
def test_weights_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, Lq, Lk in (*draw.with_ones(*draw.sizes(3)), (2, 65, 130)):
        expect.values(submission.masked_softmax(draw.normal(B, Lq, Lk), draw.mask(B, Lq, Lk)))


@graded(
    part="weights",
    points=1,
    needs=("test_weights_shape",),
    after=("test_weights_values",),
    zh="不修改输入",
)
def test_weights_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    scores = draw.normal(*draw.sizes(4))
    mask = mask_with_an_empty_row(draw, *scores.shape)
    for dtype in (torch.float32, *HALVES, torch.float64):
        expect.unchanged(submission.masked_softmax(scores.to(dtype), mask))
        expect.unchanged(submission.masked_softmax(scores.to(dtype)))


@graded(part="weights", points=1, needs=("test_weights_mask",), zh="形状相同的第二次调用会重新计算")
def test_weights_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    scores = draw.normal(*draw.sizes(4))
    expect.values(submission.masked_softmax(scores, draw.mask(*scores.shape)))
    expect.values(submission.masked_softmax(scores, draw.mask(*scores.shape)))
    expect.values(submission.masked_softmax(draw.like(scores), draw.mask(*scores.shape)))


# scaled_dot_product_attention


@graded(
    part="attention",
    points=0,
    needs=("test_scores_shape", "test_weights_shape"),
    zh="形状是 (..., Lq, d_v)",
)
def test_attention_shape(submission: Submission, draw: Draw) -> None:
    """The shape is (..., Lq, d_v)"""
    query, key, value, _ = attention_inputs(draw)
    expect.shape(submission.scaled_dot_product_attention(query, key, value))


@graded(
    part="attention",
    points=2,
    needs=("test_attention_shape", "test_scores_values", "test_weights_values"),
    zh="没有掩码时数值正确",
)
def test_attention_values(submission: Submission, draw: Draw) -> None:
    """The values are right without a mask"""
    inputs = [attention_inputs(draw)[:3] for _ in range(3)]
    made = [submission.scaled_dot_product_attention(*tensors) for tensors in inputs]
    for observation in made:
        expect.values(observation)


@graded(
    part="attention",
    points=2,
    needs=("test_attention_values", "test_weights_mask"),
    zh="有掩码（可广播）时数值正确",
)
def test_attention_mask(submission: Submission, draw: Draw) -> None:
    """The values are right with a mask, which may broadcast"""
    query, key, value, mask = attention_inputs(draw)
    for part in (mask, mask[0, 0], mask[:, :1, :1], mask[0], mask[0, 0, 0]):
        expect.values(submission.scaled_dot_product_attention(query, key, value, part))


@graded(
    part="attention",
    points=1,
    needs=("test_attention_values", "test_scores_scale"),
    zh="使用传入的 scale",
)
def test_attention_scale(submission: Submission, draw: Draw) -> None:
    """A given scale is used"""
    query, key, value, _ = attention_inputs(draw)
    for scale in (draw.random.uniform(0.3, 3.0), 0.0, draw.random.uniform(-3.0, -0.3)):
        expect.values(submission.scaled_dot_product_attention(query, key, value, scale=scale))


@graded(
    part="attention",
    points=1,
    needs=("test_attention_mask", "test_weights_empty_row"),
    zh="不能关注任何 key 的 query，结果全为 0",
)
def test_attention_empty_row(submission: Submission, draw: Draw) -> None:
    """A query that may attend to nothing gets zeros"""
    query, key, value, mask = attention_inputs(draw)
    empty = draw.random.randrange(mask.shape[-2])
    mask[..., empty, :] = False
    observation = submission.scaled_dot_product_attention(query, key, value, mask)
    expect.finite(observation)
    expect.values(observation)
    expect.zero(observation.output[..., empty, :])


@graded(
    part="attention",
    points=1,
    needs=("test_attention_values", "test_scores_gradients", "test_weights_gradients"),
    zh="对 query、key、value 的梯度正确",
)
def test_attention_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of query, key and value are right"""
    query, key, value, _ = attention_inputs(draw)
    expect.gradients(
        submission.differentiated(draw).scaled_dot_product_attention(query, key, value)
    )


@graded(
    part="attention",
    points=1,
    needs=(
        "test_attention_empty_row",
        "test_attention_gradients",
        "test_weights_empty_row_gradient",
    ),
    zh="掩码有整行被屏蔽时，梯度正确",
)
def test_attention_masked_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients are right under a mask with an empty row"""
    query, key, value, mask = attention_inputs(draw)
    mask[..., draw.random.randrange(mask.shape[-2]), :] = False
    observed = submission.differentiated(draw).scaled_dot_product_attention(query, key, value, mask)
    expect.gradients(observed)


@graded(
    part="attention",
    points=1,
    needs=("test_attention_scale", "test_weights_large_scores"),
    zh="分数很大时，结果有限且正确",
)
def test_attention_large_scores(submission: Submission, draw: Draw) -> None:
    """Large scores give finite, right values"""
    query, key, value, _ = attention_inputs(draw)
    # One large common part in all keys: scores near 1e4 that differ by little.
    shift = draw.normal(query.shape[-1])
    query = query + shift * 1e4 / (shift @ shift)
    observation = submission.scaled_dot_product_attention(
        query, key * 1e-3 + shift, value, scale=1.0
    )
    expect.finite(observation)
    expect.values(observation, shaken=4)


@graded(
    part="attention",
    points=1,
    needs=("test_attention_mask", "test_scores_dtype", "test_weights_dtype"),
    zh="dtype 与输入相同，半精度结果准确",
)
def test_attention_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of the inputs, and half precision is accurate"""
    for dtype in (*HALVES, torch.float64):
        query, key, value, mask = attention_inputs(draw, dtype)
        observing = submission.differentiated(draw)
        observation = observing.scaled_dot_product_attention(query, key, value, mask)
        expect.dtype(observation)
        expect.gradients(observation)


@graded(
    part="attention",
    points=1,
    needs=("test_attention_mask", "test_scores_batch_dimensions", "test_weights_batch_dimensions"),
    zh="支持任意多个 batch 维和不连续的输入",
)
def test_attention_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, Lq, Lk, d_k, d_v = draw.sizes(6)
    for batch in ((), (B,), (A, 1, B), (0, B)):
        query, key = draw.normal(*batch, Lq, d_k), draw.normal(*batch, Lk, d_k)
        value, mask = draw.normal(*batch, Lk, d_v), draw.mask(*batch, Lq, Lk)
        observation = submission.scaled_dot_product_attention(
            strided(query), strided(key), strided(value), strided(mask)
        )
        expect.values(observation)


@graded(
    part="attention",
    points=1,
    needs=("test_attention_mask", "test_scores_lengths", "test_weights_lengths"),
    zh="长度可以是 1，也可以很大",
)
def test_attention_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, Lq, Lk, d_k, d_v in (*draw.with_ones(*draw.sizes(5)), (2, 65, 130, 96, 40)):
        query, key = draw.normal(B, Lq, d_k), draw.normal(B, Lk, d_k)
        value, mask = draw.normal(B, Lk, d_v), draw.mask(B, Lq, Lk)
        expect.values(submission.scaled_dot_product_attention(query, key, value, mask))


@graded(
    part="attention",
    points=1,
    needs=("test_attention_dtype", "test_scores_unchanged", "test_weights_unchanged"),
    zh="不修改输入",
)
def test_attention_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    for dtype in (torch.float32, *HALVES, torch.float64):
        query, key, value, mask = attention_inputs(draw, dtype)
        for scale in (None, 0.7):
            expect.unchanged(
                submission.scaled_dot_product_attention(query, key, value, mask, scale)
            )


@graded(
    part="attention",
    points=1,
    needs=("test_attention_mask", "test_scores_second_call", "test_weights_second_call"),
    zh="形状相同的第二次调用会重新计算",
)
def test_attention_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    query, key, value, mask = attention_inputs(draw)
    for _ in range(2):
        observation = submission.scaled_dot_product_attention(
            draw.like(query), draw.like(key), draw.like(value), draw.mask(*mask.shape)
        )
        expect.values(observation)
