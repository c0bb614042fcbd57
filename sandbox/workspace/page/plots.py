"""Charts of a message as shapes on a plane: what `charts.html` draws of a data_visualization block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, cos, floor, log10, pi, sin
from typing import Any

Json = dict[str, Any]
WIDTH, HEIGHT = 480, 232
LEFT, RIGHT, TOP, BOTTOM = 50, 10, 10, 30
STEPS = (1, 2, 5, 10)
TICKS = 4
CENTRE, RADIUS = 104, 100


@dataclass(frozen=True, slots=True)
class Mark:
    """One shape: its `d` of an SVG path, the tone of its series, `kind` (fill or line), and what it says."""

    d: str
    tone: int
    kind: str = "fill"
    said: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart as drawn; `legend` are its names by tone, `head` and `rows` its figures as a table."""

    marks: list[Mark]
    legend: list[str]
    head: list[str]
    rows: list[list[str]]
    across: list[Tick] = field(default_factory=list)
    upwards: list[Tick] = field(default_factory=list)
    x_label: str = ""
    y_label: str = ""
    size: tuple[int, int] = (WIDTH, HEIGHT)
    frame: tuple[int, int, int, int] = (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)


def plot(block: Json) -> Plot:
    """Return a data_visualization block as drawn."""
    chart = block["chart"]
    return _pie(chart["segments"]) if chart["type"] == "pie" else _plotted(chart)


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _pie(segments: list[Json]) -> Plot:
    total, at, marks = sum(one["value"] for one in segments), 0.0, []
    for tone, one in enumerate(segments):
        share = one["value"] / total
        marks.append(Mark(_slice(at, at + share), tone, said=f"{one['label']}: {_number(one['value'])} ({share:.0%})"))
        at += share
    rows = [[one["label"], _number(one["value"]), f"{one['value'] / total:.0%}"] for one in segments]
    return Plot(marks, [one["label"] for one in segments], [], rows, size=(2 * CENTRE, 2 * CENTRE))


def _slice(start: float, end: float) -> str:
    """Return a slice of the pie between two shares of the turn; a whole one is cut in two halves."""
    if end - start > 0.999:
        return _slice(0, 0.5) + _slice(0.5, 1)
    (ax, ay), (bx, by) = _rim(start), _rim(end)
    return f"M{CENTRE} {CENTRE}L{ax:.1f} {ay:.1f}A{RADIUS} {RADIUS} 0 {int(end - start > 0.5)} 1 {bx:.1f} {by:.1f}Z"


def _rim(share: float) -> tuple[float, float]:
    turn = 2 * pi * share - pi / 2
    return CENTRE + RADIUS * cos(turn), CENTRE + RADIUS * sin(turn)


def _plotted(chart: Json) -> Plot:
    names, axis = chart["axis_config"]["categories"], chart["axis_config"]
    table = [{point["label"]: point["value"] for point in one["data"]} for one in chart["series"]]
    scale = scaled([value for row in table for value in row.values()])
    wide = (WIDTH - LEFT - RIGHT) / len(names)
    middles = [LEFT + wide * (number + 0.5) for number in range(len(names))]
    draw = {"bar": _bars, "line": _lines, "area": _areas}[chart["type"]]
    legend = [one["name"] for one in chart["series"]]
    rows = [[name, *(_number(row[name]) for row in table)] for name in names]
    return Plot(
        marks=[*draw(names, table, scale, middles, wide, legend)],
        legend=legend,
        head=["", *legend],
        rows=rows,
        across=[Tick(at, name) for at, name in zip(middles, names, strict=True)],
        upwards=[Tick(scale(value), _number(value)) for value in scale.ticks],
        x_label=axis.get("x_label", ""),
        y_label=axis.get("y_label", ""),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values stand, from the lowest tick at the bottom to the highest at the top."""

    ticks: list[float]

    def __call__(self, value: float) -> float:
        """Return how far down a value stands."""
        low, high = self.ticks[0], self.ticks[-1]
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def scaled(values: list[float]) -> Scale:
    """Return a scale with round ticks that holds all values, and nothing (0)."""
    low, high = min(0.0, *values), max(0.0, *values)
    rough = ((high - low) or 1) / TICKS
    size = 10 ** floor(log10(rough))
    step = next(size * one for one in STEPS if size * one >= rough * 0.999)
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return Scale([number * step for number in range(first, last + 1)])


def _bars(
    names: list[str], table: list[dict[str, float]], scale: Scale, middles: list[float], wide: float, legend: list[str]
) -> Iterator[Mark]:
    each, base = wide * 0.76 / len(table), scale(0)
    for tone, row in enumerate(table):
        for at, name in zip(middles, names, strict=True):
            left, top = at - wide * 0.38 + each * tone, scale(row[name])
            d = f"M{left:.1f} {base:.1f}V{top:.1f}h{max(1.0, each - 1):.1f}V{base:.1f}Z"
            yield Mark(d, tone, said=f"{legend[tone]}, {name}: {_number(row[name])}")


def _path(names: list[str], row: dict[str, float], scale: Scale, middles: list[float]) -> str:
    return "M" + "L".join(f"{at:.1f} {scale(row[name]):.1f}" for at, name in zip(middles, names, strict=True))


def _lines(
    names: list[str], table: list[dict[str, float]], scale: Scale, middles: list[float], _: float, legend: list[str]
) -> Iterator[Mark]:
    for tone, row in enumerate(table):
        yield Mark(_path(names, row, scale, middles), tone, "line", legend[tone])


def _areas(
    names: list[str], table: list[dict[str, float]], scale: Scale, middles: list[float], _: float, legend: list[str]
) -> Iterator[Mark]:
    for tone, row in enumerate(table):
        outline = _path(names, row, scale, middles)
        yield Mark(f"{outline}L{middles[-1]:.1f} {scale(0):.1f}L{middles[0]:.1f} {scale(0):.1f}Z", tone, "area")
        yield Mark(outline, tone, "line", legend[tone])
