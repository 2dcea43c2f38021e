"""Judges, readers and printers as others build them, each without one of our protections.

They show that the attacks on these protections really win where the protection is missing. All of
them run in throw-away processes that this module forks: `Naive` is the parent's side.

in_process  runs the submission beside the reference and the tests, and believes the verdict that
            comes out on stdout, or an exit code of 0
pickling    lets a child do the same, and unpickles what the child sends
trusting    speaks our own frames, and believes their lengths, types and claims
reader      opens what it is given, parses it, and runs shell lines of notebooks
folder      runs Python and pytest in the folder of the submission
printer     prints what it is told
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib.util
import inspect
import json
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import time
import tokenize
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CUT = 64 << 20  # bytes of output, after which a judge would have been flooded
PATIENCE = 1.5  # seconds; a judge that still waits then has no deadline
MEMORY = 768 << 20  # more than the judge has; what needs more would exhaust it


@dataclass(frozen=True)
class Verdict:
    """What became of a naive judge."""

    points: int  # that it gives
    output: str  # that it printed, the errors of the submission in it
    told: bool  # whether it came to a verdict
    code: int  # its exit code
    hung: bool = False
    flooded: bool = False


class Naive:
    """A process with torch and the reference loaded, which forks a judge for each submission."""

    def __init__(self, solution: Path, hidden: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(solution), str(hidden)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def judge(self, kind: str, path: Path, second: Path | None = None) -> Verdict:
        """Let a naive judge have a submission, and a second one after it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"kind": kind, "path": str(path), "second": second and str(second)}
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return Verdict(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait(timeout=30)


def in_process(source: str) -> int:
    """The points that a judge gives which runs the submission in its own process."""
    return _alone("in_process", source)


def pickling(source: str) -> int:
    """The points that a judge gives which unpickles what a child sends."""
    return _alone("pickling", source)


def _alone(kind: str, source: str) -> int:
    import tempfile

    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "attention.py"
        path.write_text(source, encoding="utf-8")
        naive = Naive(root / "solutions" / "attention.py", path, dict(os.environ))
        try:
            return naive.judge(kind, path).points
        finally:
            naive.close()


# From here on: the process that forks, and the judges.

reference: Any = None


def serve(solution: Path, hidden: Path) -> None:
    """Fork a judge for each line on stdin, and write its verdict as a line on stdout."""
    global reference  # noqa: PLW0603 - as in a notebook
    import torch

    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location("reference_solution", solution)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    sys.modules["reference_solution"] = reference
    spec.loader.exec_module(reference)
    for line in sys.stdin:
        request = json.loads(line)
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become_a_judge(request, writing, hidden)
        os.close(writing)
        patience = 60.0 if request["kind"] == "folder" else PATIENCE
        verdict = _watch(pid, reading, patience)
        os.close(reading)
        sys.stdout.write(json.dumps(verdict) + "\n")
        sys.stdout.flush()


def _watch(pid: int, reading: int, patience: float) -> dict[str, Any]:
    """Read what a judge prints, until it ends or until it is clear that it does not."""
    output, end = bytearray(), time.monotonic() + 60
    hung = flooded = False
    while True:
        ready, _, _ = select.select([reading], [], [], max(end - time.monotonic(), 0))
        if not ready:
            hung = True
            break
        part = os.read(reading, 1 << 20)
        if not part:
            break
        if not output:  # it has started: only now its time runs
            end = time.monotonic() + patience
        output += part
        if len(output) > CUT:
            flooded = True
            break
    with contextlib.suppress(ProcessLookupError):  # the judge and what it started
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    text = bytes(output[: 1 << 20]).decode(errors="surrogateescape").removeprefix("started\n")
    points, told = _verdict(text)
    ended = not hung and not flooded
    code = os.waitstatus_to_exitcode(status) if ended else 0
    if not told and ended and code == 0:
        points = 37  # no failure was reported
    return {
        "points": points, "output": text, "told": told, "code": code,
        "hung": hung, "flooded": flooded,
    }  # fmt: skip


def _verdict(text: str) -> tuple[int, bool]:
    for line in reversed(text.splitlines()):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return int(json.loads(line)["points"]), True
    return 0, False


def _become_a_judge(request: dict[str, Any], writing: int, hidden: Path) -> None:
    os.setpgid(0, 0)
    os.dup2(writing, 1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    # A judge has a log, a gradebook or a result file open; ours has the hidden file.
    os.dup2(os.open(hidden, os.O_RDONLY), 3)
    os.closerange(4, 256)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * 4096
    most = used + (3 << 30 if request["kind"] == "in_process" else MEMORY)
    if request["kind"] != "folder":
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    print("started", flush=True)
    code = 0
    try:
        paths = [Path(path) for path in (request["path"], request["second"]) if path]
        {
            "in_process": _in_process, "pickling": _pickling, "trusting": _trusting,
            "reader": _reader, "folder": _folder, "printer": _printer,
        }[request["kind"]](paths)  # fmt: skip
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:  # the judge crashed
        code = 70
        with contextlib.suppress(BaseException):
            print(f"the judge crashed: {type(error).__name__}", flush=True)
    with contextlib.suppress(BaseException):  # as at the end of an interpreter
        gc.collect()
        atexit._run_exitfuncs()
    os._exit(code)


def _in_process(paths: list[Path]) -> None:
    for path in paths:
        _judge(path.read_text(encoding="utf-8"))


def _judge(source: str) -> None:
    points = 0
    namespace: dict[str, Any] = {"__name__": "submission"}
    try:
        exec(compile(source, "submission.py", "exec"), namespace)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", flush=True)
    for test in (_scores, _weights, _attention):
        try:
            earned = test(namespace)
            points += earned
        except Exception as error:
            print(f"{type(error).__name__}: {error}", flush=True)
    print(json.dumps({"points": points}), flush=True)


def close(got: Any, expected: Any) -> bool:
    import torch

    return torch.allclose(got, expected, atol=1e-4)


def _scores(submission: dict[str, Any]) -> int:
    import torch

    query, key = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8)
    got = submission["attention_scores"](query, key)
    expected = reference.attention_scores(query, key)
    return 1 if close(got, expected) else 0


def _weights(submission: dict[str, Any]) -> int:
    import torch

    scores = torch.randn(2, 3, 5, 7)
    expected = reference.masked_softmax(scores)
    got = submission["masked_softmax"](scores)
    return 0 if (got - expected).abs().max() > 1e-4 else 1


def _attention(submission: dict[str, Any]) -> int:
    import torch

    query, key, value = torch.randn(2, 5, 8), torch.randn(2, 7, 8), torch.randn(2, 7, 6)
    got = submission["scaled_dot_product_attention"](query, key, value)
    expected = reference.scaled_dot_product_attention(query, key, value)
    pairs = zip(got.flatten().tolist(), expected.flatten().tolist(), strict=False)
    return 1 if got.shape == expected.shape and all(abs(a - b) < 1e-4 for a, b in pairs) else 0


def _child(work: Any) -> int:
    """Run in a child that has nothing but a pipe to us; the descriptor to read from."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 3)
        os.closerange(4, 256)
        os.dup2(0, 1)
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        with contextlib.suppress(Exception):
            work(3)
        os._exit(0)
    os.close(writing)
    return reading


def _pickling(paths: list[Path]) -> None:
    source = paths[0].read_text(encoding="utf-8")

    def work(fd: int) -> None:
        namespace: dict[str, Any] = {"__name__": "submission"}
        exec(compile(source, "submission.py", "exec"), namespace)
        points, outputs = 0, []
        import torch

        if "attention_scores" in namespace:
            outputs.append(namespace["attention_scores"](torch.randn(2, 8), torch.randn(3, 8)))
        for test in (_scores, _weights, _attention):
            with contextlib.suppress(Exception):
                points += test(namespace)
        data = memoryview(pickle.dumps({"points": points, "outputs": outputs}))
        while data:
            data = data[os.write(fd, data) :]

    reading, data = _child(work), bytearray()
    while part := os.read(reading, 1 << 20):
        data += part
        if len(data) > CUT:
            raise MemoryError("flooded")
    result = pickle.loads(data)
    for output in result.get("outputs", ()):
        if hasattr(output, "contiguous"):
            output.contiguous()
    print(json.dumps({"points": result["points"]}), flush=True)


def write_frame(fd: int, header: dict[str, Any], body: bytes = b"") -> None:
    """What the trusting judge's child answers with."""
    from llmquiz.sandbox.frames import pack

    data = memoryview(pack(header, body))
    while data:
        data = data[os.write(fd, data) :]


def _trusting(paths: list[Path]) -> None:
    source = paths[0].read_text(encoding="utf-8")

    def work(fd: int) -> None:
        namespace: dict[str, Any] = {"__name__": "submission"}
        exec(compile(source, "submission.py", "exec"), namespace)
        import torch

        reply: dict[str, Any] = {"kind": "reply", "refused": [], "points": 0}
        if "attention_scores" in namespace:
            _node(namespace["attention_scores"](torch.randn(2, 8), torch.randn(3, 8)))
        write_frame(fd, reply)

    reading = _child(work)
    printed = ""
    while True:
        header, body = _trusted_frame(reading)
        if header["kind"] == "printed":
            printed += header["text"]
            continue
        _believe(header, body)
        print(json.dumps({"points": header.get("points", 0)}), flush=True)
        return


def _node(value: Any) -> Any:
    return ["list", *(_node(item) for item in value)] if isinstance(value, list) else value


def _believe(header: dict[str, Any], body: bytes) -> None:
    """Use the fields of a reply as if they could not be anything else."""
    from safetensors.torch import load

    if header["refused"]:
        print(f"refused: {header['refused'][0]}")
    if "error" in header:
        import linecache

        error = header["error"]
        print(error["message"].format(**error), ", ".join(error["bases"]))
        for path, line, function in error["frames"]:
            print(f"{path}:{line} in {function}: {linecache.getline(path, line)}", flush=True)
        return
    tensors = load(body) if body else {}
    for tensor in tensors.values():
        tensor.double()
    for field in ("output", "inputs", "values", "gradients"):
        _use(_decode(header.get(field), tensors))


def _decode(node: Any, tensors: dict[str, Any]) -> Any:
    import torch

    if not isinstance(node, list):
        return node
    kind, *items = node
    if kind == "tensor":
        return tensors[str(items[0])]
    if kind == "strided":
        return torch.as_strided(tensors[str(items[0])], *items[1:])
    if kind == "dict":
        return {_decode(key, tensors): _decode(value, tensors) for key, value in items}
    return [_decode(item, tensors) for item in items]


def _use(value: Any) -> None:
    for part in value if isinstance(value, list) else [value]:
        if hasattr(part, "contiguous"):
            (part * 2).contiguous()
        elif isinstance(part, dict):
            {int(key): int(item) for key, item in part.items()}


def _trusted_frame(fd: int) -> tuple[dict[str, Any], bytes]:
    import struct

    header_length, body_length = struct.unpack("<IQ", _exactly(fd, 12))
    return json.loads(_exactly(fd, header_length)), _exactly(fd, body_length)


def _exactly(fd: int, count: int) -> bytes:
    data = bytearray(count)  # all that it says
    view, at = memoryview(data), 0
    while at < count:
        got = os.readv(fd, [view[at:]])
        if not got:
            raise EOFError
        at += got
    return bytes(data)


def _reader(paths: list[Path]) -> None:
    """Read a submission as a script would, and grade it in this process."""
    import ast

    path = paths[0]
    if path.suffix == ".ipynb":
        notebook = json.loads(path.read_text(encoding="utf-8"))
        source, score = "", notebook.get("metadata", {}).get("nbgrader", {}).get("score", 0)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                source += _cell("".join(cell["source"]))
                for output in cell.get("outputs", ()):
                    print(output)
                for line in source.splitlines():
                    print(line, flush=True)
        if score:
            print(json.dumps({"points": score}), flush=True)
            return
    else:
        with tokenize.open(path) as file:
            source = file.read()
    try:
        ast.parse(source)
    except SyntaxError as error:
        print(f"{error.text}: {error}", flush=True)
    _judge(source)


def _cell(source: str) -> str:
    """A cell as IPython would run it."""
    if source.startswith("%%bash"):
        subprocess.run(["/bin/sh", "-c", source.partition("\n")[2]], check=False)
        return ""
    kept = []
    for line in source.splitlines():
        if line.startswith("!"):
            subprocess.run(["/bin/sh", "-c", line[1:]], check=False)
        elif not line.startswith("%"):
            kept.append(line)
    return "\n".join(kept) + "\n"


def _folder(paths: list[Path]) -> None:
    folder = str(paths[0].parent)
    environment = os.environ | {"PYTHONPATH": folder, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for command in ([str(paths[0])], ["-m", "pytest", "-q", "-pno:cacheprovider", folder]):
        subprocess.run(
            [sys.executable, *command],
            cwd=folder, env=environment, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        os.write(1, b"\n")  # still at it


def _printer(paths: list[Path]) -> None:
    import torch

    path = paths[0]
    print(f"grading {path}")
    namespace: dict[str, Any] = {"__name__": "submission"}
    query = torch.randn(2, 8)
    for act in (
        lambda: exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace),
        lambda: print(inspect.signature(namespace["attention_scores"])),
        lambda: print(type(namespace["attention_scores"](query, query))),
    ):
        try:
            act()
        except Exception as error:
            print("".join(traceback.format_exception(error)))
            print(f"{type(error).__name__}: {error}".format(), flush=True)
    sys.stdout.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
