"""Is a bank right? First its form, by the schema that editors use, then what no schema says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmquiz.quiz import formula
from llmquiz.quiz.source import Source, Where

SCHEMA = Path(__file__).with_name("questions.schema.json")
CITATION = re.compile(r"\[@([a-z][a-z0-9-]*)(?:, ([^\]]+))?\]")
PARAMETER = re.compile(r"\[\[([A-Za-z_][A-Za-z0-9_]*)\]\]")
MATHS = re.compile(r"\$[^$]*\$")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Mistake:
    """What is wrong, and where: `questions.yaml:41:5 attention.scale: zh missing`."""

    path: Path
    line: int
    column: int
    question: str
    what: str

    def __str__(self) -> str:
        subject = f"{self.question}: " if self.question else ""
        return f"{self.path.name}:{self.line}:{self.column} {subject}{self.what}"


def mistakes(source: Source, known: Mapping[str, Any] | None = None) -> list[Mistake]:
    """Everything that is wrong with a bank, in the order of its lines.

    `known` is the data of the bank that this one extends: its topics, sources and ids count.
    """
    found = [Mistake(source.path, *place, "", what) for place, what in source.problems]
    wrong = list(_form(source))
    if not wrong:  # what follows relies on the form
        wrong = list(_meaning(source.data, known or {}))
    for where, what in wrong:
        line, column = source.place(where)
        question = str(where[1]) if len(where) > 1 and where[0] == "questions" else ""
        found.append(Mistake(source.path, line, column, question, what))
    return sorted(found, key=lambda mistake: (mistake.line, mistake.column))


def _form(source: Source) -> Iterator[tuple[Where, str]]:
    import jsonschema  # only where a bank is new: it is slow to import

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in validator.iter_errors(source.data):
        where = tuple(error.absolute_path)
        name = ".".join(str(part) for part in where[2:])
        prefix = f"{name}: " if name else ""
        if error.validator == "required":
            for key in error.validator_value:
                if key not in error.instance:
                    yield where, f"{prefix}{key} missing"
        elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
            extra = error.instance.keys() - error.schema["properties"].keys()
            for key in sorted(extra):
                yield (*where, key), f"{prefix}unknown key {key}"
        elif error.validator == "type":
            wanted = {"string": "text", "array": "a list", "object": "a mapping"}
            name = wanted.get(str(error.validator_value), str(error.validator_value))
            yield where, f"{prefix}{error.instance!r} should be {name}"[:300]
        else:
            yield where, f"{prefix}{error.message}"[:300]


def _meaning(data: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    questions = data["questions"]
    topics = {**known.get("topics", {}), **data.get("topics", {})}
    works = {**known.get("sources", {}), **data.get("sources", {})}
    ids = {*known.get("questions", {}), *questions}
    for key, question in questions.items():
        where: Where = ("questions", key)
        if key.partition(".")[0] not in topics:
            yield where, f"its topic {key.partition('.')[0]} is not in topics"
        yield from _links(where, question, ids)
        yield from _citations(where, question, works)
        for name in ("rubric", "misconceptions", "closed"):
            seen: set[str] = set()
            for index, item in enumerate(question[name]):
                if item["id"] in seen:
                    yield (*where, name, index), f"{name}: the id {item['id']} stands here twice"
                seen.add(item["id"])
        yield from _closed(where, question["closed"])
        for path, text in texts(question):
            for what in _languages(text, cited=path == ("answer",)):
                yield (*where, *path), f"{'.'.join(map(str, path))}: {what}"


def _links(where: Where, question: Mapping[str, Any], ids: set[str]) -> Iterator[tuple[Where, str]]:
    for other in question.get("related", ()):
        if other not in ids or other == where[1]:
            yield (*where, "related"), f"{other} is no other question"
    for old in question.get("was", ()):
        if old in ids:
            yield (*where, "was"), f"{old} is the id of a question in use"


def _closed(where: Where, items: list[Mapping[str, Any]]) -> Iterator[tuple[Where, str]]:
    if not any(item["kind"] == "choice" for item in items):
        yield (*where, "closed"), "no choice among the closed questions"
    for index, item in enumerate(items):
        check = _choice if item["kind"] == "choice" else _numeric
        for what in check(item):
            yield (*where, "closed", index), f"{item['id']}: {what}"


def texts(value: Any, where: Where = ()) -> Iterator[tuple[Where, Mapping[str, str]]]:
    """Every text that stands in two languages, with its place."""
    if isinstance(value, Mapping):
        if isinstance(value.get("en"), str) and isinstance(value.get("zh"), str):
            yield where, value
        for key, item in value.items():
            yield from texts(item, (*where, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*where, index))


def _citations(
    where: Where, question: Mapping[str, Any], works: Mapping[str, Any]
) -> Iterator[tuple[Where, str]]:
    keys = [s if isinstance(s, str) else s["key"] for s in question["sources"]]
    for key in keys:
        if key not in works:
            yield (*where, "sources"), f"{key} is not in sources"
    for lang in LANGUAGES:
        for match in CITATION.finditer(question["answer"][lang]):
            if match[1] not in keys:
                yield (*where, "answer"), f"{match[1]} is cited and not among its sources"


def _choice(item: Mapping[str, Any]) -> Iterator[str]:
    options = item["options"]
    right = [option for option in options if option.get("right")]
    if not right:
        yield "no option is right"
    if len(right) == len(options):
        yield "every option is right"
    for lang in LANGUAGES:
        if len({option[lang] for option in options}) < len(options):
            yield f"two options are the same in {lang}"
        wrong = [len(option[lang]) for option in options if not option.get("right")]
        if len(right) == 1 and wrong and len(right[0][lang]) > max(wrong):
            yield f"the right option is the longest in {lang}"


def _numeric(item: Mapping[str, Any]) -> Iterator[str]:
    parameters, expression = item["parameters"], str(item["formula"])
    try:
        used = formula.names_of(expression)
        given = {name: value for name, value in item["example"].items() if name != "answer"}
        if used != parameters.keys():
            yield f"the formula uses {sorted(used)}, the parameters are {sorted(parameters)}"
        elif given.keys() != used:
            yield "the example does not give every parameter"
        else:
            yield from _values(item, expression, given)
    except ValueError as error:
        yield str(error)
    for text in (item["prompt"], item["solution"]):
        for lang in LANGUAGES:
            unknown = set(PARAMETER.findall(text[lang])) - parameters.keys() - {"answer"}
            if unknown:
                yield f"[[{unknown.pop()}]] is no parameter"


def _values(item: Mapping[str, Any], expression: str, given: Mapping[str, float]) -> Iterator[str]:
    value = formula.evaluate(expression, given)
    if not math.isclose(value, item["example"]["answer"], rel_tol=max(item["tolerance"], 1e-9)):
        yield f"the example gives {value}, not {item['example']['answer']}"
    for drawn in corners(item["parameters"]):
        value = formula.evaluate(expression, drawn)
        if not math.isfinite(value):
            yield f"{drawn} gives {value}"
        elif item["tolerance"] == 0 and value != int(value):
            yield f"{drawn} gives {value}, which no tolerance of 0 fits"


def corners(parameters: Mapping[str, Any]) -> Iterator[dict[str, float]]:
    """A few draws: every parameter's first, last and each single change from the first."""
    first = {name: values[0] for name, values in parameters.items()}
    yield first
    yield {name: values[-1] for name, values in parameters.items()}
    for name, values in parameters.items():
        for value in values[1:]:
            yield {**first, name: value}


def _languages(text: Mapping[str, str], cited: bool) -> Iterator[str]:
    """The languages must hold the same formulas, parameters, citations and numbers."""
    patterns = {"formulas": MATHS, "parameters": PARAMETER, "code": re.compile(r"`[^`]+`")}
    if cited:
        patterns["citations"] = CITATION
    for what, pattern in patterns.items():
        found = [sorted(m[0] for m in pattern.finditer(text[lang])) for lang in LANGUAGES]
        if found[0] != found[1]:
            differing = set(found[0]) ^ set(found[1]) or set(found[0])
            yield f"the {what} differ between the languages: {sorted(differing)[:3]}"
    numbers = [sorted(_numbers(text[lang])) for lang in LANGUAGES]
    if numbers[0] != numbers[1]:
        differing = set(numbers[0]) ^ set(numbers[1])
        yield f"the numbers differ between the languages: {sorted(differing)[:5]}"
    if not text["en"].isascii():
        odd = next(c for c in text["en"] if not c.isascii())
        yield f"en has {odd!r}: use ASCII, and LaTeX for mathematics"
    try:
        text["zh"].encode("gbk")
    except UnicodeEncodeError as error:
        yield f"zh has {text['zh'][error.start]!r}, which a GBK terminal cannot show"
    if text["en"].count("$") % 2 or text["zh"].count("$") % 2:
        yield "a $ without its partner"


def _numbers(text: str) -> set[str]:
    """Numbers of two digits or more outside formulas: small ones may be words in one language."""
    plain = CITATION.sub("", MATHS.sub("", text))
    return {
        n.replace(",", "") for n in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", plain) if len(n) > 1
    }
