"""What students get: stubs, and llmquiz as a wheel without solutions, graders and questions."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from llmquiz import __version__, catalog
from llmquiz.catalog import Exercise
from llmquiz.errors import UsageProblem
from llmquiz.statement import stub_text

PACKAGE = Path(__file__).resolve().parents[1]
LEFT_OUT = ("_content", "__pycache__", "dev")  # folders of the package
TAG = "py3-none-any"
STAMP = (2020, 1, 1, 0, 0, 0)  # the same kit twice is the same file


def make(target: Path, names: Sequence[str], lang: str) -> list[Path]:
    """Write a folder, or one zip file where the name ends so. Raises UsageProblem."""
    chosen = [catalog.find(name) for name in dict.fromkeys(names)] or list(catalog.exercises())
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageProblem("kit_exists", path=target)
    files = dict(_files(chosen, lang))
    try:
        if target.suffix == ".zip":
            target.write_bytes(
                _zip((f"{target.stem}/{name}", data) for name, data in files.items())
            )
            return [target]
        for name, data in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise UsageProblem("not_writable", path=target, error=error.strerror) from error
    return [target / name for name in files]


def _files(exercises: Sequence[Exercise], lang: str) -> Iterator[tuple[str, bytes]]:
    wheel = f"llmquiz-{_version()}-{TAG}.whl"
    readme = CHINESE if lang == "zh" else ENGLISH
    yield "README.md", readme.replace("WHEEL", wheel).encode()
    for exercise in exercises:
        yield f"exercises/{exercise.name}.py", stub_text(exercise, lang).encode()
    yield ".llmquiz/language", lang.encode()
    yield wheel, _wheel(exercises)


def _version() -> str:
    return f"{__version__}+students"


def _wheel(exercises: Sequence[Exercise]) -> bytes:
    """A wheel of the program with the stubs of these exercises."""
    info = f"llmquiz-{_version()}.dist-info"
    files: dict[str, bytes] = {}
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.is_file() and not set(inside.parts) & set(LEFT_OUT) and path.suffix != ".pyc":
            files[f"llmquiz/{inside.as_posix()}"] = path.read_bytes()
    for exercise in exercises:
        for path in (exercise.stub, exercise.stub.with_suffix(".toml")):
            files[f"llmquiz/_content/exercises/{path.name}"] = path.read_bytes()
    facts = importlib.metadata.distribution("llmquiz")
    needs = [line for line in facts.requires or [] if "extra ==" not in line]
    metadata = [
        "Metadata-Version: 2.1",
        "Name: llmquiz",
        f"Version: {_version()}",
        "Summary: The public part of llmquiz's exercises",
        f"Requires-Python: {facts.metadata['Requires-Python']}",
        *(f"Requires-Dist: {line}" for line in needs),
    ]
    files[f"{info}/METADATA"] = "\n".join([*metadata, ""]).encode()
    wheel = ["Wheel-Version: 1.0", "Generator: llmquiz", "Root-Is-Purelib: true", f"Tag: {TAG}", ""]
    files[f"{info}/WHEEL"] = "\n".join(wheel).encode()
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\nllmquiz = llmquiz.cli:main\n"
    record = [f"{name},{_digest(data)},{len(data)}" for name, data in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    return _zip(files.items())


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


ENGLISH = """# Exercises to check at home

    python -m pip install WHEEL

PyTorch comes with it; on Linux `pip install torch --index-url https://download.pytorch.org/whl/cpu`
first spares you gigabytes. Then, in this folder:

    llmquiz show attention      the statement
    llmquiz check attention     the public part: the statement's examples and some shapes

Your course's notebooks call the same check. It knows no hidden test: passing here is not yet the
grade, which your instructor's tests give.
"""

CHINESE = """# 在自己电脑上自查的练习

    python -m pip install WHEEL

会一并安装 PyTorch；在 Linux 上先运行 `pip install torch --index-url
https://download.pytorch.org/whl/cpu` 可以少下载几个 GB。然后在本目录中：

    llmquiz show attention      查看题目
    llmquiz check attention     公开部分：题目中的示例和一些形状

课程的 notebook 里用的是同一个检查。其中没有隐藏测试：在这里通过不等于拿到分数，成绩
由老师的测试决定。
"""
