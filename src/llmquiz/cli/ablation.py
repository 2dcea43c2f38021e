"""`llmquiz lab ablation` and `llmquiz lab chat`: a small language model of one's own."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from llmquiz import __version__
from llmquiz.cli.base import current_language
from llmquiz.cli.lab import LabCommand, check_outputs, outputs, show
from llmquiz.errors import UsageProblem
from llmquiz.lab import registry
from llmquiz.lab.ladder import data as texts
from llmquiz.lab.ladder.climb import climb
from llmquiz.lab.ladder.components import offers
from llmquiz.lab.ladder.job import Job, State, folder
from llmquiz.lab.ladder.rungs import BY_NAME, LADDER, QUICK, Size
from llmquiz.lab.records import Result
from llmquiz.plain import clean
from llmquiz.render.cells import is_heard
from llmquiz.words import pick, say
from llmquiz.workspace import locate

COUNT = click.IntRange(min=1)


@click.command(
    cls=LabCommand,
    name="ablation",
    examples=("llmquiz lab ablation --quick", "llmquiz lab ablation --text book.txt --html a.html"),
)
@click.option("--data", type=click.Choice(texts.KINDS), default="stdlib", help="help.ablation.data")
@click.option("--text", type=click.Path(path_type=Path), metavar="FILE", help="help.ablation.text")
@click.option("--steps", type=COUNT, metavar="N", help="help.ablation.steps")
@click.option("--seeds", type=COUNT, metavar="N", help="help.ablation.seeds")
@click.option("--jobs", type=COUNT, metavar="N", help="help.ablation.jobs")
@click.option("--fresh", is_flag=True, help="help.ablation.fresh")
@outputs
@click.pass_context
def command(
    context: click.Context,
    /,
    data: str,
    text: Path | None,
    steps: int | None,
    seeds: int | None,
    jobs: int | None,
    fresh: bool,
    seed: int,
    quick: bool,
    **where: Any,
) -> int:
    lang = current_language(context)
    check_outputs(**where)
    workspace = locate()
    size = QUICK if quick else Size()
    size = replace(size, steps=steps or size.steps, seeds=seeds or size.seeds)
    job = Job(
        size=size,
        seed=registry.seeds_of(seed, size.seeds)[0],
        data=str(text) if text is not None else data,
        text=texts.text_of(data, text, size.characters),
        offers=offers(workspace),
    )
    state = State(folder(workspace), job.key, fresh)
    meter = Meter(lang, len(LADDER) * size.seeds, state)
    start = time.perf_counter()
    try:
        facts = climb(job, state, jobs or min(4, os.cpu_count() or 1), meter)
    except KeyboardInterrupt:
        meter.clear()
        click.echo(say("ablation_stopped", lang, done=len(state.runs), of=meter.of), err=True)
        return 130
    meter.clear()
    from llmquiz.lab.ladder.report import found

    result = Result(
        lab=registry.find("ablation"),
        found=found(job, facts),
        seed=seed,
        seeds=size.seeds,
        quick=quick,
        seconds=time.perf_counter() - start,
        versions={"llmquiz": __version__},
        questions=registry.questions("ablation"),
    )
    code = show(result, lang, **where)
    if not where["as_json"]:
        click.echo(say("ablation_next", lang))
    return code


class Meter:
    """One line on stderr that says how far the climb is; on a terminal only."""

    def __init__(self, lang: str, of: int, state: State) -> None:
        self.lang, self.of, self.state = lang, of, state
        self.shown = sys.stderr.isatty()
        self.said: tuple[str, int] | None = None  # the run that was named last

    def __call__(self, rung: str, seed: int, share: float) -> None:
        if self.shown:
            label = pick(BY_NAME[rung].label, self.lang).strip()
            facts = {"done": len(self.state.runs), "of": self.of, "share": f"{share:.0%}"}
            line = say("ablation_progress", self.lang, rung=label, seed=seed, **facts)
            if not is_heard():
                click.echo(f"\r\x1b[K{line}", err=True, nl=False)
            elif (rung, seed) != self.said:
                click.echo(line, err=True)
            self.said = rung, seed

    def clear(self) -> None:
        if self.shown and not is_heard():
            click.echo("\r\x1b[K", err=True, nl=False)


@click.command(
    cls=LabCommand,
    name="chat",
    examples=('llmquiz lab chat --prompt "def main("', "llmquiz lab chat --temperature 0.7"),
)
@click.option("--prompt", metavar="TEXT", help="help.chat.prompt")
@click.option("--tokens", type=COUNT, default=200, metavar="N", help="help.chat.tokens")
@click.option("--temperature", type=float, default=0.8, metavar="T", help="help.chat.temperature")
@click.option("--top-p", type=float, default=0.95, metavar="P", help="help.chat.top_p")
@click.option("--seed", type=int, default=0, metavar="N", help="help.lab.seed")
@click.pass_context
def chat_command(
    context: click.Context,
    prompt: str | None,
    tokens: int,
    temperature: float,
    top_p: float,
    seed: int,
) -> int:
    from llmquiz.lab.ladder.chat import Chat

    lang = current_language(context)
    workspace = locate()
    chat = Chat(folder(workspace), offers(workspace))
    try:
        mine = ", ".join(sorted(chat.taken)) or "-"
        click.echo(say("chat_parts", lang, names=mine), err=True)
        sampled = {"tokens": tokens, "temperature": temperature, "top_p": top_p}
        if prompt is not None:
            _write(chat, prompt, {**sampled, "seed": seed})
            return 0
        if not sys.stdin.isatty():
            raise UsageProblem("chat_no_prompt")
        click.echo(say("chat_hint", lang), err=True)
        while True:
            try:
                prompt = input("> ")
            except EOFError:
                click.echo()
                return 0
            _write(chat, prompt, {**sampled, "seed": seed})
            seed += 1
    finally:
        chat.close()


def _write(chat: Any, prompt: str, sampled: dict[str, Any]) -> None:
    click.echo(clean(prompt), nl=False)
    for piece in chat.write(prompt, **sampled):
        click.echo(clean(piece), nl=False)
        sys.stdout.flush()
    click.echo()
