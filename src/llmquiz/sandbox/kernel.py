"""Linux calls that Python's standard library does not offer yet, by ctypes: numbers, not names.

Only what the layers need. Everything raises OSError with the kernel's errno.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from functools import cache
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
LAST_CAPABILITY = 63  # the kernel refuses the ones that it does not have
# The same on x86_64 and aarch64: both use the common table from 424 on.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
SECCOMP = {"x86_64": 317, "aarch64": 277}
CAPGET = {"x86_64": 125, "aarch64": 90}
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522

MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())


def call(number: int, *arguments: object) -> int:
    """A system call by its number. Integers and buffers are passed as they are."""
    function: Any = _library().syscall
    function.restype = ctypes.c_long
    result = int(function(ctypes.c_long(number), *(_argument(value) for value in arguments)))
    if result < 0:
        _fail()
    return result


def prctl(option: int, *arguments: int) -> int:
    """prctl(2)."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    result = int(_library().prctl(option, *(ctypes.c_ulong(value) for value in padded)))
    if result < 0:
        _fail()
    return result


def drop_capabilities() -> None:
    """Give up every capability, now and for whatever could bring one back."""
    for number in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:  # not one of this kernel's, or not ours to drop: then we have none
            break
    with contextlib.suppress(OSError):  # older than ambient capabilities
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    call(CAPSET[MACHINE], header, bytes(24))


def capabilities() -> int:
    """The effective capabilities of this process, as bits."""
    header = ctypes.create_string_buffer(struct.pack("Ii", CAPABILITY_VERSION, 0), 8)
    data = ctypes.create_string_buffer(24)
    call(CAPGET[MACHINE], header, data)
    low, _, _, high, _, _ = struct.unpack("6I", data.raw)
    return int(low | high << 32)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _argument(value: object) -> object:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _fail() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
