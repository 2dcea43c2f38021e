"""The judge's side of one submission: asks its worker, and survives whatever the worker does."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from llmquiz.sandbox.frames import (
    Closed,
    Header,
    Malformed,
    Oversize,
    TimedOut,
    pack,
    receive_frame,
)
from llmquiz.sandbox.launch import Handle, Launcher, SandboxBroken
from llmquiz.sandbox.limits import Limits
from llmquiz.sandbox.values import Encoder, decode, read_tensors

PATIENCE = 0.5  # seconds that a worker whose pipe is closed has to end by itself
# A worker that is gone without a reason of its own is asked again in a fresh one, so often: whoever
# runs short of memory may have killed it, or its zygote.
ATTEMPTS = 3


@dataclass(frozen=True)
class Reply:
    """What a worker answered: `kind` "ok" with values, else what went wrong.

    kind is one of
    ok         `output`, `gradients`, and the arguments as they are after the call: `inputs` the
               tensors, `values` the others
    raised     an exception of the submission; memory, refused and oversize are special ones
    missing    the submission does not define the name
    arity      the function does not take these arguments; `facts["signature"]`
    timeout crashed exited closed malformed printed
               the worker is dead; the next request goes to a fresh one
    spent      the submission has used up its time in all, and is not asked any more
    """

    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
    output: Any = None
    inputs: tuple[Tensor, ...] = ()
    values: tuple[Any, ...] = ()
    gradients: dict[int | str, Tensor | None] = field(default_factory=dict)
    printed: str = ""


@dataclass(frozen=True)
class Program:
    """A submission's text, and what it must not call."""

    name: str  # of the module
    path: str  # shown in tracebacks
    source: str
    refused_calls: tuple[str, ...] = ()
    refused_imports: tuple[str, ...] = ()


class Client:
    """One submission in the sandbox. Started at the first request, restarted after a death."""

    def __init__(self, launcher: Launcher, program: Program, limits: Limits) -> None:
        self._launcher, self._program, self._limits = launcher, program, limits
        self._worker: Handle | None = None
        self._left = limits.submission_seconds
        self._timeouts = 0

    def load(self) -> Reply:
        """Load the submission into a fresh worker."""
        self.close()
        return self._ask(self._loading(), b"")

    def _loading(self) -> Header:
        program = self._program
        return {
            "do": "load",
            "module": program.name,
            "path": program.path,
            "source": program.source,
            "refused_calls": program.refused_calls,
            "refused_imports": program.refused_imports,
        }

    def call(
        self,
        target: str,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        *,
        init: tuple[tuple[object, ...], dict[str, object]] | None = None,
        state: dict[str, Tensor] | None = None,
        before: tuple[tuple[object, ...], ...] = (),
        method: str | None = None,
        cotangent: Tensor | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> Reply:
        """Call `target`, or a method of what `target(*init)` makes, in the worker.

        `before` are arguments of earlier calls of it. `meanwhile` is run while the worker computes,
        and raises nothing.

        With a cotangent, the gradients of <output, cotangent> come too: by position among the
        floating tensor arguments, and by name for a module's parameters.
        """
        encoder = Encoder(self._limits.body_bytes, keep_strides=True)
        request = {
            "do": "call",
            "target": target,
            "method": method,
            "before": encoder.node(before),
            "init": None if init is None else encoder.node(init),
            "state": encoder.node(state or {}),
            "args": encoder.node(args),
            "kwargs": encoder.node(kwargs),
            "gradients": cotangent is not None,
            "cotangent": encoder.node(cotangent),
        }
        return self._ask(request, encoder.body(), meanwhile)

    def close(self) -> None:
        """End the worker, if there is one."""
        worker, self._worker = self._worker, None
        if worker is not None:
            with contextlib.suppress(SandboxBroken):  # its zygote is gone, and so is it
                worker.end(0)

    def _ask(
        self, request: Header, body: bytes, meanwhile: Callable[[], None] | None = None
    ) -> Reply:
        """Send a request, to a fresh worker where there is none, and give its answer."""
        for _ in range(ATTEMPTS):
            reply = self._start(request) if self._worker is None else None
            reply = reply or self._ask_once(request, body, meanwhile)
            if reply.kind != "lost":
                return reply
        return self._death("memory", _Printed(0))

    def _start(self, request: Header) -> Reply | None:
        """Start a worker and load the submission; a reply where that is not "ok"."""
        self._worker = self._launcher.launch()
        if request["do"] == "load":
            return None
        loaded = self._ask_once(self._loading(), b"")
        return None if loaded.kind == "ok" else loaded

    def _ask_once(
        self, request: Header, body: bytes, meanwhile: Callable[[], None] | None = None
    ) -> Reply:
        assert self._worker is not None
        start = time.monotonic()
        printed = _Printed(self._limits.printed_bytes)
        if self._left <= 0 or self._timeouts >= self._limits.timeouts:
            self.close()
            return self._death("spent", printed, timeouts=self._timeouts)
        seconds = min(self._limits.wall_seconds, self._left)
        deadline = start + seconds
        try:
            self._worker.channel.send(pack(request, body), deadline)
            if meanwhile is not None:
                meanwhile()
            while True:
                header, body = receive_frame(
                    self._worker.channel,
                    deadline,
                    self._limits.header_bytes,
                    self._limits.body_bytes + self._limits.header_bytes,
                )
                if header.get("kind") != "printed":
                    return self._with_limit(_read_reply(header, body, printed.text))
                printed.add(header.get("text"))
        except TimedOut:
            self._timeouts += 1
            self.close()
            return self._death("timeout", printed, seconds=seconds)
        except Closed:
            return self._post_mortem(printed)
        except Oversize:
            self.close()
            return self._death("oversize", printed)
        except Malformed as error:
            self.close()
            return self._death("malformed", printed, what=str(error))
        except _TooMuchPrinted:
            self.close()
            return self._death("printed", printed, limit=self._limits.printed_bytes)
        finally:
            self._left -= time.monotonic() - start

    def _post_mortem(self, printed: _Printed) -> Reply:
        """Say how the worker died, from its exit status."""
        assert self._worker is not None
        worker, self._worker = self._worker, None
        try:
            status, killed = worker.end(PATIENCE)
        except SandboxBroken:
            return Reply("lost")
        if killed:
            return self._death("closed", printed)
        if status == -getattr(signal, "SIGXCPU", 0):
            return self._death("timeout", printed, seconds=self._limits.cpu_seconds)
        if status == -getattr(signal, "SIGKILL", 0):  # by the system, for want of memory
            return Reply("lost")
        if status < 0:
            return self._death("crashed", printed, signal=_signal_name(-status))
        if status > 255:  # Windows reports an access violation as a large exit code
            return self._death("crashed", printed, signal=hex(status))
        return self._death("exited", printed, code=status)

    def _death(self, kind: str, printed: _Printed, **facts: object) -> Reply:
        return self._with_limit(Reply(kind, facts, printed=printed.text))

    def _with_limit(self, reply: Reply) -> Reply:
        """Add the limit that was hit, for the report."""
        if reply.kind == "memory":
            reply.facts["limit"] = self._limits.memory_bytes >> 30  # GiB
        elif reply.kind == "oversize":
            reply.facts["limit"] = self._limits.body_bytes >> 20  # MiB
        return reply


class _TooMuchPrinted(Exception):
    pass


class _Printed:
    """What a request printed, bounded from outside."""

    def __init__(self, limit: int) -> None:
        self._limit, self.text = limit, ""

    def add(self, text: object) -> None:
        if not isinstance(text, str):
            raise Malformed("printed text that is not text")
        self.text += text
        if len(self.text) > self._limit:
            raise _TooMuchPrinted


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _read_reply(header: Header, body: bytes, printed: str) -> Reply:
    """A worker's reply as a value, every field of it checked. Raises Malformed."""
    refused = header.get("refused")
    if not isinstance(refused, list) or not all(isinstance(name, str) for name in refused):
        raise Malformed("a reply without its list of refused calls")
    if refused:  # also where the submission caught the refusal
        error = header.get("error")
        frames = _read_error(error)["frames"] if isinstance(error, dict) else []
        return Reply("refused", {"call": refused[0][:200], "frames": frames}, printed=printed)
    if "error" in header:
        facts = _read_error(header["error"])
        return Reply(facts.pop("kind"), facts, printed=printed)
    if isinstance(missing := header.get("missing"), str):
        return Reply("missing", {"name": missing[:200]}, printed=printed)
    if isinstance(signature := header.get("arity"), str):
        return Reply("arity", {"signature": signature[:300]}, printed=printed)
    if "names" in header:
        return Reply("ok", printed=printed)
    return _read_values(header, body, printed)


def _read_values(header: Header, body: bytes, printed: str) -> Reply:
    tensors = read_tensors(body)
    inputs = decode(header.get("inputs"), tensors)
    gradients = decode(header.get("gradients"), tensors)
    if not isinstance(inputs, list) or not all(isinstance(v, Tensor) for v in inputs):
        raise Malformed("inputs that are not tensors")
    if not isinstance(gradients, dict) or not all(
        value is None or isinstance(value, Tensor) for value in gradients.values()
    ):
        raise Malformed("gradients that are not tensors")
    values = decode(header.get("values"), tensors)
    if not isinstance(values, list):
        raise Malformed("values that are no list")
    if "output" not in header:
        raise Malformed("a reply without an output")
    output = decode(header["output"], tensors)
    return Reply("ok", {}, output, tuple(inputs), tuple(values), gradients, printed)


def _read_error(error: object) -> dict[str, Any]:
    match error:
        case {
            "kind": ("raised" | "refused" | "memory" | "oversize") as kind,
            "class": str(class_name),
            "bases": list(bases),
            "message": str(message),
            "frames": list(frames),
            "missing_module": (str() | None) as module,
        }:
            pass
        case _:
            raise Malformed("an error that cannot be read")
    for frame in frames:
        match frame:
            case [str(), int(), str()]:
                pass
            case _:
                raise Malformed("a traceback that cannot be read")
    return {
        "kind": kind,
        "class": class_name[:200],
        "bases": [str(base)[:200] for base in bases[:50]],
        "message": message[:10_000],
        "missing_module": module and module[:200],
        "frames": [[path[:1000], line, name[:200]] for path, line, name in frames[:100]],
    }
