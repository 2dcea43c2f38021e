"""Code of ours that runs in the judge: the reference of an exercise, and its faulted versions."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from llmquiz.catalog import Exercise
from llmquiz.grading.call import Call, Outcome, run
from llmquiz.grading.faults import Fault, compiled, faulted, faults_of
from llmquiz.grading.memory import Memory

Run = Callable[[Call], Outcome]


class Trusted:
    """The reference of an exercise. With a memory, no call is run twice."""

    def __init__(self, exercise: Exercise, memory: Memory | None = None) -> None:
        self.exercise = exercise
        self.module = load_reference(exercise.solution)
        self._memory = memory
        self._source = ""  # of the solution, as far as a memory must tell it from others
        if memory is not None:
            text = exercise.solution.read_bytes()
            self._source = f"{exercise.solution} {hashlib.sha256(text).hexdigest()}"

    def run(self, call: Call) -> Outcome:
        """What the reference gives; its functions keep no state. Raises what it raises."""
        if self._memory is None or call.digest is None:
            return run(self.module, call)
        return self._memory.recall((self._source, call.digest), lambda: run(self.module, call))

    def faults(self) -> tuple[Fault, ...]:
        """The catalogue of the exercise."""
        return faults_of(self.exercise.root, self.exercise.name)

    def faulted(self, faults: tuple[Fault, ...]) -> Run:
        """Runs calls, one after another, on a fresh module of the solution with faults.

        Raises Incompatible where the faults cannot be made together.
        """
        compiled(self.exercise.solution, faults)
        if self._memory is None:
            module = faulted(self.exercise, faults)
            return lambda call: run(module, call)
        names = "+".join(fault.name for fault in faults)
        return _Faulted(self.exercise, faults, self._memory, f"{self._source} {names}").run


class _Faulted:
    """A faulted module may keep state: an outcome is known by all calls up to it."""

    def __init__(
        self, exercise: Exercise, faults: tuple[Fault, ...], memory: Memory, name: str
    ) -> None:
        self._make: Callable[[], ModuleType] = lambda: faulted(exercise, faults)
        self._memory, self._name = memory, name
        self._module: ModuleType | None = None
        self._waiting: list[Call] = []  # calls that were remembered, and not run on this module
        self._past: bytes | None = b""

    def run(self, call: Call) -> Outcome:
        self._waiting.append(call)
        if self._past is None or call.digest is None:
            self._past = None  # from here on nothing is known
            return self._catch_up()
        self._past = hashlib.blake2b(self._past + call.digest, digest_size=16).digest()
        return self._memory.recall((self._name, self._past), self._catch_up)

    def _catch_up(self) -> Outcome:
        """Run what was only remembered, for the state that it leaves behind, and then the last."""
        self._module = self._module or self._make()
        *earlier, last = self._waiting
        self._waiting = []
        for call in earlier:
            with contextlib.suppress(Exception):
                run(self._module, call)
        return run(self._module, last)


def load_reference(path: Path) -> ModuleType:
    """A solution as a module, under a name that no import can reach by accident."""
    spec = importlib.util.spec_from_file_location(f"_llmquiz_reference_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
