"""A call of one of an exercise's functions, and what came of it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from llmquiz.sandbox.values import Other
from llmquiz.sandbox.worker import gradients


@dataclass(frozen=True)
class Call:
    """Which function or method, with which arguments. The same call runs on any implementation.

    target     a name of the module: a function or a class
    init       arguments of the class, None for a function
    state      a module's parameters by name, as in its state_dict
    method     a method of the object; None calls the function, or the object itself
    cotangent  None, or a tensor c of the output's shape: then the gradients of <output, c> with
               respect to every floating argument and parameter are wanted too
    before     arguments of earlier calls of the same method of the same object
    """

    target: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    init: tuple[tuple[Any, ...], dict[str, Any]] | None = None
    state: dict[str, Tensor] = field(default_factory=dict)
    method: str | None = None
    cotangent: Tensor | None = None
    before: tuple[tuple[Any, ...], ...] = ()

    @cached_property
    def digest(self) -> bytes | None:
        """Stands for all that an outcome depends on; None where an argument is of another kind."""
        parts = (self.target, self.method, self.args, self.kwargs, self.init, self.state)
        found: list[bytes] = []
        try:
            _describe((*parts, self.cotangent, self.before), found)
        except TypeError:
            return None
        return hashlib.blake2b(b"|".join(found), digest_size=16).digest()

    def tensors(self) -> list[Tensor]:
        """The tensor arguments, in order."""
        return [v for v in (*self.args, *self.kwargs.values()) if isinstance(v, Tensor)]

    def values(self) -> list[Any]:
        """The other arguments, in order."""
        return [v for v in (*self.args, *self.kwargs.values()) if not isinstance(v, Tensor)]

    def tensor_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the tensor arguments, of the names of all."""
        values = (*self.args, *self.kwargs.values())
        named = zip(names, values, strict=True)
        return tuple(name for name, value in named if isinstance(value, Tensor))

    @cached_property
    def exact(self) -> Call:
        """The same call in float64."""
        return self.cast(torch.float64)

    def cast(self, dtype: torch.dtype) -> Call:
        """The same call with every floating tensor in `dtype`."""
        converted = self._with_floating(lambda value: value.to(dtype))
        if converted.cotangent is None:
            return converted
        return replace(converted, cotangent=converted.cotangent.to(dtype))

    def shaken(self, seed: int) -> Call:
        """The same call with every floating argument and parameter off by its last place."""
        generator = torch.Generator().manual_seed(seed)

        def shake(value: Tensor) -> Tensor:
            signs = torch.randint(0, 2, value.shape, generator=generator) * 2 - 1
            return value * (1 + signs * torch.finfo(value.dtype).eps).to(value.dtype)

        return self._with_floating(shake)

    def _with_floating(self, change: Callable[[Tensor], Tensor]) -> Call:
        """The same call with every floating argument and parameter changed."""

        def changed(value: Any) -> Any:
            floating = isinstance(value, Tensor) and value.is_floating_point()
            return change(value) if floating else value

        return replace(
            self,
            args=tuple(changed(v) for v in self.args),
            kwargs={k: changed(v) for k, v in self.kwargs.items()},
            state={k: changed(v) for k, v in self.state.items()},
            before=tuple(tuple(changed(v) for v in args) for args in self.before),
        )


@dataclass(frozen=True)
class Outcome:
    """What an implementation in this process gives for a call."""

    output: Any
    gradients: dict[int | str, Tensor | None]  # by place among the floating arguments, or by name
    inputs: tuple[Tensor, ...] = ()  # the tensor arguments as they are after the call
    values: tuple[Any, ...] = ()  # the other arguments as they are after the call


@dataclass(frozen=True)
class Observation:
    """What the submission gave for a call, as the judge received it."""

    call: Call
    names: tuple[str, ...]  # of the arguments
    output: Any
    inputs: tuple[Tensor, ...]  # the tensor arguments as they are after the call
    values: tuple[Any, ...]  # the other arguments as they are after the call
    gradients: dict[int | str, Tensor | None]
    reference: Callable[[Call], Outcome]
    probing: bool = False  # seen only to be explained: `expect` does not judge it


def run(module: Any, call: Call) -> Outcome:
    """Run a call on a trusted module of this process."""
    target = getattr(module, call.target)
    args = tuple(_leaf(v, call) for v in call.args)
    kwargs = {name: _leaf(v, call) for name, v in call.kwargs.items()}
    wanted: dict[int | str, Tensor] = dict(
        enumerate(v for v in (*args, *kwargs.values()) if _differentiable(v))
    )
    if call.init is not None:
        init_args, init_kwargs = copy.deepcopy(call.init)
        target = target(*init_args, **init_kwargs)
        if call.state:
            target.to(next(iter(call.state.values())).dtype)
            target.load_state_dict(call.state)
    if call.method is not None:
        target = getattr(target, call.method)
    for earlier in call.before:
        target(*copy.deepcopy(earlier))
    output = target(*args, **kwargs)
    after = (*args, *kwargs.values())
    inputs = tuple(v.detach() for v in after if isinstance(v, Tensor))
    values = tuple(_as_sent(v) for v in after if not isinstance(v, Tensor))
    if call.cotangent is None:
        return Outcome(_as_sent(output), {}, inputs, values)
    if isinstance(target, torch.nn.Module):
        wanted |= dict(target.named_parameters())
    return Outcome(output.detach(), gradients(output, wanted, call.cotangent), inputs, values)


def _describe(value: Any, found: list[bytes]) -> None:
    """Bytes that differ where values differ. Raises TypeError for values that are not plain."""
    kind = type(value)
    if kind is Tensor:
        # Strides count too: a view of a non-contiguous tensor may be an error.
        found.append(f"{value.dtype}{tuple(value.shape)}{value.stride()}".encode())
        plain = value.view(torch.int16) if value.dtype is torch.bfloat16 else value
        found.append(plain.detach().numpy().tobytes())
    elif value is None or kind in (bool, int, float, str, bytes):
        found.append(f"{kind.__name__}{value!r}".encode())
    elif kind is list or kind is tuple:
        found.append(f"{kind.__name__}{len(value)}".encode())
        for item in value:
            _describe(item, found)
    elif kind is dict:
        found.append(f"dict{len(value)}".encode())
        for pair in value.items():
            _describe(pair, found)
    else:
        raise TypeError


def _as_sent(value: Any) -> Any:
    """A value as it comes out of the worker: plain containers, and none that is still in use."""
    if isinstance(value, Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)):
        items = [_as_sent(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {_as_sent(key): _as_sent(item) for key, item in value.items()}
    if value is None or type(value) in (bool, int, float, str):
        return value
    return Other(f"{type(value).__module__}.{type(value).__qualname__}")


def _differentiable(value: object) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _leaf(value: Any, call: Call) -> Any:
    """An argument of its own, so that nothing that is done to it reaches the call."""
    if not isinstance(value, Tensor):
        return copy.deepcopy(value)
    # With its strides: a view of a non-contiguous tensor may be an error, and must stay one.
    storage = torch.empty(0, dtype=value.dtype).set_(value.untyped_storage()).clone()
    own = storage.as_strided(value.size(), value.stride(), value.storage_offset())
    return own.requires_grad_(call.cotangent is not None and own.is_floating_point())
