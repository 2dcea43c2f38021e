"""Hidden tests of exercises/block.py."""

import torch
from torch import Tensor

from llmquiz.grading import Draw, Submission, expect, graded, strided
from llmquiz.grading.subject import Made

HALVES = (torch.float16, torch.bfloat16)


def made(
    submission: Submission, draw: Draw, name: str, dtype: torch.dtype = torch.float32
) -> tuple[Made, Tensor]:
    """A block with drawn parameters, and an input of shape (B, L, D)."""
    B, L, H, d, d_ff = draw.sizes(5)
    module = getattr(submission, name)(H * d, H, d_ff).drawn(draw, dtype)
    return module, draw.normal(B, L, H * d, dtype=dtype)


def causal(L: int) -> Tensor:
    return torch.ones(L, L, dtype=torch.bool).tril()


# PreNormBlock


@graded(part="pre", points=0, zh="形状与 x 相同")
def test_pre_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of x"""
    module, x = made(submission, draw, "PreNormBlock")
    expect.shape(module(x))


@graded(part="pre", points=4, needs=("test_pre_shape",), zh="没有掩码时数值正确")
def test_pre_values(submission: Submission, draw: Draw) -> None:
    """The values are right without a mask"""
    for _ in range(2):
        module, x = made(submission, draw, "PreNormBlock")
        expect.values(module(x))


@graded(part="pre", points=2, needs=("test_pre_values",), zh="掩码传到了 attention")
def test_pre_mask(submission: Submission, draw: Draw) -> None:
    """The mask reaches the attention"""
    module, x = made(submission, draw, "PreNormBlock")
    B, L, _ = x.shape
    H = module.init[0][1]
    expect.values(module(x, mask=causal(L)))
    for shape in ((L, L), (B, 1, 1, L), (H, L, L), (B, H, L, L)):
        expect.values(module(x, draw.mask(*shape)))


@graded(part="pre", points=1, needs=("test_pre_values",), zh="输入很大或很小时数值正确")
def test_pre_scale_of_x(submission: Submission, draw: Draw) -> None:
    """The values are right for large and for small inputs"""
    for scale in (30.0, 0.03):
        module, x = made(submission, draw, "PreNormBlock")
        # A large x saturates the softmax: two keys that nearly tie amplify rounding.
        expect.values(module(x * scale), shaken=4)


@graded(part="pre", points=1, needs=("test_pre_values",), zh="对 x 和所有模块参数的梯度正确")
def test_pre_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of x and of every parameter are right"""
    module, x = made(submission.differentiated(draw), draw, "PreNormBlock")
    expect.gradients(module(x, causal(x.shape[1])))


@graded(part="pre", points=1, needs=("test_pre_values",), zh="dtype 与 x 相同")
def test_pre_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x"""
    for dtype in (*HALVES, torch.float64):
        module, x = made(submission.differentiated(draw), draw, "PreNormBlock", dtype)
        observation = module(x)
        expect.dtype(observation)
        expect.gradients(observation)


@graded(part="pre", points=1, needs=("test_pre_values",), zh="支持空 batch 和不连续的输入")
def test_pre_batch(submission: Submission, draw: Draw) -> None:
    """An empty batch, and non-contiguous inputs"""
    module, x = made(submission, draw, "PreNormBlock")
    expect.values(module(strided(x), strided(causal(x.shape[1]))))
    expect.values(module(x[:0]))


@graded(part="pre", points=1, needs=("test_pre_mask",), zh="长度可以是 1，也可以很大")
def test_pre_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, H, d, d_ff in (*draw.with_ones(*draw.sizes(5)), (2, 70, 3, 24, 50)):
        module = submission.PreNormBlock(H * d, H, d_ff).drawn(draw)
        expect.values(module(draw.normal(B, L, H * d), causal(L)))


@graded(
    part="pre",
    points=1,
    needs=("test_pre_shape",),
    after=("test_pre_values",),
    zh="不修改输入",
)
def test_pre_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    for dtype in (torch.float32, *HALVES, torch.float64):
        module, x = made(submission, draw, "PreNormBlock", dtype)
        expect.unchanged(module(x, causal(x.shape[1])))
        expect.unchanged(module(x))


@graded(part="pre", points=1, needs=("test_pre_values",), zh="形状相同的第二次调用会重新计算")
def test_pre_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    module, x = made(submission, draw, "PreNormBlock")
    for _ in range(2):
        expect.values(module(draw.like(x)))
    # The same object, called before with another input.
    expect.values(module.after(draw.like(x), causal(x.shape[1]))(x))


# PostNormBlock


@graded(part="post", points=0, zh="形状与 x 相同")
def test_post_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of x"""
    module, x = made(submission, draw, "PostNormBlock")
    expect.shape(module(x))


@graded(part="post", points=4, needs=("test_post_shape",), zh="没有掩码时数值正确")
def test_post_values(submission: Submission, draw: Draw) -> None:
    """The values are right without a mask"""
    for _ in range(2):
        module, x = made(submission, draw, "PostNormBlock")
        expect.values(module(x))


@graded(part="post", points=2, needs=("test_post_values",), zh="掩码传到了 attention")
def test_post_mask(submission: Submission, draw: Draw) -> None:
    """The mask reaches the attention"""
    module, x = made(submission, draw, "PostNormBlock")
    B, L, _ = x.shape
    H = module.init[0][1]
    expect.values(module(x, mask=causal(L)))
    for shape in ((L, L), (B, 1, 1, L), (H, L, L), (B, H, L, L)):
        expect.values(module(x, draw.mask(*shape)))


@graded(part="post", points=1, needs=("test_post_values",), zh="输入很大或很小时数值正确")
def test_post_scale_of_x(submission: Submission, draw: Draw) -> None:
    """The values are right for large and for small inputs"""
    for scale in (30.0, 0.03):
        module, x = made(submission, draw, "PostNormBlock")
        # A large x saturates the softmax: two keys that nearly tie amplify rounding.
        expect.values(module(x * scale), shaken=4)


@graded(part="post", points=1, needs=("test_post_values",), zh="对 x 和所有模块参数的梯度正确")
def test_post_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of x and of every parameter are right"""
    module, x = made(submission.differentiated(draw), draw, "PostNormBlock")
    expect.gradients(module(x, causal(x.shape[1])))


@graded(part="post", points=1, needs=("test_post_values",), zh="dtype 与 x 相同")
def test_post_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x"""
    for dtype in (*HALVES, torch.float64):
        module, x = made(submission.differentiated(draw), draw, "PostNormBlock", dtype)
        observation = module(x)
        expect.dtype(observation)
        expect.gradients(observation)


@graded(part="post", points=1, needs=("test_post_values",), zh="支持空 batch 和不连续的输入")
def test_post_batch(submission: Submission, draw: Draw) -> None:
    """An empty batch, and non-contiguous inputs"""
    module, x = made(submission, draw, "PostNormBlock")
    expect.values(module(strided(x), strided(causal(x.shape[1]))))
    expect.values(module(x[:0]))


@graded(part="post", points=1, needs=("test_post_mask",), zh="长度可以是 1，也可以很大")
def test_post_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, H, d, d_ff in (*draw.with_ones(*draw.sizes(5)), (2, 70, 3, 24, 50)):
        module = submission.PostNormBlock(H * d, H, d_ff).drawn(draw)
        expect.values(module(draw.normal(B, L, H * d), causal(L)))


@graded(
    part="post",
    points=1,
    needs=("test_post_shape",),
    after=("test_post_values",),
    zh="不修改输入",
)
def test_post_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    for dtype in (torch.float32, *HALVES, torch.float64):
        module, x = made(submission, draw, "PostNormBlock", dtype)
        expect.unchanged(module(x, causal(x.shape[1])))
        expect.unchanged(module(x))


@graded(part="post", points=1, needs=("test_post_values",), zh="形状相同的第二次调用会重新计算")
def test_post_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    module, x = made(submission, draw, "PostNormBlock")
    for _ in range(2):
        expect.values(module(draw.like(x)))
    # The same object, called before with another input.
    expect.values(module.after(draw.like(x), causal(x.shape[1]))(x))
