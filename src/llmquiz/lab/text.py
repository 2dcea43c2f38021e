"""A lab's result on a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from llmquiz.lab.records import Cell, Claim, Lab, Result, Spread, Table
from llmquiz.render.cells import WIDTH, pad, wrap
from llmquiz.words import pick, say


def lines(result: Result, lang: str) -> list[str]:
    """The whole screen."""
    lab, found = result.lab, result.found
    text = [f"{lab.name}: {pick(lab.title, lang)}", ""]
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
        *wrap(evidence(claim, lang), WIDTH, indent),
    ]


def evidence(claim: Claim, lang: str) -> str:
    """`measure: 0.1 +- 0.01 (needs < 0.5)`."""
    facts = {
        "measure": pick(claim.measure, lang),
        "value": cell_text(claim.value, lang),
        "relation": claim.relation,
        "bound": f"{claim.bound:.5g}",
    }
    where = say("lab_machine", lang) if claim.machine else ""
    return say("lab_evidence", lang, **facts) + where


def table_lines(table: Table, lang: str) -> list[str]:
    """A table whose numbers stand under each other."""
    head = [pick(column, lang) for column in table.columns]
    rows = [[cell_text(cell, lang) for cell in row] for row in table.rows]
    widths = [max(cell_len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    left = [not isinstance(cell, int | float | Spread) for cell in table.rows[0]]

    def line(row: list[str]) -> str:
        cells = []
        for text, width, is_left in zip(row, widths, left, strict=True):
            gap = " " * (width - cell_len(text))
            cells.append(text + gap if is_left else gap + text)
        return ("  " + "  ".join(cells)).rstrip()

    title = pick(table.title, lang)
    rule = "  " + "  ".join("-" * width for width in widths)
    return [*([title] if title else []), line(head), rule, *map(line, rows)]


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
