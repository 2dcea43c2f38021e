"""seccomp: the system calls that a worker may make, as a filter program for the kernel.

An allow-list: what is not named fails with EPERM. The numbers are those of the kernel's tables; a
test compares them with libseccomp's.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
from dataclasses import dataclass

from llmquiz.sandbox import kernel

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000  # a second table of calls on x86_64, which nobody needs
ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
ERRNO = 0x00050000
SET_MODE_FILTER, FLAG_TSYNC = 1, 1

# name: (x86_64, aarch64); -1 where the machine has no such call.
NUMBERS: dict[str, tuple[int, int]] = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66),
    "pread64": (17, 67), "close": (3, 57), "close_range": (436, 436), "lseek": (8, 62),
    "fstat": (5, 80), "newfstatat": (262, 79), "stat": (4, -1), "lstat": (6, -1),
    "statx": (332, 291), "access": (21, -1), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, -1), "readlinkat": (267, 78), "getcwd": (79, 17), "getdents64": (217, 61),
    "dup": (32, 23), "dup2": (33, -1), "dup3": (292, 24), "poll": (7, -1), "ppoll": (271, 73),
    "select": (23, -1), "pselect6": (270, 72),
    "mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216),
    "madvise": (28, 233), "brk": (12, 214), "mincore": (27, 232), "membarrier": (324, 283),
    "futex": (202, 98), "futex_waitv": (449, 449), "set_robust_list": (273, 99),
    "get_robust_list": (274, 100), "set_tid_address": (218, 96), "rseq": (334, 293),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "rt_sigpending": (127, 136), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, -1), "times": (100, 153),
    "getrusage": (98, 165), "getrlimit": (97, 163), "getpid": (39, 172), "gettid": (186, 178),
    "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "getresuid": (118, 148), "getresgid": (120, 150),
    "getgroups": (115, 158), "getrandom": (318, 278), "uname": (63, 160), "sysinfo": (99, 179),
    "sched_yield": (24, 124), "sched_getaffinity": (204, 123), "getcpu": (309, 168),
    "exit": (60, 93), "exit_group": (231, 94),
    # With conditions on their arguments:
    "openat": (257, 56), "open": (2, -1), "openat2": (437, 437), "clone": (56, 220),
    "clone3": (435, 435), "prlimit64": (302, 261), "fcntl": (72, 25), "ioctl": (16, 29),
    "kill": (62, 129), "tgkill": (234, 131), "capget": (125, 90),
}  # fmt: skip
CONDITIONAL = (
    "openat", "open", "openat2", "clone", "clone3", "prlimit64", "fcntl", "ioctl", "kill", "tgkill",
)  # fmt: skip
# Names of files are not hidden where these are allowed; without opens nobody needs them.
LOOKING = ("readlink", "readlinkat", "getdents64", "access", "faccessat", "faccessat2")
NOT_READ_ONLY = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0o20000000 | 0o10000000
THREADS = (0x3D0F00, 0x7D0F00)  # the flags of glibc's and musl's pthread_create
FCNTL = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
IOCTL = (0x5401, 0x541B, 0x5413, 0x5451)  # TCGETS, FIONREAD, TIOCGWINSZ, FIOCLEX: they only ask


@dataclass(frozen=True)
class Test:
    """A condition on the low 32 bits of an argument, or the high ones: argument & mask == value."""

    __test__ = False  # not a test class of pytest

    argument: int
    value: int
    mask: int = 0xFFFFFFFF
    high: bool = False


Rule = tuple[Test, ...]  # all must hold


def program(opens: bool, pid: int, machine: str = kernel.MACHINE) -> bytes:
    """The filter, as the kernel wants it. `pid` is the only process that may be signalled.

    opens    read-only opens are allowed, for the imports that come late; without Landlock they are
             not, and everything must have been imported
    """
    column = ("x86_64", "aarch64").index(machine)
    code = [_load(4), _jump(AUDIT_ARCH[machine], 1, 0), _ret(KILL_PROCESS), _load(0)]
    if machine == "x86_64":
        code += [_instruction(0x35, 0, 1, X32_BIT), _ret(KILL_PROCESS)]  # jge
    for name, numbers in NUMBERS.items():
        plain = name not in CONDITIONAL and (opens or name not in LOOKING)
        if plain and numbers[column] >= 0:
            code += [_jump(numbers[column], 0, 1), _ret(ALLOW)]
    for name, rules in _conditions(opens, pid).items():
        number = NUMBERS[name][column]
        if number >= 0:
            block = [part for rule in rules for part in _rule(rule)]
            code += [_jump(number, 0, len(block) + 1), *block, _ret(ERRNO | errno.EPERM)]
    for name in ("clone3", "openat2"):  # their flags are behind a pointer: "not on this kernel"
        code += [_jump(NUMBERS[name][column], 0, 1), _ret(ERRNO | errno.ENOSYS)]
    return b"".join([*code, _ret(ERRNO | errno.EPERM)])


def _conditions(opens: bool, pid: int) -> dict[str, list[Rule]]:
    own: list[Rule] = [(Test(0, pid),)]
    read_only = {"openat": 2, "open": 1} if opens else {}
    # A limit may be read, and the soft limit of CPU time moved: the hard one stands.
    limits: list[Rule] = [
        (Test(0, who), Test(1, resource.RLIMIT_CPU)) for who in (0, pid)
    ] + [(Test(0, who), Test(2, 0), Test(2, 0, high=True)) for who in (0, pid)]  # fmt: skip
    return {
        **{name: [(Test(at, 0, NOT_READ_ONLY),)] for name, at in read_only.items()},
        "clone": [(Test(0, flags),) for flags in THREADS],
        "prlimit64": limits,
        "fcntl": [(Test(1, command),) for command in FCNTL],
        "ioctl": [(Test(1, command),) for command in IOCTL],
        "kill": own,
        "tgkill": own,
    }


def _rule(rule: Rule) -> list[bytes]:
    """Allow if all tests of the rule hold, else go on behind it."""
    length = sum(3 if test.mask != 0xFFFFFFFF else 2 for test in rule) + 1  # with the return
    code: list[bytes] = []
    for test in rule:
        code.append(_load(16 + 8 * test.argument + 4 * test.high))
        if test.mask != 0xFFFFFFFF:
            code.append(_instruction(0x54, 0, 0, test.mask))  # and
        code.append(_jump(test.value, 0, length - len(code) - 1))
    return [*code, _ret(ALLOW)]


def _load(offset: int) -> bytes:
    return _instruction(0x20, 0, 0, offset)


def _jump(value: int, yes: int, no: int) -> bytes:
    return _instruction(0x15, yes, no, value)  # jeq


def _ret(action: int) -> bytes:
    return _instruction(0x06, 0, 0, action)


def _instruction(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("<HBBI", code, yes, no, value & 0xFFFFFFFF)


def restrict(filter_program: bytes) -> None:
    """Put a filter into force for all threads of this process. Needs no_new_privs."""
    buffer = ctypes.create_string_buffer(filter_program, len(filter_program))
    header = struct.pack("HxxxxxxP", len(filter_program) // 8, ctypes.addressof(buffer))
    kernel.call(kernel.SECCOMP[kernel.MACHINE], SET_MODE_FILTER, FLAG_TSYNC, header)
