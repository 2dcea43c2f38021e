"""Draws a result's plots with matplotlib, which the extra `lab` brings."""

from __future__ import annotations

import importlib.util
import io
import warnings
from pathlib import Path
from typing import Any

from llmquiz.errors import UsageProblem
from llmquiz.lab.records import Plot, Result, Series, Text
from llmquiz.words import pick

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")  # Okabe-Ito
MARKS = "osD^vPX"
KINDS = {".png", ".svg", ".pdf"}
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip


def require() -> None:
    """Raises UsageProblem where matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise UsageProblem("no_matplotlib")


def save(result: Result, path: Path, lang: str) -> None:
    """Write all plots of a result into one picture. Raises UsageProblem."""
    require()
    if path.suffix.lower() not in KINDS:
        raise UsageProblem("plot_kind", path=path, kinds=", ".join(sorted(KINDS)))
    data = draw(result, lang, path.suffix.lower().lstrip("."))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageProblem("not_writable", path=path, error=error.strerror) from error


def draw(result: Result, lang: str, kind: str) -> bytes:
    """The picture as bytes: the same ones for the same numbers."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    plots = result.found.plots
    # The browser has Chinese fonts, so an SVG keeps its text as text. A PNG needs one here.
    font = _chinese_font() if lang == "zh" else None
    spoken = lang if kind == "svg" or font else "en"
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": result.lab.name,
        "font.sans-serif": [*([font] if font else []), "DejaVu Sans", "sans-serif"],
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.size": 9,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=(4.6 * len(plots), 3.4), layout="constrained")
        FigureCanvasAgg(figure)
        for at, plot in enumerate(plots, start=1):
            _axes(figure.add_subplot(1, len(plots), at), plot, spoken)
        stream = io.BytesIO()
        metadata = (
            {"Date": None} if kind == "svg" else {"CreationDate": None} if kind == "pdf" else {}
        )
        figure.savefig(stream, format=kind, dpi=110, metadata=metadata)
    return stream.getvalue()


def _axes(axes: Any, plot: Plot, lang: str) -> None:
    for at, series in enumerate(plot.series):
        (_bars if plot.bars else _line)(axes, series, at, len(plot.series), lang)
    axes.set_title(pick(plot.title, lang), fontsize=9, loc="left")
    axes.set_xlabel(pick(plot.x, lang))
    axes.set_ylabel(pick(plot.y, lang))
    if plot.log_x:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    if plot.log_y:
        axes.set_yscale("log")
    axes.grid(visible=True, axis="y", alpha=0.25, linewidth=0.6)
    if len(plot.series) > 1:
        axes.margins(y=0.2 if plot.bars else 0.05)  # room for the legend above bars
        axes.legend(frameon=False, fontsize=8)


def _line(axes: Any, series: Series, at: int, count: int, lang: str) -> None:  # noqa: ARG001
    means = [y.mean for y in series.y]
    style = {"color": COLOURS[at % len(COLOURS)], "label": _label(series.label, lang)}
    marks = MARKS[at % len(MARKS)] if len(means) <= 24 else ""
    axes.plot(series.x, means, marker=marks, markersize=3.5, linewidth=1.4, **style)
    # A deviation, but never beyond what was measured: on a logarithmic axis it could reach zero.
    low = [max(y.mean - y.std, min(y.values)) for y in series.y]
    high = [min(y.mean + y.std, max(y.values)) for y in series.y]
    axes.fill_between(series.x, low, high, color=style["color"], alpha=0.15, linewidth=0)


def _bars(axes: Any, series: Series, at: int, count: int, lang: str) -> None:
    width = 0.8 / count
    places = [i + (at - (count - 1) / 2) * width for i in range(len(series.x))]
    means, stds = [y.mean for y in series.y], [y.std for y in series.y]
    style = {"color": COLOURS[at % len(COLOURS)], "label": _label(series.label, lang)}
    axes.bar(places, means, width * 0.92, yerr=stds, error_kw={"linewidth": 0.9}, **style)
    names = [str(x) for x in series.x]
    crowded = sum(map(len, names)) > 42
    axes.set_xticks(range(len(names)), names, rotation=35 if crowded else 0,
                    ha="right" if crowded else "center")  # fmt: skip


def _label(label: Text, lang: str) -> str:
    return pick(label, lang)


def _chinese_font() -> str | None:
    from matplotlib import font_manager

    names = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in names), None)
