"""QTI 1.2 in a zip archive, as Canvas imports it: one quiz for each topic, in one language.

A numeric question is a group of drawn variants, of which Canvas gives each student one. Names
are made from the ids, so that Canvas knows a question again and overwrites it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from llmquiz.quiz.draw import Asked
from llmquiz.quiz.export.archive import archive
from llmquiz.quiz.export.draws import full, margin, variants
from llmquiz.quiz.export.labels import label
from llmquiz.quiz.export.markup import Markup
from llmquiz.quiz.export.qti_item import choice, essay, numeric
from llmquiz.quiz.records import Bank, Choice, Numeric, Question
from llmquiz.words import say

VARIANTS = 3  # of a numeric question
POINTS = 1
IMS = "http://www.imsglobal.org/xsd"
MANIFEST = f"{IMS}/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
CONTENT = "associatedcontent/imscc_xmlv1p1/learning-application-resource"


def made(bank: Bank, lang: str) -> bytes:
    """The archive: a manifest, and for each topic a quiz and its settings."""
    files, topics = {}, []
    for topic, name in bank.topics.items():
        questions = [question for question in bank if question.topic == topic]
        if not questions:
            continue
        ident = f"llmquiz_{topic}"
        topics.append(ident)
        title = f"{label('title', lang)}{say('colon', lang)}{name[lang]}"
        files[f"{ident}/{ident}.xml"] = _document(_assessment(ident, title, questions, lang))
        files[f"{ident}/assessment_meta.xml"] = _document(_settings(ident, title, questions))
    return archive({"imsmanifest.xml": _document(_manifest(topics)), **files})


def equation(latex: str) -> str:
    """A formula as Canvas's own editor writes it: an image, whose data Canvas typesets."""
    source = html.escape(latex)
    address = quote(quote(latex, safe=""), safe="")  # twice: Canvas decodes twice
    return (
        f'<img class="equation_image" title="{source}" src="/equation_images/{address}" '
        f'alt="LaTeX: {source}" data-equation-content="{source}">'
    )


def _assessment(ident: str, title: str, questions: Iterable[Question], lang: str) -> Element:
    root = Element("questestinterop", xmlns=f"{IMS}/ims_qtiasiv1p2")
    quiz = SubElement(root, "assessment", ident=ident, title=title)
    field = SubElement(SubElement(quiz, "qtimetadata"), "qtimetadatafield")
    SubElement(field, "fieldlabel").text = "cc_maxattempts"
    SubElement(field, "fieldentry").text = "1"
    section = SubElement(quiz, "section", ident="root_section")
    for question in questions:
        markup = Markup(question, lang, equation)
        prompt = markup.prompt(question.prompt[lang])
        section.append(essay(name_of(question.id), question.id, prompt, markup.reference()))
        for closed in question.closed:
            card = f"{question.id}/{closed.id}"
            if isinstance(closed, Choice):
                section.append(_choice(closed, card, markup))
                continue
            group = SubElement(section, "section", ident=f"{name_of(card)}_group", title=card)
            _pick_one(group)
            group.extend(_numeric(asked, markup) for asked in variants(question, closed, VARIANTS))
    return root


def name_of(card: str) -> str:
    """An identifier from a card: QTI's may hold no slash."""
    return f"llmquiz_{card.replace('/', '__').replace('.', '_')}"


def _choice(closed: Choice, card: str, markup: Markup) -> Element:
    lang = markup.lang
    options = [
        (option.right, markup.inline(option.text[lang]), markup.inline(option.why[lang]))
        for option in closed.options
    ]
    return choice(name_of(card), card, markup.block(closed.prompt[lang]), options)


def _numeric(asked: Asked, markup: Markup) -> Element:
    closed, card = asked.item.closed, asked.item.card
    assert isinstance(closed, Numeric)
    assert asked.answer is not None
    prompt = markup.block(asked.prompt(markup.lang))
    if closed.unit:
        prompt += f"<p>({label('unit', markup.lang, unit=closed.unit[markup.lang])})</p>"
    off = margin(asked)
    ends = full(asked.answer), full(asked.answer - off), full(asked.answer + off)
    solution = markup.block(asked.fill(closed.solution[markup.lang]))
    return numeric(f"{name_of(card)}_{asked.seed}", card, prompt, ends, solution)


def _pick_one(group: Element) -> None:
    selection = SubElement(SubElement(group, "selection_ordering"), "selection")
    SubElement(selection, "selection_number").text = "1"
    extension = SubElement(selection, "selection_extension")
    SubElement(extension, "points_per_item").text = str(POINTS)


def _settings(ident: str, title: str, questions: Iterable[Question]) -> Element:
    """What Canvas wants to know of a quiz beside its questions: a practice quiz, not published."""
    root = Element("quiz", xmlns=CANVAS, identifier=ident)
    points = POINTS * sum(1 + len(question.closed) for question in questions)
    facts = {
        "title": title, "description": "", "shuffle_answers": "true",
        "scoring_policy": "keep_highest", "hide_results": "", "quiz_type": "practice_quiz",
        "points_possible": f"{points:.1f}", "show_correct_answers": "true",
        "allowed_attempts": "-1", "available": "false",
    }  # fmt: skip
    for name, text in facts.items():
        SubElement(root, name).text = text
    return root


def _manifest(topics: Iterable[str]) -> Element:
    root = Element("manifest", xmlns=MANIFEST, identifier="llmquiz")
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for ident in topics:
        quiz = SubElement(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        SubElement(quiz, "file", href=f"{ident}/{ident}.xml")
        SubElement(quiz, "dependency", identifierref=f"{ident}_meta")
        settings = {"type": CONTENT, "href": f"{ident}/assessment_meta.xml"}
        meta = SubElement(resources, "resource", settings, identifier=f"{ident}_meta")
        SubElement(meta, "file", href=settings["href"])
    return root


def _document(root: Element) -> bytes:
    indent(root)
    text: bytes = tostring(root, "utf-8", xml_declaration=True)
    return text + b"\n"
