"""What click does not understand in a command, in our words instead of its own."""

from __future__ import annotations

import difflib
import re
from typing import Any

import click

from llmquiz.words import say


def sentence_of(error: click.UsageError, lang: str) -> str:
    """A usage error as one sentence, by its class; click's own text is English."""
    if isinstance(error, click.NoSuchOption):
        near = _near(error)
        key = "no_option_near" if near else "no_option"
        return say(key, lang, name=error.option_name, near=near)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        key, facts = "is_missing", {"name": _name(error.param)}
        if isinstance(error.param.type, click.Choice):
            key, facts = "is_missing_of", facts | {"choices": _choices(error.param.type)}
        return say(key, lang, **facts)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _bad_value(_name(error.param), error.param.type, lang)
    if isinstance(error, click.BadOptionUsage):
        flag = any(o.is_flag for o in _options(error.ctx) if error.option_name in o.opts)
        return say("takes_no_value" if flag else "needs_a_value", lang, name=error.option_name)
    if name := getattr(error, "command_name", ""):  # click.NoSuchCommand, new in 8.4
        return say("no_command", lang, name=name)
    if found := re.search(r"argument.*\((.+)\)", error.message):  # it has no class of its own
        return say("extra_argument", lang, names=found[1])
    return say("not_so", lang)


def _bad_value(name: str, kind: Any, lang: str) -> str:
    match kind:
        case click.Choice():
            return say("value_of", lang, name=name, choices=_choices(kind))
        case click.IntRange(min=least, max=None):
            return say("value_from", lang, name=name, least=least)
        case click.IntRange(min=least, max=most):
            return say("value_between", lang, name=name, least=least, most=most)
    key = {"integer": "value_whole", "float": "value_number"}.get(kind.name, "value_wrong")
    return say(key, lang, name=name)


def _name(param: click.Parameter) -> str:
    """As one types it: --seed, or NAME."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.human_readable_name.strip("[].")


def _choices(kind: Any) -> str:
    return ", ".join(map(str, kind.choices))


def _options(context: click.Context | None) -> list[click.Option]:
    found = context.command.get_params(context) if context is not None else []
    return [param for param in found if isinstance(param, click.Option)]


def _near(error: click.NoSuchOption) -> str:
    """The option that was meant: by its name, or by what it holds (`--count` is -n)."""
    names = {}
    for option in _options(error.ctx):
        names[str(option.name)] = option.opts[0]
        names |= {name.lstrip("-"): name for name in option.opts}
    near = difflib.get_close_matches(error.option_name.lstrip("-"), names, n=1)
    return names[near[0]] if near else ""
