"""The report of one part as students may see it: no number and no input of a hidden test.

What is wrong, where in their own code, the shapes, and the mistake that gives these numbers are
told; the expected values, the values of inputs, and what their code printed about them are not.
"""

from __future__ import annotations

import re
from dataclasses import replace

from llmquiz.classroom.mend import Finding
from llmquiz.render.cells import ends, wrap
from llmquiz.render.text import NUMERIC, error_summary, failure_lines, failure_sentences, is_todo
from llmquiz.report import Failure, Report, Status, TestResult, summary
from llmquiz.words import pick, say

WIDTH = 80
MOST_MESSAGE = 160  # characters of a learner's own error message
TENSOR = re.compile(r"^\w+ \([\d, ]*\) \w+( non-contiguous)?$")
# Failures whose sentence names a number or an input of the test, and what is said instead.
UNSAID = {
    "different": "told_different", "different_whole": "told_different", "changed_value":
    "told_changed", "no_error": "told_no_error", "other_error": "told_other_error",
    "error_message": "told_error_message", "assertion": "told_different",
}  # fmt: skip


def part_text(report: Report, part: str, lang: str) -> str:
    """The report of a part, as text."""
    tests = report.of_part(part)
    status = summary([test.status for test in tests]) if tests else report.status
    most = sum(test.max_points for test in tests)
    score = f"{say(status, lang)} {sum(test.points for test in tests)}/{most}"
    lines = [ends(f"{report.exercise}   {pick(report.parts[part], lang)}", score, WIDTH)]
    if report.failure is not None:
        lines += [f"  {say('not_loaded', lang)}"]
        lines += failure_lines(_told(report.failure, lang), lang)
    else:
        passed = sum(test.status is Status.PASS for test in tests)
        lines.append(f"  {say('tests_of', lang, passed=passed, count=len(tests))}")
        for test in tests:
            lines += _test_lines(test, lang)
    if report.trusted:
        lines.append(f"  {say('graded_trusted', lang, level=report.level)}")
    return "\n".join(lines)


def _test_lines(test: TestResult, lang: str) -> list[str]:
    if test.status is Status.PASS:
        return []
    row = f"  {say(test.status, lang)}  {pick(test.sentence, lang)}"
    lines = [ends(row, f"0/{test.max_points}", WIDTH) if test.max_points else row]
    if test.needs:
        lines.append(f"        {say('needs', lang, test=test.needs.removeprefix('test_'))}")
    if test.failure is not None:
        lines += failure_lines(_told(test.failure, lang), lang)
    return lines


def _told(failure: Failure, lang: str) -> Failure:
    """The failure without what only graders know."""
    facts = dict(failure.facts)
    inputs = tuple(text for text in failure.inputs if TENSOR.match(text))
    if failure.kind == "raised":
        if not is_todo(failure):
            facts["message"] = str(facts.get("message", "")).split("\n")[0][:MOST_MESSAGE]
        return replace(failure, facts=facts, inputs=inputs)
    if failure.kind in NUMERIC:
        amount = f"{say('largest_error', lang)} {error_summary(failure, lang)}"
        message = say("semicolon", lang).join([failure_sentences(failure, lang)[0], amount])
    elif failure.kind in UNSAID and facts.get("place") != "len":
        message = say(UNSAID[failure.kind], lang)
    else:
        return replace(failure, inputs=inputs)
    return replace(failure, kind="assertion", facts={"message": message}, inputs=inputs)


def found_text(findings: list[Finding], lang: str) -> list[str]:
    """Findings in words, each once."""
    return list(dict.fromkeys(say(key, lang, **facts) for key, facts in findings))


def comment_of(sentences: list[str]) -> str:
    """A comment of several sentences."""
    return "\n".join(line for text in sentences for line in wrap(text, 10**6, ""))
