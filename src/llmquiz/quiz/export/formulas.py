"""Formulas for the exported page: MathML that is short, breaks between lines, and can be filled in.

Browsers break no line inside a formula, so a long one becomes several, each beginning with the
sign that relates it to the one before.
"""

from __future__ import annotations

import re
from functools import cache
from xml.etree.ElementTree import Element, fromstring, tostring

from llmquiz.quiz.draw import PARAMETER
from llmquiz.render.maths import mathml

MARK = 9_070_000  # stands in a formula for a parameter until the formula is MathML
WORD = re.compile(r'(?:<mi mathvariant="normal">\w</mi>){2,}')  # softmax, letter by letter
TAG = re.compile(r"<[^>]*>")
SPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
RELATIONS = frozenset("=\u2248\u2264\u2265\u2260\u2190\u2192<>")
LONG = 18  # characters, from which on a formula may be too wide for a phone


@cache
def formula(latex: str) -> str:
    """A formula as MathML, in which a parameter still stands as `[[name]]`."""
    names = PARAMETER.findall(latex)
    numbers = iter(range(MARK, MARK + len(names)))
    text = mathml(PARAMETER.sub(lambda _: f"{{{next(numbers)}}}", latex))
    text = text.replace(SPACE, "").replace(' display="inline"', "")
    text = WORD.sub(lambda match: f"<mi>{TAG.sub('', match[0])}</mi>", text)
    # As an operator, the sign of a transpose would be set far above its base.
    text = text.replace("<mo>&#x022A4;</mo>", '<mi mathvariant="normal">T</mi>')
    text = _in_pieces(text)
    for at, name in enumerate(names):
        text = text.replace(f"<mn>{MARK + at}</mn>", f"<mn>[[{name}]]</mn>")
    return text


def _in_pieces(text: str) -> str:
    root = fromstring(text)
    row = root[0] if len(root) == 1 and root[0].tag == "mrow" else root
    if len("".join(root.itertext())) < LONG:
        pieces = [list(row)]
    else:
        pieces = [[]]
        for child in row:
            if child.tag == "mo" and child.text in RELATIONS and pieces[-1]:
                child.set("form", "infix")  # with its space, although it comes first now
                pieces.append([])
            pieces[-1].append(child)
    return "".join(_math(piece) for piece in pieces)


def _math(children: list[Element]) -> str:
    made = Element("math")
    made.extend(children)
    return tostring(made, "unicode")
