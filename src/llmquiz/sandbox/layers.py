"""The layers of the sandbox by name, and what a set of them is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# In the order in which they are put on, outside first.
BUBBLEWRAP = "bubblewrap"  # namespaces around the zygote: no path, network or process to be seen
DESCRIPTORS = "descriptors"  # only the two pipes are open, and the worker dies with the zygote
LIMITS = "limits"  # memory, CPU time, files, threads
IDENTITY = "identity"  # no root, no capability, no way to gain one
LANDLOCK = "landlock"  # reads Python and its libraries, nothing else of the file system
SECCOMP = "seccomp"  # an allow-list of system calls
NO_OPEN = "no-open"  # instead of Landlock: the filter lets no file be opened at all

ALL = (BUBBLEWRAP, DESCRIPTORS, LIMITS, IDENTITY, LANDLOCK, SECCOMP)

ISOLATED, CONFINED, PROCESS = "isolated", "confined", "process"


@dataclass(frozen=True)
class Standing:
    """Which layers passed their self-test, and why others did not."""

    active: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)  # layer -> why it is not active
    torch: str = ""  # its version
    notes: Mapping[str, str] = field(default_factory=dict)  # layer -> what there is to know

    @classmethod
    def none(cls) -> Standing:
        """Of code that runs without a sandbox."""
        return cls(frozenset())

    @property
    def level(self) -> str:
        """What may be claimed: isolated, confined or process."""
        base = {DESCRIPTORS, LIMITS, IDENTITY, SECCOMP} <= self.active
        if not base or not self.active & {LANDLOCK, NO_OPEN}:
            return PROCESS
        if {BUBBLEWRAP, LANDLOCK} <= self.active:
            return ISOLATED
        return CONFINED
