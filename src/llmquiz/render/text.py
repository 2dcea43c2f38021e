"""The report as text for a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from llmquiz.render.cells import WIDTH, clean, ends, pad, wrap
from llmquiz.report import Diagnosis, Failure, Report, Status, TestResult, summary
from llmquiz.words import pick, say

FULL_FAILURES = 3  # explained in full without -v
PRINTED_LINES, PRINTED_WIDTH = 10, 74
NUMERIC = ("values", "gradient")


def report_text(report: Report, lang: str, verbose: bool = False, also: str = "") -> str:
    """The whole report, without the line that says what to do next.

    `also` are options that a repeated check needs, e.g. "--file x.py ".
    """
    title = pick(report.title, lang)
    score = f"{say(report.status, lang)} {report.points:>3}/{report.max_points}"
    lines = [ends(f"{report.exercise}   {title}", score), ""]
    if report.ignored:
        places = ", ".join(report.ignored[:8]) + (" ..." if len(report.ignored) > 8 else "")
        lines += [*wrap(say("ignored_lines", lang, places=places), WIDTH, "  "), ""]
    if report.failure is not None:
        lines += [f"  {say('not_loaded', lang)}", *failure_lines(report.failure, lang, verbose)]
        lines += _printed(report.printed, lang, verbose)
        return "\n".join(lines)
    for part in report.parts:
        lines += _part_lines(report, part, lang, verbose)
    failures = [test for test in report.tests if test.status is Status.FAIL]
    shown = failures if verbose else failures[:FULL_FAILURES]
    for test in shown:
        lines += ["", f"  {_short(test.name)}{say('colon', lang)}{pick(test.sentence, lang)}"]
        if test.failure is not None:
            lines += failure_lines(test.failure, lang, verbose)
        lines += _printed(test.printed, lang, verbose)
    if len(failures) > len(shown):
        count = len(failures) - len(shown)
        again = f"llmquiz check {report.exercise} {also}--seed {report.seed} -v"
        lines += ["", "  " + say("more_failures", lang, count=count, command=again)]
    if failures:
        made = [f"{name} {version}" for name, version in report.versions.items()]
        seed = f"{say('seed', lang)} {report.seed}"
        lines += ["", "  " + say("comma", lang).join([seed, *made])]
    return "\n".join(lines)


def _part_lines(report: Report, part: str, lang: str, verbose: bool) -> list[str]:
    """One line for a part that passes or is still to do; else a line a test."""
    tests = report.of_part(part)
    if not tests:
        return []
    title = pick(report.parts[part], lang)
    status = summary([test.status for test in tests])
    points = f"{sum(t.points for t in tests)}/{sum(t.max_points for t in tests)}"
    passed = sum(test.status is Status.PASS for test in tests)
    earned = sum(test.points for test in tests)
    whole = status is Status.PASS or (status is not Status.FAIL and not earned)
    if whole and not verbose:
        count = say("tests_of", lang, passed=passed, count=len(tests))
        lines = [_row(status, f"{title}   {count}", points, lang)]
        todo = next((test for test in tests if test.status is Status.TODO), None)
        if todo is not None and todo.failure is not None:
            lines += [f"        {line.strip()}" for line in failure_lines(todo.failure, lang)]
        elif status is Status.SKIP:
            needs = next(test.needs for test in tests if test.status is Status.SKIP)
            lines.append(f"        {say('needs', lang, test=_short(needs))}")
        return lines
    lines = [ends(f"  {title}", points)]
    waiting: dict[str, list[TestResult]] = {}  # skipped tests by the test that they wait for
    for test in tests:
        if test.status is Status.SKIP and not verbose:
            waiting.setdefault(test.needs, []).append(test)
        else:
            lines.append(_row(test.status, pick(test.sentence, lang), _points([test]), lang))
            if test.needs:
                lines += [f"        {say('needs', lang, test=_short(test.needs))}"]
    for needs, skipped in waiting.items():
        text = say("waiting", lang, count=len(skipped), test=_short(needs))
        lines.append(_row(Status.SKIP, text, _points(skipped), lang))
    return lines


def _row(status: Status, text: str, points: str, lang: str) -> str:
    return ends(f"  {say(status, lang)}  {text}", points).rstrip()


def _points(tests: list[TestResult]) -> str:
    most = sum(test.max_points for test in tests)
    return f"{sum(test.points for test in tests)}/{most}" if most else ""


def _short(name: str) -> str:
    return name.removeprefix("test_")


def failure_lines(failure: Failure, lang: str, verbose: bool = False) -> list[str]:
    """What is wrong, where, and with which inputs."""
    lines = []
    for paragraph in failure_sentences(failure, lang):
        lines += wrap(clean(paragraph), WIDTH, "    ")
    if is_todo(failure):
        return [*lines, f"    {clean(failure.place)}"]
    if failure.kind in NUMERIC:
        lines += _numbers(failure, lang)
    if failure.place:
        lines += [
            f"    {clean(failure.place)}",
            *([f"        {clean(failure.line)}"] if failure.line else []),
        ]
    if verbose and len(failure.traceback) > 1:
        lines += [f"    | {clean(entry)}" for entry in failure.traceback]
    if failure.diagnosis is not None:
        lines += _diagnosis_lines(failure.diagnosis, lang)
    label = say("inputs", lang)
    for number, given in enumerate(failure.inputs):
        lines.append(f"    {pad(label if number == 0 else '', cell_len(label))}  {clean(given)}")
    return lines


def is_todo(failure: Failure) -> bool:
    """Whether the submission only says that it is not written yet."""
    return failure.kind == "raised" and "NotImplementedError" in failure.facts["bases"]


def failure_sentences(failure: Failure, lang: str) -> list[str]:
    """The failure in words."""
    facts = dict(failure.facts)
    kind = failure.kind
    if kind == "raised":
        if is_todo(failure):
            return [say("todo", lang, function=facts.get("function", "?"))]
        facts["error"] = facts["class"]
        sentences = [say("raised", lang, error=facts["class"], message=facts["message"])]
        if facts["class"] == "SystemExit":
            sentences.append(say("remove_exit", lang))
        if facts.get("missing_module") and facts.get("sibling"):
            sentences.append(say("missing_sibling", lang, module=facts["missing_module"]))
        return sentences
    if kind == "type" and facts["got"] in ("None", "NoneType"):
        kind = "type_none"
    elif kind == "different" and facts["place"] == "len":
        kind = "different_length"
    elif kind == "different" and not facts["place"]:
        kind = "different_whole"
    elif kind == "other_error":
        facts["error"] = facts["class"]
    return [say(kind, lang, **facts)]


def _numbers(failure: Failure, lang: str) -> list[str]:
    facts = failure.facts
    expected, got = facts["expected"], facts["got"]
    # Few digits for a gross difference, all that a float32 has for a fine one.
    digits = 5 if abs(got - expected) > 1e-3 * abs(expected) else 9
    rows = [
        (say("expected_at", lang, index=facts["index"]), f"{expected:.{digits}g}"),
        (say("got_there", lang), f"{got:.{digits}g}"),
        (say("largest_error", lang), error_summary(failure, lang)),
    ]
    return [f"      {pad(name, 24)} {value}" for name, value in rows]


def error_summary(failure: Failure, lang: str) -> str:
    """How far the numbers are off, and how many of them."""
    facts = failure.facts
    return say(
        "error_summary",
        lang,
        largest=f"{facts['largest_error']:.3g}",
        allowed=f"{facts['allowed']:.1g}",
        wrong=facts["wrong_count"],
        count=facts["count"],
    )


def _diagnosis_lines(diagnosis: Diagnosis, lang: str) -> list[str]:
    """What the numbers are, where to look, and what leads on."""
    lines = [""]
    if len(diagnosis.causes) > 1:
        lines += wrap(say("two_causes", lang), WIDTH, "    ")
    for cause in diagnosis.causes:
        lines += wrap(pick(cause.means, lang), WIDTH, "    ")
        lines += wrap(pick(cause.hint, lang), WIDTH, "    ")
    if diagnosis.others:
        lines += wrap(say("other_causes", lang), WIDTH, "    ")
    if diagnosis.place:
        lines += wrap(say("look_at", lang, place=diagnosis.place), WIDTH, "    ")
    questions = dict.fromkeys(cause.question for cause in diagnosis.causes)
    for question in questions:
        lines += wrap(say("question_of_bank", lang, question=question), WIDTH, "    ")
    return [*lines, ""]


def _printed(printed: str, lang: str, verbose: bool) -> list[str]:
    if not printed.strip():
        return []
    lines = clean(printed).rstrip().splitlines()
    shown = lines if verbose else lines[:PRINTED_LINES]
    rest = ["      ..."] if len(lines) > len(shown) else []
    return [
        f"    {say('you_printed', lang)}:",
        *(f"      {line[:PRINTED_WIDTH]}" for line in shown),
        *rest,
    ]
