"""`llmquiz review`: what is due today."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import click

from llmquiz import catalog, history
from llmquiz.cli.ask import Conversation, FaultItem
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.errors import Problem
from llmquiz.plain import json_text
from llmquiz.quiz.bank import load
from llmquiz.quiz.cards import FAULT, cards, due
from llmquiz.quiz.draw import Item, find_item
from llmquiz.quiz.records import Bank
from llmquiz.words import say
from llmquiz.workspace import require


@click.command(
    cls=WordedCommand, name="review", examples=("llmquiz review", "llmquiz review -n 10")
)
@click.option("-n", "count", type=click.IntRange(min=1), metavar="N", help="help.review.count")
@click.option("--seed", type=int, metavar="N", help="help.quiz.seed")
@click.option("--json", "as_json", is_flag=True, help="help.quiz.json")
@click.pass_context
def command(context: click.Context, count: int | None, seed: int | None, as_json: bool) -> int:
    lang = current_language(context)
    workspace = require()
    bank = load()
    now = datetime.now(UTC)
    waiting = due(cards(history.read(workspace.log), bank, now), now)
    items = [item for card in waiting if (item := _item(bank, card.name)) is not None][:count]
    if not items and not as_json:
        click.echo(say("nothing_due", lang))
        return 0
    seed = random.SystemRandom().randrange(2**31) if seed is None else seed
    conversation = Conversation(lang, workspace.log, seed, quiet=as_json, reviewing=True)
    if not as_json:
        click.echo(say("due_now", lang, count=len(waiting)))
    conversation.run(items)
    if as_json:
        click.echo(json_text({"schema": 1, "answers": conversation.results}))
        return conversation.exit_code
    click.echo("\n".join(conversation.summary()))
    left = len(due(cards(history.read(workspace.log), bank, now), now))
    click.echo(say("due_left", lang, count=left))
    return conversation.exit_code


def _item(bank: Bank, card: str) -> Item | FaultItem | None:
    """What a card asks; None where the question or fault is not there any more."""
    if not card.startswith(FAULT):
        return find_item(bank, card)
    from llmquiz.grading.faults import faults_of

    exercise, _, name = card.removeprefix(FAULT).partition("/")
    try:
        found = catalog.find(exercise)
        fault = next(f for f in faults_of(found.root, found.name) if f.name == name)
    except (Problem, StopIteration):
        return None
    return FaultItem(card, exercise, fault.means, fault.hint, find_item(bank, fault.question))
