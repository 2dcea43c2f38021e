"""Reads a bank's YAML with the place of every value, so that a mistake is told by its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from llmquiz.errors import UsageProblem

Where = tuple[str | int, ...]  # the keys and indices that lead to a value
Place = tuple[int, int]  # line and column, from 1
# Plain scalars that YAML 1.1 takes for a boolean, and that people write as words.
WORDS_THAT_ARE_BOOLEANS = re.compile(r"^(y|n|yes|no|on|off)$", re.IGNORECASE)

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Source:
    """Plain data, and where each value stands in the file."""

    path: Path
    data: Any
    places: dict[Where, Place]
    problems: tuple[tuple[Place, str], ...]

    def place(self, where: Where) -> Place:
        """The place of a value, or of the nearest one around it."""
        while where and where not in self.places:
            where = where[:-1]
        return self.places.get(where, (1, 1))


def read(path: Path) -> Source:
    """Read YAML. Raises UsageProblem where it cannot be read at all."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem("bank_unreadable", path=path, error=error) from error
    try:
        loader = Loader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UsageProblem("bank_not_yaml", place=place, error=reason) from error
    builder = _Builder(loader)
    data = builder.build(root, ()) if root is not None else None
    return Source(path, data, builder.places, tuple(builder.problems))


class _Builder:
    """Turns nodes into plain data; notes places, doubled keys, and words taken for booleans."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self.places: dict[Where, Place] = {}
        self.problems: list[tuple[Place, str]] = []

    def build(self, node: Any, where: Where) -> Any:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.places[where] = place
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                key_place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                if key in found:
                    self.problems.append((key_place, f"{key} stands here a second time"))
                found[key] = self.build(value_node, (*where, key))
                self.places[*where, key] = key_place
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*where, i)) for i, item in enumerate(node.value)]
        if not node.style and WORDS_THAT_ARE_BOOLEANS.match(node.value):
            self.problems.append((place, f"YAML reads {node.value} as true or false: quote it"))
        return self._loader.construct_object(node, deep=True)
