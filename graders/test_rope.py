"""Hidden tests of exercises/rope.py."""

import torch
from torch import Tensor

from llmquiz.grading import Draw, Submission, expect, graded, strided
from llmquiz.grading.call import Observation

HALVES = (torch.float16, torch.bfloat16)


def slack(observation: Observation) -> float:
    """How far float32 and float64 angles may move the output apart.

    theta is rounded to float32 and so is the product with the position: an angle is off by up to
    two roundings of its size, and a pair moves by its length times that.
    """
    x, positions = observation.call.args[:2]
    if not x.numel():
        return 0.0
    largest_angle = positions.max().item()
    longest_pair = x.double().abs().max().item() * 2**0.5
    return 2 * torch.finfo(torch.float32).eps * largest_angle * longest_pair


def right(observation: Observation) -> None:
    expect.values(observation, slack=slack(observation))


def sequence(draw: Draw, dtype: torch.dtype = torch.float32) -> Tensor:
    B, H, L, half_dim = draw.sizes(4)
    return draw.normal(B, H, L, 2 * half_dim, dtype=dtype)


# rope_frequencies


@graded(part="frequencies", points=0, zh="形状是 (head_dim/2,)")
def test_frequencies_shape(submission: Submission, draw: Draw) -> None:
    """The shape is (head_dim/2,)"""
    for half_dim in draw.sizes(2):
        expect.shape(submission.rope_frequencies(2 * half_dim))


@graded(part="frequencies", points=2, needs=("test_frequencies_shape",), zh="默认 base 下数值正确")
def test_frequencies_values(submission: Submission, draw: Draw) -> None:
    """The values are right for the default base"""
    for half_dim in (64, *draw.sizes(2)):  # the large one tells most rules apart
        expect.values(submission.rope_frequencies(2 * half_dim))


@graded(part="frequencies", points=1, needs=("test_frequencies_values",), zh="使用传入的 base")
def test_frequencies_base(submission: Submission, draw: Draw) -> None:
    """The given base is used"""
    (half_dim,) = draw.sizes(1)
    for base in (500.0, draw.random.uniform(2.0, 50.0), 1_000_000.0):
        expect.values(submission.rope_frequencies(2 * half_dim, base=base))


@graded(
    part="frequencies",
    points=1,
    needs=("test_frequencies_values",),
    zh="head_dim 为 2 时只有一个频率 1",
)
def test_frequencies_of_a_single_pair(submission: Submission) -> None:
    """A head_dim of 2 has the single frequency 1"""
    expect.values(submission.rope_frequencies(2))


@graded(
    part="frequencies",
    points=1,
    needs=("test_frequencies_shape",),
    after=("test_frequencies_values",),
    zh="dtype 是 float32",
)
def test_frequencies_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is float32"""
    expect.dtype(submission.rope_frequencies(2 * draw.sizes(1)[0]))


@graded(
    part="frequencies",
    points=1,
    needs=("test_frequencies_shape",),
    after=("test_frequencies_values",),
    zh="head_dim 为奇数时抛出 ValueError 并写明这个数",
)
def test_frequencies_odd_head_dim(submission: Submission, draw: Draw) -> None:
    """An odd head_dim is a ValueError that names it"""
    odd = 2 * draw.sizes(1)[0] + 1
    expect.raises(lambda: submission.rope_frequencies(odd), "ValueError", (odd,))


# apply_rope


@graded(part="rotation", points=0, zh="形状与 x 相同")
def test_rotation_shape(submission: Submission, draw: Draw) -> None:
    """The shape is that of x"""
    x = sequence(draw)
    expect.shape(submission.apply_rope(x, torch.arange(x.shape[-2])))


@graded(
    part="rotation",
    points=3,
    needs=("test_rotation_shape", "test_frequencies_values"),
    zh="位置 0, 1, 2, ... 上数值正确",
)
def test_rotation_values(submission: Submission, draw: Draw) -> None:
    """The values are right at positions 0, 1, 2, ..."""
    for _ in range(2):
        x = sequence(draw)
        right(submission.apply_rope(x, torch.arange(x.shape[-2])))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_values", "test_frequencies_base"),
    zh="使用传入的 base",
)
def test_rotation_base(submission: Submission, draw: Draw) -> None:
    """The given base is used"""
    x = sequence(draw)
    for base in (500.0, draw.random.uniform(2.0, 50.0)):
        right(submission.apply_rope(x, torch.arange(x.shape[-2]), base=base))


@graded(part="rotation", points=1, needs=("test_rotation_values",), zh="位置 0 不改变 x")
def test_rotation_position_zero(submission: Submission, draw: Draw) -> None:
    """Position 0 leaves x as it is"""
    x = sequence(draw)
    right(submission.apply_rope(x, torch.zeros(x.shape[-2], dtype=torch.int64)))


@graded(
    part="rotation",
    points=2,
    needs=("test_rotation_values",),
    zh="位置可以有偏移、乱序、重复",
)
def test_rotation_any_positions(submission: Submission, draw: Draw) -> None:
    """Positions may be offset, permuted and repeated"""
    x = sequence(draw)
    L = x.shape[-2]
    for positions in (
        torch.arange(L).flip(0),
        torch.arange(L) + draw.random.randrange(5, 60),
        draw.integers(0, 20, L),
        draw.permutation(L).to(torch.int32),
    ):
        right(submission.apply_rope(x, positions))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_any_positions",),
    zh="各样本的位置可以不同，也可以广播",
)
def test_rotation_positions_per_sample(submission: Submission, draw: Draw) -> None:
    """Positions may differ from sample to sample and broadcast"""
    x = sequence(draw)
    B, H, L, _ = x.shape
    for shape in ((B, 1, L), (1, H, L), (B, H, L), (1, L), (H, L), (B, 1, 1), (1,)):
        right(submission.apply_rope(x, draw.integers(0, 30, *shape)))
    right(submission.apply_rope(x[:, 0], draw.integers(0, 30, B, L)))
    # Two axes are heads and tokens, never samples: also where there are as many of them.
    right(submission.apply_rope(draw.normal(H, *x.shape[1:]), draw.integers(0, 30, H, L)))


@graded(
    part="rotation", points=1, needs=("test_rotation_any_positions",), zh="位置大到 100000 仍正确"
)
def test_rotation_far_positions(submission: Submission, draw: Draw) -> None:
    """Right as far as position 100000"""
    x = sequence(draw)
    for dtype in (torch.float32, *HALVES):
        positions = 100_000 - draw.integers(0, 90, x.shape[-2])
        right(submission.apply_rope(x.to(dtype), positions))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_any_positions", "test_rotation_base"),
    zh="对 x 的梯度正确",
)
def test_rotation_gradients(submission: Submission, draw: Draw) -> None:
    """The gradient of x is right"""
    x = sequence(draw)
    for dtype in (torch.float32, torch.bfloat16, torch.float64):
        for base in (10_000.0, 50.0):
            observing = submission.differentiated(draw)
            observation = observing.apply_rope(x.to(dtype), draw.permutation(x.shape[-2]), base)
            # Cotangents are drawn like x: what moves the output moves the gradient as much.
            assert observation.call.cotangent is not None
            largest = max(1.0, observation.call.cotangent.abs().max().item())
            expect.gradients(observation, slack=slack(observation) * largest)


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_any_positions",),
    zh="dtype 与 x 相同，半精度输入的角度用 float32 计算",
)
def test_rotation_dtype(submission: Submission, draw: Draw) -> None:
    """The dtype is that of x; angles of half precision are computed in float32"""
    for dtype in (*HALVES, torch.float64):
        x = sequence(draw, dtype)
        observation = submission.apply_rope(x, draw.integers(0, 3000, x.shape[-2]))
        expect.dtype(observation)
        right(observation)
    # Without an angle nothing is rounded, and float32 holds no thirds: a rotation in it shows.
    right(submission.apply_rope(x / 3, torch.zeros(x.shape[-2], dtype=torch.int64)))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_values",),
    zh="支持任意多个 batch 维和不连续的输入",
)
def test_rotation_batch_dimensions(submission: Submission, draw: Draw) -> None:
    """Any number of batch dimensions, and non-contiguous inputs"""
    A, B, L, half_dim = draw.sizes(4)
    for batch in ((), (B,), (A, 1, B), (0, B)):
        x = strided(draw.normal(*batch, L, 2 * half_dim))
        right(submission.apply_rope(x, strided(draw.permutation(L))))


@graded(part="rotation", points=1, needs=("test_rotation_values",), zh="长度可以是 1，也可以很大")
def test_rotation_lengths(submission: Submission, draw: Draw) -> None:
    """Any length may be 1, and lengths may be large"""
    for B, L, half_dim in (*draw.with_ones(*draw.sizes(3)), (2, 130, 64)):
        x = draw.normal(B, L, 2 * half_dim)
        right(submission.apply_rope(x, draw.permutation(L)))
        right(submission.apply_rope(x, draw.integers(1, 30, L)))  # one token alone is not at 0


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_shape",),
    after=("test_rotation_values",),
    zh="不修改输入",
)
def test_rotation_unchanged(submission: Submission, draw: Draw) -> None:
    """The arguments are left unchanged"""
    x = sequence(draw)
    for dtype in (torch.float32, *HALVES, torch.float64):
        expect.unchanged(submission.apply_rope(x.to(dtype), draw.permutation(x.shape[-2])))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_any_positions",),
    zh="形状相同的第二次调用会重新计算",
)
def test_rotation_second_call(submission: Submission, draw: Draw) -> None:
    """A second call with the same shapes is computed anew"""
    x = sequence(draw)
    for _ in range(3):  # the same positions in another order too
        right(submission.apply_rope(draw.like(x), draw.permutation(x.shape[-2])))
    right(submission.apply_rope(x, draw.integers(0, 30, x.shape[-2])))


@graded(
    part="rotation",
    points=1,
    needs=("test_rotation_shape",),
    after=("test_rotation_values",),
    zh="head_dim 为奇数时抛出 ValueError 并写明这个数",
)
def test_rotation_odd_head_dim(submission: Submission, draw: Draw) -> None:
    """An odd head_dim is a ValueError that names it"""
    B, L, half_dim = draw.sizes(3)
    odd = 2 * half_dim + 1
    x = draw.normal(B, L, odd)
    expect.raises(lambda: submission.apply_rope(x, torch.arange(L)), "ValueError", (odd,))
