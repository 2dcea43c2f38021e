"""Each layer of the sandbox by itself, and what a submission can still do at each level.

`python tests/test_layers.py LAYER...` prints as JSON what the attempts below come to with these
layers: that is how a test starts it as another user.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import errno
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from llmquiz.causes import cause
from llmquiz.cli import doctor
from llmquiz.sandbox import launch, layers, seccomp, view
from llmquiz.sandbox.client import Client, Program
from llmquiz.sandbox.layers import Standing
from llmquiz.sandbox.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")

MACHINES = ("x86_64", "aarch64")
ALLOWED, EPERM, ENOSYS, KILLED = "allowed", "EPERM", "ENOSYS", "killed"
PID = 4711  # of the worker, in the filters that are only interpreted
OTHER = 4712

# name: (x86_64, aarch64); None where the machine has no such call. Never allowed.
DANGEROUS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "sendto": (44, 206), "recvmsg": (47, 212), "sendmsg": (46, 211), "accept4": (288, 242),
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "process_madvise": (440, 440), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_setup": (206, 0), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "shmat": (30, 196), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "mount": (165, 40), "umount2": (166, 39), "move_mount": (429, 429), "open_tree": (428, 428),
    "fsopen": (430, 430), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "creat": (85, None), "truncate": (76, 45), "ftruncate": (77, 46),
    "fallocate": (285, 47), "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None),
    "renameat2": (316, 276), "mkdirat": (258, 34), "symlinkat": (266, 36), "linkat": (265, 37),
    "mknodat": (259, 33), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchownat": (260, 54), "utimensat": (280, 88), "setxattr": (188, 5), "setuid": (105, 146),
    "setresuid": (117, 147), "setgroups": (116, 159), "capset": (126, 91), "prctl": (157, 167),
    "seccomp": (317, 277), "landlock_restrict_self": (446, 446), "setrlimit": (160, 164),
    "setpriority": (141, 140), "sched_setaffinity": (203, 122), "personality": (135, 92),
    "timer_create": (222, 107), "setitimer": (38, 103), "inotify_init1": (294, 26),
    "eventfd2": (290, 19), "pipe2": (293, 59), "splice": (275, 76), "vmsplice": (278, 75),
    "setsid": (112, 157), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "reboot": (169, 142), "syslog": (103, 116),
    "modify_ldt": (154, None), "arch_prctl": (158, None), "iopl": (172, None),
}  # fmt: skip


def run(program: bytes, number: int, *arguments: int, machine: str, arch: int | None = None) -> str:
    """What a filter says to a system call: an interpreter of classic BPF, as far as it is used."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    wide = [argument & (1 << 64) - 1 for argument in padded]
    arch = seccomp.AUDIT_ARCH[machine] if arch is None else arch
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *wide)
    at, accumulator = 0, 0
    while True:
        code, yes, no, value = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x20:  # load
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x54:
            accumulator &= value
        elif code == 0x15:
            at += yes if accumulator == value else no
        elif code == 0x35:
            at += yes if accumulator >= value else no
        else:
            assert code == 0x06, f"an instruction that is not known: {code:#x}"
            break
    known = {
        0x7FFF0000: ALLOWED,
        0x80000000: KILLED,
        0x00050000 | errno.EPERM: EPERM,
        0x00050000 | errno.ENOSYS: ENOSYS,
    }
    return known[value]


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[True, False], ids=["opens", "no-open"])
def opens(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def says(machine: str, opens: bool) -> Callable[..., str]:
    """What the filter of a machine says to a call by its name."""
    program = seccomp.program(opens, PID, machine)
    column = MACHINES.index(machine)

    def say(name: str, *arguments: int) -> str:
        number = seccomp.NUMBERS[name][column]
        assert number >= 0
        return run(program, number, *arguments, machine=machine)

    return say


def has(name: str, machine: str) -> bool:
    return seccomp.NUMBERS[name][MACHINES.index(machine)] >= 0


def libseccomp() -> Callable[[str, str], int | None]:
    """The number of a call on a machine as libseccomp has it; None where there is none."""
    path = ctypes.util.find_library("seccomp")
    if path is None:
        pytest.skip("libseccomp is not installed")
    resolve: Any = ctypes.CDLL(path).seccomp_syscall_resolve_name_arch
    resolve.argtypes, resolve.restype = [ctypes.c_uint32, ctypes.c_char_p], ctypes.c_int

    def number(name: str, machine: str) -> int | None:
        found = int(resolve(seccomp.AUDIT_ARCH[machine], name.encode()))
        return found if found >= 0 else None

    return number


def test_the_numbers_of_the_system_calls_are_those_of_libseccomp(machine: str) -> None:
    resolve, column = libseccomp(), MACHINES.index(machine)
    compared = 0
    for name, numbers in seccomp.NUMBERS.items():
        theirs = resolve(name, machine)
        if theirs is None and name == "futex_waitv":
            continue  # younger than some libraries
        assert (theirs if theirs is not None else -1) == numbers[column], name
        compared += 1
    assert compared >= len(seccomp.NUMBERS) - 1


def test_the_numbers_in_this_test_are_those_of_libseccomp_too(machine: str) -> None:
    resolve, column = libseccomp(), MACHINES.index(machine)
    wrong = {
        name: (resolve(name, machine), numbers[column])
        for name, numbers in DANGEROUS.items()
        if resolve(name, machine) != numbers[column]
        and not (name == "memfd_secret" and machine == "aarch64")  # younger than some libraries
    }
    assert not wrong


def test_no_two_calls_share_a_number(machine: str) -> None:
    column = MACHINES.index(machine)
    numbers = [n[column] for n in seccomp.NUMBERS.values() if n[column] >= 0]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", DANGEROUS)
def test_a_dangerous_call_is_refused_on_every_machine(name: str, machine: str, opens: bool) -> None:
    number = DANGEROUS[name][MACHINES.index(machine)]
    if number is None:
        pytest.skip(f"{machine} has no {name}")
    program = seccomp.program(opens, PID, machine)
    for arguments in ((), (PID,), (0, 1, 2, 3, 4, 5), (2**64 - 1,) * 6, (0x3D0F00,)):
        assert run(program, number, *arguments, machine=machine) == EPERM


def test_whatever_is_not_named_is_refused(machine: str, opens: bool) -> None:
    program, column = seccomp.program(opens, PID, machine), MACHINES.index(machine)
    named = {numbers[column] for numbers in seccomp.NUMBERS.values()}
    for number in set(range(1100)) - named:
        assert run(program, number, machine=machine) == EPERM


def test_the_plain_calls_of_the_list_are_allowed(
    says: Callable[..., str], machine: str, opens: bool
) -> None:
    for name in seccomp.NUMBERS:
        looking = name in seccomp.LOOKING and not opens
        if has(name, machine) and name not in seccomp.CONDITIONAL:
            assert says(name, 3, 2**64 - 1, 5) == (EPERM if looking else ALLOWED), name


def test_another_architecture_is_killed(machine: str, opens: bool) -> None:
    program = seccomp.program(opens, PID, machine)
    i386, arm = 0x40000003, 0x40000028
    others = {*seccomp.AUDIT_ARCH.values(), i386, arm, 0, 0xFFFFFFFF}
    for arch in others - {seccomp.AUDIT_ARCH[machine]}:
        for number in (0, 1, 3, 63, 64):
            assert run(program, number, machine=machine, arch=arch) == KILLED


def test_the_second_table_of_x86_64_is_killed(opens: bool) -> None:
    program = seccomp.program(opens, PID, "x86_64")
    for number in (0, 1, 2, 59, 257, 512, 520, 0x3FFFFFFF):
        assert run(program, 0x40000000 | number, machine="x86_64") == KILLED
    assert run(program, -1, machine="x86_64") == KILLED


O_TMPFILE, O_PATH = 0o20000000, 0o10000000
WRITING = {
    "O_WRONLY": os.O_WRONLY, "O_RDWR": os.O_RDWR, "O_ACCMODE": 3, "O_CREAT": os.O_CREAT,
    "O_CREAT and O_EXCL": os.O_CREAT | os.O_EXCL, "O_TRUNC": os.O_TRUNC, "O_APPEND": os.O_APPEND,
    "O_TMPFILE": O_TMPFILE | os.O_RDWR, "O_TMPFILE alone": O_TMPFILE, "O_PATH": O_PATH,
    "O_PATH of a folder": O_PATH | 0o200000 | os.O_CLOEXEC,
}  # fmt: skip


@pytest.mark.parametrize("flags", WRITING)
def test_an_open_that_could_write_is_refused(
    flags: str, says: Callable[..., str], machine: str
) -> None:
    for high in (0, 1 << 32, 0xFFFFFFFF << 32):
        assert says("openat", 0xFFFFFF9C, 0x1000, WRITING[flags] | high, 0o600) == EPERM
        if has("open", machine):
            assert says("open", 0x1000, WRITING[flags] | high, 0o600) == EPERM


def test_a_read_only_open_is_allowed_only_where_something_else_says_of_what(
    says: Callable[..., str], machine: str, opens: bool
) -> None:
    expected = ALLOWED if opens else EPERM
    for flags in (0, os.O_CLOEXEC, os.O_DIRECTORY | os.O_CLOEXEC, os.O_NONBLOCK, os.O_NOFOLLOW):
        assert says("openat", 0xFFFFFF9C, 0x1000, flags) == expected
        if has("open", machine):
            assert says("open", 0x1000, flags) == expected


def test_calls_whose_flags_stand_in_memory_do_not_exist(says: Callable[..., str]) -> None:
    """The C library then takes the older one, which can be judged."""
    assert says("clone3", 0x1000, 88) == ENOSYS
    assert says("openat2", 0xFFFFFF9C, 0x1000, 0x2000, 24) == ENOSYS


def test_a_thread_may_be_made_and_a_process_may_not(says: Callable[..., str]) -> None:
    sigchld, vm, vfork, new_user, thread = 17, 0x100, 0x4000, 0x10000000, 0x10000
    assert says("clone", 0x3D0F00, 0x1000) == ALLOWED  # glibc
    assert says("clone", 0x7D0F00, 0x1000) == ALLOWED  # musl
    refused = [
        0, sigchld, 0x1200011, vm | vfork | sigchld, new_user | sigchld, 0x3D0F00 & ~thread,
        0x3D0F00 & ~vm, 0x3D0F00 | new_user, 0x3D0F00 | sigchld, 0x3D0F00 | 0x2000,
    ]  # fmt: skip
    for flags in refused:
        assert says("clone", flags, 0x1000) == EPERM, hex(flags)


def test_only_itself_may_be_signalled(says: Callable[..., str]) -> None:
    for name in ("kill", "tgkill"):
        assert says(name, PID, PID, 6) == ALLOWED
        for other in (0, 1, OTHER, -1, -PID, 2**31):
            assert says(name, other, PID, 6) == EPERM, other


def test_of_the_limits_only_that_of_cpu_time_may_be_moved(says: Callable[..., str]) -> None:
    import resource

    for who in (0, PID):
        assert says("prlimit64", who, resource.RLIMIT_CPU, 0x1000, 0) == ALLOWED
        for which in range(16):
            assert says("prlimit64", who, which, 0, 0x1000) == ALLOWED
            if which != resource.RLIMIT_CPU:
                for new in (0x1000, 1 << 32, 0x7FFF_0000_0000):
                    assert says("prlimit64", who, which, new, 0) == EPERM, which
    for who in (1, OTHER, -1):
        assert says("prlimit64", who, resource.RLIMIT_CPU, 0x1000, 0) == EPERM
        assert says("prlimit64", who, resource.RLIMIT_NOFILE, 0, 0x1000) == EPERM


def test_a_device_may_only_be_asked(says: Callable[..., str]) -> None:
    import fcntl
    import termios

    for request in (termios.TCGETS, termios.FIONREAD, termios.TIOCGWINSZ, termios.FIOCLEX):
        assert says("ioctl", 0, request, 0x1000) == ALLOWED
    tioclinux, siocgifconf, fs_ioc_setflags = 0x541C, 0x8912, 0x40086602
    for request in (
        termios.TIOCSTI, tioclinux, termios.TIOCSCTTY, termios.TIOCSETD, siocgifconf,
        fs_ioc_setflags, termios.TCSETS, 0xFFFFFFFF, 0,
    ):  # fmt: skip
        assert says("ioctl", 0, request, 0x1000) == EPERM, hex(request)
    f_setsig, f_setpipe, f_addseals, f_notify = 10, 1031, 1033, 1026
    for command in (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_DUPFD_CLOEXEC):
        assert says("fcntl", 3, command, 0) == ALLOWED
    for command in (
        fcntl.F_SETOWN, 15, f_setsig, fcntl.F_SETFL, fcntl.F_SETLK, fcntl.F_SETLEASE, f_notify,
        f_setpipe, f_addseals,
    ):  # fmt: skip
        assert says("fcntl", 3, command, PID) == EPERM, command


def test_a_filter_is_short_enough_for_the_kernel_and_its_jumps(machine: str, opens: bool) -> None:
    program = seccomp.program(opens, PID, machine)
    assert len(program) % 8 == 0
    assert len(program) // 8 <= 4096


# What a worker sees of the file system.


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python with llmquiz installed beside other packages, as pip does it in an environment."""
    root = tmp_path.resolve() / "env"
    package = root / "lib" / "python3" / "site-packages" / "llmquiz"
    for name in (
        "bin/python", "lib/python3/os.py", "lib/python3/site-packages/torch/nn.py",
        "lib/python3/site-packages/deps.pth",
    ):  # fmt: skip
        write(root / name)
    for name in (
        "__init__.py", "catalog.py", "cli/check.py", "grading/run.py", "sandbox/view.py",
        "sandbox/worker.py", "_content/graders/test_attention.py", "_content/bank/softmax.md",
        "_content/solutions/attention.py", "_content/exercises/attention.py", "quiz/bank.py",
    ):  # fmt: skip
        write(package / name)
    (root / "lib64").symlink_to("lib")  # as venv makes it
    monkeypatch.setattr(view, "PACKAGE", package)
    monkeypatch.setattr(view, "HERE", package / "sandbox")
    use(root, monkeypatch)
    return root


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text")


def use(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this the only folder of Python, and there is no system."""
    monkeypatch.setattr(view, "SYSTEM", ())
    for name in ("prefix", "base_prefix", "exec_prefix"):
        monkeypatch.setattr(sys, name, str(root))
    monkeypatch.setattr(sys, "executable", str(root / "bin" / "python"))
    monkeypatch.setattr(sys, "path", [str(root / "lib" / "python3" / "site-packages")])
    monkeypatch.setattr(view.sysconfig, "get_paths", lambda: {"purelib": str(root / "lib")})
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)


def can_read(hidden: list[Path], path: Path) -> bool:
    """Whether Landlock's rules allow a file: it judges by where a file really is."""
    allowed = [Path(os.path.realpath(p)) for p in view.readable(hidden)]
    return any(Path(os.path.realpath(path)).is_relative_to(p) for p in allowed)


def files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file())


def package_of(root: Path) -> Path:
    return root / "lib" / "python3" / "site-packages" / "llmquiz"


def test_of_an_installed_llmquiz_only_the_sandbox_can_be_read(tree: Path) -> None:
    package = package_of(tree)
    seen = {str(p.relative_to(package)) for p in files(package) if can_read([], p)}
    assert seen == {"__init__.py", "sandbox/view.py", "sandbox/worker.py"}


def test_what_stands_beside_an_installed_llmquiz_can_be_read(tree: Path) -> None:
    for path in files(tree):
        if not path.resolve().is_relative_to(package_of(tree).resolve()):
            assert can_read([], path), path


@pytest.mark.parametrize("name", ["link", "lib/python3/link", "lib/python3/site-packages/link"])
@pytest.mark.parametrize("to", ["", "_content", "_content/graders"])
def test_a_link_beside_something_hidden_does_not_open_it(tree: Path, name: str, to: str) -> None:
    (tree / name).symlink_to(package_of(tree) / to)
    assert not can_read([], package_of(tree) / "_content" / "graders" / "test_attention.py")


def test_a_python_that_is_reached_through_a_link_shows_no_more(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link"
    link.symlink_to(tree)
    use(link, monkeypatch)
    package = package_of(tree)
    seen = {str(p.relative_to(package)) for p in files(package) if can_read([], p)}
    assert seen == {"__init__.py", "sandbox/view.py", "sandbox/worker.py"}
    assert can_read([], tree / "lib" / "python3" / "os.py")
    assert view.masked([])


def test_a_link_of_the_system_does_not_open_what_is_hidden(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /lib is one to /usr/lib."""
    usr = tmp_path.resolve() / "usr"
    secret, fine = usr / "lib" / "course" / "solution.py", usr / "lib" / "fine.py"
    write(secret)
    write(fine)
    (tmp_path / "lib").symlink_to("usr/lib")
    monkeypatch.setattr(view, "SYSTEM", (str(usr), str(tmp_path / "lib")))
    assert not can_read([secret.parent], secret)
    assert can_read([secret.parent], fine)


@pytest.mark.parametrize("hidden", ["share", "share/course", "share/course/secret.py"])
def test_a_hidden_place_is_left_out_and_what_stands_beside_it_is_not(
    tree: Path, hidden: str
) -> None:
    secret = tree / "share" / "course" / "secret.py"
    write(secret)
    write(tree / "other" / "fine.py")
    assert can_read([], secret)
    assert not can_read([tree / hidden], secret)
    assert can_read([tree / hidden], tree / "other" / "fine.py")
    assert tree / hidden in view.masked([tree / hidden])


def test_a_hidden_place_around_python_does_not_hide_python(tree: Path) -> None:
    """As the environment inside the folder of a course."""
    write(tree.parent / "solutions" / "attention.py")
    assert can_read([tree.parent], tree / "lib" / "python3" / "os.py")
    assert not can_read([tree.parent], tree.parent / "solutions" / "attention.py")
    assert not can_read([tree.parent], package_of(tree) / "_content" / "graders" / "x.py")


def test_a_hidden_place_that_is_not_there_does_no_harm(tree: Path) -> None:
    assert can_read([tree / "no" / "such"], tree / "lib" / "python3" / "os.py")


def test_nothing_of_this_repository_can_be_read_but_the_sandbox() -> None:
    root = Path(__file__).resolve().parents[1]
    for folder in ("graders", "solutions", "exercises", "tests"):
        for path in files(root / folder):
            assert not can_read([root], path)
    allowed = {p for p in files(root / "src") if p.suffix == ".py" and can_read([root], p)}
    package = root / "src" / "llmquiz"
    assert allowed == {package / "__init__.py", *(package / "sandbox").glob("*.py")}


def test_a_folder_of_libraries_that_is_named_relative_to_the_working_directory_is_not_visible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "work" / "answer.py")
    write(tmp_path / "libraries" / "lib.so")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("LD_LIBRARY_PATH", f".:./x:{tmp_path / 'libraries'}::..")
    assert not can_read([], tmp_path / "work" / "answer.py")
    assert can_read([], tmp_path / "libraries" / "lib.so")


# What a set of layers is worth.

BASE = (layers.DESCRIPTORS, layers.LIMITS, layers.IDENTITY, layers.SECCOMP)


@pytest.mark.parametrize(
    ("active", "level"),
    [
        (layers.ALL, layers.ISOLATED),
        ((*BASE, layers.LANDLOCK), layers.CONFINED),
        ((*BASE, layers.NO_OPEN), layers.CONFINED),
        ((*BASE, layers.NO_OPEN, layers.BUBBLEWRAP), layers.CONFINED),
        ((*BASE, layers.NO_OPEN, *layers.ALL), layers.ISOLATED),
        (BASE, layers.PROCESS),
        ((*BASE, layers.BUBBLEWRAP), layers.PROCESS),
        ((), layers.PROCESS),
        ((layers.LANDLOCK, layers.BUBBLEWRAP), layers.PROCESS),
        *(([n for n in layers.ALL if n != name], layers.PROCESS) for name in BASE),
        *(((*[n for n in BASE if n != name], layers.NO_OPEN), layers.PROCESS) for name in BASE),
    ],
)
def test_the_level_is_no_higher_than_its_layers(active: tuple[str, ...], level: str) -> None:
    assert Standing(frozenset(active)).level == level
    assert Standing.none().level == layers.PROCESS


# Does the self-test tell a layer that does not hold?

SELF_TEST = """
import ctypes, json, os, socket, struct, sys
from pathlib import Path
from llmquiz.sandbox import kernel, landlock, layers, limits, lockdown, seccomp, selftest, view
column = ("x86_64", "aarch64").index(kernel.MACHINE)
wanted = [name for name in layers.ALL if name != layers.BUBBLEWRAP]
around = selftest.Around(os.getppid(), "/etc/passwd", (str(view.PACKAGE / "catalog.py"),))
held = os.open("/dev/null", os.O_RDONLY)
real = seccomp.program
def also(*numbers):
    "The filter, but these calls are allowed."
    def program(opens, pid, machine=kernel.MACHINE):
        first = [seccomp._load(0)]
        for number in numbers:
            first += [seccomp._jump(number, 0, 1), seccomp._ret(seccomp.ALLOW)]
        return b"".join(first) + real(opens, pid, machine)
    seccomp.program = program
def broken(*arguments, **keywords):
    raise OSError(38, "not on this kernel")
{sabotage}
plan = lockdown.prepare(limits.Limits(), wanted, [])
print(json.dumps([selftest.results(plan, around), plan.reasons]))
"""


def self_test(sabotage: str) -> tuple[dict[str, str], dict[str, str]]:
    """Why each layer does not hold, in a process in which something was undone before."""
    done = subprocess.run(
        [sys.executable, "-c", SELF_TEST.replace("{sabotage}", sabotage)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results, reasons = json.loads(done.stdout)
    return results, reasons


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    """The self-test of a sandbox of which nothing was undone."""
    results, reasons = self_test("")
    if reasons or any(results.values()):
        pytest.skip(f"not all layers hold here: {reasons} {results}")
    return results


NUMBER = {name: f"{numbers}[column]" for name, numbers in DANGEROUS.items()}


@pytest.mark.parametrize(
    ("layer", "sabotage"),
    [
        (layers.LANDLOCK, "view.readable = lambda hidden: [Path('/')]"),
        (layers.LANDLOCK, "view.readable = lambda hidden: [Path('/proc')]"),
        (layers.LANDLOCK, "view.readable = lambda hidden: [view.PACKAGE]"),
        (layers.LANDLOCK, "landlock.restrict = lambda rules: None"),
        (
            layers.SECCOMP,
            "seccomp.program = lambda *a: seccomp._ret(seccomp.ALLOW); landlock.SCOPES = 0",
        ),
        (layers.SECCOMP, "seccomp.restrict = lambda program: None"),
        (layers.SECCOMP, f"also({NUMBER['socket']})"),
        (layers.SECCOMP, "also(seccomp.NUMBERS['clone'][column])"),
        (
            layers.SECCOMP,
            "also(seccomp.NUMBERS['openat'][column]); landlock.restrict = lambda rules: None",
        ),
        (layers.DESCRIPTORS, "lockdown._close_others = lambda keep: None"),
        (layers.DESCRIPTORS, "lockdown._close_others = lambda keep: os.closerange(3, held)"),
        (layers.LIMITS, "lockdown._limit = lambda plan: None"),
    ],
)
def test_the_self_test_tells_a_layer_that_does_not_hold(
    layer: str, sabotage: str, whole: dict[str, str]
) -> None:
    results, reasons = self_test(sabotage)
    assert results.get(layer) or reasons.get(layer)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root has any")
def test_the_self_test_tells_a_capability_that_is_left(whole: dict[str, str]) -> None:
    results, _ = self_test(
        "kernel.drop_capabilities = lambda: None; lockdown._can_become = lambda *a: False"
    )
    assert results[layers.IDENTITY] == "a capability is left"


def test_the_self_test_tells_that_nothing_is_around_it(whole: dict[str, str]) -> None:
    """Outside bubblewrap, although it was asked for."""
    results, _ = self_test("wanted.append(layers.BUBBLEWRAP)")
    assert results[layers.BUBBLEWRAP]


@pytest.mark.parametrize(
    "sabotage",
    [
        "landlock.restrict = broken",
        "seccomp.restrict = broken",
        "lockdown._give_up_privileges = broken",
        "seccomp.program = lambda *a: seccomp._ret(seccomp.KILL_PROCESS)",
        "seccomp.program = lambda *a: b'not a filter'",
        "selftest._try = lambda *a: os._exit(0)",
        "selftest._try = lambda plan, around, fd: os.write(fd, b'{')",
        "selftest.SECONDS = 0.2; selftest._try = lambda *a: __import__('time').sleep(60)",
    ],
)
def test_no_layer_counts_where_the_worker_cannot_be_locked_down(
    sabotage: str, whole: dict[str, str]
) -> None:
    results, _ = self_test(sabotage)
    assert set(results) >= set(whole)
    assert all(results.values())


def test_a_kernel_without_landlock_gets_the_filter_that_opens_nothing(
    whole: dict[str, str],
) -> None:
    results, reasons = self_test("landlock.version = lambda: 0")
    assert reasons[layers.LANDLOCK]
    assert results[layers.NO_OPEN] == ""
    assert results[layers.SECCOMP] == ""


# What a submission can do, really.

SUBMISSION = """
import os, sys


def _name(attempt):
    try:
        return f"done: {attempt()!r}"[:200]
    except BaseException as error:
        return type(error).__name__


def _read(path):
    with open(path) as file:
        return file.read()


def _socket(family, kind):
    import socket
    return socket.socket(family, kind)


def _call(number, *arguments):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), "")
    return "worked"


def _limit():
    import resource
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))
    except ValueError as error:  # what Python makes of a refusal
        raise PermissionError from error


def attempts(hidden, writable, numbers):
    return {
        "read a hidden file": _name(lambda: _read(hidden + "/secret.txt")),
        "read it through a link": _name(lambda: _read(hidden + "_link/secret.txt")),
        "list a hidden folder": _name(lambda: os.listdir(hidden)),
        "read the users": _name(lambda: _read("/etc/shadow")),
        "read another process": _name(lambda: _read(f"/proc/{os.getppid()}/environ")),
        "read itself": _name(lambda: _read("/proc/self/maps")),
        "tcp": _name(lambda: _socket(2, 1)),
        "udp": _name(lambda: _socket(2, 2)),
        "unix": _name(lambda: _socket(1, 1)),
        "netlink": _name(lambda: _socket(16, 3)),
        "fork": _name(os.fork),
        "run": _name(lambda: os.execv(sys.executable, ["python"])),
        "system": _name(lambda: __import__("subprocess").run(["true"])),
        "write": _name(lambda: open(writable + "/mark", "w")),
        "write to a device": _name(lambda: os.open("/dev/null", os.O_WRONLY)),
        "make a folder": _name(lambda: os.mkdir(writable + "/folder")),
        "remove": _name(lambda: os.unlink(writable + "/there")),
        "rename": _name(lambda: os.rename(writable + "/there", writable + "/gone")),
        "change the mode": _name(lambda: os.chmod(writable + "/there", 0o777)),
        "change the time": _name(lambda: os.utime(writable + "/there", (1, 1))),
        "keep in memory": _name(lambda: os.memfd_create("x")),
        "kill its parent": _name(lambda: os.kill(os.getppid(), 0)),
        "kill all": _name(lambda: os.kill(-1, 0)),
        "trace": _name(lambda: _call(numbers["ptrace"], 16, os.getppid(), 0, 0)),
        "io_uring": _name(lambda: _call(numbers["io_uring_setup"], 8, 0)),
        "keys": _name(lambda: _call(numbers["keyctl"], 0, -3, 0)),
        "shared memory": _name(lambda: _call(numbers["shmget"], 0, 4096, 0o1600)),
        "become root": _name(lambda: os.setuid(0) if os.getuid() else os.setuid(1)),
        "new namespace": _name(lambda: _call(numbers["unshare"], 0x10000000)),
        "raise a limit": _name(_limit),
    }


def beside(path):
    return _name(lambda: _read(path))


def thread():
    import threading
    found = []
    threads = [threading.Thread(target=found.append, args=(i,)) for i in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(found)


def late():
    import importlib
    names = ["colorsys", "wave", "netrc", "sndhdr", "csv", "html.parser", "tomllib", "graphlib"]
    new = [name for name in names if name not in sys.modules]
    done = []
    for name in new:
        try:
            importlib.import_module(name)
            done.append(name)
        except ModuleNotFoundError:  # not in every version
            pass
    return done


def usual():
    import collections, copy, dataclasses, functools, inspect, json, logging, math, random, re
    import statistics, textwrap, time, timeit, typing, warnings
    import numpy
    @dataclasses.dataclass
    class Point:
        x: int
    return [Point(1).x, int(numpy.arange(3).sum()), json.dumps([1])]


def identity():
    return [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()]
"""
# By name of a try: what may be said to it, where "no such thing" is an answer too.
NOT_THERE = {"PermissionError", "FileNotFoundError", "ProcessLookupError"}
LEVELS = {
    "isolated": layers.ALL,
    "confined": tuple(name for name in layers.ALL if name != layers.BUBBLEWRAP),
    "no-open": tuple(
        name for name in layers.ALL if name not in (layers.BUBBLEWRAP, layers.LANDLOCK)
    ),
}


def outcomes(wanted: tuple[str, ...], place: Path) -> dict[str, Any]:
    """What a submission's attempts come to. `place` is a folder that workers may look into."""
    from llmquiz.sandbox import kernel

    hidden, outside = place / "hidden", place.parent / "outside"
    column = MACHINES.index(kernel.MACHINE)
    numbers = {name: number[column] for name, number in DANGEROUS.items()}
    launcher = launch.start(Limits(), layers=wanted, hidden=[hidden])
    client = Client(launcher, Program("submission", "sub.py", SUBMISSION), Limits())
    try:
        standing = launcher.standing
        answers = {
            "attempts": client.call("attempts", (str(hidden), str(outside), numbers), {}),
            "beside": client.call("beside", (str(place / "beside.txt"),), {}),
            "thread": client.call("thread", (), {}),
            "late": client.call("late", (), {}),
            "usual": client.call("usual", (), {}),
            "identity": client.call("identity", (), {}),
        }
    finally:
        client.close()
        launcher.close()
    found = {name: [reply.kind, reply.output or reply.facts] for name, reply in answers.items()}
    left = sorted(path.name for path in outside.iterdir())
    return {**found, "level": standing.level, "active": sorted(standing.active), "left": left}


def make_place(folder: Path) -> Path:
    """A folder with something hidden and something that is not, and another one outside."""
    place = folder / "place"
    for path in (place / "hidden" / "secret.txt", place / "beside.txt", folder / "outside/there"):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("text")
    (place / "hidden_link").symlink_to("hidden")
    (folder / "outside").chmod(0o777)  # so that nothing but the sandbox forbids to write there
    return place


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="llmquiz-layers-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=LEVELS)
def tried(request: pytest.FixtureRequest, open_folder: Path) -> tuple[str, dict[str, Any]]:
    """A level by its name, and what came of the attempts at it."""
    place = make_place(open_folder / request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_LIBRARY_PATH", str(place))  # a folder of libraries is visible
        return request.param, _held(request.param, outcomes(LEVELS[request.param], place))


def _held(level: str, found: dict[str, Any]) -> dict[str, Any]:
    """The outcomes, where the machine can do what the level needs."""
    needed = {*LEVELS[level], *([layers.NO_OPEN] if level == "no-open" else [])}
    if missing := needed - set(found["active"]):
        pytest.skip(f"no {', '.join(sorted(missing))} here")
    return found


def unprivileged_python(folder: Path) -> Path:
    """An interpreter with torch that the user nobody can run, or a skip."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = Path(os.path.realpath(sys.executable))
    for program in (real, Path("/usr/bin") / version, Path("/usr/local/bin") / version):
        with contextlib.suppress(OSError):  # not there, or where nobody cannot go
            if as_nobody([str(program), "-c", ""]).returncode == 0:
                break
    else:
        pytest.skip(f"nobody can run a {version} here (the tests' own is under {real.parent})")
    made = subprocess.run(
        [program, "-m", "venv", "--without-pip", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"{program} makes no environment")
    import torch

    packages = Path(torch.__file__).parents[1]
    names = [str(view.PACKAGE.parent), str(packages)]
    target = folder / "lib" / version / "site-packages" / "paths.pth"
    target.write_text("\n".join(dict.fromkeys(names)) + "\n")
    python = folder / "bin" / "python"
    done = as_nobody([str(python), "-c", "import torch, llmquiz"])
    if done.returncode:
        pytest.skip(f"nobody cannot import torch here: {done.stderr.strip()[-200:]}")
    return python


def as_nobody(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.environ.get("PATH", "/usr/bin"), "HOME": "/", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def nobodys_python(open_folder: Path) -> Path:
    if os.getuid() != 0:
        pytest.skip("only root can become nobody; the other tests run as this user anyway")
    return unprivileged_python(open_folder / "python")


@pytest.fixture(scope="module", params=LEVELS)
def tried_by_nobody(
    request: pytest.FixtureRequest, open_folder: Path, nobodys_python: Path
) -> tuple[str, dict[str, Any]]:
    """The same, in a sandbox that an ordinary user started."""
    place = make_place(open_folder / f"nobody-{request.param}")
    done = as_nobody(
        [str(nobodys_python), str(Path(__file__).resolve()), str(place), *LEVELS[request.param]],
        LD_LIBRARY_PATH=str(place),
    )
    assert done.returncode == 0, done.stderr
    return request.param, _held(request.param, json.loads(done.stdout.splitlines()[-1]))


def check_attempts(found: dict[str, Any]) -> None:
    kind, attempts = found["attempts"]
    assert kind == "ok"
    wrong = {name: got for name, got in attempts.items() if got not in NOT_THERE}
    if wrong.get("list a hidden folder") == "done: []":  # bubblewrap puts an empty one there
        del wrong["list a hidden folder"]
    assert not wrong
    assert found["left"] == ["there"]


def check_rest(level: str, found: dict[str, Any]) -> None:
    assert found["thread"] == ["ok", [0, 1, 2]]
    assert found["usual"] == ["ok", [1, 3, "[1]"]]
    if level == "no-open":
        assert found["beside"] == ["ok", "PermissionError"]
    else:
        assert found["beside"] == ["ok", "done: 'text'"]
        assert found["late"][0] == "ok"
        assert len(found["late"][1]) >= 2  # that the zygote had not


def test_a_submission_can_do_nothing_of_what_a_level_forbids(
    tried: tuple[str, dict[str, Any]],
) -> None:
    check_attempts(tried[1])


def test_a_submission_can_use_threads_and_libraries(tried: tuple[str, dict[str, Any]]) -> None:
    check_rest(*tried)


def test_the_level_is_what_its_name_says(tried: tuple[str, dict[str, Any]]) -> None:
    level, found = tried
    assert found["level"] == (layers.ISOLATED if level == "isolated" else layers.CONFINED)


def test_a_submission_in_an_ordinary_users_sandbox_can_do_nothing_either(
    tried_by_nobody: tuple[str, dict[str, Any]],
) -> None:
    level, found = tried_by_nobody
    check_attempts(found)
    check_rest(level, found)
    kind, identity = found["identity"]
    assert kind == "ok"
    assert 0 not in identity[:3]


# `llmquiz doctor`.


class Known:
    """A launcher of which only the standing is known."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing

    def launch(self) -> Known:
        return self

    def end(self, patience: float) -> tuple[int, bool]:
        return 0, patience == 0

    def close(self) -> None:
        """Nothing runs."""


STANDINGS = {
    layers.ISOLATED: Standing(frozenset(layers.ALL), torch="2.9"),
    layers.CONFINED: Standing(
        frozenset({*BASE, layers.LANDLOCK}),
        {layers.BUBBLEWRAP: "setting up uid map: Permission denied"},
        "2.9",
        {layers.IDENTITY: "root without capabilities"},
    ),
    layers.PROCESS: Standing(
        frozenset({layers.LIMITS}), dict.fromkeys(layers.ALL, "only on Linux"), "2.9"
    ),
}


@pytest.fixture(params=STANDINGS)
def standing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """A standing that `llmquiz doctor` finds."""
    found = STANDINGS[request.param]
    monkeypatch.setattr(doctor, "start", lambda *a, **k: Known(found))
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_doctor_shows_each_layer_and_why_it_does_not_hold(
    lang: str, standing: Standing, llmquiz: Callable[..., Any]
) -> None:
    ran = llmquiz("--lang", lang, "doctor")
    assert ran.code == 0
    for name in layers.ALL:
        (line,) = [text for text in ran.out.splitlines() if f"  {name} " in text]
        assert (line.split()[0] == {"en": "on", "zh": "启用"}[lang]) == (name in standing.active)
    for why in (*standing.reasons.values(), *standing.notes.values()):
        assert cause(why, lang) in ran.out
    assert standing.level in ran.out
    assert standing.torch in ran.out
    assert sys.executable in ran.out


def test_doctor_says_what_the_level_means_in_both_languages(
    standing: Standing, llmquiz: Callable[..., Any]
) -> None:
    english, chinese = llmquiz("doctor").out, llmquiz("--lang", "zh", "doctor").out
    assert f"Sandbox: {standing.level}." in english
    assert f"沙箱级别：{standing.level}" in chinese
    own = standing.level == layers.PROCESS
    assert ("your own code only" in english) == own
    assert ("Strangers' code can be graded here" in english) != own
    assert ("陌生人" in chinese) != own


def test_doctor_gives_the_same_to_programs(standing: Standing, llmquiz: Callable[..., Any]) -> None:
    found = llmquiz("doctor", "--json").json
    assert found["schema"] == 1
    assert found["level"] == standing.level
    assert {name for name, on in found["layers"].items() if on} == standing.active
    assert set(found["layers"]) == {*layers.ALL, layers.NO_OPEN}
    assert found["reasons"] == dict(standing.reasons)
    assert found["notes"] == dict(standing.notes)
    assert {"python", "torch", "system", "encoding", "content", "workspace"} <= set(found)


def test_doctor_shows_the_real_sandbox(
    borrowed: launch.Launcher, monkeypatch: pytest.MonkeyPatch, llmquiz: Callable[..., Any]
) -> None:
    monkeypatch.setattr(doctor, "start", lambda *a, **k: borrowed)
    assert llmquiz("doctor", "--json").json["level"] == borrowed.standing.level


def test_doctor_says_it_where_no_worker_starts(
    monkeypatch: pytest.MonkeyPatch, llmquiz: Callable[..., Any]
) -> None:
    class Broken(Known):
        def launch(self) -> Known:
            raise launch.SandboxBroken("a library started threads: pool")

    monkeypatch.setattr(doctor, "start", lambda *a, **k: Broken(STANDINGS[layers.ISOLATED]))
    ran = llmquiz("doctor")
    assert ran.code == 3
    assert ran.err.count("\n") == 1
    assert "a library started threads: pool" in ran.err
    assert not ran.out


def test_doctor_shows_no_control_characters_of_a_reason(
    monkeypatch: pytest.MonkeyPatch, llmquiz: Callable[..., Any]
) -> None:
    hostile = Standing(frozenset(), {layers.BUBBLEWRAP: "\x1b]0;owned\x07"})
    monkeypatch.setattr(doctor, "start", lambda *a, **k: Known(hostile))
    assert "\x1b" not in llmquiz("doctor").out
    assert "\x1b" not in llmquiz("doctor", "--json").out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_doctor_says_that_the_sandbox_does_not_start(
    lang: str, monkeypatch: pytest.MonkeyPatch, llmquiz: Callable[..., Any]
) -> None:
    def broken(*arguments: Any, **keywords: Any) -> Any:
        raise launch.SandboxBroken("No module named 'torch'")

    monkeypatch.setattr(doctor, "start", broken)
    ran = llmquiz("--lang", lang, "doctor")
    assert ran.code not in (0, 1)
    assert "No module named 'torch'" in ran.err
    assert "Traceback" not in ran.err


if __name__ == "__main__":
    print(json.dumps(outcomes(tuple(sys.argv[2:]), Path(sys.argv[1]))))
