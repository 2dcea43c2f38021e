"""Thirty and more synthetic submissions: right, wrong in known ways, blank, mangled, hostile.

Each begins as the released notebooks and does to them what some student once did.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Notebook = dict
Notebooks = dict[str, Notebook]
CODE, QUESTIONS = "attention", "questions"
ANSWERS = ("attention_scores", "masked_softmax", "scaled_dot_product_attention")


@dataclass
class Submission:
    """What a student hands in, and what it should get."""

    name: str
    make: Callable[[Notebooks, Path], None]
    code: str | None = None  # a program that gets the same points by `llmquiz check`
    closed: float = 0  # points of closed questions
    flagged: bool = False
    said: str = ""  # in some comment


def all_submissions(  # noqa: C901, PLR0915
    solution: str, choice: str, number: Callable[[str], float]
) -> list[Submission]:
    """The corpus. `choice` is a right letter, `number` a student's right number."""
    made: list[Submission] = []
    parts = functions(solution)
    half = "import torch\nfrom torch import Tensor\n\n\n" + parts["masked_softmax"]

    def submission(**facts: object) -> Callable[[Callable], Callable]:
        def register(make: Callable) -> Callable:
            made.append(Submission(make.__name__, make, **facts))
            return make

        return register

    def solve(books: Notebooks, program: dict[str, str] = parts, who: str = "") -> None:
        for name in ANSWERS:
            if name in program:
                cell(books[CODE], f"attention-answer-{name}")["source"] = program[name]

    def close(books: Notebooks, who: str) -> None:
        for one in books[QUESTIONS]["cells"]:
            grade_id = id_of(one)
            if grade_id == "student-id":
                one["source"] = f'student = "{who}"'
            elif grade_id.endswith("doubled-weight-answer"):
                one["source"] = f'answer = "{choice}"'
            elif grade_id.endswith("offset-checkpoint-answer"):
                one["source"] = f"answer = {number(who)}"
            elif grade_id == "question-norm_weight-answer":
                one["source"] = "It scales every feature. ![see](attachment:lost.png)"

    def write(books: Notebooks, folder: Path) -> None:
        for name, book in books.items():
            (folder / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")

    @submission(code=solution, closed=2)
    def right(books: Notebooks, folder: Path) -> None:
        solve(books)
        close(books, folder.parent.name)
        write(books, folder)

    @submission(code=solution)
    def right_but_noisy(books: Notebooks, folder: Path) -> None:
        noise = (
            "    import sys, warnings\n    print('here', query.shape)\n"
            "    warnings.warn('careful')\n    sys.stderr.write('oh\\n')\n"
        )
        loud = dict(parts)
        head, _, body = parts["attention_scores"].partition(":\n")
        loud["attention_scores"] = f"import sys\n{head}:\n{noise}{body}\nprint('x' * 100)\n"
        solve(books, loud)
        write(books, folder)

    @submission(said="No answer.")
    def blank(books: Notebooks, folder: Path) -> None:
        write(books, folder)

    for name, (old, new) in {
        "wrong_no_scale": ("1 / math.sqrt(query.shape[-1])", "1.0"),
        "wrong_axis": ("-math.inf).softmax(dim=-1)", "-math.inf).softmax(dim=-2)"),
        "wrong_mask_inverted": (".masked_fill(~mask, -math.inf)", ".masked_fill(mask, -math.inf)"),
        "wrong_leaky_mask": ("-math.inf)", "-1e4)"),
    }.items():
        assert old in solution

        def wrong(books: Notebooks, folder: Path, old: str = old, new: str = new) -> None:
            solve(books, functions(solution.replace(old, new)))
            write(books, folder)

        code = solution.replace(old, new)
        made.append(Submission(name, wrong, code))

    @submission(code=half)
    def one_function_only(books: Notebooks, folder: Path) -> None:
        solve(books, {"masked_softmax": parts["masked_softmax"]})
        write(books, folder)

    @submission(code=without(solution, "masked_softmax"), said="had been deleted")
    def deleted_cells(books: Notebooks, folder: Path) -> None:
        solve(books)
        gone = ("attention-answer-masked_softmax", "attention-points-weights", "attention-check")
        drop(books[CODE], gone)
        write(books, folder)

    @submission(code=solution)
    def split_cells(books: Notebooks, folder: Path) -> None:
        solve(books)
        one = cell(books[CODE], "attention-answer-masked_softmax")
        lines = one["source"].splitlines()
        second = copy.deepcopy(one)
        second["id"] = "second"
        second["metadata"] = {}
        one["source"], second["source"] = "\n".join(lines[:3]), "\n".join(lines[3:])
        put_after(books[CODE], one, second)
        third = cell(books[CODE], "attention-answer-attention_scores")
        lines = third["source"].splitlines()
        fourth = copy.deepcopy(third)
        third["source"], fourth["source"] = "\n".join(lines[:2]), "\n".join(lines[2:])
        put_after(books[CODE], third, fourth)
        write(books, folder)

    @submission(code=solution, said="3 times")
    def duplicated_cells(books: Notebooks, folder: Path) -> None:
        stub = copy.deepcopy(cell(books[CODE], "attention-answer-masked_softmax"))
        solve(books)
        one = cell(books[CODE], "attention-answer-masked_softmax")
        put_after(books[CODE], one, stub)
        put_after(books[CODE], one, copy.deepcopy(one))
        write(books, folder)

    @submission(code=solution, said="another order")
    def reordered_cells(books: Notebooks, folder: Path) -> None:
        solve(books)
        books[CODE]["cells"].reverse()
        write(books, folder)

    @submission()
    def metadata_that_claims(books: Notebooks, folder: Path) -> None:
        for one in books[CODE]["cells"]:
            facts = one["metadata"]["nbgrader"]
            facts |= {"points": 1000, "grade": False, "solution": True, "locked": False}
            facts["checksum"] = "0" * 32
            facts["more"] = [1, 2]
        write(books, folder)

    @submission()
    def outputs_that_claim(books: Notebooks, folder: Path) -> None:
        claim = {
            "output_type": "execute_result",
            "execution_count": 1,
            "data": {"text/plain": "14"},
            "metadata": {},
        }
        for one in books[CODE]["cells"]:
            if one["cell_type"] == "code":
                one["outputs"] = [claim]
                one["source"] = "10" if "points" in id_of(one) else one["source"]
        write(books, folder)

    @submission(code=solution, flagged=True, said="lost their ids")
    def ids_lost(books: Notebooks, folder: Path) -> None:
        solve(books)
        for one in books[CODE]["cells"]:
            one["metadata"] = {}
        write(books, folder)

    @submission(code=solution)
    def another_kernel(books: Notebooks, folder: Path) -> None:
        solve(books)
        books[CODE]["metadata"] = {
            "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
            "language_info": {"name": "R"},
        }
        write(books, folder)

    @submission(code=solution)
    def magics_and_trials(books: Notebooks, folder: Path) -> None:
        solve(books)
        first = cell(books[CODE], "attention-answer-attention_scores")
        first["source"] = "%%time\n" + first["source"]
        for text in (
            "%matplotlib inline\n!pip install einops\nimport matplotlib.pyplot as plt",
            "n = int(input('how many? '))\nwhile True:\n    print(attention_scores)",
            "attention_scores(torch.zeros(2), 'nonsense')\nopen('data.csv').read()",
            "?torch.softmax",
        ):
            put_after(books[CODE], first, extra(text))
        write(books, folder)

    missing = solution.replace("wide.softmax(dim=-1)", "helper(wide)")

    @submission(code=without(solution, "masked_softmax"), said="my_helpers")
    def imports_what_is_not_there(books: Notebooks, folder: Path) -> None:
        solve(books, functions(missing.replace("wide.masked_fill", "helper(wide).masked_fill")))
        one = cell(books[CODE], "attention-answer-masked_softmax")
        one["source"] = "from my_helpers import helper\n\n" + one["source"]
        write(books, folder)

    @submission(code=without(solution, "attention_scores"), said="no Python")
    def a_cell_that_is_no_python(books: Notebooks, folder: Path) -> None:
        solve(books)
        one = cell(books[CODE], "attention-answer-attention_scores")
        one["source"] = one["source"].replace(") -> Tensor:", ") -> Tensor", 1)
        write(books, folder)

    @submission(code=solution)
    def a_hundred_megabytes(books: Notebooks, folder: Path) -> None:
        solve(books)
        for one in books[CODE]["cells"]:
            if one["cell_type"] == "code":
                one["outputs"] = [
                    {"output_type": "stream", "name": "stdout", "text": ["x" * (9 << 20)] * 2}
                ]
        write(books, folder)
        assert (folder / f"{CODE}.ipynb").stat().st_size > 100e6

    @submission(flagged=True, said="JSON is broken")
    def broken_json(books: Notebooks, folder: Path) -> None:
        solve(books)
        write(books, folder)
        path = folder / f"{CODE}.ipynb"
        path.write_text(path.read_text()[:-400], encoding="utf-8")

    @submission(flagged=True, said="JSON is broken")
    def bottomless_json(books: Notebooks, folder: Path) -> None:
        write(books, folder)
        (folder / f"{CODE}.ipynb").write_text("[" * 200_000)

    @submission(flagged=True, said="file is empty")
    def empty_file(books: Notebooks, folder: Path) -> None:
        write(books, folder)
        (folder / f"{CODE}.ipynb").write_text("")

    @submission(said="notebook is empty")
    def empty_notebook(books: Notebooks, folder: Path) -> None:
        books[CODE]["cells"] = []
        write(books, folder)

    @submission(flagged=True, said="another assignment")
    def another_assignment(books: Notebooks, folder: Path) -> None:
        for one in books[CODE]["cells"]:
            one["metadata"]["nbgrader"]["grade_id"] += "-of-another"
        write(books, folder)

    @submission(code=solution, flagged=True, said="another name")
    def another_file_name(books: Notebooks, folder: Path) -> None:
        solve(books)
        path = folder / f"{CODE} (1) final.ipynb"
        path.write_text(json.dumps(books[CODE]), encoding="utf-8")

    @submission(said="No notebook of this name")
    def no_notebook_at_all(books: Notebooks, folder: Path) -> None:
        (folder / "answers.txt").write_text("see my e-mail")

    @submission(code=solution, said="No notebook of this name")
    def one_notebook_missing(books: Notebooks, folder: Path) -> None:
        solve(books)
        del books[QUESTIONS]
        write(books, folder)

    @submission(closed=1, flagged=True, said="names the student")
    def numbers_of_another(books: Notebooks, folder: Path) -> None:
        close(books, "somebody")
        write(books, folder)

    @submission(code=solution)
    def odd_characters(books: Notebooks, folder: Path) -> None:
        solve(books)
        odd = extra("# \ud800 \u202e \0 \x1b[31m\n")
        put_after(books[CODE], cell(books[CODE], "attention-check"), odd)
        write(books, folder)

    @submission(flagged=True, said="leads out")
    def a_link_out(books: Notebooks, folder: Path) -> None:
        write(books, folder)
        (folder / f"{CODE}.ipynb").unlink()
        (folder / f"{CODE}.ipynb").symlink_to("/etc/hostname")

    @submission(flagged=True, said="no regular file")
    def a_pipe(books: Notebooks, folder: Path) -> None:
        write(books, folder)
        (folder / f"{CODE}.ipynb").unlink()
        os.mkfifo(folder / f"{CODE}.ipynb")

    hostile = {
        "hostile_exit": "import os\n    os._exit(0)",
        "hostile_displayhook": "import sys\n    sys.displayhook(37.0)\n    return 37.0",
        "hostile_patch": (
            "import torch\n    torch.allclose = torch.equal = lambda *a, **k: True\n"
            "    torch.testing.assert_close = lambda *a, **k: None\n    return query"
        ),
        "hostile_reads_source": (
            "import glob, json\n"
            "    for path in glob.glob('../../../source/*/*') + glob.glob('/**/source/*/*'):\n"
            "        raise RuntimeError(open(path).read())\n    return open('/etc/passwd').read()"
        ),
        "hostile_gradebook": (
            "import sqlite3\n    book = sqlite3.connect('gradebook.db')\n"
            "    book.execute('update grade set manual_score = 100')\n    book.commit()"
        ),
        "hostile_loop": "while True: pass",
        "hostile_memory": "return [bytearray(1 << 30) for _ in range(100)]",
    }
    for name, body in hostile.items():

        def attack(books: Notebooks, folder: Path, body: str = body) -> None:
            for one in ANSWERS:
                head = parts[one].partition(":\n")[0]
                text = f"{head}:\n    {body}\n"
                cell(books[CODE], f"attention-answer-{one}")["source"] = text
            write(books, folder)
            (folder / "torch.py").write_text("raise SystemExit('shadowed')")
            (folder / "conftest.py").write_text("import os; os._exit(0)")

        made.append(Submission(name, attack, None))
    return made


def functions(program: str) -> dict[str, str]:
    """The functions of a program, each as a text; the first one with the imports it needs."""
    found = dict(re.findall(r"^(?=def (\w+))((?:.+\n|\n(?=\n?[ )]))+)", program, re.MULTILINE))
    return {name: "import math\n\n\n" + text.rstrip() for name, text in found.items()}


def without(program: str, name: str) -> str:
    """A program in which one function is not written yet."""
    body = functions(program)[name].partition("import math\n\n\n")[2]
    head = body.partition(":\n")[0]
    return program.replace(body, f"{head}:\n    raise NotImplementedError()")


def id_of(one: Notebook) -> str:
    return one["metadata"].get("nbgrader", {}).get("grade_id", "")


def cell(book: Notebook, grade_id: str) -> Notebook:
    return next(one for one in book["cells"] if id_of(one) == grade_id)


def drop(book: Notebook, ids: tuple[str, ...]) -> None:
    book["cells"] = [one for one in book["cells"] if id_of(one) not in ids]


def put_after(book: Notebook, one: Notebook, other: Notebook) -> None:
    book["cells"].insert(book["cells"].index(one) + 1, other)


def extra(text: str) -> Notebook:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text,
    }
