"""One question as a QTI 1.2 item, with the fields that Canvas adds."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

RESPONSE = "response1"
GENERAL = "general_fb"


def essay(ident: str, title: str, prompt: str, reference: str) -> Element:
    """An open question; the reference answer is its feedback."""
    item = _item(ident, title, "essay_question")
    _text_response(item, prompt, {})
    processing = _processing(item)
    _feedback_condition(processing, None, GENERAL)
    condition = SubElement(processing, "respcondition", {"continue": "No"})
    SubElement(SubElement(condition, "conditionvar"), "other")
    _feedback(item, GENERAL, reference)
    return item


def choice(
    ident: str, title: str, prompt: str, options: Sequence[tuple[bool, str, str]]
) -> Element:
    """A choice of options, each whether it is right, its text, and why."""
    several = sum(right for right, _, _ in options) > 1
    kind = "multiple_answers_question" if several else "multiple_choice_question"
    names = [str(1000 + number) for number in range(len(options))]
    item = _item(ident, title, kind, ",".join(names))
    presentation = SubElement(item, "presentation")
    _material(presentation, prompt)
    cardinality = "Multiple" if several else "Single"
    response = SubElement(presentation, "response_lid", ident=RESPONSE, rcardinality=cardinality)
    labels = SubElement(response, "render_choice")
    for name, (_, text, _) in zip(names, options, strict=True):
        _material(SubElement(labels, "response_label", ident=name), text)
    processing = _processing(item)
    for name in names:
        _feedback_condition(processing, name, f"{name}_fb")
    right_when = _scored(processing)
    if several:
        right_when = SubElement(right_when, "and")
    for name, (right, _, _) in zip(names, options, strict=True):
        if right:
            _equal(right_when, name)
        elif several:
            _equal(SubElement(right_when, "not"), name)
    for name, (_, _, why) in zip(names, options, strict=True):
        _feedback(item, f"{name}_fb", why)
    return item


def numeric(
    ident: str, title: str, prompt: str, answer: tuple[str, str, str], solution: str
) -> Element:
    """A number: the exact answer, the least and the greatest that count as right."""
    item = _item(ident, title, "numerical_question", "answer1")
    _text_response(item, prompt, {"fibtype": "Decimal"})
    processing = _processing(item)
    _feedback_condition(processing, None, GENERAL)
    exact, least, greatest = answer
    either = SubElement(_scored(processing), "or")
    _equal(either, exact)
    both = SubElement(either, "and")
    SubElement(both, "vargte", respident=RESPONSE).text = least
    SubElement(both, "varlte", respident=RESPONSE).text = greatest
    _feedback(item, GENERAL, solution)
    return item


def _item(ident: str, title: str, kind: str, answers: str = "") -> Element:
    item = Element("item", ident=ident, title=title)
    metadata = SubElement(SubElement(item, "itemmetadata"), "qtimetadata")
    facts = {
        "question_type": kind,
        "points_possible": "1",
        "original_answer_ids": answers,
        "assessment_question_identifierref": f"{ident}_ref",
    }
    for name, value in facts.items():
        field = SubElement(metadata, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = name
        SubElement(field, "fieldentry").text = value
    return item


def _material(parent: Element, text: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = text


def _text_response(item: Element, prompt: str, box: dict[str, str]) -> None:
    presentation = SubElement(item, "presentation")
    _material(presentation, prompt)
    response = SubElement(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    SubElement(SubElement(response, "render_fib", box), "response_label", ident="answer1")


def _processing(item: Element) -> Element:
    processing = SubElement(item, "resprocessing")
    outcome = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    SubElement(SubElement(processing, "outcomes"), "decvar", outcome)
    return processing


def _feedback_condition(processing: Element, answer: str | None, feedback: str) -> None:
    """Show a feedback when an answer was given; always, where none is named."""
    condition = SubElement(processing, "respcondition", {"continue": "Yes"})
    when = SubElement(condition, "conditionvar")
    if answer is None:
        SubElement(when, "other")
    else:
        _equal(when, answer)
    SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _scored(processing: Element) -> Element:
    """The condition of the full score, to be filled in."""
    condition = SubElement(processing, "respcondition", {"continue": "No"})
    when = SubElement(condition, "conditionvar")
    SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    return when


def _equal(parent: Element, value: str) -> None:
    SubElement(parent, "varequal", respident=RESPONSE).text = value


def _feedback(item: Element, ident: str, text: str) -> None:
    feedback = SubElement(item, "itemfeedback", ident=ident)
    _material(SubElement(feedback, "flow_mat"), text)
