"""Python values and tensors as JSON nodes plus raw bytes, and back.

A node is a JSON scalar for None, bool, int, float and str, else a list whose first item says what
it is: ["list", ...], ["tuple", ...], ["dict", [key, value]...], ["tensor", i],
["strided", i, size, stride, offset], ["other", type name]. Tensor number i is entry "i" of the
body, in the safetensors format. Only the judge sends strided tensors: what comes back from a
worker is contiguous, so that its size on the wire is its size in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

from llmquiz.sandbox.frames import Malformed

Node = Any

DTYPES = frozenset(
    {
        torch.float64, torch.float32, torch.float16, torch.bfloat16,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    }
)  # fmt: skip
HEADER_LIMIT = 1 << 20  # bytes of the JSON in a body; honest ones have some dozen tensors
MOST_KEYS = 5000  # of all dicts of a value; honest answers have some hundred
MOST_DIMENSIONS = 64  # torch's own limit in arithmetic
LARGEST_SIZE = 1 << 31


class TooLarge(Exception):
    """A value would not fit into one frame."""


@dataclass(frozen=True)
class Other:
    """A value of a type that does not travel: only what it was is known."""

    type_name: str


class Encoder:
    """Collects the tensors of the values that it turns into nodes."""

    def __init__(self, body_limit: int, keep_strides: bool) -> None:
        self._body_limit, self._keep_strides = body_limit, keep_strides
        self._tensors: dict[str, Tensor] = {}
        self._bytes = 0

    def node(self, value: object) -> Node:
        """The node of `value`. Raises TooLarge."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, Tensor):
            return self._tensor(value.detach())
        if isinstance(value, (list, tuple)):
            kind = "tuple" if isinstance(value, tuple) else "list"
            return [kind, *(self.node(item) for item in value)]
        if isinstance(value, dict):
            return ["dict", *([self.node(k), self.node(v)] for k, v in value.items())]
        return ["other", f"{type(value).__module__}.{type(value).__qualname__}"]

    def body(self) -> bytes:
        """The collected tensors."""
        return save(self._tensors) if self._tensors else b""

    def _tensor(self, tensor: Tensor) -> Node:
        if tensor.device.type != "cpu" or tensor.layout != torch.strided:
            return ["other", f"Tensor on {tensor.device.type}, layout {tensor.layout}"]
        if tensor.dtype not in DTYPES:
            return ["other", f"Tensor of {tensor.dtype}"]
        self._bytes += tensor.numel() * tensor.element_size()
        if self._bytes > self._body_limit:
            raise TooLarge(f"{self._bytes} bytes")
        name = str(len(self._tensors))
        if tensor.is_contiguous() or not self._keep_strides:
            # A copy: the format refuses tensors that share memory, and an output may be an input.
            self._tensors[name] = tensor.clone(memory_format=torch.contiguous_format)
            return ["tensor", int(name)]
        storage = torch.empty(0, dtype=tensor.dtype).set_(
            tensor.untyped_storage()
        )  # 1-D, all of it
        self._tensors[name] = storage.clone()
        size, stride = list(tensor.shape), list(tensor.stride())
        return ["strided", int(name), size, stride, tensor.storage_offset()]


def decode(node: Node, tensors: dict[str, Tensor], trusted: bool = False) -> Any:
    """The value of a node. Raises Malformed for whatever no Encoder produces.

    From a worker (not `trusted`) strides are not read, because it could make a huge tensor of a few
    bytes, and keys of dicts are counted, because keys that were made to share a hash would take
    quadratic time.
    """
    return _Decoder(tensors, trusted).value(node)


class _Decoder:
    def __init__(self, tensors: dict[str, Tensor], trusted: bool) -> None:
        self._tensors, self._trusted = tensors, trusted
        self._keys = 0

    def value(self, node: Node) -> Any:
        if node is None or type(node) in (bool, int, float, str):
            return node
        try:
            match node:
                case ["list", *items]:
                    return [self.value(item) for item in items]
                case ["tuple", *items]:
                    return tuple(self.value(item) for item in items)
                case ["dict", *pairs]:
                    self._keys += len(pairs)
                    if self._keys > MOST_KEYS and not self._trusted:
                        raise Malformed("dicts with too many keys")
                    return {self.value(key): self.value(value) for key, value in pairs}
                case ["tensor", int(index)]:
                    return self._tensors[str(index)]
                case ["strided", int(index), list(size), list(stride), int(offset)] if (
                    self._trusted
                ):
                    return torch.as_strided(self._tensors[str(index)], size, stride, offset)
                case ["other", str(type_name)]:
                    return Other(type_name[:200])
        except (KeyError, TypeError, ValueError, RecursionError, RuntimeError) as error:
            raise Malformed("a value that cannot be read") from error
        raise Malformed("a value of an unknown kind")


def read_tensors(body: bytes) -> dict[str, Tensor]:
    """The tensors of a body. Raises Malformed."""
    if not body:
        return {}
    # A million entries of nothing would cost the parser seconds and the judge its memory.
    if int.from_bytes(body[:8], "little") > HEADER_LIMIT:
        raise Malformed("a body with too long a header")
    try:
        tensors = load(body)
    except Exception as error:  # the parser's own errors have no common base
        raise Malformed("a body that is not safetensors") from error
    for tensor in tensors.values():
        if tensor.dtype not in DTYPES or tensor.dim() > MOST_DIMENSIONS:
            raise Malformed("a tensor that no worker sends")
        if any(size > LARGEST_SIZE for size in tensor.shape):  # beside a size of 0
            raise Malformed("a tensor that no worker sends")
    return tensors
