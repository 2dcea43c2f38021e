"""Landlock: a process gives up the file system but for what it names (landlock(7)).

Made once in the zygote, put into force in each worker.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

from llmquiz.sandbox import kernel

READ_FILE, READ_DIR = 1 << 2, 1 << 3
# All that an interface version can restrict: files (execute, write, remove, make...), from 2
# renaming across folders, from 3 truncation, from 5 ioctl on devices.
FILES_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15}
NEWEST_FILES = 16
TCP = 0b11  # bind, connect; from version 4
SCOPES = 0b11  # abstract unix sockets and signals to the outside; from version 6


def version() -> int:
    """The version of the kernel's interface, 0 where there is none."""
    try:
        return kernel.call(kernel.LANDLOCK_CREATE, None, 0, 1)
    except OSError:
        return 0


def ruleset(readable: Iterable[Path]) -> int:
    """A descriptor of rules that allow reading these files and folders, and nothing else."""
    number = version()
    files = (1 << FILES_OF_VERSION.get(number, NEWEST_FILES)) - 1
    attributes = struct.pack("Q", files)
    if number >= 4:
        attributes += struct.pack("Q", TCP)
    if number >= 6:
        attributes += struct.pack("Q", SCOPES)
    rules = kernel.call(kernel.LANDLOCK_CREATE, attributes, len(attributes), 0)
    for path in readable:
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # not on this system
            continue
        try:
            folder = stat.S_ISDIR(os.fstat(fd).st_mode)
            allowed = READ_FILE | (READ_DIR if folder else 0)
            rule = struct.pack("=Qi", allowed, fd)
            kernel.call(kernel.LANDLOCK_ADD, rules, 1, rule, 0)
        finally:
            os.close(fd)
    return rules


def restrict(rules: int) -> None:
    """Put the rules into force for this process for ever. Needs no_new_privs."""
    kernel.call(kernel.LANDLOCK_RESTRICT, rules, 0)
