"""`llmquiz doctor`: what this machine has, and what the sandbox may claim on it."""

from __future__ import annotations

import platform
import sys

import click

from llmquiz import __version__, catalog
from llmquiz.causes import cause
from llmquiz.cli.base import WordedCommand, current_language
from llmquiz.errors import OurFault
from llmquiz.plain import clean, json_text
from llmquiz.sandbox.launch import SandboxBroken, start
from llmquiz.sandbox.layers import ALL, NO_OPEN, Standing
from llmquiz.sandbox.limits import Limits
from llmquiz.words import say
from llmquiz.workspace import locate


@click.command(
    cls=WordedCommand, name="doctor", examples=("llmquiz doctor", "llmquiz doctor --json")
)
@click.option("--json", "as_json", is_flag=True, help="help.doctor.json")
@click.pass_context
def command(context: click.Context, as_json: bool) -> int:
    lang = current_language(context)
    if sys.stderr.isatty():
        click.echo(say("doctor_wait", lang), err=True)
    try:
        launcher = start(Limits(), hidden=catalog.hidden_paths())
        try:
            standing = launcher.standing
            launcher.launch().end(0)  # layers that hold are of no use where no worker starts
        finally:
            launcher.close()
    except SandboxBroken as error:
        raise OurFault("broken_sandbox", reason=error) from error
    if as_json:
        click.echo(json_text(document(standing)))
    else:
        click.echo(clean("\n".join(lines(standing, lang))))
    return 0


def facts(standing: Standing) -> dict[str, str]:
    """What this machine has, by the key of its words."""
    workspace = locate()
    return {
        "llmquiz": __version__,
        "python": f"{platform.python_version()}  {sys.executable}",
        "torch": f"{standing.torch}  {', '.join(_devices())}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "encoding": f"{sys.stdout.encoding}",
        "content": str(catalog.content_root()),
        "workspace": str(workspace.root) if workspace is not None else "-",
    }


def document(standing: Standing) -> dict[str, object]:
    """The same for programs."""
    return {
        "schema": 1,
        **facts(standing),
        "level": standing.level,
        "layers": {name: name in standing.active for name in (*ALL, NO_OPEN)},
        "reasons": dict(standing.reasons),
        "notes": dict(standing.notes),
    }


def lines(standing: Standing, lang: str) -> list[str]:
    """The whole page."""
    shown = facts(standing)
    width = max(map(len, shown))
    text = [f"{name:<{width}}  {value}" for name, value in shown.items()]
    text += ["", say(f"level_{standing.level}", lang)]
    for name in (*ALL, NO_OPEN):
        if name == NO_OPEN and NO_OPEN not in standing.active:
            continue
        state = say("layer_on" if name in standing.active else "layer_off", lang)
        text.append(f"  {state}  {name:<12}{say(f'layer_{name}', lang)}")
        for why in (standing.reasons.get(name), standing.notes.get(name)):
            if why:
                text.append(f"        {cause(why, lang)}")
    return text


def _devices() -> list[str]:
    import torch

    names = ["cpu"]
    if torch.cuda.is_available():
        names += [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        names.append("mps")
    return names


__all__ = ["command"]
