"""The fixture `submission`: the learner's module, as a grader sees it."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from llmquiz.grading.ahead import Ahead
from llmquiz.grading.call import Call, Observation, Outcome
from llmquiz.grading.draw import Draw
from llmquiz.grading.trusted import Trusted
from llmquiz.grading.wrong import Wrong
from llmquiz.sandbox.client import Reply


@dataclasses.dataclass
class Trace:
    """What happened in one test: the report shows it."""

    last_call: Call | None = None
    names: tuple[str, ...] = ()  # of the last call's arguments
    printed: str = ""
    probing: bool = False  # the test is only watched: what it expects is not judged
    calls: list[tuple[Call, Reply]] = dataclasses.field(default_factory=list)


class Submission:
    """Calls the learner's functions and classes by attribute: `submission.rope_frequencies(8)`.

    A function gives an Observation at once. A class of the reference gives a Made: an object in the
    worker that can be called. What the code raises, and how it dies, is raised here as Wrong.
    """

    def __init__(
        self, client: Any, trusted: Trusted, trace: Trace, draw: Draw | None = None
    ) -> None:
        self._client = client
        self._trusted, self._reference = trusted, trusted.module
        self._trace = trace
        self._draw = draw

    def differentiated(self, draw: Draw) -> Submission:
        """The same submission, whose calls also give gradients for a drawn cotangent."""
        return Submission(self._client, self._trusted, self._trace, draw)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        target = getattr(self._reference, name)  # AttributeError: a typing mistake in a grader

        def call(*args: Any, **kwargs: Any) -> Any:
            if isinstance(target, type):
                return Made(self, name, (args, kwargs), {})
            return self.observe(Call(name, args, kwargs))

        return call

    def observe(self, call: Call) -> Observation:
        """Run a call in the worker. Raises Wrong where the submission does not answer it."""
        if self._draw is not None:
            expected = self.expected(call).output
            call = dataclasses.replace(call, cotangent=self._draw.like(expected))
        names = self._argument_names(call)
        self._trace.last_call, self._trace.names = call, names
        ahead = Ahead(self.expected, call)
        reply = self._client.call(
            call.target,
            call.args,
            call.kwargs,
            init=call.init,
            state=call.state,
            before=call.before,
            method=call.method,
            cotangent=call.cotangent,
            meanwhile=None if self._trace.probing else ahead.compute,
        )
        self._trace.printed += reply.printed
        self._trace.calls.append((call, reply))
        if reply.kind != "ok":
            raise Wrong(reply.kind, **_facts(call, reply))
        return Observation(
            call,
            names,
            reply.output,
            reply.inputs,
            reply.values,
            reply.gradients,
            ahead.expected,
            self._trace.probing,
        )

    def expected(self, call: Call) -> Outcome:
        """What the reference gives for a call."""
        return self._trusted.run(call)

    def parameters(self, call: Call) -> dict[str, Tensor]:
        """The parameters of the reference's module, as its constructor makes them."""
        assert call.init is not None
        args, kwargs = call.init
        made: nn.Module = getattr(self._reference, call.target)(*args, **kwargs)
        return made.state_dict()

    def _argument_names(self, call: Call) -> tuple[str, ...]:
        """What the statement calls the arguments of a call."""
        target = getattr(self._reference, call.target)
        if call.init is not None:
            method = call.method or ("forward" if issubclass(target, nn.Module) else "__call__")
            names = _parameters(getattr(target, method))[1:]  # without self
        else:
            names = _parameters(target)
        return (*names[: len(call.args)], *call.kwargs)


@functools.lru_cache(maxsize=1000)
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


@dataclasses.dataclass(frozen=True)
class Made:
    """An object of a learner's class; every use of it makes it anew in the worker."""

    submission: Submission
    target: str
    init: tuple[tuple[Any, ...], dict[str, Any]]
    state: dict[str, Tensor]
    before: tuple[tuple[Any, ...], ...] = ()

    def after(self, *args: Any) -> Made:
        """The same object, once it was called with these arguments."""
        return dataclasses.replace(self, before=(*self.before, args))

    def drawn(self, draw: Draw, dtype: Any = None) -> Made:
        """The same, with parameters drawn instead of initialised."""
        fresh = self.submission.parameters(Call(self.target, init=self.init))
        state = {}
        for name, value in fresh.items():
            # A matrix keeps the variance of what it multiplies, so that no softmax saturates.
            scale = value.shape[-1] ** -0.5 if value.dim() > 1 else 1.0
            state[name] = (draw.like(value) * scale).to(dtype or value.dtype)
        return dataclasses.replace(self, state=state)

    def __call__(self, *args: Any, **kwargs: Any) -> Observation:
        return self._observe(None, args, kwargs)

    def __getattr__(self, method: str) -> Callable[..., Observation]:
        if method.startswith("__"):
            raise AttributeError(method)

        def call(*args: Any, **kwargs: Any) -> Observation:
            return self._observe(method, args, kwargs)

        return call

    def _observe(self, method: str | None, args: Any, kwargs: Any) -> Observation:
        return self.submission.observe(
            Call(self.target, args, kwargs, self.init, self.state, method, before=self.before)
        )


def _facts(call: Call, reply: Reply) -> dict[str, Any]:
    name = call.target if call.method is None else f"{call.target}.{call.method}"
    return {"function": name, **reply.facts}
