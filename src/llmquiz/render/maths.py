"""Mathematics of the question bank, LaTeX between $ signs, for terminals and for web pages.

The parser is pylatexenc's. What it makes of a formula is not always readable as the same formula
(it writes \\frac{1}{a+b} as 1/a+b), so the few constructions that need brackets are written here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

FORMULA = re.compile(r"\$([^$]+)\$")
CITATION = re.compile(r" ?\[[@#][^\]]*\]")
# Only characters that a GBK terminal has.
SYMBOLS = {
    "top": "T", "cdot": "·", "times": "×", "odot": "⊙", "oplus": "⊕", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "approx": "≈", "ne": "≠", "neq": "≠", "infty": "∞", "in": "∈",
    "pm": "±", "to": "→", "leftarrow": "←", "gets": "←", "rightarrow": "→",
    "mapsto": "→", "propto": "∝", "sim": "~", "ll": "<<",
    "gg": ">>", "equiv": "≡", "ldots": "...", "dots": "...", "cdots": "...", "quad": "  ", ",": " ",
    ";": " ", " ": " ", "!": "", "{": "{", "}": "}", "|": "||", "_": "_", "%": "%", "langle": "<",
    "rangle": ">", "lfloor": "floor(", "rfloor": ")", "lceil": "ceil(", "rceil": ")",
    "lVert": "||", "rVert": "||", "Vert": "||", "partial": "d", "nabla": "grad ", "prime": "'",
    "sum": "∑", "prod": "∏", "int": "∫", "forall": "∀", "ell": "l", "epsilon": "ε",
    "varepsilon": "ε", "hbar": "h", "left": "", "right": "", "big": "", "Big": "", "bigl": "",
    "bigr": "", "mid": "|", "colon": ":", "setminus": "\\", "cup": "∪", "cap": "∩", "circ": "°",
}  # fmt: skip
NAMES = (
    "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi "
    "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
LETTERS = "αβγδζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
GREEK = dict(zip(re.findall(r"\w+", NAMES), LETTERS, strict=True))
FUNCTIONS = {"log", "ln", "exp", "max", "min", "tanh", "cos", "sin", "arg", "det", "Pr", "lim"}
TEXT = {"mathrm", "text", "mathbf", "mathbb", "mathcal", "operatorname", "boldsymbol"}
ACCENTS = {"hat": "^", "tilde": "~", "bar": "'", "overline": "'", "vec": ""}  # behind the letter


def terminal(text: str) -> str:
    """A text of the bank for a terminal: `$\\frac{1}{\\sqrt{d_k}}$` becomes 1/√d_k."""
    return FORMULA.sub(lambda match: formula(match[1]), text)


@cache
def formula(latex: str) -> str:
    """One formula in plain characters. Raises ValueError for LaTeX that is not in the tables."""
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerParseError

    try:
        nodes, _, _ = LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()
    except LatexWalkerParseError as error:
        raise ValueError(f"{latex}: {error}") from error
    return re.sub(r"  +", " ", _plain(nodes)).strip()


def _plain(nodes: Sequence[Any]) -> str:
    text = ""
    for node in nodes:
        piece = _piece(node)
        raised = text[-1:] in ("^", "_")
        if raised and type(node).__name__ == "LatexGroupNode" and not _is_one(piece):
            piece = f"({piece})"
        if type(node).__name__ == "LatexMacroNode" and node.macroname in FUNCTIONS:
            if text and text[-1].isalnum():
                piece = " " + piece
            piece += " "
        text += piece
    return re.sub(r"(log|ln|exp|max|min|tanh|cos|sin|softmax) (?=[(_^{]|$)", r"\1", text)


def _piece(node: Any) -> str:
    kind = type(node).__name__
    if kind == "LatexCharsNode":
        return str(node.chars)
    if kind == "LatexGroupNode":
        return _plain(node.nodelist)
    if kind == "LatexSpecialsNode":
        return str(node.specials_chars)
    if kind != "LatexMacroNode":
        raise ValueError(f"{kind} in a formula")
    arguments = node.nodeargd.argnlist if node.nodeargd is not None else []
    given = [_piece(argument) for argument in arguments if argument is not None]
    return _macro(node.macroname, given, str(node.macro_post_space))


def _macro(name: str, given: list[str], space: str) -> str:
    """A command with its arguments; `space` is what stood behind it."""
    if name in ("frac", "tfrac", "dfrac"):
        return "/".join(part if _is_one(part) else f"({part})" for part in given)
    if name == "sqrt":
        return f"√{given[-1] if _is_one(given[-1]) else f'({given[-1]})'}"
    if name in TEXT:
        return "".join(given)
    if name in ACCENTS:
        return f"{''.join(given)}{ACCENTS[name]}"
    if name in FUNCTIONS:
        return name
    if name not in SYMBOLS and name not in GREEK:
        raise ValueError(f"\\{name} has no plain form: add it to llmquiz.render.maths")
    return str((SYMBOLS | GREEK)[name]) + space


def _is_one(text: str) -> bool:
    """Whether a text reads as one thing without brackets: x, d_k, 12.5, √d, softmax(z)."""
    return (
        re.fullmatch(r"√?[\w.,']+(?:_\w+)?(?:\^\w)?|\w*\([^()]*\)|\|\|?\w+\|\|?", text) is not None
    )


def page(text: str) -> str:
    """A text of the bank as HTML, with MathML for formulas and paragraphs kept apart."""
    paragraphs = [p for p in text.strip().split("\n") if p.strip()]
    return "".join(f"<p>{inline(p)}</p>" for p in paragraphs)


def inline(text: str) -> str:
    """A line of a text as HTML, with MathML."""
    pieces = []
    end = 0
    for match in re.finditer(r"\$([^$]+)\$|`([^`]+)`", text):
        pieces.append(html.escape(text[end : match.start()]))
        pieces.append(mathml(match[1]) if match[1] else f"<code>{html.escape(match[2])}</code>")
        end = match.end()
    return "".join([*pieces, html.escape(text[end:])])


@cache
def mathml(latex: str) -> str:
    """One formula as MathML."""
    from latex2mathml.converter import convert

    made: str = convert(latex)
    return made
