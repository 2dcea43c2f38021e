"""Runs all labs and writes docs/labs/: `python tools/labs.py [NAME]...` (minutes).

A page a lab in each language, a plot, and an index. The numbers are those of the machine that ran
it; times stand there as examples. `ablation` is written from `--ablation FILE`, what
`llmquiz lab ablation --json` printed: it trains for too long to be run here.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from llmquiz.lab import plot, registry
from llmquiz.lab.document import document
from llmquiz.lab.records import Claim, Found, Plot, Result, Series, Spread, Table
from llmquiz.lab.text import cell_text, evidence, verdict
from llmquiz.words import pick, say

OUT = Path(__file__).parents[1] / "docs" / "labs"
LANGS = {"en": ".md", "zh": ".zh.md"}
MADE = {
    "en": "Made by `python tools/labs.py`. {run}",
    "zh": "由 `python tools/labs.py` 生成。{run}",
}
OTHER = {"en": "[中文]({name}.zh.md)", "zh": "[English]({name}.md)"}
INDEX = {
    "en": ("# Labs", "Each lab states a claim, measures it on a CPU and says whether it held.",
           ("lab", "claim", "held?")),
    "zh": ("# 实验", "每个实验提出一个论断，在 CPU 上测量，并说明是否成立。",
           ("实验", "论断", "成立？")),
}  # fmt: skip
TIPS = {
    "en": """
    llmquiz lab list
    llmquiz lab rope-shift --plot rope.png
    llmquiz lab ablation --quick

Plots and pages need matplotlib: `pip install 'llmquiz[lab]'`. In a notebook,
`from llmquiz.lab import run; run("rope-shift")` shows table and plot; `run("ablation", quick=True)`
trains with the parts of the workspace around the notebook. `llmquiz course new --labs NAMES` makes
notebooks for a course, with a written conclusion that a person grades.
To add a lab, see [authoring.md](../authoring.md).

`lab ablation` and `lab chat` run your own code: the parts of exercises whose last check passed.
Millions of calls cannot each go through the grader's sandbox, and nothing is graded here, so the
code runs as yours, in a process of its own: it holds no grader and no solution, it may write no
file, its memory is limited where there is no GPU, and it is ended when it is silent for minutes.
A part that fails, gives other numbers than the reference or is many times slower is replaced by
the reference, and the report says so. The state is in `.llmquiz/lab/`; delete it at will.
""",
    "zh": """
    llmquiz lab list
    llmquiz lab rope-shift --plot rope.png
    llmquiz lab ablation --quick

画图和生成网页需要 matplotlib：`pip install 'llmquiz[lab]'`。在 notebook 中运行
`from llmquiz.lab import run; run("rope-shift")` 会显示表格和图；`run("ablation", quick=True)`
会用 notebook 所在工作区中的部件训练。`llmquiz course new --labs NAMES` 为课程生成实验 notebook，
学生写出结论，由老师批改。
添加实验的方法见 [authoring.md](../authoring.md)。

`lab ablation` 和 `lab chat` 会运行你自己的代码，即上次检查通过的那些练习。训练要调用几百万次，
不可能每次都经过评分用的沙箱；这里也不评分，所以代码以你的身份运行，但放在单独的进程里：
其中没有评分程序和参考实现，不能写文件，没有 GPU 时内存受限，长时间没有响应就会被终止。
出错的部件、结果与参考实现不同的部件、慢很多倍的部件都会换成参考实现，报告中会说明。
状态保存在 `.llmquiz/lab/`，可以随时删除。
""",
}
CHAT = {
    "en": ("It needs a model: `llmquiz lab ablation` trains one. A model of the full size, asked "
           "to go on after `def `:"),
    "zh": "需要先有模型：`llmquiz lab ablation` 会训练一个。完整规模的模型接着 `def ` 写出：",
}  # fmt: skip


def page(result: Result, lang: str) -> str:
    """One lab as Markdown."""
    lab, found, name = result.lab, result.found, result.lab.name
    lines = [f"# {name}{say('colon', lang)}{pick(lab.title, lang)}", ""]
    lines += [OTHER[lang].format(name=name), ""]
    lines += [f"**{say('lab_claim', lang).strip()}** {pick(lab.claim, lang)}", ""]
    lines += [f"**{say('lab_measures', lang).strip()}** {pick(lab.measures, lang)}", ""]
    lines += [f"    llmquiz lab {name}", "", f"![{pick(lab.title, lang)}]({name}.png)", ""]
    for table in found.tables:
        lines += [*table_lines(table, lang), ""]
    for claim in found.claims:
        lines.append(f"- {claim_line(claim, lang)}")
    for note in found.notes:
        lines += ["", pick(note, lang)]
    names = ", ".join(f"`{question}`" for question in result.questions)
    facts = {"seed": result.seed, "seeds": result.seeds, "seconds": f"{result.seconds:.0f}"}
    made = MADE[lang].format(run=say("lab_run", lang, **facts))
    return "\n".join([*lines, "", say("lab_questions", lang, names=names), "", made, ""])


def table_lines(table: Table, lang: str) -> list[str]:
    numbers = [isinstance(cell, int | float | Spread) for cell in table.rows[-1]]
    rows = [[cell_text(cell, lang).strip() for cell in row] for row in table.rows]
    colon = say("colon", lang).rstrip()
    title = [f"{pick(table.title, lang)}{colon}", ""] if pick(table.title, lang) else []
    head = [pick(column, lang) for column in table.columns]
    rule = ["--:" if number else "---" for number in numbers]
    joined = ["| " + " | ".join(row).replace("+-", "±") + " |" for row in [head, rule, *rows]]
    return [*title, *joined]


def claim_line(claim: Claim, lang: str) -> str:
    said = say("lab_people_say", lang) if claim.popular else ""
    shown = evidence(claim, lang).replace("+-", "±")
    stop = ". " if lang == "en" else "。"
    return f"**{verdict(claim, lang)}** {said}{pick(claim.text, lang)}{stop}{shown}"


def index(results: dict[str, Result], lang: str) -> str:
    title, sentence, head = INDEX[lang]
    lines = [title, "", OTHER[lang].format(name="README"), "", sentence, TIPS[lang]]
    lines += ["| " + " | ".join(head) + " |", "|---|---|---|"]
    for lab in registry.labs():
        result = results.get(lab.name)
        words = [verdict(claim, lang) for claim in result.found.claims] if result else []
        held = say("comma", lang).join(f"{words.count(w)} {w}" for w in dict.fromkeys(words)) or "-"
        link = f"[{lab.name}]({lab.name}{LANGS[lang]})"
        lines.append(f"| {link} | {pick(lab.claim, lang)} | {held} |")
    return "\n".join([*lines, ""])


def read(data: dict[str, Any]) -> Result:
    """A result from its JSON form."""

    def text(both: dict[str, str]) -> tuple[str, str]:
        return both["en"], both["zh"]

    def spread(value: dict[str, Any]) -> Spread:
        return Spread(tuple(float(one) for one in value["values"]))

    def cell(value: Any) -> Any:
        if isinstance(value, dict):
            return spread(value) if "mean" in value else text(value)
        return value

    def series(one: dict[str, Any]) -> Series:
        return Series(text(one["label"]), tuple(one["x"]), tuple(map(spread, one["y"])))

    def claim(one: dict[str, Any]) -> Claim:
        words, value = (text(one["text"]), text(one["measure"])), spread(one["value"])
        popular = one["popular"]
        return Claim(*words, value, one["relation"], one["bound"], popular, machine=one["machine"])

    def drawn(one: dict[str, Any]) -> Plot:
        lines = tuple(map(series, one["series"]))
        words = (text(one["title"]), text(one["x"]), text(one["y"]))
        flags = (one["log_x"], one["log_y"], one["bars"])
        return Plot(*words, lines, *flags)

    tables = tuple(
        Table(
            tuple(map(text, one["columns"])),
            tuple(tuple(map(cell, row)) for row in one["rows"]),
            text(one["title"]),
        )
        for one in data["tables"]
    )
    found = Found(
        tuple(map(claim, data["claims"])),
        tables,
        tuple(map(drawn, data["plots"])),
        tuple(map(text, data["notes"])),
    )
    facts = {name: data[name] for name in ("seed", "seeds", "quick", "seconds", "versions")}
    questions = tuple(data["questions"])
    return Result(registry.find(data["lab"]), found, **facts, questions=questions)


def chat_page(sample: str, lang: str) -> str:
    lab = registry.find("chat")
    lines = [f"# chat{say('colon', lang)}{pick(lab.title, lang)}", ""]
    lines += [OTHER[lang].format(name="chat"), ""]
    lines += [pick(lab.claim, lang), "", pick(lab.measures, lang), "", CHAT[lang], ""]
    return "\n".join([*lines, "```text", sample.strip("\n"), "```", ""])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*")
    options.add_argument("--pages", action="store_true", help="only write what was measured before")
    options.add_argument("--ablation", type=Path)
    options.add_argument("--chat", type=Path)
    chosen = options.parse_args()
    OUT.mkdir(exist_ok=True)
    own = ("ablation", "chat")
    kept = OUT / "results.json"  # of labs that are not run anew
    documents = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    names = chosen.names or [lab.name for lab in registry.labs() if lab.name not in own]
    for name in [] if chosen.pages else names:
        documents[name] = document(registry.run(name))
        print(f"{name}  {documents[name]['seconds']} s", flush=True)
    if chosen.ablation is not None:
        documents["ablation"] = json.loads(chosen.ablation.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(documents, ensure_ascii=False) + "\n", encoding="utf-8")
    results = {name: read(data) for name, data in documents.items()}
    for name, result in results.items():
        (OUT / f"{name}.png").write_bytes(plot.draw(result, "en", "png"))
        for lang, suffix in LANGS.items():
            (OUT / f"{name}{suffix}").write_text(page(result, lang), encoding="utf-8")
    for lang, suffix in LANGS.items():
        if chosen.chat is not None:
            sample = chosen.chat.read_text(encoding="utf-8")
            (OUT / f"chat{suffix}").write_text(chat_page(sample, lang), encoding="utf-8")
        (OUT / f"README{suffix}").write_text(index(results, lang), encoding="utf-8")


if __name__ == "__main__":
    main()
