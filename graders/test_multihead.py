"""Hidden tests of exercises/multihead.py."""

import torch
from torch import Tensor

from llmquiz.grading import Draw, Submission, expect, graded, strided
from llmquiz.grading.subject import Made

HALVES = (torch.float16, torch.bfloat16)


def made(
    submission: Submission, draw: Draw, dtype: torch.dtype = torch.float32, bias: bool = False
) -> tuple[Made, Tensor, int]:
    """A module with drawn parameters, an input of shape (B, L, D), and the number of heads."""
    B, L, H, d = draw.sizes(4)
    module = submission.MultiHeadAttention(H * d, H, bias=bias).drawn(draw, dtype)
    return module, draw.normal(B, L, H * d, dtype=dtype), H


# split_heads


@graded(part="split", points=0, zh="形状是 (..., num_heads, L, head_dim)")
def test_split_shape(submission: Submission, draw: Draw) -> None:
    """The shape is (..., num_heads, L, head_dim)"""
    B, L, H, d = draw.sizes(4)
    expect.shape(submission.split_heads(draw.normal(B, L, H * d), H))


@graded(
    part="split",
    points=2,
    needs=("test_split_shape",),
    zh="head h 存放每个 token 中属于它的那段特征",
)
def test_split_values(submission: Submission, draw: Draw) -> None:
    """Head h holds its own run of features, for every token"""
    for _ in range(2):
        B, L, H, d = draw.sizes(4)
        expect.values(submission.split_heads(draw.normal(B, L, H * d), H))


@graded(
    part="split", points=1, needs=("test_split_values",), zh="支持任意多个 batch 维和不连续的输入"
)
def test_split_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, L, H, d = draw.sizes(5)
    for batch in ((), (B,), (A, 1, B), (0,)):
        expect.values(submission.split_heads(strided(draw.normal(*batch, L, H * d)), H))


@graded(part="split", points=1, needs=("test_split_values",), zh="长度可以是 1，也可以很大")
def test_split_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, H, d in (*draw.with_ones(*draw.sizes(4)), (2, 130, 3, 40)):
        expect.values(submission.split_heads(draw.normal(B, L, H * d), H))


@graded(part="split", points=1, needs=("test_split_values",), zh="梯度正确，dtype 不变，不修改 x")
def test_split_gradients(submission: Submission, draw: Draw) -> None:
    """The gradient is right, the dtype stays, x is left unchanged"""
    B, L, H, d = draw.sizes(4)
    x = draw.normal(B, L, H * d)
    expect.gradients(submission.differentiated(draw).split_heads(x, H))
    for dtype in (*HALVES, torch.float64):
        observation = submission.differentiated(draw).split_heads(
            draw.normal(B, L, H * d, dtype=dtype), H
        )
        expect.dtype(observation)
        expect.unchanged(observation)
        expect.gradients(observation)


@graded(
    part="split",
    points=1,
    needs=("test_split_values",),
    zh="num_heads 不能整除 d_model 时抛出 ValueError 并写明这两个数",
)
def test_split_indivisible(submission: Submission, draw: Draw) -> None:
    """A num_heads that does not divide d_model is a ValueError that names both"""
    B, L, H, d = draw.sizes(4, low=3)
    for rest in (1, H - 1):
        x = draw.normal(B, L, 10 * H * d + rest)
        sizes = (H, x.shape[-1])
        expect.raises(lambda x=x: submission.split_heads(x, H), "ValueError", sizes)


@graded(part="split", points=1, needs=("test_split_values",), zh="形状相同的第二次调用会重新计算")
def test_split_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    B, L, H, d = draw.sizes(4)
    for _ in range(2):
        expect.values(submission.split_heads(draw.normal(B, L, H * d), H))


# merge_heads


@graded(part="merge", points=0, zh="形状是 (..., L, d_model)")
def test_merge_shape(submission: Submission, draw: Draw) -> None:
    """The shape is (..., L, d_model)"""
    expect.shape(submission.merge_heads(draw.normal(*draw.sizes(4))))


@graded(part="merge", points=2, needs=("test_merge_shape",), zh="各个 head 在特征维上按顺序拼接")
def test_merge_values(submission: Submission, draw: Draw) -> None:
    """The heads stand side by side in the features, in order"""
    for _ in range(2):
        expect.values(submission.merge_heads(draw.normal(*draw.sizes(4))))


@graded(
    part="merge", points=1, needs=("test_merge_values",), zh="支持任意多个 batch 维和不连续的输入"
)
def test_merge_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, L, H, d = draw.sizes(5)
    for batch in ((), (B,), (A, 1, B), (0,)):
        expect.values(submission.merge_heads(strided(draw.normal(*batch, H, L, d))))
    # What split_heads gives is a transposed view: a bare view of it would be an error, or wrong.
    expect.values(submission.merge_heads(draw.normal(B, L, H, d).transpose(1, 2)))


@graded(part="merge", points=1, needs=("test_merge_values",), zh="长度可以是 1，也可以很大")
def test_merge_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, H, L, d in (*draw.with_ones(*draw.sizes(4)), (2, 3, 130, 40)):
        expect.values(submission.merge_heads(draw.normal(B, H, L, d)))


@graded(part="merge", points=1, needs=("test_merge_values",), zh="梯度正确，dtype 不变，不修改 x")
def test_merge_gradients(submission: Submission, draw: Draw) -> None:
    """The gradient is right, the dtype stays, x is left unchanged"""
    x = draw.normal(*draw.sizes(4))
    expect.gradients(submission.differentiated(draw).merge_heads(x))
    for dtype in (*HALVES, torch.float64):
        observation = submission.differentiated(draw).merge_heads(draw.like(x).to(dtype))
        expect.dtype(observation)
        expect.unchanged(observation)
        expect.gradients(observation)


@graded(part="merge", points=1, needs=("test_merge_values",), zh="形状相同的第二次调用会重新计算")
def test_merge_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    sizes = draw.sizes(4)
    for _ in range(2):
        expect.values(submission.merge_heads(draw.normal(*sizes)))


# MultiHeadAttention


@graded(
    part="module",
    points=0,
    needs=("test_split_shape", "test_merge_shape"),
    zh="形状与 x 相同",
)
def test_module_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of x"""
    module, x, _ = made(submission, draw)
    expect.shape(module(x))


@graded(
    part="module",
    points=3,
    needs=("test_module_shape", "test_split_values", "test_merge_values"),
    zh="没有掩码时数值正确",
)
def test_module_values(submission: Submission, draw: Draw) -> None:
    """The values are right without a mask"""
    cases = [made(submission, draw)[:2] for _ in range(3)]
    # All of them first: a constant that fits one case by chance does not fit the others.
    observations = [module(x) for module, x in cases]
    for observation in observations:
        expect.values(observation)


@graded(part="module", points=1, needs=("test_module_values",), zh="bias=True 时数值正确")
def test_module_bias(submission: Submission, draw: Draw) -> None:
    """The values are right with bias=True"""
    module, x, _ = made(submission, draw, bias=True)
    expect.values(module(x))


@graded(part="module", points=1, needs=("test_module_bias",), zh="对 x 和所有模块参数的梯度正确")
def test_module_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of x and of every parameter are right"""
    module, x, _ = made(submission.differentiated(draw), draw, bias=True)
    expect.gradients(module(x))


@graded(part="module", points=1, needs=("test_module_values",), zh="只有一个 head 时数值正确")
def test_module_single_head(submission: Submission, draw: Draw) -> None:
    """The values are right with a single head"""
    B, L, D = draw.sizes(3)
    module = submission.MultiHeadAttention(D, 1).drawn(draw)
    expect.values(module(draw.normal(B, L, D)))


@graded(part="module", points=2, needs=("test_module_values",), zh="有掩码（可广播）时数值正确")
def test_module_mask(submission: Submission, draw: Draw) -> None:
    """The values are right with a mask, which may broadcast"""
    module, x, H = made(submission, draw)
    B, L, _ = x.shape
    for shape in ((L, L), (B, 1, 1, L), (1, H, L, L), (B, H, L, L), (H, L, L), (L,)):
        expect.values(module(x, draw.mask(*shape)))
    # Three axes are heads, never samples: also where there are as many of them.
    expect.values(module(draw.normal(H, *x.shape[1:]), draw.mask(H, L, L)))


@graded(
    part="module", points=1, needs=("test_module_mask",), zh="因果掩码下，token 看不到后面的 token"
)
def test_module_causal_mask(submission: Submission, draw: Draw) -> None:
    """Under a causal mask no token sees a later one"""
    module, x, _ = made(submission, draw)
    L = x.shape[1]
    causal = torch.ones(L, L, dtype=torch.bool).tril()
    expect.values(module(x, mask=causal))
    cut = draw.random.randrange(1, L)
    changed = torch.cat([x[:, :cut], draw.normal(*x[:, cut:].shape)], dim=1)
    expect.values(module(changed, mask=causal))


@graded(
    part="module",
    points=1,
    needs=("test_module_mask", "test_module_gradients"),
    zh="不能关注任何 token 时，输出为 0，所有梯度正确",
)
def test_module_empty_row(submission: Submission, draw: Draw) -> None:
    """A token that may attend to nothing gives zeros, and all gradients are right"""
    B, L, H, d = draw.sizes(4)
    observing = submission.differentiated(draw)
    module = observing.MultiHeadAttention(H * d, H).drawn(draw)
    mask = draw.mask(B, 1, L, L)
    empty = draw.random.randrange(L)
    mask[..., empty, :] = False
    observation = module(draw.normal(B, L, H * d), mask)
    expect.finite(observation)
    expect.zero(observation.output[:, empty])
    expect.gradients(observation)
    # With a bias the output is the bias; and a token may have nothing in one head only.
    biased = observing.MultiHeadAttention(H * d, H, bias=True).drawn(draw)
    heads = draw.mask(B, H, L, L)
    heads[:, 0, empty] = False
    for part in (mask, heads):
        expect.gradients(biased(draw.normal(B, L, H * d), part))


@graded(
    part="module",
    points=1,
    needs=(
        "test_module_mask",
        "test_module_gradients",
    ),
    zh="dtype 与 x 相同，半精度结果准确",
)
def test_module_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x, and half precision is accurate"""
    for dtype in (*HALVES, torch.float64):
        module, x, _ = made(submission.differentiated(draw), draw, dtype)
        # Of two tokens the mask allows one, and its weight of 1 has no rounding: so without one too.
        for mask in (None, draw.mask(x.shape[1], x.shape[1])):
            observation = module(x, mask)
            expect.dtype(observation)
            expect.gradients(observation)


@graded(
    part="module",
    points=1,
    needs=("test_module_mask", "test_split_batch_dimensions", "test_merge_batch_dimensions"),
    zh="支持空 batch 和不连续的输入",
)
def test_module_batch(submission: Submission, draw: Draw) -> None:
    """An empty batch, and non-contiguous inputs"""
    module, x, _ = made(submission, draw)
    mask = draw.mask(x.shape[1], x.shape[1])
    expect.values(module(strided(x), strided(mask)))
    expect.values(module(x[:0], mask))


@graded(
    part="module",
    points=1,
    needs=(
        "test_module_mask",
        "test_module_single_head",
        "test_split_lengths",
        "test_merge_lengths",
    ),
    zh="长度可以是 1，也可以很大",
)
def test_module_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, H, d in (*draw.with_ones(*draw.sizes(4)), (2, 70, 3, 24)):
        module = submission.MultiHeadAttention(H * d, H).drawn(draw)
        expect.values(module(draw.normal(B, L, H * d), draw.mask(B, 1, L, L)))


@graded(part="module", points=1, needs=("test_module_mask",), zh="分数很大时，结果有限且正确")
def test_module_large_scores(submission: Submission, draw: Draw) -> None:
    """Large scores give finite, right values"""
    module, x, _ = made(submission, draw)
    mask = draw.mask(x.shape[1], x.shape[1])
    for scale in (30.0, 100.0):
        observation = module(x * scale, mask)
        expect.finite(observation)
        # Most rows have one weight of 1 and no rounding; two keys that nearly tie have much.
        expect.values(observation, shaken=4)


@graded(
    part="module",
    points=1,
    needs=("test_module_shape",),
    after=("test_module_values",),
    zh="不修改输入",
)
def test_module_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    for dtype in (torch.float32, *HALVES, torch.float64):
        module, x, _ = made(submission, draw, dtype)
        expect.unchanged(module(x, draw.mask(x.shape[1], x.shape[1])))
        expect.unchanged(module(x))


@graded(
    part="module",
    points=1,
    needs=("test_module_mask", "test_split_second_call", "test_merge_second_call"),
    zh="形状相同的第二次调用会重新计算",
)
def test_module_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    module, x, _ = made(submission, draw)
    L = x.shape[1]
    for values in (x, x, draw.like(x)):
        expect.values(module(values, draw.mask(L, L)))
    # The same object, called before with another input and another mask.
    expect.values(module.after(draw.like(x), draw.mask(L, L))(x, draw.mask(L, L)))
