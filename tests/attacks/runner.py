"""Runs the attack corpus against the real grader, at each level of the sandbox, and without.

    attacks()                       the corpus, read from the headers of the files
    attempt(attack, protections)    one attack, with these protections only
    run(level, user)                the whole corpus at a level, in a process of its own
    table()                         what docs/security.md shows

An attack wins by what its header says, and also by anything else that must not be: a mark, a
process that lives on, a judge that raises, an escape sequence in the report, a changed file.

`python tests/attacks/runner.py LEVEL [NAME...]` is the process that `run` starts: one line of JSON
for each attack. LEVEL is bare, naive, isolated, confined, no-open, or layers joined by +.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import json
import os
import pwd
import re
import resource
import select
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NOISY = HERE.parent / "noisy"
CLASSES = ("reading", "forging", "dying", "exhausting", "reaching", "staying", "confusing")
LAYERS = frozenset({"bubblewrap", "identity", "landlock", "seccomp", "limits", "descriptors"})
ALWAYS = frozenset({"separation", "protocol", "deadline", "reading", "rendering"})
WINS = frozenset({"raise", "mark", "points", "outlives", "state", "judge", "death"})
TYPED = frozenset(
    {
        "raised", "timeout", "crashed", "exited", "closed", "malformed", "printed", "memory",
        "oversize", "refused", "missing", "arity",
    }
)  # fmt: skip
LEVELS: dict[str, frozenset[str] | None] = {
    "bare": frozenset(),
    "isolated": None,
    "confined": LAYERS - {"bubblewrap"},
    "no-open": LAYERS - {"bubblewrap", "landlock"},
}
MEMORY = 512 << 20  # bytes that the judge may need for one submission
JUDGE_CPU = 20.0  # seconds of the judge for one submission; an honest one takes 0.4
WATCHDOG = 60.0  # seconds without a line from the process, after which its judge hangs
SECRET = "SECRET-OF-THE-INSTRUCTOR-7f3a9c"
FORGED = re.compile(r"^\s{0,3}attention +FORGED")
RIGHT_WEIGHTS = """\
import torch


def masked_softmax(scores, mask=None):
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is None:
        return wide.softmax(dim=-1).to(scores.dtype)
    weights = wide.masked_fill(~mask, float("-inf")).softmax(dim=-1)
    return weights.masked_fill(~mask, 0.0).to(scores.dtype)

"""


@dataclass(frozen=True)
class Attack:
    """One file of the corpus."""

    path: Path
    tries: str
    stopped_by: frozenset[str]
    wins: frozenset[str]
    needs: str = ""  # of the machine, to win at all
    naive: str = "in_process"  # which judge shows that it wins without our protection
    deserves: int = 0  # points of what is right in it
    wall: float = 20.0  # seconds that it gets; less where it only waits
    breaks: bool = False  # the zygote, where it wins
    residual: str = ""  # why it is known to win at every level

    @property
    def name(self) -> str:
        """class/name."""
        path = self.path.parent if self.path.name == "make.py" else self.path.with_suffix("")
        return path.relative_to(HERE).as_posix()

    @property
    def kind(self) -> str:
        """Its class."""
        return self.name.partition("/")[0]

    @property
    def second(self) -> Path | None:
        """The submission that looks for what this one left."""
        path = self.path.with_name(f"{self.path.stem}.second.py")
        return path if path.exists() else None

    @property
    def is_naive(self) -> bool:
        """Whether a judge without our protection, not a process without layers, shows its win."""
        return bool(self.stopped_by & ALWAYS)


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    won: bool
    evidence: str = ""
    report: Any = None


def attacks(names: Iterable[str] = ()) -> list[Attack]:
    """The corpus, or the attacks of these names (or classes)."""
    paths = [
        path
        for kind in CLASSES
        for pattern in ("*.py", "*/make.py")
        for path in sorted((HERE / kind).glob(pattern))
    ]
    found = [_read(path) for path in paths if not path.name.endswith(".second.py")]
    wanted = set(names)
    return [a for a in found if not wanted or a.name in wanted or a.kind in wanted]


def _read(path: Path) -> Attack:
    header: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"# ([a-z-]+): (.+)", line)
        if match is None:
            break
        header[match[1]] = match[2]
    known = {name.replace("_", "-") for name in Attack.__dataclass_fields__}
    if header.keys() - known or not {"tries", "stopped-by", "wins"} <= header.keys():
        raise ValueError(f"{path}: its header has {sorted(header)}")
    stopped_by = frozenset(part.strip() for part in header["stopped-by"].split(","))
    wins = frozenset(part.strip() for part in header["wins"].split(","))
    if stopped_by - LAYERS - ALWAYS or wins - WINS:
        raise ValueError(f"{path}: {stopped_by}, {wins}")
    return Attack(
        path,
        header["tries"],
        stopped_by,
        wins,
        header.get("needs", ""),
        header.get("naive", "in_process"),
        int(header.get("deserves", "0")),
        float(header.get("wall", "20")),
        "breaks" in header,
        header.get("residual", ""),
    )


class Stage:
    """What an attack finds around it: secrets, other submissions, services, a process."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="llmquiz-attacks-", dir="/tmp"))
        self.root.chmod(0o755)
        self.token = f"left-{os.getpid()}-{self.root.name[-8:]}"
        for name, mode in (("secret", 0o755), ("marks", 0o1777), ("other", 0o755), ("work", 0o755)):
            (self.root / name).mkdir()
            (self.root / name).chmod(mode)
        self.hidden = self._write("secret/hidden.txt", f"{SECRET} is here\n")
        self._write("secret/secret_module.py", f"SECRET = {SECRET!r}\n")
        self.solution = ROOT / "solutions/attention.py"
        self.grader = ROOT / "graders/test_attention.py"
        self.other = self._write("other/attention.py", self.solution.read_text(encoding="utf-8"))
        self.canary = _canary()
        self._listen()
        self.reset()

    def reset(self) -> None:
        """As before any attack."""
        for path in (self.root / "marks").iterdir():
            _remove(path)
        for path in (self.root / "work").iterdir():
            _remove(path)
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            _remove(Path(folder) / self.token)
        (self.root / "secret/moved.txt").unlink(missing_ok=True)
        self._write("secret/spare.txt", "spare\n")
        self.hidden.chmod(0o644)
        os.utime(self.hidden, (1e9, 1e9))
        self.heard.clear()
        if self.canary.poll() is not None:
            self.canary = _canary()

    def harmed(self) -> str:
        """What an attack did to the world outside, or nothing."""
        if marks := sorted(path.name for path in (self.root / "marks").iterdir()):
            return f"left {marks}"
        if self.heard:
            return f"reached {self.heard[0]}"
        if self.canary.poll() is not None:
            return "ended another process"
        if self.hidden.stat().st_mtime != 1e9 or SECRET not in self.hidden.read_text():
            return "changed a hidden file"
        if not (self.root / "secret/spare.txt").exists():
            return "removed a file"
        return ""

    def fill(self, text: str) -> str:
        """A submission's text with the placeholders filled in."""
        values = {
            "HIDDEN": self.hidden,
            "SECRET_DIR": self.hidden.parent,
            "SOLUTION": self.solution,
            "GRADER": self.grader,
            "OTHER": self.other,
            "MARK": self.root / "marks/mark",
            "MARKS": self.root / "marks",
            "TOKEN": self.token,
            "JUDGE_PID": os.getpid(),
            "CANARY_PID": self.canary.pid,
            "PORT": self.port,
            "UDP_PORT": self.udp_port,
            "UNIX": self.root / "socket",
            "ABSTRACT": self.token,
            "RIGHT_WEIGHTS": RIGHT_WEIGHTS,
        }
        return re.sub(r"@([A-Z_]+)@", lambda match: str(values[match[1]]), text)

    def submission(self, attack: Attack, second: bool = False) -> Path:
        """The attack as a file of a learner."""
        folder = self.root / "work" / ("second" if second else "first")
        folder.mkdir()
        path = folder / "attention.py"
        if second:
            assert attack.second is not None
            path.write_text(self.fill(attack.second.read_text(encoding="utf-8")), encoding="utf-8")
        elif attack.path.name == "make.py":
            made: Path = _load(attack.path).make(folder, self.fill)
            return made
        else:
            source = self.fill(attack.path.read_text(encoding="utf-8"))
            if not re.search(r"^def |exec\(|update\(", source, re.MULTILINE):
                source += "\nraise RuntimeError('held')  # nothing is left to be graded\n"
            path.write_text(source, encoding="utf-8")
        return path

    def close(self) -> None:
        """Take everything away."""
        self.canary.kill()
        self.canary.wait()
        self._stop.set()
        self._thread.join()
        shutil.rmtree(self.root, ignore_errors=True)

    def _write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return path

    def _listen(self) -> None:
        self.heard: list[str] = []
        self._stop = threading.Event()
        tcp = socket.create_server(("127.0.0.1", 0))
        with contextlib.suppress(OSError):
            tcp.setsockopt(socket.IPPROTO_TCP, 23, 5)  # TCP_FASTOPEN
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        self.port, self.udp_port = tcp.getsockname()[1], udp.getsockname()[1]
        sockets = {tcp: "a TCP server", udp: "a UDP server"}
        for kind, address, name in (
            (socket.SOCK_STREAM, str(self.root / "socket"), "a unix socket"),
            (socket.SOCK_DGRAM, f"{self.root}/socket.datagram", "a unix datagram socket"),
            (socket.SOCK_STREAM, f"\0{self.token}", "an abstract socket"),
        ):
            made = socket.socket(socket.AF_UNIX, kind)
            made.bind(address)
            if not address.startswith("\0"):
                Path(address).chmod(0o777)
            if kind == socket.SOCK_STREAM:
                made.listen()
            sockets[made] = name
        self._thread = threading.Thread(target=self._hear, args=(sockets,), daemon=True)
        self._thread.start()

    def _hear(self, sockets: dict[socket.socket, str]) -> None:
        with selectors.DefaultSelector() as selector:
            for each in sockets:
                selector.register(each, selectors.EVENT_READ)
            while not self._stop.is_set():
                for key, _ in selector.select(0.2):
                    heard = key.fileobj
                    assert isinstance(heard, socket.socket)
                    self.heard.append(sockets[heard])
                    with contextlib.suppress(OSError):
                        if heard.type == socket.SOCK_DGRAM:
                            _, sender = heard.recvfrom(65536)
                            if sender:
                                heard.sendto(b"hello", sender)
                        else:
                            heard.accept()[0].close()
        for each in sockets:
            each.close()


def _canary() -> subprocess.Popen[bytes]:
    null = subprocess.DEVNULL
    return subprocess.Popen(["/bin/sleep", "1200"], stdin=null, stdout=null, stderr=null)


class Bench:
    """The real grader with a launcher of chosen layers."""

    def __init__(self, layers: frozenset[str] | None, stage: Stage | None = None) -> None:
        import torch

        from llmquiz.sandbox.limits import Limits

        torch.set_num_threads(1)  # threads that wait for each other crawl on a busy machine
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to us
        self._layers = layers
        self._limits = Limits(cpu_seconds=2, memory_bytes=1 << 30)
        self.stage = stage or Stage()
        self._launcher = self._start()

    def _start(self) -> Any:
        from llmquiz.sandbox.launch import start

        launcher = start(self._limits, layers=self._layers, hidden=_hidden())
        if self._layers is not None and launcher.standing.active - {"no-open"} != self._layers:
            missing = self._layers - launcher.standing.active
            reasons = {name: launcher.standing.reasons.get(name, "") for name in missing}
            launcher.close()
            raise Unavailable(str(reasons))
        return launcher

    @cached_property
    def level(self) -> str:
        """What the sandbox says that it is."""
        return str(self._launcher.standing.level)

    @cached_property
    def active(self) -> frozenset[str]:
        """Which layers the sandbox says that it has."""
        return frozenset(self._launcher.standing.active)

    def attempt(self, attack: Attack) -> Outcome:
        """Grade an attack as any submission, and see whether it won."""
        stage = self.stage
        stage.reset()
        submission = stage.submission(attack)
        before, cpu = _descendants(), time.process_time()
        _reset_peak()
        memory = _peak()
        try:
            outcome = self._grade(attack, submission)
            if stage.harmed():
                outcome = Outcome(True, stage.harmed(), outcome.report)
            elif (grown := _peak() - memory) > MEMORY:
                outcome = Outcome(True, f"the judge needed {grown >> 20} MiB", outcome.report)
            elif (used := time.process_time() - cpu) > JUDGE_CPU:
                outcome = Outcome(True, f"the judge needed {used:.0f} s of CPU", outcome.report)
            left = {pid: what for pid, what in _descendants().items() if pid not in before}
            for pid in _zygote(self._launcher, before):
                left.pop(pid, None)
            left = {pid: what for pid, what in left.items() if what[0] != "Z"}
            if left:
                what = "; ".join(f"{state} {command[:60]}" for state, command in left.values())
                outcome = Outcome(True, f"{len(left)} processes live on: {what}", outcome.report)
            if not outcome.won and attack.second is not None:
                second = self._report(stage.submission(attack, second=True), attack.wall)
                outcome = _raised(second) or outcome
        finally:
            for pid in _descendants().keys() - before.keys() - _zygote(self._launcher, before):
                _kill(pid)
            stage.reset()
        if attack.breaks and outcome.won:
            self._restart()
        return outcome

    def noisy(self, path: Path) -> tuple[int, int, str]:
        """The points, the most points and the first failure of a right but noisy solution."""
        exercise = path.stem.partition("_")[0]
        folder = self.stage.root / "work" / path.stem
        folder.mkdir(exist_ok=True)
        copy = folder / f"{exercise}.py"
        shutil.copy(path, copy)
        report = self._report(copy, 30.0, exercise)
        failures = [report.failure] + [test.failure for test in report.tests]
        return report.points, report.max_points, str(next((f for f in failures if f), ""))

    def close(self) -> None:
        """End the launcher and take the stage away."""
        self._launcher.close()
        self.stage.close()

    def _restart(self) -> None:
        with contextlib.suppress(Exception):
            self._launcher.close()
        self._launcher = self._start()

    def _grade(self, attack: Attack, submission: Path) -> Outcome:
        from llmquiz.errors import UsageProblem
        from llmquiz.words import explain

        try:
            report = self._report(submission, attack.wall)
        except UsageProblem as problem:  # refused before anything of it was run
            sentence = explain(problem, "en")
            return Outcome(bool(trick := tricks(sentence)), trick or sentence)
        except BaseException as error:
            self._restart()
            return Outcome(True, f"the judge raised {type(error).__name__}: {error}"[:300])
        if outcome := _raised(report):
            return outcome
        if report.points > attack.deserves:
            return Outcome(True, f"{report.points} points, deserved {attack.deserves}", report)
        if trick := self._shown(report):
            return Outcome(True, trick, report)
        if "death" in attack.wins and (harm := self._after_death(attack, report)):
            return Outcome(True, harm, report)
        return Outcome(False, _told(report), report)

    def _after_death(self, attack: Attack, report: Any) -> str:
        """What a death took with it, if it took anything."""
        if report.points < attack.deserves:
            return f"{report.points} points, deserved {attack.deserves}: {_told(report)}"
        failures = [report.failure] + [test.failure for test in report.tests if test.failure]
        kinds = {failure.kind for failure in failures if failure is not None}
        if not kinds & TYPED:
            return f"the death has no type: {kinds}"
        if attack.deserves == 0:  # it does not load: the next submission must
            after = self.stage.root / "work/after/attention.py"
            after.parent.mkdir()
            after.write_text(RIGHT_WEIGHTS, encoding="utf-8")
            if self._report(after, 20.0).points != 13:
                return "the next submission was graded wrongly"
        return ""

    def _report(self, path: Path, wall: float, exercise: str = "attention") -> Any:
        from llmquiz import catalog
        from llmquiz.grading.run import grade
        from llmquiz.submission import read

        submissions = [(catalog.find(exercise), read(path, within=self._within(path)))]
        limits = replace(self._limits, wall_seconds=wall)
        return grade(submissions, launcher=_Borrowed(self._launcher), limits=limits, seed=1)[0]

    def _within(self, path: Path) -> Path:
        """The folder that a learner handed in."""
        work = self.stage.root / "work"
        return work / path.relative_to(work).parts[0]

    def _shown(self, report: Any) -> str:
        """What is wrong with the report as it is shown, in every way that it is."""
        from llmquiz.render.text import report_text

        try:
            for lang in ("en", "zh"):
                text = report_text(report, lang, verbose=True)
                text.encode()
                if trick := tricks(text):
                    return f"the report shows {trick}"
                if FORGED.search(_next_step(report, lang)) or tricks(_next_step(report, lang)):
                    return "the line after the report shows escapes"
            # As the command line does: its stdout replaces what cannot be encoded.
            json.dumps(report.document(), ensure_ascii=False).encode(errors="replace")
        except Exception as error:
            return f"the report cannot be shown: {type(error).__name__}: {error}"[:300]
        if SECRET in text:
            return "the report shows a secret"
        return ""


class Unavailable(Exception):
    """A level that this machine does not have."""


class _Borrowed:
    """A launcher that `grade` may close without harm to the next."""

    def __init__(self, launcher: Any) -> None:
        self._launcher = launcher

    def __getattr__(self, name: str) -> Any:
        return getattr(self._launcher, name)

    def close(self) -> None:
        """Leave it open."""


def _hidden() -> tuple[Path, ...]:
    return (ROOT / "solutions", ROOT / "graders", ROOT / "tests")


def _next_step(report: Any, lang: str) -> str:
    """The sentence that the command line prints below a report."""
    from llmquiz.cli import check

    return str(check._next([report], None, Path(report.path), lang))


def _raised(report: Any) -> Outcome | None:
    failures = [report.failure] + [test.failure for test in report.tests]
    for failure in failures:
        message = str(failure.facts.get("message", "")) if failure is not None else ""
        if message.startswith("PWNED"):
            return Outcome(True, message[:300], report)
    return None


def _told(report: Any) -> str:
    failures = [report.failure] + [test.failure for test in report.tests]
    kinds = [f"{f.kind} {f.facts.get('message', '')}".strip() for f in failures if f is not None]
    return f"{report.points} points; {kinds[0] if kinds else 'no failure'}"[:200]


def tricks(text: str) -> str:
    """Characters that steer a terminal, and lines that look like a report's, in a text."""
    for character in text:
        if character != "\n" and unicodedata.category(character)[0] == "C":
            return f"the character {character!a}"
    for line in text.split("\n"):
        if FORGED.match(line):
            return f"the forged line {line!a}"
    return ""


# Processes


def _descendants() -> dict[int, tuple[str, str]]:
    """Our children and theirs: state and command, by pid."""
    found: dict[int, tuple[str, str]] = {}
    grown = [os.getpid()]
    while grown:
        for path in Path(f"/proc/{grown.pop()}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                for pid in map(int, path.read_text().split()):
                    grown.append(pid)
                    found[pid] = (_state(pid), _command(pid))
    return found


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        return stat.rpartition(")")[2].split()[0]
    return "Z"  # it has ended meanwhile


def _zygote(launcher: Any, before: dict[int, tuple[str, str]]) -> set[int]:
    """The launcher's own processes, where it has started them anew since `before`."""
    own: int = launcher._process.pid
    found: set[int] = set()
    grown = set() if own in before else {own}
    while grown:
        found |= grown
        wrappers = {pid for pid in grown if "bwrap" in _command(pid).partition(" ")[0]}
        grown = {pid for pid in _descendants() if _parent(pid) in wrappers} - found
    return found


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        return int(stat.rpartition(")")[2].split()[1])
    return 0


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    return ""


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.005)


def _reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory that this process had since the last reset, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"made_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


# Without our protection


class WithoutUs:
    """The naive judges, for attacks that no layer but the design stops."""

    def __init__(self) -> None:
        self.stage = Stage()
        naive = _load(HERE / "naive.py")
        environment = dict(os.environ) | {"ATTACKS_SECRET": SECRET}
        self._naive = naive.Naive(self.stage.solution, self.stage.hidden, environment)

    def attempt(self, attack: Attack) -> Outcome:
        """Let a naive judge have the attack."""
        stage = self.stage
        stage.reset()
        path = stage.submission(attack)
        second = stage.submission(attack, second=True) if attack.second else None
        verdict = self._naive.judge(attack.naive, path, second)
        marks = [p.name for p in (stage.root / "marks").iterdir()]
        stage.reset()
        crashed = verdict.code == 70 or verdict.code < 0
        signs = {
            "points": verdict.points > 0 and f"{verdict.points} points",
            "raise": "PWNED" in verdict.output and _line(verdict.output, "PWNED"),
            "state": "PWNED" in verdict.output and _line(verdict.output, "PWNED"),
            "mark": marks and f"left {marks}",
            "death": (not verdict.told or verdict.hung) and _end(verdict),
            "judge": ((verdict.hung or verdict.flooded or crashed) and _end(verdict))
            or (SECRET in verdict.output and "the judge shows a secret")
            or tricks(verdict.output.replace("\r", "")),
        }  # fmt: skip
        for sign in sorted(attack.wins):
            if signs.get(sign):
                return Outcome(True, f"{attack.naive}: {signs[sign]}")
        return Outcome(False, f"{attack.naive}: {verdict}"[:400])

    def close(self) -> None:
        """End the judges."""
        self._naive.close()
        self.stage.close()


def _line(text: str, word: str) -> str:
    return next(line for line in text.splitlines() if word in line)[:200]


def _end(verdict: Any) -> str:
    if verdict.flooded:
        return "the judge was flooded"
    return "the judge waits for ever" if verdict.hung else f"the judge ended with {verdict.code}"


# One attack, and all


_benches: dict[Any, Any] = {}


def attempt(attack: Attack, protections: frozenset[str] | None) -> Outcome:
    """One attack with these protections only; None for all. Launchers are kept for the next."""
    key: Any = None if protections is None else protections & LAYERS
    if protections is not None and attack.is_naive and not attack.stopped_by & protections:
        key = "naive"
    if key not in _benches:
        _benches[key] = WithoutUs() if key == "naive" else Bench(key)
    outcome: Outcome = _benches[key].attempt(attack)
    return outcome


def close() -> None:
    """End the launchers that `attempt` keeps."""
    while _benches:
        _benches.popitem()[1].close()


@dataclass(frozen=True)
class Result:
    """The corpus at one level."""

    level: str  # asked for
    standing: str = ""  # what the sandbox says that it is
    active: frozenset[str] = frozenset()
    unavailable: str = ""  # why there is no such level here
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    noisy: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    def won(self) -> dict[str, str]:
        """The attacks that won, with their evidence."""
        return {name: o.evidence for name, o in self.outcomes.items() if o.won}


def run(
    level: str, user: str | None = None, names: Iterable[str] = (), noisy: bool = True
) -> Result:
    """Run attacks at a level in a process of its own, as another user if wanted."""
    wanted = [attack.name for attack in attacks(names)]
    result = Result(level)
    while left := [name for name in wanted if name not in result.outcomes]:
        options = ["--noisy"] if noisy and not result.noisy else []
        command = [sys.executable, "-P", str(HERE / "runner.py"), level, *options, *left]
        with _as_user(user, command) as process:
            for line in _lines(process):
                data = json.loads(line)
                if "attack" in data:
                    result.outcomes[data["attack"]] = Outcome(data["won"], data["evidence"])
                elif "noisy" in data:
                    result.noisy[data["noisy"]] = (data["points"], data["most"], data["failure"])
                elif "unavailable" in data:
                    return replace(result, unavailable=data["unavailable"])
                elif "level" in data:
                    result = replace(
                        result, standing=data["level"], active=frozenset(data["active"])
                    )
        if not result.standing:
            raise RuntimeError(
                f"the runner did not start at level {level} as {user or 'ourselves'}"
            )
        missing = [name for name in left if name not in result.outcomes]
        if missing:  # it died or hangs: the judge of this attack did
            result.outcomes[missing[0]] = Outcome(True, "the judge hung or died")
    return result


def _lines(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Its lines, as long as they come."""
    assert process.stdout is not None
    fd, rest = process.stdout.fileno(), b""
    while select.select([fd], [], [], WATCHDOG)[0]:
        part = os.read(fd, 1 << 16)
        if not part:
            return
        *lines, rest = (rest + part).split(b"\n")
        yield from lines


@contextlib.contextmanager
def _as_user(user: str | None, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "ATTACKS_SECRET": SECRET, "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if user is not None:
        environment["HOME"] = "/"
        entry = pwd.getpwnam(user)
        identity = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        drop = ["setpriv", *identity, "--", *command]
        command = ["unshare", "--mount", "/bin/sh", "-ec", _make_readable(), "sh", *drop]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd="/", env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        assert process.stdout is not None
        process.stdout.close()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _make_readable() -> str:
    """Shell commands after which Python, if it lies in root's home, can be read by all.

    In a mount namespace of its own: an empty folder over root's home, and Python's folder in it.
    """
    base = Path(sys.base_prefix).resolve()
    closed = [path for path in reversed(base.parents) if not path.stat().st_mode & 0o001]
    if not closed:
        return 'exec "$@"'
    return (
        f"spare=$(mktemp -d); mount --bind '{base}' \"$spare\"; "
        f"mount -t tmpfs -o mode=755 tmpfs '{closed[0]}'; mkdir -p '{base}'; "
        f'mount --move "$spare" \'{base}\'; rmdir "$spare"; exec "$@"'
    )


def users() -> list[str | None]:
    """As whom the corpus is run: as we are, and as nobody where we may become it."""
    return [None, "nobody"] if os.geteuid() == 0 and shutil.which("setpriv") else [None]


def worth_trying(level: str, user: str | None, thorough: bool) -> list[str]:
    """The attacks to run at a level: all where it is the strongest here; else, unless thorough,
    those that a layer stops. What reading, protocol and rendering do is the same at each."""
    strongest = "isolated" if shutil.which("bwrap") else "confined"
    everything = thorough or (level == strongest and user is None)
    return [a.name for a in attacks() if everything or a.stopped_by & LAYERS]


def breaches(result: Result) -> dict[str, str]:
    """The attacks that won though something was in force that is said to stop them."""
    in_force = result.active | ALWAYS | ({"landlock"} if "no-open" in result.active else set())
    corpus = {attack.name: attack for attack in attacks()}
    return {
        name: evidence
        for name, evidence in result.won().items()
        if corpus[name].stopped_by & in_force and not corpus[name].residual
    }


def table() -> list[tuple[str, int, int, dict[str, int]]]:
    """Rows for docs/security.md: class, attacks, won without protection, won at each level."""
    corpus = attacks()
    without = run("bare", names=[a.name for a in corpus if not a.is_naive], noisy=False).won()
    without |= run("naive", names=[a.name for a in corpus if a.is_naive], noisy=False).won()
    levels: dict[str, dict[str, str]] = {}
    for level in ("isolated", "confined", "no-open"):
        for user in users():
            result = run(level, user, noisy=False)
            if not result.unavailable:
                levels[f"{level}, {user or 'own user'}"] = result.won()
    return [
        (
            kind,
            sum(a.kind == kind for a in corpus),
            sum(name.startswith(f"{kind}/") for name in without),
            {
                level: sum(name.startswith(f"{kind}/") for name in won)
                for level, won in levels.items()
            },
        )
        for kind in CLASSES
    ]


def _main(arguments: list[str]) -> None:
    """Run attacks at a level; lines of JSON on what was stdout."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that is graded, and no judge, writes between our lines

    def tell(**data: object) -> None:
        out.write(json.dumps(data) + "\n")
        out.flush()

    level, *names = arguments
    noisy = "--noisy" in names
    names = [name for name in names if not name.startswith("--")]
    if level == "naive":
        bench: Any = WithoutUs()
        tell(level="naive", active=[])
    else:
        layers = LEVELS[level] if level in LEVELS else frozenset(level.split("+"))
        try:
            bench = Bench(layers)
        except Unavailable as reason:
            tell(unavailable=str(reason))
            return
        if level in ("isolated", "confined") and bench.level != level:
            tell(unavailable=f"the sandbox is at level {bench.level}: {sorted(bench.active)}")
            bench.close()
            return
        tell(level=bench.level, active=sorted(bench.active))
    try:
        for attack in attacks(names):
            start = time.monotonic()
            outcome = bench.attempt(attack)
            seconds = round(time.monotonic() - start, 2)
            tell(attack=attack.name, won=outcome.won, evidence=outcome.evidence, seconds=seconds)
        if noisy and level != "naive":
            for path in sorted(NOISY.glob("*.py")):
                points, most, failure = bench.noisy(path)
                tell(noisy=path.stem, points=points, most=most, failure=failure)
    finally:
        bench.close()


if __name__ == "__main__":
    _main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(0)
