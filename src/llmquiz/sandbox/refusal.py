"""Refuses the library call that is the exercise itself.

A style check for honest learners, not a wall: code that runs in the worker's process can undo it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from torch.overrides import TorchFunctionMode


class RefusedCall(BaseException):
    """Not an Exception, so that a learner's `except Exception` does not swallow it."""


class RefusedCalls(TorchFunctionMode):
    """While active, refuses torch functions by their own name, whichever alias reaches them.

    PyTorch reports every call of its functions here, `torch.ops.aten.*` and `torch._C.*` too.
    """

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self._names = names
        self.seen: list[str] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        name = getattr(func, "__name__", "").split(".")[0]
        if name in self._names:
            self.seen.append(name)
            raise RefusedCall(name)
        return func(*args, **(kwargs or {}))


class RefusedImports(MetaPathFinder):
    """Refuses to import the packages that contain the answer."""

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages
        self.seen: list[str] = []

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self._packages:
            self.seen.append(fullname)
            raise RefusedCall(fullname)
        return None

    def install(self) -> None:
        """Ask this finder first, and forget packages that are already imported."""
        for name in [name for name in sys.modules if name.partition(".")[0] in self._packages]:
            del sys.modules[name]
        sys.meta_path.insert(0, self)
