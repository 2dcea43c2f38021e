# a hierarchy of classes with metaclasses, dataclasses, enums, protocols and generics
from __future__ import annotations

import abc
import dataclasses
import enum
import math
from typing import Generic, NamedTuple, Protocol, TypeVar

import torch

T = TypeVar("T")


class Kind(enum.Enum):
    PLAIN = enum.auto()
    MASKED = enum.auto()


class Softens(Protocol):
    def __call__(self, scores: torch.Tensor) -> torch.Tensor: ...


class Sizes(NamedTuple):
    queries: int
    keys: int


@dataclasses.dataclass(frozen=True, slots=True)
class Scale(Generic[T]):
    width: T

    @property
    def factor(self):
        return 1 / math.sqrt(self.width)


class Registered(type):
    known = {}

    def __new__(mcs, name, bases, namespace):
        made = super().__new__(mcs, name, bases, namespace)
        mcs.known[name] = made
        return made


class Base(torch.nn.Module):
    @abc.abstractmethod
    def forward(self, scores): ...


class Softmax(Base):
    def __init__(self, mask=None):
        super().__init__()
        self.mask, self.kind = mask, Kind.PLAIN if mask is None else Kind.MASKED

    def forward(self, scores):
        wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
        match self.kind:
            case Kind.PLAIN:
                return wide.softmax(-1).to(scores.dtype)
            case Kind.MASKED:
                wide = wide.masked_fill(~self.mask, -math.inf)
                return wide.softmax(-1).masked_fill(~self.mask, 0.0).to(scores.dtype)


class Own(metaclass=Registered):
    pass


def attention_scores(query, key, scale=None):
    Sizes(query.shape[-2], key.shape[-2])
    return (
        query @ key.transpose(-2, -1) * (Scale(query.shape[-1]).factor if scale is None else scale)
    )


def masked_softmax(scores, mask=None):
    return Softmax(mask)(scores)


def scaled_dot_product_attention(query, key, value, mask=None, scale=None):
    return Softmax(mask)(attention_scores(query, key, scale)) @ value
