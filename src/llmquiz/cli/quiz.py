"""`llmquiz quiz`: questions on how it works inside."""

from __future__ import annotations

import random
from collections import Counter

import click

from llmquiz import catalog, history
from llmquiz.cli.ask import Conversation
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.cli.names import complete_exercise, complete_question
from llmquiz.plain import clean, json_text
from llmquiz.quiz.bank import load
from llmquiz.quiz.cards import reviews
from llmquiz.quiz.draw import Asked, ask
from llmquiz.quiz.records import KINDS
from llmquiz.quiz.select import select
from llmquiz.render import questions as render
from llmquiz.render.cells import WIDTH
from llmquiz.words import say
from llmquiz.workspace import locate


@click.command(
    cls=WordedCommand,
    name="quiz",
    examples=(
        "llmquiz quiz attention -n 3",
        "llmquiz quiz attention.scale",
        "llmquiz quiz --exercise rope --kind numeric",
    ),
)
@click.argument("name", metavar="[TOPIC|ID]", required=False, shell_complete=complete_question)
@click.option("-n", "count", type=click.IntRange(min=1), metavar="N", help="help.quiz.count")
@click.option(
    "--exercise", metavar="NAME", help="help.quiz.exercise", shell_complete=complete_exercise
)
@click.option("--kind", type=click.Choice(KINDS), help="help.quiz.kind")
@click.option("--seed", type=int, metavar="N", help="help.quiz.seed")
@click.option("--show", is_flag=True, help="help.quiz.show")
@click.option("--json", "as_json", is_flag=True, help="help.quiz.json")
@click.pass_context
def command(
    context: click.Context,
    name: str | None,
    count: int | None,
    exercise: str | None,
    kind: str | None,
    seed: int | None,
    show: bool,
    as_json: bool,
) -> int:
    lang = current_language(context)
    bank = load()
    if exercise is not None:
        exercise = catalog.find(exercise).name
    workspace = locate()
    records = list(history.read(workspace.log)) if workspace is not None else []
    seen = Counter(review.card for review in reviews(records, bank))
    seed = random.SystemRandom().randrange(2**31) if seed is None else seed
    items = select(bank, name=name, exercise=exercise, kind=kind, count=count, seed=seed, seen=seen)
    if show:
        asked = [ask(item, seed + at) for at, item in enumerate(items)]
        if as_json:
            click.echo(json_text({"schema": 1, "questions": [_document(one) for one in asked]}))
        else:
            click.echo(clean("\n".join(line for one in asked for line in _page(one, lang))))
        return 0
    log = workspace.log if workspace is not None else None
    conversation = Conversation(lang, log, seed, quiet=as_json)
    conversation.run(items)
    if as_json:
        click.echo(json_text({"schema": 1, "answers": conversation.results}))
        return conversation.exit_code
    click.echo("\n".join(conversation.summary()))
    named = {item.question.id: item.question for item in items}
    if len(named) == 1:
        click.echo("\n".join(render.links(next(iter(named.values())), lang, WIDTH)))
    elif log is not None:
        click.echo(say("next_review", lang))
    return conversation.exit_code


def _page(asked: Asked, lang: str) -> list[str]:
    """A question with its answer, to read."""
    question = asked.item.question
    lines = [*render.heading("", asked, lang, WIDTH), "", *render.prompt(asked, lang, WIDTH), ""]
    if asked.item.closed is not None:
        return [*lines, *render.solution(asked, lang, WIDTH), ""]
    lines += render.reference(question, "", lang, WIDTH)
    for part in (render.rubric, render.misconceptions, render.sources, render.links):
        lines += ["", *part(question, lang, WIDTH)]
    return [*lines, ""]


def _document(asked: Asked) -> dict[str, object]:
    """A question with its answer, for programs."""
    item, question = asked.item, asked.item.question
    found: dict[str, object] = {
        "card": item.card,
        "topic": question.topic,
        "level": question.level,
        "kind": item.kind,
        "prompt": {lang: asked.prompt(lang) for lang in ("en", "zh")},
    }
    if item.closed is None:
        return found | {
            "answer": dict(question.answer),
            "rubric": [
                {"id": point.id, "part": point.part, **point.text} for point in question.rubric
            ],
            "sources": [{"link": cited.work.link, "at": cited.at} for cited in question.sources],
        }
    if asked.options:
        return found | {
            "options": [
                {"letter": letter, "right": option.right, **option.text, "why": dict(option.why)}
                for letter, option in asked.options
            ]
        }
    return found | {"parameters": dict(asked.parameters), "answer": asked.answer}
