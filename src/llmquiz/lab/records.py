"""What a lab says about itself and what it found. Every output is made from these records."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SCHEMA = 1

Text = tuple[str, str]  # English, Chinese


@dataclass(frozen=True)
class Lab:
    """A lab as its file describes it, read without importing it."""

    name: str
    topic: str  # of the question bank
    order: int
    title: Text
    claim: Text  # one sentence
    measures: Text  # what is measured, in one or two sentences


@dataclass(frozen=True)
class Spread:
    """One number, measured once per seed."""

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.values)

    @property
    def std(self) -> float:
        return statistics.stdev(self.values) if len(self.values) > 1 else 0.0


def spread(values: Iterable[float]) -> Spread:
    """One value per seed."""
    return Spread(tuple(float(value) for value in values))


def over(runs: Sequence[dict[Any, float]], key: Any) -> Spread:
    """The values of one key, where each seed gave a dictionary."""
    return spread(run[key] for run in runs)


@dataclass(frozen=True)
class Claim:
    """A sentence, and the number that decides it: it holds where every seed agrees.

    popular   people say so; a lab may refute it
    expected  what our own runs gave: CI compares
    machine   depends on the machine, as times do: reported, never compared
    """

    text: Text
    measure: Text
    value: Spread
    relation: str  # "<" or ">"
    bound: float
    popular: bool = False
    expected: bool = True
    machine: bool = False

    @property
    def sides(self) -> tuple[bool, ...]:
        """For each seed, whether the number is where the sentence needs it."""
        less = self.relation == "<"
        return tuple(v < self.bound if less else v > self.bound for v in self.value.values)

    @property
    def held(self) -> bool:
        return all(self.sides)

    @property
    def refuted(self) -> bool:
        """No seed agrees; where some do, neither is shown."""
        return not any(self.sides)

    @property
    def margin(self) -> float:
        """How many standard deviations the mean is away from the bound."""
        distance = abs(self.value.mean - self.bound)
        return distance / self.value.std if self.value.std else math.inf


Cell = str | int | float | Spread | Text


@dataclass(frozen=True)
class Table:
    """Numbers with names."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: Text = ("", "")


@dataclass(frozen=True)
class Series:
    """One line or one group of bars of a plot."""

    label: Text
    x: tuple[float | str, ...]
    y: tuple[Spread, ...]


@dataclass(frozen=True)
class Plot:
    """One pair of axes."""

    title: Text
    x: Text
    y: Text
    series: tuple[Series, ...]
    log_x: bool = False
    log_y: bool = False
    bars: bool = False


@dataclass(frozen=True)
class Found:
    """What an experiment measured."""

    claims: tuple[Claim, ...]
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Result:
    """One run of one lab."""

    lab: Lab
    found: Found
    seed: int
    seeds: int
    quick: bool
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()  # ids of the bank

    @property
    def held(self) -> bool:
        """Whether the lab's own claims held; what people say is judged apart."""
        return all(claim.held for claim in self.found.claims if not claim.popular)

    def document(self) -> dict[str, Any]:
        """The result as JSON data; docs/lab.schema.json describes it."""
        lab = self.lab
        return {
            "schema": SCHEMA,
            "lab": lab.name,
            "title": _both(lab.title),
            "claim": _both(lab.claim),
            "measures": _both(lab.measures),
            "held": self.held,
            "claims": [_claim(claim) for claim in self.found.claims],
            "tables": [_table(table) for table in self.found.tables],
            "plots": [_plot(plot) for plot in self.found.plots],
            "notes": [_both(note) for note in self.found.notes],
            "questions": list(self.questions),
            "seed": self.seed,
            "seeds": self.seeds,
            "quick": self.quick,
            "seconds": round(self.seconds, 2),
            "versions": self.versions,
        }

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from llmquiz.lab.page import fragment
        from llmquiz.words import language

        return fragment(self, language())


def _both(text: Text) -> dict[str, str]:
    return {"en": text[0], "zh": text[1]}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else str(value)


def _spread(value: Spread) -> dict[str, Any]:
    return {
        "mean": _number(value.mean),
        "std": _number(value.std),
        "values": [_number(one) for one in value.values],
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": _both(claim.text),
        "measure": _both(claim.measure),
        "value": _spread(claim.value),
        "relation": claim.relation,
        "bound": claim.bound,
        "held": claim.held,
        "refuted": claim.refuted,
        "popular": claim.popular,
        "machine": claim.machine,
    }


def _cell(cell: Cell) -> Any:
    if isinstance(cell, Spread):
        return _spread(cell)
    if isinstance(cell, tuple):
        return _both(cell)
    return _number(cell) if isinstance(cell, float) else cell


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": _both(table.title),
        "columns": [_both(column) for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _plot(plot: Plot) -> dict[str, Any]:
    return {
        "title": _both(plot.title),
        "x": _both(plot.x),
        "y": _both(plot.y),
        "series": [
            {"label": _both(s.label), "x": list(s.x), "y": [_spread(y) for y in s.y]}
            for s in plot.series
        ],
    }
