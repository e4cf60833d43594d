"""Charts that the pages share; every one in the app's look, see `geo.ui.chart_look`.

charts.show(charts.bars(["Phố Huế", "Phố Vọng"], [40, 12], said), height_px=240, alt_text="Số vụ theo phố")

What a tooltip says is handed in as whole sentences, so that no name of a column is ever read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from geo.domain.messages import Lang
from geo.maps.classes import Classes
from geo.maps.palettes import MAX_CLASSES, sequential
from geo.ui import formats, map_frame
from geo.ui.chart_look import Chart, Colours, colours, show
from geo.ui.i18n import current_lang

__all__ = [
    "BandNames", "Chart", "Colours", "bars", "bars_height_px", "colours", "columns", "even_classes",
    "heat_grid", "line_with_band", "lorenz", "rows_of", "show",
]  # fmt: skip

Values = Sequence[float] | npt.NDArray[Any]

_BAR_PX = 22
_BAR_ROOM = 1.2  # of the longest bar, so that its number has a place behind it
_CURVE_POINTS = 400
_HOVER_POINTS = 80

_MONTH: dict[Lang, str] = {"vi": "%m/%Y", "en": "%b %Y"}


@dataclass(frozen=True)
class BandNames:
    """What the legend of `line_with_band` calls its parts, and the title of its axis."""

    counted: str
    expected: str
    band: str
    axis: str


def bars(
    labels: Sequence[str],
    values: Values,
    said: Sequence[str],
    *,
    axis: str | None = None,
    digits: int = 0,
    marked: Sequence[int] = (),
) -> Chart:
    """Return horizontal bars in the order given, each with its number; see `bars_height_px` for a height.

    labels : (n,) all different; said : (n,) what the tooltip says
    axis : title of the axis of values; digits : decimals of the numbers written
    marked : positions of bars that need action
    """
    tone = colours()
    rows = [
        {"label": label, "value": float(value), "number": formats.number(float(value), digits), "said": words,
         "tone": tone.accent if i in set(marked) else tone.main}
        for i, (label, value, words) in enumerate(zip(labels, values, said, strict=True))
    ]  # fmt: skip
    longest = _BAR_ROOM * max((float(value) for value in values), default=1.0) or 1.0
    base = alt.Chart(rows_of(rows)).encode(
        y=alt.Y("label:N", sort=list(labels), title=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        x=alt.X(
            "value:Q",
            title=axis,
            scale=alt.Scale(domain=[0, longest], nice=False),
            axis=alt.Axis(format=f",.{digits}~f", tickCount=4),
        ),
        tooltip=alt.Tooltip("said:N"),
    )
    drawn = base.mark_bar(height={"band": 0.68}).encode(color=alt.Color("tone:N", scale=None))
    numbers = base.mark_text(align="left", dx=4, color=tone.ink).encode(text="number:N")
    return _layered(drawn, numbers)


def columns(labels: Sequence[str], values: Values, said: Sequence[str], *, digits: int = 0) -> Chart:
    """Return upright bars in the order given: many short labels, such as the hours of a day.

    labels : (n,) all different; said : (n,) what the tooltip says; digits : decimals on the axis
    """
    rows = [
        {"label": label, "value": float(value), "said": words}
        for label, value, words in zip(labels, values, said, strict=True)
    ]
    made: alt.Chart = (
        alt.Chart(rows_of(rows))
        .mark_bar(color=colours().main, width={"band": 0.78})
        .encode(
            x=alt.X(
                "label:N",
                sort=list(labels),
                title=None,
                axis=alt.Axis(labelAngle=0, ticks=False, labelOverlap=True),
            ),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(format=f",.{digits}~f", tickCount=4)),
            tooltip=alt.Tooltip("said:N"),
        )
    )
    return made


def bars_height_px(n: int) -> int:
    """Return a height for `n` bars with their axis."""
    return 44 + _BAR_PX * max(1, n)


def heat_grid(
    values: npt.NDArray[Any],
    rows: Sequence[str],
    columns: Sequence[str],
    said: Sequence[Sequence[str]],
    *,
    legend: str,
    whole: bool = False,
    column_words: Mapping[str, str] | None = None,
    marked: Sequence[tuple[int, int]] = (),
) -> Chart:
    """Return a grid of cells coloured by how much; a cell with NaN is not drawn.

    values : (rows, columns) >= 0; rows, columns : names, all different; said : what each cell's tooltip says
    legend : title of the classes; whole : whether the values are whole numbers
    column_words : the columns that have a tick, with what stands there; None writes every column's name
    marked : (row, column) of cells with an outline
    """
    tone, classes = colours(), even_classes(float(np.nanmax(values, initial=0)), whole=whole)
    labels = classes.labels(lambda value: formats.number(value, _digits(classes)), whole=whole)
    of = classes.of(values)
    shown = [
        {"row": row, "column": column, "class": labels[of[i, j]] if values[i, j] > 0 else "0",
         "said": said[i][j], "marked": (i, j) in set(marked)}
        for i, row in enumerate(rows) for j, column in enumerate(columns) if not np.isnan(values[i, j])
    ]  # fmt: skip
    words = dict(column_words) if column_words is not None else {column: column for column in columns}
    cells = alt.Chart(rows_of(shown)).encode(
        x=alt.X(
            "column:N", sort=list(columns), title=None, scale=alt.Scale(domain=list(columns)),
            axis=alt.Axis(values=list(words), labelExpr=f"{json.dumps(words)}[datum.value]", labelAngle=0,
                          ticks=False, domain=False, labelOverlap=True),
        ),
        y=alt.Y("row:N", sort=list(rows), title=None, scale=alt.Scale(domain=list(rows)),
                axis=alt.Axis(ticks=False, domain=False)),
        tooltip=alt.Tooltip("said:N"),
    )  # fmt: skip
    class_colours = alt.Scale(domain=["0", *labels], range=[tone.empty, *_ramp(len(labels))])
    legend_above = alt.Legend(title=legend, orient="top", symbolType="square", symbolStrokeWidth=0)
    drawn = cells.mark_rect(cornerRadius=2, stroke=tone.paper, strokeWidth=1).encode(
        color=alt.Color("class:N", scale=class_colours, legend=legend_above)
    )
    # a light line on a dark one is seen on every colour of the ramp
    ring = cells.transform_filter("datum.marked")
    outer = ring.mark_rect(cornerRadius=2, filled=False, stroke=tone.paper, strokeWidth=5)
    inner = ring.mark_rect(cornerRadius=2, filled=False, stroke=tone.ink, strokeWidth=2)
    return _layered(drawn, outer, inner)


def line_with_band(
    days: Sequence[date],
    counts: Values,
    *,
    expected: Values,
    low: Values,
    high: Values,
    said: Sequence[str],
    names: BandNames,
    marked: Sequence[int] = (),
) -> Chart:
    """Return counts over time before the band in which they were expected.

    All (k,); `days` are the first days of the periods; NaN in expected, low or high: nothing was expected
    said : what the tooltip says of each period; marked : positions of periods that need action
    """
    tone = colours()
    rows = [
        {"day": day.isoformat(), "n": _value(n), "expected": _value(mean), "low": _value(least),
         "high": _value(most), "said": words, "marked": i in set(marked)}
        for i, (day, n, mean, least, most, words) in enumerate(
            zip(days, counts, expected, low, high, said, strict=True))
    ]  # fmt: skip
    base = alt.Chart(rows_of(rows)).encode(
        x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"),
                axis=alt.Axis(format=_MONTH[current_lang()], tickCount=6, grid=False, labelOverlap=True)),
    )  # fmt: skip
    legend = alt.Scale(
        domain=[names.counted, names.expected, names.band], range=[tone.main, tone.context, tone.rule]
    )
    in_legend = alt.Legend(title=None, orient="top", symbolType="square", symbolStrokeWidth=0)

    part = alt.Color("part:N", scale=legend, legend=in_legend)

    def named(name: str) -> alt.Chart:
        return base.transform_calculate(part=json.dumps(name)).encode(color=part)

    from_zero = alt.Scale(zero=not _far_from_zero((*counts, *low)))
    n = alt.Y("n:Q", title=names.axis, scale=from_zero, axis=alt.Axis(format=",.0f", tickCount=5))
    band = named(names.band).mark_area(opacity=0.75)
    band = band.encode(y=alt.Y("low:Q", title=names.axis), y2="high:Q")
    mean = named(names.expected).mark_line(strokeWidth=1.2, strokeDash=[4, 3]).encode(y="expected:Q")
    line = named(names.counted).mark_line(strokeWidth=2).encode(y=n)
    points = (
        base.transform_filter("datum.marked")
        .mark_point(filled=True, size=70, color=tone.accent, opacity=1)
        .encode(y=n)
    )
    hover = base.mark_rule(strokeWidth=10, opacity=0).encode(tooltip=alt.Tooltip("said:N"))
    return _layered(band, mean, line, points, hover)


def lorenz(
    places: Values, events: Values, equal_places: float, half: float, *, axes: tuple[str, str], said_half: str
) -> Chart:
    """Return the Lorenz curve, fullest places first, with the line of equality and the point of one half.

    places, events : (n + 1,) cumulative shares from 0 to 1; equal_places : where the line of equality ends
    half : share of places that holds half of the events; axes : titles of places and events
    said_half : what the tooltip at that point says
    """
    tone = colours()
    x, y = np.asarray(places, dtype=np.float64), np.asarray(events, dtype=np.float64)
    curve = [{"places": float(x[i]), "events": float(y[i])} for i in _spread(len(x), _CURVE_POINTS)]
    hover = [
        {
            "places": float(x[i]),
            "events": float(y[i]),
            "said": f"{formats.percent(float(x[i]))} → {formats.percent(float(y[i]))}",
        }
        for i in _spread(len(x), _HOVER_POINTS)
    ]
    equal = [
        {"places": 0.0, "events": 0.0}, {"places": float(equal_places), "events": 1.0},
        {"places": 1.0, "events": 1.0},
    ]  # fmt: skip
    across = alt.X(
        "places:Q", title=axes[0], scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5)
    )
    up = alt.Y(
        "events:Q", title=axes[1], scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5)
    )
    at_half = [{"places": half, "events": 0.5, "floor": 0.0, "said": said_half}]
    return _layered(
        alt.Chart(rows_of(equal))
        .mark_line(color=tone.context, strokeDash=[4, 3], strokeWidth=1.2)
        .encode(x=across, y=up),
        alt.Chart(rows_of(curve)).mark_area(color=tone.main, opacity=0.14).encode(x=across, y=up),
        alt.Chart(rows_of(curve)).mark_line(color=tone.main, strokeWidth=2).encode(x=across, y=up),
        alt.Chart(rows_of(hover))
        .mark_point(size=160, opacity=0)
        .encode(x=across, y=up, tooltip=alt.Tooltip("said:N")),
        alt.Chart(rows_of(at_half))
        .mark_rule(color=tone.ink, strokeWidth=1)
        .encode(x=across, y=alt.Y("floor:Q", title=axes[1]), y2="events:Q"),
        alt.Chart(rows_of(at_half))
        .mark_point(filled=True, size=80, color=tone.ink, opacity=1)
        .encode(x=across, y=up, tooltip=alt.Tooltip("said:N")),
    )


def even_classes(highest: float, *, whole: bool = False) -> Classes:
    """Return up to seven classes of equal, round width that reach `highest`, the first from above 0."""
    if not highest > 0:
        return Classes(())
    step = _round_up(highest / MAX_CLASSES)
    if whole:
        step = max(1.0, ceil(step))
        return Classes(tuple(1.0 + step * i for i in range(MAX_CLASSES) if 1.0 + step * i <= highest))
    borders = [0.0, *(step * i for i in range(1, MAX_CLASSES) if step * i < highest)]
    return Classes(tuple(borders))


def _round_up(value: float) -> float:
    unit = 10.0 ** np.floor(log10(value))
    return float(
        next(
            unit * times
            for times in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
            if unit * times >= value * (1 - 1e-9)
        )
    )


def _digits(classes: Classes) -> int:
    """Return the decimals that tell the borders apart."""
    return next((n for n in range(4) if all(abs(b - round(b, n)) < 1e-9 for b in classes.borders)), 3)


def _ramp(n: int) -> tuple[str, ...]:
    return sequential(n, map_frame.theme()) if n else ()


def rows_of(rows: list[dict[str, Any]]) -> alt.InlineData:
    """Return rows that stand in the chart itself: in a data set, Streamlit shifts days by the time zone."""
    return alt.InlineData(values=rows)


def _layered(*charts: alt.Chart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts))


def _far_from_zero(values: Sequence[float]) -> bool:
    """Say whether a line that starts at zero would be a flat one."""
    return bool(np.nanmin(values) > np.nanmax(values) / 2)


def _value(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _spread(n: int, most: int) -> list[int]:
    """Return at most so many positions of 0 ... n - 1, both ends among them."""
    return sorted({int(i) for i in np.linspace(0, n - 1, min(n, most)).round()})
