"""Values on the wire."""

from __future__ import annotations

import contextlib
from collections import Counter, OrderedDict

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llmquiz.grading.draw import strided
from llmquiz.sandbox.frames import Malformed
from llmquiz.sandbox.values import DTYPES, Encoder, Other, TooLarge, decode, read_tensors

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.tuples(st.integers(), st.integers()), inner)
    ),
    max_leaves=20,
)


def there_and_back(value: object, keep_strides: bool = True) -> object:
    encoder = Encoder(1 << 20, keep_strides)
    node = encoder.node(value)
    return decode(node, read_tensors(encoder.body()), trusted=keep_strides)


@given(plain)
def test_python_values_arrive_as_they_were_sent(value: object) -> None:
    back = there_and_back(value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("dtype", sorted(DTYPES, key=str))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 3), (2, 3, 4)])
def test_tensors_arrive_as_they_were_sent(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.ones(shape).to(dtype)
    back = there_and_back(tensor)
    assert back.dtype == dtype
    assert torch.equal(back, tensor)


def test_strides_survive_on_the_way_to_the_worker() -> None:
    for tensor in (
        strided(torch.arange(6.0).reshape(2, 3)),
        torch.ones(3, 1).expand(3, 4),
        torch.arange(12)[3::2],
    ):
        back = there_and_back(tensor)
        assert back.stride() == tensor.stride()
        assert torch.equal(back, tensor)


def test_what_comes_from_a_worker_is_contiguous() -> None:
    assert there_and_back(strided(torch.ones(2, 3)), keep_strides=False).is_contiguous()


def test_a_tensor_may_occur_twice() -> None:
    x = torch.ones(2)
    first, second = there_and_back([x, x])
    assert torch.equal(first, second)


def test_subclasses_travel_as_their_base() -> None:
    assert there_and_back(Counter("aab")) == {"a": 2, "b": 1}
    assert there_and_back(OrderedDict(a=1)) == {"a": 1}
    assert type(there_and_back(torch.nn.Parameter(torch.ones(2)))) is torch.Tensor


def test_other_values_are_only_named() -> None:
    assert there_and_back(object()) == Other("builtins.object")
    assert there_and_back({1, 2}) == Other("builtins.set")
    assert there_and_back(b"x") == Other("builtins.bytes")
    assert there_and_back(torch.ones(2, device="meta")).type_name.startswith("Tensor on meta")


def test_a_tensor_that_is_too_large_is_not_even_made_contiguous() -> None:
    with pytest.raises(TooLarge):
        Encoder(1 << 20, keep_strides=False).node(torch.zeros(1).expand(1 << 50))


@pytest.mark.parametrize(
    "node",
    [
        [],
        ["nonsense"],
        ["tensor", 7],
        ["tensor", "0"],
        ["tensor"],
        ["strided", 0, [1 << 40], [0], 0],
        ["dict", [["list"], 1]],
        ["dict", 3],
        ["dict", ["a"]],
        ["other", 3],
        {"a": 1},
    ],
)
def test_a_forged_node_is_refused(node: object) -> None:
    with pytest.raises(Malformed):
        decode(node, {"0": torch.ones(1)})


@given(st.binary(min_size=1, max_size=300))
def test_a_forged_body_is_refused_or_harmless(body: bytes) -> None:
    with contextlib.suppress(Malformed):
        read_tensors(body)


def test_a_deep_node_is_refused() -> None:
    node: object = 1
    for _ in range(100_000):
        node = ["list", node]
    with pytest.raises(Malformed):
        decode(node, {})
