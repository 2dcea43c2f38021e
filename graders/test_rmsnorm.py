"""Hidden tests of exercises/rmsnorm.py."""

import torch
from torch import Tensor

from llmquiz.grading import Draw, Submission, expect, graded, strided

HALVES = (torch.float16, torch.bfloat16)


def rows(draw: Draw, dtype: torch.dtype = torch.float32, scale: float = 30.0) -> Tensor:
    """An input of shape (B, L, dim); so large by default that eps does not matter."""
    return draw.normal(*draw.sizes(3, low=3), dtype=dtype, scale=scale)


@graded(part="rmsnorm", points=0, zh="形状与输入相同")
def test_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of the input"""
    x = rows(draw)
    expect.shape(submission.RMSNorm(x.shape[-1])(x))


@graded(part="rmsnorm", points=3, needs=("test_shape",), zh="任意 weight 下数值正确")
def test_values(submission: Submission, draw: Draw) -> None:
    """The values are right for any weight"""
    for _ in range(3):
        x = rows(draw)
        expect.values(submission.RMSNorm(x.shape[-1]).drawn(draw)(x))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="weight 的初值全为 1")
def test_weight_starts_at_one(submission: Submission, draw: Draw) -> None:
    """The weight starts at ones"""
    x = rows(draw)
    expect.values(submission.RMSNorm(x.shape[-1])(x))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="使用传入的 eps，默认值为 1e-6")
def test_eps_argument(submission: Submission, draw: Draw) -> None:
    """The given eps is used, and the default is 1e-6"""
    x = rows(draw, scale=1e-3)  # mean squares near 1e-6: each eps gives other values
    for eps in (1e-5, 1e-7):
        expect.values(submission.RMSNorm(x.shape[-1], eps).drawn(draw)(x))
    expect.values(submission.RMSNorm(x.shape[-1]).drawn(draw)(x))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="eps 加在根号内")
def test_eps_inside_the_root(submission: Submission, draw: Draw) -> None:
    """eps is added inside the root"""
    for eps in (0.1, draw.random.uniform(0.5, 2.0)):
        x = rows(draw, scale=0.5)
        expect.values(submission.RMSNorm(x.shape[-1], eps=eps).drawn(draw)(x))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="不减去均值")
def test_mean_is_kept(submission: Submission, draw: Draw) -> None:
    """The mean is not subtracted"""
    x = rows(draw)
    for offset in (500.0, -500.0):
        expect.values(submission.RMSNorm(x.shape[-1]).drawn(draw)(x + offset))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="每一行独立归一化")
def test_rows_are_independent(submission: Submission, draw: Draw) -> None:
    """Each row is normalised by itself"""
    x = rows(draw)
    lengths = 10.0 ** torch.linspace(0, 4, x.shape[-2])[:, None]
    expect.values(submission.RMSNorm(x.shape[-1]).drawn(draw)(x * lengths))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="对 x 和 weight 的梯度正确")
def test_gradients(submission: Submission, draw: Draw) -> None:
    """The gradients of x and weight are right"""
    x = rows(draw)
    for dtype in (torch.float32, torch.bfloat16, torch.float64):
        module = submission.differentiated(draw).RMSNorm(x.shape[-1], eps=0.0).drawn(draw, dtype)
        expect.gradients(module(draw.like(x).to(dtype)))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="全零行的结果为 0，梯度有限且正确")
def test_zero_row(submission: Submission, draw: Draw) -> None:
    """A row of zeros gives zeros, with a finite, right gradient"""
    x = rows(draw, scale=1.0)
    x[0, 0] = 0.0
    observation = submission.differentiated(draw).RMSNorm(x.shape[-1], eps=1e-2).drawn(draw)(x)
    expect.finite(observation)
    expect.gradients(observation)


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="dtype 与 x 相同，float64 不损失精度")
def test_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x, and float64 keeps its precision"""
    for dtype in (*HALVES, torch.float64):
        x = rows(draw, dtype)
        observation = submission.RMSNorm(x.shape[-1], eps=0.0).drawn(draw, dtype)(x)
        expect.dtype(observation)
        expect.values(observation)
    for dtype in (torch.float64, *HALVES):  # and the weight in float32
        x = rows(draw, dtype)
        expect.dtype(submission.RMSNorm(x.shape[-1]).drawn(draw)(x))
    x = rows(draw, torch.float64, scale=1e-3)  # where eps counts, its own rounding shows
    expect.values(submission.RMSNorm(x.shape[-1]).drawn(draw, torch.float64)(x))


@graded(
    part="rmsnorm", points=1, needs=("test_values",), zh="float16 下很大的数不上溢，很小的数不下溢"
)
def test_statistics_in_float32(submission: Submission, draw: Draw) -> None:
    """Large and small float16 numbers neither overflow nor vanish"""
    for scale, eps in ((300.0, 1e-6), (1e-4, 0.0)):
        x = rows(draw, torch.float16, scale)
        module = submission.RMSNorm(x.shape[-1], eps=eps)
        expect.values(module.drawn(draw, torch.float16)(x))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="支持任意多个 batch 维和不连续的输入")
def test_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, L, dim = draw.sizes(4)
    for batch in ((), (L,), (A, 1, B, L), (0, L)):
        x = draw.normal(*batch, dim, scale=30.0)
        expect.values(submission.RMSNorm(dim).drawn(draw)(strided(x)))


@graded(part="rmsnorm", points=1, needs=("test_values",), zh="长度可以是 1，也可以很大")
def test_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, dim in (*draw.with_ones(*draw.sizes(3)), (2, 3, 700)):
        expect.values(submission.RMSNorm(dim, eps=0.0).drawn(draw)(draw.normal(B, L, dim)))


@graded(
    part="rmsnorm",
    points=1,
    needs=("test_shape",),
    after=("test_values",),
    zh="不修改 x",
)
def test_unchanged(submission: Submission, draw: Draw) -> None:
    """x is left unchanged"""
    x = rows(draw)
    for dtype in (torch.float32, *HALVES, torch.float64):
        module = submission.RMSNorm(x.shape[-1]).drawn(draw, dtype)
        expect.unchanged(module(x.to(dtype)))
