"""The worker and whatever its code may do, by both ways of starting it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from processes import descendants, runs

from llmquiz.sandbox import frames, launch
from llmquiz.sandbox.client import Client, Program
from llmquiz.sandbox.launch import Launcher, SandboxBroken
from llmquiz.sandbox.limits import Limits

LIMITS = Limits(cpu_seconds=1, wall_seconds=8.0)

HOSTILE = """
import ctypes, os, sys, time
import torch

def answer(x): return x + 1
def loop():
    while True: pass
def sleep(): time.sleep(60)
def stubborn():
    import signal
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True: pass
def leave(): os._exit(0)
def quit(): sys.exit(0)
def segfault(): ctypes.string_at(0)
def abort(): os.abort()
def torch_memory(): return torch.zeros(25_000_000_000)
def python_memory(): return bytearray(100 << 30)
def close():
    os.closerange(3, 99)
    time.sleep(60)
def flood():
    while True: print("x" * 10_000)
def huge(): return torch.zeros(1).expand(1 << 40)
def recurse(): return recurse()
def garbage():
    for fd in range(3, 64):
        try: os.write(fd, b"\\xff" * 64)
        except OSError: pass
def not_json():
    import struct
    for fd in range(3, 64):
        try: os.write(fd, struct.pack("<IQ", 3, 0) + b"abc")
        except OSError: pass
def odd_error():
    class Odd(Exception):
        def __str__(self): raise KeyError
    raise Odd
def detached(x): return x.detach()
def counting():
    global calls
    calls = globals().get("calls", 0) + 1
    return calls
"""


@pytest.fixture(scope="module", params=["fork", "spawn"])
def workers(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("a fork is not safe here")
    launcher = launch.start(LIMITS, request.param)
    yield launcher
    launcher.close()


@pytest.fixture(scope="module")
def client(workers: Launcher) -> Iterator[Client]:
    made = Client(workers, Program("submission", "sub.py", HOSTILE), LIMITS)
    yield made
    made.close()


def test_a_call_brings_back_values_and_gradients(client: Client) -> None:
    x = torch.arange(6.0).reshape(2, 3).t()
    reply = client.call("answer", (x,), {}, cotangent=torch.ones(3, 2))
    assert reply.kind == "ok"
    assert torch.equal(reply.output, x + 1)
    assert torch.equal(reply.gradients[0], torch.ones(3, 2))
    assert torch.equal(reply.inputs[0], x)


def test_a_detached_output_has_no_gradient(client: Client) -> None:
    reply = client.call("detached", (torch.ones(2),), {}, cotangent=torch.ones(2))
    assert reply.gradients == {0: None}


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("loop", "timeout"),
        ("sleep", "timeout"),
        ("stubborn", "timeout"),
        ("leave", "exited"),
        ("quit", "raised"),
        ("segfault", "crashed"),
        ("abort", "crashed"),
        ("torch_memory", "memory"),
        ("python_memory", "memory"),
        ("close", "closed"),
        ("flood", "printed"),
        ("huge", "oversize"),
        ("recurse", "raised"),
        ("garbage", "oversize"),
        ("not_json", "malformed"),
        ("odd_error", "raised"),
        ("no_such_name", "missing"),
    ],
)
def test_every_way_to_misbehave_has_a_name_and_the_next_call_works(
    client: Client, function: str, kind: str
) -> None:
    assert client.call(function, (), {}).kind == kind
    assert client.call("answer", (torch.zeros(1),), {}).kind == "ok"


def test_a_dead_worker_leaves_no_process_and_no_descriptor(client: Client) -> None:
    client.call("leave", (), {})
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    for function in ("leave", "segfault", "close", "leave"):
        client.call(function, (), {})
    if sys.platform == "linux":
        assert len(os.listdir("/proc/self/fd")) <= before


def test_a_fresh_worker_remembers_nothing_of_a_dead_one(client: Client) -> None:
    client.load()
    assert client.call("counting", (), {}).output == 1
    assert client.call("counting", (), {}).output == 2
    client.call("leave", (), {})
    assert client.call("counting", (), {}).output == 1


def test_a_worker_never_holds_a_grader_or_a_solution(workers: Launcher) -> None:
    source = (
        "import sys\n"
        "def ours():\n"
        "    ours = ('llmquiz', '_llmquiz', 'pytest')\n"
        "    return sorted(n for n in sys.modules if n.startswith(ours))\n"
        "def environment():\n"
        "    import os\n"
        "    return dict(os.environ)\n"
    )
    client = Client(workers, Program("submission", "sub.py", source), LIMITS)
    names = client.call("ours", (), {}).output
    assert all(name == "llmquiz" or name.startswith("llmquiz.sandbox") for name in names), names
    assert "SECRET_OF_THE_JUDGE" not in client.call("environment", (), {}).output
    client.close()


def test_the_environment_of_the_judge_stays_with_the_judge(monkeypatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_JUDGE", "1")
    assert "SECRET_OF_THE_JUDGE" not in launch._environment()


@pytest.mark.parametrize("name", ["APPDATA", "PYTHONUSERBASE"])
def test_a_worker_finds_what_pip_has_installed_for_this_user_alone(monkeypatch, name: str) -> None:
    monkeypatch.setenv(name, "there")
    assert launch._environment()[name] == "there"


def test_a_worker_sees_no_gpu_whatever_the_judge_is_told(monkeypatch) -> None:
    """torch starts a thread for each GPU in sight, and then no worker can be forked safely."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert launch._environment()["CUDA_VISIBLE_DEVICES"] == "-1"


def test_right_code_that_takes_many_short_steps_is_not_timed_out(client: Client) -> None:
    """The CPU limit is one of each call, not of the whole submission."""
    client.load()
    start = time.process_time()
    for _ in range(300):
        assert client.call("answer", (torch.zeros(300, 300),), {}).kind == "ok"
    assert time.process_time() > start


def test_a_zygote_that_cannot_start_is_the_sandboxs_fault(monkeypatch) -> None:
    monkeypatch.setattr(
        launch, "_command", lambda *a: [sys.executable, "-c", "import nothing_here"]
    )
    broken = launch.start(LIMITS)
    with pytest.raises(SandboxBroken, match="nothing_here" if sys.platform == "linux" else ""):
        broken.launch()
    broken.close()


def _zygote_with_a_thread(monkeypatch, name: str) -> Launcher:
    code = (
        "import ctypes, sys, threading\n"
        "def run():\n"
        f"    ctypes.CDLL(None).prctl(15, {name.encode()!r}, 0, 0, 0)\n"  # PR_SET_NAME
        "    named.set()\n"
        "    threading.Event().wait()\n"
        "named = threading.Event()\n"
        "threading.Thread(target=run, daemon=True).start()\n"
        "named.wait()\n"
        "from llmquiz.sandbox import child\n"
        "child.main(sys.argv[1:])\n"
    )
    monkeypatch.setattr(launch, "_command", lambda *a: [sys.executable, "-c", code, *a])
    monkeypatch.setattr(launch, "RESTARTS", 0)
    return launch.start(LIMITS, layers=())


@pytest.mark.skipif(sys.platform != "linux", reason="the zygote is Linux's")
def test_a_zygote_with_a_thread_forks_no_worker_and_names_it(monkeypatch) -> None:
    broken = _zygote_with_a_thread(monkeypatch, "pool")
    with pytest.raises(SandboxBroken, match=r"a library started threads: pool$"):
        broken.launch()
    broken.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the zygote is Linux's")
def test_a_thread_of_the_driver_of_a_gpu_keeps_no_worker_from_starting(monkeypatch) -> None:
    workers = _zygote_with_a_thread(monkeypatch, "cuda00001800007")
    client = Client(workers, Program("submission", "sub.py", "def one(): return 1\n"), LIMITS)
    assert client.call("one", (), {}).output == 1
    client.close()
    workers.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the zygote is Linux's")
def test_a_killed_judge_leaves_no_process_behind(tmp_path: Path) -> None:
    """The zygote and a worker in an endless loop end when the judge is killed."""
    import signal
    import subprocess

    script = tmp_path / "judge.py"
    script.write_text(
        "import os\n"
        "from llmquiz.sandbox import launch, limits, client\n"
        "limits = limits.Limits(cpu_seconds=60, wall_seconds=60.0)\n"
        "launcher = launch.start(limits)\n"
        "source = 'def loop():\\n    print(1)\\n    while True: pass'\n"
        "c = client.Client(launcher, client.Program('s', 's.py', source), limits)\n"
        "c.load()\n"
        "print('loaded', flush=True)\n"
        "c.call('loop', (), {})\n"
    )
    judge = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    judge.stdout.readline()
    pids = descendants(judge.pid)
    assert len(pids) >= 2  # the zygote and the worker at least
    judge.send_signal(signal.SIGKILL)
    judge.wait()
    judge.stdout.close()
    for _ in range(500):
        left = [pid for pid in pids if runs(pid)]
        if not left:
            return
        time.sleep(0.02)
    pytest.fail(f"still running: {left}")


@pytest.fixture(params=[frames.PipeChannel, frames.ThreadChannel])
def channel(request: pytest.FixtureRequest) -> Iterator[tuple[frames.Channel, int, int]]:
    """A judge's channel, and the descriptors of the other side: to read and to write."""
    (their_read, write_fd), (read_fd, their_write) = os.pipe(), os.pipe()
    made = request.param(read_fd, write_fd)
    yield made, their_read, their_write
    for fd in (their_read, their_write):
        with contextlib.suppress(OSError):
            os.close(fd)
    made.close()


def test_a_frame_arrives_whole(channel: tuple[frames.Channel, int, int]) -> None:
    made, _, their_write = channel
    frames.write_frame(their_write, {"a": 1}, b"body")
    assert frames.receive_frame(made, time.monotonic() + 5, 100, 100) == ({"a": 1}, b"body")


def test_a_peer_that_never_reads_times_the_sender_out(
    channel: tuple[frames.Channel, int, int],
) -> None:
    made, _, _ = channel
    with pytest.raises(frames.TimedOut):
        made.send(b"x" * (8 << 20), time.monotonic() + 0.1)


def test_a_slow_drip_times_out(channel: tuple[frames.Channel, int, int]) -> None:
    made, _, their_write = channel
    os.write(their_write, frames.pack({"a": 1})[:-1])
    with pytest.raises(frames.TimedOut):
        frames.receive_frame(made, time.monotonic() + 0.1, 100, 100)


def test_a_closed_pipe_is_closed(channel: tuple[frames.Channel, int, int]) -> None:
    made, _, their_write = channel
    os.close(their_write)
    for _ in range(2):
        with pytest.raises(frames.Closed):
            made.receive(1, time.monotonic() + 5)


def test_nothing_is_sent_to_a_reader_that_is_gone(channel: tuple[frames.Channel, int, int]) -> None:
    made, their_read, _ = channel
    os.close(their_read)
    for _ in range(2):
        with pytest.raises(frames.Closed):
            made.send(b"x", time.monotonic() + 5)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (frames.PREFIX.pack(1000, 0), frames.Oversize),
        (frames.PREFIX.pack(0, 1 << 60), frames.Oversize),
        (frames.PREFIX.pack(3, 0) + b"[1]", frames.Malformed),
        (frames.PREFIX.pack(2, 0) + b"{x", frames.Malformed),
        (frames.PREFIX.pack(90, 0) + b"[" * 90, frames.Malformed),
    ],
)
def test_a_forged_frame_is_refused(
    channel: tuple[frames.Channel, int, int], data: bytes, error: type[Exception]
) -> None:
    made, _, their_write = channel
    os.write(their_write, data)
    with pytest.raises(error):
        frames.receive_frame(made, time.monotonic() + 5, 100, 100)


def test_honest_noise_is_kept_apart_from_the_answer(grade: Callable, tmp_path: Path) -> None:
    """Prints, warnings and C-level output do not cost a point."""
    from llmquiz import catalog

    noisy = (
        catalog.find("attention")
        .solution.read_text(encoding="utf-8")
        .replace(
            "    if scale is None:\n",
            "    import os, sys, warnings\n"
            "    print('hello'); print('oops', file=sys.stderr); warnings.warn('careful')\n"
            "    os.write(1, b'raw'); os.write(2, b'raw'); os.system('echo from a shell')\n"
            "    if scale is None:\n",
            1,
        )
    )
    report = grade("attention", noisy)
    assert report.status == "PASS"
