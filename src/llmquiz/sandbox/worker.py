"""The worker: loads a submission and answers calls, until the pipe closes.

It runs in a forked (or spawned) process that never held a grader. What it says about itself is a
hint for honest learners; the judge believes tensors and what it sees from outside.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from llmquiz.sandbox import lockdown
from llmquiz.sandbox.frames import Closed, Header, read_frame, write_frame
from llmquiz.sandbox.limits import Limits
from llmquiz.sandbox.refusal import RefusedCall, RefusedCalls, RefusedImports
from llmquiz.sandbox.values import Encoder, TooLarge, decode, read_tensors

HERE = str(Path(__file__).parent)
MESSAGE_LIMIT = 4000  # characters of an exception's text
FRAMES_KEPT = 24  # of a traceback; the middle of a deep recursion is left out


class Printed(io.TextIOBase):
    """sys.stdout and sys.stderr of the submission: each write is a frame, so a crash loses none."""

    encoding = "utf-8"

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        for start in range(0, len(text), 1 << 16):
            part = text[start : start + (1 << 16)]
            write_frame(self._fd, {"kind": "printed", "text": part})
        return len(text)


def show_warning(message: Warning | str, category: type[Warning], *_: object) -> None:
    """A warning without its place: with torch's calls watched, that would be a line of ours."""
    sys.stderr.write(f"{category.__name__}: {message}\n")


class Worker:
    """One submission, loaded once and called many times."""

    def __init__(self, write_fd: int, limits: Limits) -> None:
        self._write_fd = write_fd
        self._limits = limits
        self._module = ModuleType("submission")
        self._calls = RefusedCalls(frozenset())
        self._imports = RefusedImports(frozenset())

    def answer(self, request: Header, body: bytes) -> None:
        """Do what the judge asks and write one reply."""
        lockdown.allow_cpu_seconds(self._limits.cpu_seconds)
        self._calls.seen.clear()
        self._imports.seen.clear()
        tensors = b""
        try:
            if request["do"] == "load":
                reply = self._load(request)
            else:
                reply, tensors = self._call(request, body)
        except BaseException as error:  # SystemExit and RefusedCall too: the worker must answer
            reply = {"error": describe_error(error)}
        refused = [*self._calls.seen, *self._imports.seen]
        write_frame(self._write_fd, {"kind": "reply", "refused": refused, **reply}, tensors)

    def _load(self, request: Header) -> Header:
        path, source = request["path"], request["source"]
        self._calls = RefusedCalls(frozenset(request["refused_calls"]))
        self._imports = RefusedImports(frozenset(request["refused_imports"]))
        self._imports.install()
        # Tracebacks that the learner's code prints find the text although no file is opened.
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        self._module.__name__ = request["module"]
        self._module.__file__ = path
        sys.modules[request["module"]] = self._module  # dataclasses and typing look there
        code = compile(source, path, "exec", dont_inherit=True)
        with self._watched():
            exec(code, self._module.__dict__)
        return {"names": [n for n in vars(self._module) if not n.startswith("_")][:1000]}

    def _call(self, request: Header, body: bytes) -> tuple[Header, bytes]:
        tensors = read_tensors(body)
        target = getattr(self._module, request["target"], None)
        if target is None:
            return {"missing": request["target"]}, b""
        args, kwargs = (
            decode(request["args"], tensors, True),
            decode(request["kwargs"], tensors, True),
        )
        inputs = [v for v in (*args, *kwargs.values()) if isinstance(v, Tensor)]
        differentiable = [v for v in inputs if request["gradients"] and v.is_floating_point()]
        for tensor in differentiable:
            tensor.requires_grad_()
        with self._watched():
            if request["init"] is not None:
                target = self._construct(target, request, tensors)
            if request["method"] is not None:
                target = getattr(target, request["method"])
            if problem := _arity_problem(target, args, kwargs):
                return {"arity": problem}, b""
            for earlier in decode(request["before"], tensors, True):
                target(*earlier)
            output = target(*args, **kwargs)
            wanted: dict[int | str, Tensor] = dict(enumerate(differentiable))
            if request["gradients"] and isinstance(target, nn.Module):
                wanted.update(target.named_parameters())
            cotangent = decode(request["cotangent"], tensors, True)
            found = gradients(output, wanted, cotangent) if request["gradients"] else {}
        encoder = Encoder(self._limits.body_bytes, keep_strides=False)
        reply = {
            "output": encoder.node(output),
            "inputs": encoder.node([v.detach() for v in inputs]),
            "values": encoder.node(_python_values(args, kwargs)),
            "gradients": encoder.node(found),
        }
        return reply, encoder.body()

    def _construct(self, target: Any, request: Header, tensors: dict[str, Tensor]) -> Any:
        args, kwargs = decode(request["init"], tensors, True)
        made = target(*args, **kwargs)
        state = decode(request["state"], tensors, True)
        if state:
            made.to(next(iter(state.values())).dtype)
            made.load_state_dict(state)
        return made

    @contextlib.contextmanager
    def _watched(self) -> Any:
        printed = Printed(self._write_fd)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), self._calls:
            yield


def _python_values(args: Any, kwargs: Any) -> list[Any]:
    """The arguments that are no tensors."""
    return [v for v in (*args, *kwargs.values()) if not isinstance(v, Tensor)]


def _arity_problem(target: Any, args: Any, kwargs: Any) -> str | None:
    """The signature, where it does not take these arguments."""
    function = target.forward if isinstance(target, nn.Module) else target
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin, or not callable: let the call say so
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return str(signature)[:300]
    return None


def gradients(output: Any, wanted: dict[Any, Tensor], cotangent: Any) -> dict[Any, Tensor | None]:
    """The gradient of <output, cotangent> for each wanted tensor; None where it is detached."""
    if not isinstance(output, Tensor) or not output.requires_grad:
        return dict.fromkeys(wanted)
    # A scalar loss, because autograd.grad with a cotangent imports sympy: most of a second.
    loss = (output * cotangent).sum()
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    return dict(zip(wanted, found, strict=True))


def describe_error(error: BaseException) -> Header:
    """An exception as data: its class, its text and where it came from."""
    frames = [
        [f.filename, f.lineno, f.name]
        for f in traceback.extract_tb(error.__traceback__)
        if not f.filename.startswith(HERE)
    ]
    if len(frames) > FRAMES_KEPT:
        frames = frames[: FRAMES_KEPT // 2] + frames[-FRAMES_KEPT // 2 :]
    if isinstance(error, SyntaxError):
        frames.append([str(error.filename), error.lineno or 1, "<module>"])
    try:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        message = "(its message cannot be printed)"
    kind = "raised"
    if isinstance(error, RefusedCall):
        kind = "refused"
    elif (
        isinstance(error, MemoryError)
        or "not enough memory" in message
        or ("allocate memory" in message)
    ):
        kind = "memory"
    elif isinstance(error, TooLarge):
        kind = "oversize"
    return {
        "kind": kind,
        "class": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__[:-2]],
        "message": message[:MESSAGE_LIMIT],
        "missing_module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "frames": frames,
    }


def serve(read_fd: int, write_fd: int, limits: Limits) -> None:
    """Answer requests until the judge closes the pipe."""
    warnings.showwarning = show_warning  # type: ignore[assignment]
    worker = Worker(write_fd, limits)
    while True:
        try:
            request, body = read_frame(read_fd)
        except Closed:
            return
        worker.answer(request, body)
