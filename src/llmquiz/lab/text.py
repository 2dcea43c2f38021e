"""A lab's result on a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from llmquiz.lab.records import Cell, Claim, Lab, Result, Spread, Table
from llmquiz.render.cells import WIDTH, is_heard, pad, wrap
from llmquiz.words import pick, say


def lines(result: Result, lang: str) -> list[str]:
    """The whole screen."""
    lab, found = result.lab, result.found
    text = [f"{lab.name}{say('colon', lang)}{pick(lab.title, lang)}", ""]
    text += _labelled("lab_claim", pick(lab.claim, lang), lang)
    text += _labelled("lab_measures", pick(lab.measures, lang), lang)
    for table in found.tables:
        text += ["", *table_lines(table, lang)]
    text.append("")
    for claim in found.claims:
        text += claim_lines(claim, lang)
    for note in found.notes:
        text += ["", *wrap(pick(note, lang), WIDTH, "")]
    text.append("")
    if result.questions:
        text += wrap(say("lab_questions", lang, names=", ".join(result.questions)), WIDTH, "")
    facts = {"seed": result.seed, "seeds": result.seeds, "seconds": f"{result.seconds:.1f}"}
    text.append(say("lab_run", lang, **facts))
    return text


def list_lines(labs: tuple[Lab, ...], counts: dict[str, int], lang: str) -> list[str]:
    """All labs, and how many questions name each."""
    width = max(len(lab.name) for lab in labs) + 2
    text = []
    for lab in labs:
        count = say("lab_count", lang, count=counts[lab.name]) if counts[lab.name] else ""
        title = pad(pick(lab.title, lang), WIDTH - width - 16)
        text.append(f"{lab.name:<{width}}{title} {count}".rstrip())
    return text


def verdict(claim: Claim, lang: str) -> str:
    """HELD, REFUTED, or OPEN where the seeds disagree."""
    key = "lab_held" if claim.held else "lab_refuted" if claim.refuted else "lab_open"
    return say(key, lang)


def claim_lines(claim: Claim, lang: str) -> list[str]:
    """The verdict, the sentence, and the number that decides."""
    word = verdict(claim, lang)
    said = say("lab_people_say", lang) if claim.popular else ""
    indent = " " * 10
    first = wrap(said + pick(claim.text, lang), WIDTH, indent)
    return [
        pad(word, 10) + first[0].strip(),
        *first[1:],
        *wrap(evidence(claim, lang, is_heard()), WIDTH, indent),
    ]


def evidence(claim: Claim, lang: str, heard: bool = False) -> str:
    """`measure: 0.1 +- 0.01 (needs < 0.5)`; the sign as words where it is heard."""
    relation = claim.relation
    if heard:
        relation = say("less_than" if relation == "<" else "more_than", lang)
    facts = {
        "measure": pick(claim.measure, lang),
        "value": cell_text(claim.value, lang),
        "relation": relation,
        "bound": f"{claim.bound:.5g}",
    }
    where = say("lab_machine", lang) if claim.machine else ""
    return say("lab_evidence", lang, **facts) + where


def table_lines(table: Table, lang: str) -> list[str]:
    """A table whose numbers stand under each other; what is too wide goes on below itself."""
    head = [pick(column, lang) for column in table.columns]
    rows = [[cell_text(cell, lang) for cell in row] for row in table.rows]
    widths = [max(cell_len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    title = pick(table.title, lang)
    text = [title] if title else []
    if is_heard():
        return text + _heard_rows(head, rows, lang)
    left = [not isinstance(cell, int | float | Spread) for cell in table.rows[0]]

    def line(row: list[str], columns: list[int]) -> str:
        cells = []
        for at in columns:
            gap = " " * (widths[at] - cell_len(row[at]))
            cells.append(row[at] + gap if left[at] else gap + row[at])
        return ("  " + "  ".join(cells)).rstrip()

    for number, columns in enumerate(_stretches(widths)):
        text += [""] if number else []
        rule = "  " + "  ".join("-" * widths[at] for at in columns)
        text += [line(head, columns), rule, *(line(row, columns) for row in rows)]
    return text


def _heard_rows(head: list[str], rows: list[list[str]], lang: str) -> list[str]:
    """Each row with the names of its columns: an ear does not find them above the numbers."""
    lines = []
    for row in rows:
        cells = [
            say("explain_values", lang, title=name, values=cell.strip()) if name else cell
            for name, cell in zip(head, row, strict=True)
            if cell.strip()
        ]
        lines += wrap(say("semicolon", lang).join(cells), WIDTH, "  ")
    return lines


def _stretches(widths: list[int]) -> list[list[int]]:
    """The columns in stretches that fit the screen; each begins with the first column."""
    stretches = [[0]]
    for at in range(1, len(widths)):
        if sum(widths[i] + 2 for i in [*stretches[-1], at]) > WIDTH and len(stretches[-1]) > 1:
            stretches.append([0])
        stretches[-1].append(at)
    return stretches


def cell_text(cell: Cell, lang: str) -> str:
    """A cell as text; a number over several seeds as `mean +- std`."""
    if isinstance(cell, Spread):
        if cell.std == 0:
            return number(cell.mean)
        return f"{number(cell.mean)} +- {number(cell.std, 2)}"
    if isinstance(cell, tuple):
        return pick(cell, lang)
    return cell if isinstance(cell, str) else number(cell)


def number(value: float, digits: int = 3) -> str:
    """A number short enough to compare: 0.0713, 12.3, 1,048,576, 5.6e-16."""
    if isinstance(value, int) or (float(value).is_integer() and 1000 <= abs(value) < 1e15):
        return f"{int(value):,}"
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.{digits - 1}g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def _labelled(key: str, text: str, lang: str) -> list[str]:
    return wrap(say(key, lang) + text, WIDTH, "")
