"""`llmquiz lab`: experiments that settle claims, and a model of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.errors import UsageProblem
from llmquiz.lab import registry
from llmquiz.lab.document import SCHEMA
from llmquiz.lab.records import Result
from llmquiz.plain import clean, json_text
from llmquiz.words import say

FILE = click.Path(path_type=Path)
OWN = ("list", "ablation", "chat")  # commands that are no experiments


class LabCommand(WordedCommand):
    """A command whose help text is `help.lab-<name>`, or that of all experiments."""

    @property
    def _key(self) -> str:
        return f"help.lab-{self.name}" if self.name in OWN else "help.lab-one"


class LabGroup(WordedCommand, click.Group):
    """The commands of labs; each experiment is one, by its name."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002
        names = {"list", *(lab.name for lab in registry.labs())}
        return [*(name for name in OWN if name in names), "NAME"]

    def get_command(self, context: click.Context, name: str) -> click.Command:  # noqa: ARG002
        if name == "list":
            return list_command
        if name != "NAME":
            name = registry.find(name).name  # a kit for students may lack any of them
        if name in OWN:
            from llmquiz.cli import ablation

            return ablation.command if name == "ablation" else ablation.chat_command
        return one_command if name == "NAME" else _experiment(name)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        return args[0], self.get_command(context, args[0]), args[1:]


def outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what becomes of a result."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="help.lab.json"),
        click.option("--html", type=FILE, metavar="FILE", help="help.lab.html"),
        click.option("--plot", type=FILE, metavar="FILE", help="help.lab.plot"),
        click.option("--seed", type=int, default=0, metavar="N", help="help.lab.seed"),
        click.option("--quick", is_flag=True, help="help.lab.quick"),
    ):
        command = option(command)
    return command


@click.group(
    cls=LabGroup, name="lab", examples=("llmquiz lab list", "llmquiz lab rope-shift --quick")
)
def command() -> None:
    pass


@click.command(cls=LabCommand, name="list", examples=("llmquiz lab list",))
@click.option("--json", "as_json", is_flag=True, help="help.lab.json")
@click.pass_context
def list_command(context: click.Context, as_json: bool) -> None:
    from llmquiz.lab.text import list_lines

    lang = current_language(context)
    asked = {lab.name: registry.questions(lab.name) for lab in registry.labs()}
    if as_json:
        rows = [
            {
                "name": lab.name,
                "topic": lab.topic,
                "title": dict(zip(("en", "zh"), lab.title, strict=True)),
                "claim": dict(zip(("en", "zh"), lab.claim, strict=True)),
                "questions": list(asked[lab.name]),
            }
            for lab in registry.labs()
        ]
        click.echo(json.dumps({"schema": SCHEMA, "labs": rows}, ensure_ascii=False, indent=2))
        return
    counts = {name: len(ids) for name, ids in asked.items()}
    click.echo("\n".join(list_lines(registry.labs(), counts, lang)))


def _experiment(name: str) -> click.Command:
    @click.command(
        cls=LabCommand,
        name=name,
        examples=(f"llmquiz lab {name}", f"llmquiz lab {name} --plot {name}.png"),
    )
    @outputs
    @click.pass_context
    def one(context: click.Context, /, seed: int, quick: bool, **where: Any) -> int:
        check_outputs(**where)
        return show(registry.run(name, seed, quick), current_language(context), **where)

    return one


one_command = _experiment("softmax-scaling")
one_command.name = "NAME"


def check_outputs(plot: Path | None, html: Path | None, as_json: bool) -> None:  # noqa: ARG001
    """Refuse before an experiment runs, not after."""
    from llmquiz.lab import plot as plots

    if plot is not None or html is not None:
        plots.require()
    if plot is not None and plot.suffix.lower() not in plots.KINDS:
        raise UsageProblem("plot_kind", path=plot, kinds=", ".join(sorted(plots.KINDS)))
    for path in (plot, html):
        if path is not None and not path.absolute().parent.is_dir():
            raise UsageProblem("not_writable", path=path, error=say("no_such_folder", "en"))


def show(result: Result, lang: str, *, plot: Path | None, html: Path | None, as_json: bool) -> int:
    """Print a result, or write it where it was asked for. 1 where a claim of ours did not hold."""
    if plot is not None:
        from llmquiz.lab.plot import save

        save(result, plot, lang)
    if html is not None:
        from llmquiz.lab.page import page

        try:
            html.write_text(page(result, lang), encoding="utf-8")
        except OSError as error:
            raise UsageProblem("not_writable", path=html, error=error.strerror) from error
    if as_json:
        click.echo(json_text(result.document()))
    else:
        from llmquiz.lab.text import lines

        click.echo(clean("\n".join(lines(result, lang))))
        for path in (plot, html):
            if path is not None:
                click.echo(say("written", lang, path=path))
    return 0 if result.held else 1
