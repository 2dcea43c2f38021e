"""The judge reads whatever a worker may write: it refuses it by name, soon and in little memory."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from llmquiz import catalog
from llmquiz.grading.run import grade
from llmquiz.grading.trusted import load_reference
from llmquiz.plain import clean, json_text
from llmquiz.render.text import report_text
from llmquiz.report import Report, Status
from llmquiz.sandbox import client, frames, values
from llmquiz.sandbox.layers import Standing
from llmquiz.sandbox.limits import Limits
from llmquiz.submission import read

FUZZ = settings(
    derandomize=True,
    deadline=None,
    max_examples=120,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
HEADER, BODY = 1 << 12, 1 << 14  # limits of the frames here, so that they are reached
MEBIBYTE = 1 << 20
REFUSALS = (frames.Malformed, frames.Oversize, frames.Closed, frames.TimedOut)
LONGEST = 10_000  # characters of any text that a reply may hand on

# What JSON can hold, in and beyond what an honest worker sends.
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from([10**4000, -1, 2**63, "\ud800", "\x1b[31m", "\u202e", "\0"])
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(["list", "tuple", "dict", "tensor", "strided", "other", "Tensor", ""])
NODES = st.recursive(
    SCALARS | st.tuples(st.just("tensor"), st.integers(-1, 3) | JSON).map(list),
    lambda inner: (
        st.lists(inner, max_size=3).flatmap(lambda items: KINDS.map(lambda kind: [kind, *items]))
        | st.lists(st.lists(inner, min_size=1, max_size=3), max_size=3).map(
            lambda pairs: ["dict", *pairs]
        )
        | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)
STRIDED = st.tuples(
    st.just("strided"),
    st.integers(0, 1),
    st.lists(st.integers(-1, 2**62), max_size=3),
    st.lists(st.integers(-1, 2**62), max_size=3),
    st.integers(-1, 2**62),
).map(list)
ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["raised", "refused", "memory", "oversize", "ok", "lost"]) | JSON,
        "class": st.text(max_size=8) | JSON,
        "bases": st.lists(JSON, max_size=3) | JSON,
        "message": st.text(max_size=8) | st.just("x" * 20_000) | JSON,
        "missing_module": st.none() | st.text(max_size=8) | JSON,
        "frames": st.lists(st.tuples(st.text(), st.integers(), st.text()).map(list) | JSON) | JSON,
    },
)
REPLIES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.just("reply") | JSON,
        "refused": st.just([]) | st.lists(st.text() | JSON, max_size=2) | JSON,
        "error": ERRORS | JSON,
        "missing": st.text() | st.just("x" * 20_000) | JSON,
        "arity": st.text() | st.just("x" * 20_000) | JSON,
        "names": JSON,
        "output": NODES,
        "inputs": NODES | st.just(["list", ["tensor", 0]]),
        "values": NODES | st.just(["list"]),
        "gradients": NODES | st.just(["dict", [0, ["tensor", 0]]]),
    },
)
TENSORS = {"0": torch.arange(6.0).reshape(2, 3), "1": torch.zeros(0, 2**40)}


def entry(dtype: object, shape: object, start: object, end: object) -> dict[str, object]:
    """One tensor of a safetensors header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def safetensors(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """A body by its parts; `length` is what it claims to be the header's."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


SIZES = st.integers(0, 4) | st.sampled_from([-1, 2**31, 2**62, 2**63, 2**64 - 1, 2**64, 1.5, None])
ENTRIES = st.builds(
    entry,
    st.sampled_from(
        ["F32", "F64", "BF16", "BOOL", "C64", "F8_E4M3", "F8_E8M0", "F4", "U64", "", 1]
    ),
    st.lists(SIZES, max_size=4) | st.just([1] * 100) | JSON,
    SIZES,
    SIZES,
)
LYING_BODIES = st.builds(
    safetensors,
    st.dictionaries(st.sampled_from(["0", "1", "2", "__metadata__"]), ENTRIES | JSON, max_size=3)
    | JSON
    | st.binary(max_size=40),
    st.binary(max_size=64),
    st.none() | st.sampled_from([0, 1, 8, 2**31, 2**63, 2**64 - 1]),
)
EMPTY_SHAPES = st.builds(
    lambda dtype, shape: safetensors({"0": entry(dtype, shape, 0, 0)}),
    st.sampled_from(["F32", "C64", "F8_E5M2", "U16"]),
    st.lists(st.sampled_from([0, 1, 2**31, 2**62, 2**63, 2**64 - 1]), max_size=5).map(
        lambda shape: [*shape, 0]
    ),
)


@st.composite
def mutated(draw: st.DrawFn, originals: st.SearchStrategy[bytes]) -> bytes:
    """Bytes that somebody cut, overwrote, doubled or spliced."""
    data = bytearray(draw(originals))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["overwrite", "cut", "insert", "double"])):
            case "overwrite":
                new = draw(st.binary(min_size=1, max_size=8))
                data[at : at + len(new)] = new
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=8))
            case "double":
                data += data[at:]
    return bytes(data)


HONEST_BODY = save({"0": torch.arange(6.0).reshape(2, 3), "1": torch.ones(2, dtype=torch.int64)})
BODIES = st.sampled_from([b"", HONEST_BODY]) | LYING_BODIES | mutated(st.just(HONEST_BODY))


@contextlib.contextmanager
def fed(data: bytes) -> Iterator[frames.Channel]:
    """A judge's channel on a pipe into which these bytes were written, and then nothing more."""
    (read_fd, their_write), (their_read, write_fd) = os.pipe(), os.pipe()
    assert len(data) <= 1 << 16  # what a pipe holds
    os.write(their_write, data)
    os.close(their_write)
    channel = frames.PipeChannel(read_fd, write_fd)
    try:
        yield channel
    finally:
        channel.close()
        os.close(their_read)


def read_all(data: bytes) -> list[tuple[frames.Header, bytes]]:
    """The frames in some bytes, until they are refused or at an end."""
    found = []
    with fed(data) as channel, contextlib.suppress(*REFUSALS):
        while True:
            found.append(frames.receive_frame(channel, time.monotonic() + 60, HEADER, BODY))
    return found


def is_frame(header: object, body: object) -> bool:
    return isinstance(header, dict) and isinstance(body, bytes) and len(body) <= BODY


@FUZZ
@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_frames_or_refused(data: bytes) -> None:
    assert all(is_frame(*frame) for frame in read_all(data))


@FUZZ
@given(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1), st.binary(max_size=50)))
def test_a_frame_of_any_announced_length_is_refused(case: tuple[int, int, bytes]) -> None:
    header_length, body_length, rest = case
    with fed(frames.PREFIX.pack(header_length, body_length) + rest) as channel:
        try:
            frames.receive_frame(channel, time.monotonic() + 60, HEADER, BODY)
        except frames.Oversize:
            assert header_length > HEADER or body_length > BODY
        except REFUSALS:
            assert header_length <= HEADER
            assert body_length <= BODY
        else:
            assert header_length + body_length <= len(rest)


@FUZZ
@given(mutated(st.builds(frames.pack, st.dictionaries(st.text(), JSON, max_size=3), st.binary())))
def test_a_changed_frame_is_a_frame_or_refused(data: bytes) -> None:
    assert all(is_frame(*frame) for frame in read_all(data[: 1 << 16]))


@FUZZ
@given(JSON, st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"]))
def test_any_json_is_a_header_or_refused(value: object, encoding: str) -> None:
    text = json.dumps(value).encode(encoding)
    found = read_all(frames.PREFIX.pack(len(text), 0) + text)
    assert all(is_frame(*frame) for frame in found)
    assert isinstance(value, dict) or not found


@FUZZ
@given(NODES)
def test_any_node_is_a_value_or_refused(node: object) -> None:
    with contextlib.suppress(frames.Malformed):
        values.decode(node, TENSORS)


@FUZZ
@given(STRIDED)
def test_a_worker_cannot_send_strides(node: object) -> None:
    with pytest.raises(frames.Malformed):
        values.decode(["list", node], TENSORS)


@pytest.mark.parametrize("depth", [10, 100, 300, 450, 700, 900, 5000])
@pytest.mark.parametrize("kind", ["list", "tuple", "dict"])
def test_a_node_of_any_depth_is_a_value_or_refused(kind: str, depth: int) -> None:
    node: Any = 1
    for _ in range(depth):
        node = ["dict", [1, node]] if kind == "dict" else [kind, node]
    with contextlib.suppress(frames.Malformed):
        values.decode(node, {})


@FUZZ
@given(BODIES | EMPTY_SHAPES | st.binary(max_size=200))
def test_any_body_is_tensors_as_an_encoder_makes_them_or_refused(body: bytes) -> None:
    try:
        tensors = values.read_tensors(body)
    except frames.Malformed:
        return
    for tensor in tensors.values():
        assert tensor.dtype in values.DTYPES
        assert tensor.dim() <= 64  # beyond this torch itself raises in arithmetic
        assert tensor.device.type == "cpu"
    assert sum(tensor.nbytes for tensor in tensors.values()) <= len(body)


@pytest.mark.parametrize(
    "header",
    [
        {"0": entry("F32", [2], 0, 8), "1": entry("F32", [2], 4, 12)},
        {"0": entry("F32", [2], 0, 8), "1": entry("F32", [2], 0, 8)},
        {"0": entry("F32", [1 << 40], 0, 12)},
        {"0": entry("F32", [1 << 33, 1 << 33], 0, 12)},
        {"0": entry("F32", [3], 12, 0)},
        {"0": entry("F32", [1], 0, 4)},
        {"0": entry("F32", [3], 4, 16)},
        {"0": entry("C64", [1], 0, 8), "1": entry("F32", [1], 8, 12)},
        {"0": entry("F8_E4M3", [12], 0, 12)},
        {"0": entry("U32", [3], 0, 12)},
        {"0": entry("F32", [3, *[1] * 100], 0, 12)},
        {"0": entry("F32", [3], 0, 12), "1": entry("F32", [0] * 100_000, 12, 12)},
    ],
    ids=[
        "overlapping", "the same bytes twice", "larger than the body", "overflowing", "backwards",
        "bytes of nobody", "a hole", "complex", "of eight bits", "unsigned", "of 101 dimensions",
        "of 100000 dimensions",
    ],
)  # fmt: skip
def test_a_header_that_lies_is_refused(header: object) -> None:
    with pytest.raises(frames.Malformed):
        values.read_tensors(safetensors(header, bytes(12)))


def test_a_body_of_very_many_tensors_is_refused() -> None:
    """Each costs the judge a thousand bytes and ten microseconds, and the worker fifty bytes."""
    entries = {str(i): entry("I8", [0], 0, 0) for i in range(40_000)}
    with pytest.raises(frames.Malformed):
        values.read_tensors(safetensors(entries))


@FUZZ
@given(REPLIES | st.dictionaries(st.text(), JSON, max_size=3), BODIES)
def test_any_reply_is_read_or_refused(header: dict[str, Any], body: bytes) -> None:
    try:
        reply = client._read_reply(header, body, "")
    except frames.Malformed:
        return
    kinds = {"ok", "raised", "memory", "refused", "oversize", "missing", "arity"}
    assert reply.kind in kinds
    assert all(len(text) <= LONGEST for text in texts(reply.facts))
    assert all(isinstance(tensor, torch.Tensor) for tensor in reply.inputs)
    assert all(v is None or isinstance(v, torch.Tensor) for v in reply.gradients.values())


def texts(value: object) -> Iterator[str]:
    """All strings in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.items():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)


@FUZZ
@given(JSON)
def test_printed_text_is_text_or_refused(text: object) -> None:
    printed = client._Printed(100)
    with contextlib.suppress(frames.Malformed, client._TooMuchPrinted):
        printed.add(text)
        assert printed.text == text


class Bytes:
    """A channel out of a buffer."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def receive(self, count: int, deadline: float) -> bytes:
        if count > len(self._data) - self._at:
            raise frames.Closed
        self._at += count
        return self._data[self._at - count : self._at]


def peak_of(do: Callable[[], object]) -> int:
    """The most memory that Python's own objects took meanwhile."""
    tracemalloc.start()
    try:
        with contextlib.suppress(*REFUSALS):
            do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def many(item: str, size: int) -> str:
    """An object of `size` bytes that holds the item very often."""
    return '{"output":["list"' + f",{item}" * ((size - 20) // (len(item) + 1)) + "]}"


# By how much a value may be larger than its text: a Python object of two characters has 72 bytes.
GROWTH = 48


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "[" * size,
        lambda size: '{"a":' * (size // 5),
        lambda size: '["list",' * (size // 8),
        lambda size: many("{}", size),
        lambda size: many("[]", size),
        lambda size: many('{"":0}', size),
        lambda size: many('["list"]', size),
        lambda size: many('["dict"]', size),
        lambda size: many('["tuple",1.5]', size),
        lambda size: many("9999", size),
        lambda size: many('"\\u00e9\\u6f22"', size),
        lambda size: '{"output":"' + "\\u6f22" * (size // 6 - 3) + '\U0001f600"}',
    ],
    ids=[
        "[[[[", "{a:{a:{a:", "nested lists", "objects", "arrays", "objects with a member",
        "empty lists", "empty dicts", "tuples", "numbers", "strings", "one wide string",
    ],
)  # fmt: skip
def test_a_full_header_takes_memory_in_proportion(make: Callable[[int], str]) -> None:
    size = MEBIBYTE // 4
    text = make(size).encode()
    assert len(text) <= size

    def receive() -> None:
        channel = Bytes(frames.PREFIX.pack(len(text), 0) + text)
        header, _ = frames.receive_frame(channel, 0, size, 0)  # type: ignore[arg-type]
        values.decode(header["output"], {})

    assert peak_of(receive) < GROWTH * size


def test_a_header_of_the_real_limit_that_is_all_brackets_is_refused_in_little_memory() -> None:
    limit = Limits().header_bytes
    channel = Bytes(frames.PREFIX.pack(limit, 0) + b"[" * limit)

    def receive() -> None:
        with pytest.raises(frames.Malformed):
            frames.receive_frame(channel, 0, limit, 0)  # type: ignore[arg-type]

    assert peak_of(receive) < 4 * limit


def test_a_header_of_the_real_limit_with_very_many_objects_is_read_in_bounded_memory() -> None:
    limit = Limits().header_bytes
    text = many("[]", MEBIBYTE).encode()
    channel = Bytes(frames.PREFIX.pack(len(text), 0) + text)
    peak = peak_of(
        lambda: frames.receive_frame(channel, 0, limit, 0)  # type: ignore[arg-type]
    )
    assert peak < GROWTH * len(text)


@FUZZ
@given(NODES)
def test_a_node_takes_memory_in_proportion_to_its_text(node: object) -> None:
    text = json.dumps(node)
    assert peak_of(lambda: values.decode(json.loads(text), TENSORS)) < 65_536 + 300 * len(text)


class Forger:
    """A launcher whose workers load everything and answer each call with a frame of ours."""

    standing = Standing.none()

    def __init__(self, answer: Callable[[dict[str, Any], bytes], bytes]) -> None:
        self._answer = answer

    def launch(self) -> ForgedWorker:
        return ForgedWorker(self._answer)

    def close(self) -> None:
        """Nothing is open."""


class ForgedWorker:
    """Its own channel too."""

    def __init__(self, answer: Callable[[dict[str, Any], bytes], bytes]) -> None:
        self._answer, self._out = answer, b""

    @property
    def channel(self) -> ForgedWorker:
        return self

    def send(self, data: bytes, deadline: float) -> None:
        length, _ = frames.PREFIX.unpack(data[: frames.PREFIX.size])
        start = frames.PREFIX.size + length
        request = json.loads(data[frames.PREFIX.size : start])
        if request["do"] == "load":
            self._out += frames.pack({"kind": "reply", "refused": [], "names": []})
        else:
            self._out += self._answer(request, data[start:])

    def receive(self, count: int, deadline: float) -> bytes:
        if count > len(self._out):
            raise frames.Closed
        part, self._out = self._out[:count], self._out[count:]
        return part

    def close(self) -> None:
        """Nothing is open."""

    def end(self, patience: float) -> tuple[int, bool]:
        return 0, True


def values_of(output: object, body: bytes = b"", **fields: object) -> bytes:
    """A reply that is all right but for what is given."""
    reply = {
        "kind": "reply", "refused": [], "output": output,
        "inputs": ["list"], "values": ["list"], "gradients": ["dict"],
    }  # fmt: skip
    return frames.pack({**reply, **fields}, body)


def error_of(**fields: object) -> bytes:
    """A reply that an exception came, as an honest worker writes it but for what is given."""
    error = {
        "kind": "raised", "class": "ValueError", "bases": ["ValueError"], "message": "no",
        "frames": [], "missing_module": None,
    }  # fmt: skip
    return frames.pack({"kind": "reply", "refused": [], "error": {**error, **fields}})


def graded(name: str, answer: Callable[[dict[str, Any], bytes], bytes], folder: Path) -> Report:
    """The report of a worker that answers so, which must also be fit to print."""
    path = folder / f"{name}.py"
    path.write_bytes(catalog.find(name).solution.read_bytes())
    submissions = [(catalog.find(name), read(path))]
    report = grade(submissions, launcher=Forger(answer), limits=Limits(), seed=1)[0]  # type: ignore[arg-type]
    shown = clean(report_text(report, "en", verbose=True)) + json_text(report.document())
    shown.encode()
    assert len(shown) < 300_000
    assert "\x1b" not in shown
    return report


def deep(depth: int) -> list[Any]:
    node: Any = ["list"]
    for _ in range(depth):
        node = ["list", node]
    return list(node)


TWO = save({"0": torch.ones(2)})
FORGED: dict[str, bytes] = {
    "a list of tensors": values_of(["list", ["tensor", 0]], TWO),
    "a dict of tensors": values_of(["dict", ["a", ["tensor", 0]]], TWO),
    "arguments turned into tensors": values_of(
        ["list", 1], TWO, values=["list", *[["tensor", 0]] * 9]
    ),
    "arguments turned into lists of tensors": values_of(
        ["list", 1], TWO, values=["list", *[["list", ["tensor", 0], ["tensor", 0]]] * 9]
    ),
    "a tensor as a key": values_of(["dict", [["tensor", 0], 1]], TWO),
    "other keys": values_of(["dict", [float("nan"), 1], [None, 2], [["tuple", 1], 2]]),
    "a deep list": values_of(deep(300)),
    "a deeper list": values_of(deep(440)),
    "a list in a deep list": values_of(["list", deep(400), deep(400)]),
    "huge numbers": values_of(["list", 10**4290]),
    "a huge number": values_of(10**4290),
    "text that is no text": values_of(["list", "\ud800\x1b[31m\u202e\0"]),
    "a long text": values_of("x" * 3_000_000),
    "gradients by odd names": values_of(
        ["tensor", 0], TWO, gradients=["dict", [["tensor", 0], None], ["x", ["tensor", 0]]]
    ),
    "a shape without an end": values_of(
        ["tensor", 0], safetensors({"0": entry("F32", [2**62, 0], 0, 0)})
    ),
    "an error of odd characters": error_of(
        **{"class": "\ud800\x1b[2J", "message": "\u202e\x1b]0;"}
    ),
    "a long error": error_of(message="x" * 1_000_000, bases=["y" * 10_000] * 200),
    "a traceback of odd lines": error_of(
        frames=[["tokenizer.py", line, "f\x1b[31m"] for line in (-5, 0, 10**4000, True)]
    ),
    "a traceback with long names": error_of(frames=[["tokenizer.py", 1, "f" * 1_000_000]] * 3),
    "a long name that is missing": frames.pack(
        {"kind": "reply", "refused": [], "missing": "x" * 1_000_000}
    ),
    "a long signature": frames.pack({"kind": "reply", "refused": [], "arity": "x " * 500_000}),
    "a refusal of a long name": frames.pack(
        {"kind": "reply", "refused": ["x" * 1_000_000], "error": 1}
    ),
}

# Those that are of another kind for an exercise whose answers are tensors.
TENSOR_WISE = ("gradients by odd names", "a shape without an end", "a list of tensors")


@pytest.mark.parametrize(
    ("name", "forged"),
    [("tokenizer", forged) for forged in FORGED] + [("rmsnorm", forged) for forged in TENSOR_WISE],
)
def test_a_forged_reply_costs_its_own_points_and_the_judge_nothing(
    name: str, forged: str, tmp_path: Path
) -> None:
    report = graded(name, lambda request, body: FORGED[forged], tmp_path)
    assert report.status is Status.FAIL
    assert report.points == 0


@pytest.mark.parametrize(
    "dtype",
    [torch.complex64, torch.float8_e4m3fn, torch.uint16, torch.bool, torch.int64, torch.float64],
    ids=str,
)
def test_the_right_numbers_in_an_odd_dtype_do_not_stop_the_judge(
    dtype: torch.dtype, tmp_path: Path
) -> None:
    reference = load_reference(catalog.find("rmsnorm").solution)

    def answer(request: dict[str, Any], body: bytes) -> bytes:
        sent = values.read_tensors(body)
        if request["init"] is not None or request["gradients"]:
            return values_of(None)
        args = values.decode(request["args"], sent, trusted=True)
        kwargs = values.decode(request["kwargs"], sent, trusted=True)
        output = getattr(reference, request["target"])(*args, **kwargs)
        return values_of(["tensor", 0], save({"0": output.to(dtype).contiguous()}))

    assert graded("rmsnorm", answer, tmp_path).status is Status.FAIL
