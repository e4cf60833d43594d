"""Charts and tables as shapes and text, for writers that have no native ones."""

from collections.abc import Iterator

import numpy as np

from geo.briefing import fonts
from geo.briefing.deck import ChartBody, ChartKind
from geo.briefing.page import (
    CHART_TEXT,
    INK,
    LINE_HEIGHT,
    QUIET,
    RULE,
    Chart,
    Frame,
    Item,
    Shape,
    Table,
    Text,
    rectangle,
)
from geo.domain.messages import Lang
from geo.domain.numerals import number

# Dark for the period itself, light for what it is held against: told apart in grey print too.
SERIES = ("#0072b2", "#e0a64b", "#5b6472", "#a9c9de")
_TICKS = 4


def draw_chart(chart: Chart, unit: float, lang: Lang) -> Iterator[Item]:
    """Yield what `chart` looks like."""
    body, size = chart.body, CHART_TEXT * unit
    key = list(_series_key(chart, unit))
    yield from key
    tall = (
        max(item.frame.y + item.frame.h for item in key if isinstance(item, Text)) - chart.frame.y + 4 * unit
    )
    frame = Frame(chart.frame.x, chart.frame.y + tall, chart.frame.w, chart.frame.h - tall)
    if body.kind is ChartKind.BARS:
        yield from _bars(body, frame, unit, size, lang)
    else:
        yield from _upright(body, frame, unit, size, lang)


def _series_key(chart: Chart, unit: float) -> Iterator[Item]:
    body, y, size = chart.body, chart.frame.y, CHART_TEXT * unit
    said = fonts.cut(body.unit, size, chart.frame.w)
    wide = fonts.width(said, size)
    yield Text(Frame(chart.frame.x, y, wide + 6 * unit, size * LINE_HEIGHT), said, size, colour=QUIET)
    if len(body.series) < 2:
        return
    names = [fonts.width(name, size) + 6 * unit for name, _ in body.series]
    x = chart.frame.x + wide + 24 * unit
    if x + sum(names) + 28 * unit * len(names) > chart.frame.x + chart.frame.w:  # below it, not beside it
        x, y = chart.frame.x, y + size * LINE_HEIGHT + 2 * unit
    for (name, _), wide, colour in zip(body.series, names, SERIES, strict=False):
        yield Shape((rectangle(Frame(x, y + 2 * unit, 11 * unit, 11 * unit)),), fill=colour)
        yield Text(Frame(x + 15 * unit, y, wide, size * LINE_HEIGHT), name, size)
        x += wide + 28 * unit


def _highest(body: ChartBody) -> float:
    values = [value for _, numbers in body.series for value in numbers if value is not None]
    return max([*values, 0.0]) or 1.0


def _bars(body: ChartBody, frame: Frame, unit: float, size: float, lang: Lang) -> Iterator[Item]:
    if not body.categories:
        return
    step = min(frame.h / len(body.categories), 64 * unit)
    names = min(max(fonts.width(name, size) for name in body.categories) + 8 * unit, 0.4 * frame.w)
    room = frame.w - names - 60 * unit
    highest = _highest(body)
    thick = 0.76 * step / len(body.series)
    for row, name in enumerate(body.categories):
        y = frame.y + row * step
        most = 2 if step > 2 * size * LINE_HEIGHT else 1
        tall = len(fonts.wrapped(name, size, names - 6 * unit, most=most)) * size * LINE_HEIGHT
        label = Frame(frame.x, y + (step - tall) / 2, names - 6 * unit, tall)
        yield Text(label, name, size, align="right", most=most)
        for place, ((_, values), colour) in enumerate(zip(body.series, SERIES, strict=False)):
            value = values[row]
            if value is None:
                continue
            bar = Frame(
                frame.x + names, y + 0.12 * step + place * thick, room * value / highest, 0.92 * thick
            )
            yield Shape((rectangle(bar),), fill=colour)
            said = Frame(bar.x + bar.w + 4 * unit, bar.y + bar.h / 2 - 0.62 * size, 60 * unit, size * 1.25)
            yield Text(said, number(value, body.digits, lang), min(size, 1.1 * thick))


def _upright(body: ChartBody, frame: Frame, unit: float, size: float, lang: Lang) -> Iterator[Item]:
    ticks = _ticks(body.highest or _highest(body))
    digits = 0 if ticks[-1] >= _TICKS else 1
    left = max(fonts.width(number(tick, digits, lang), size) for tick in ticks) + 8 * unit
    plot = Frame(frame.x + left, frame.y + 6 * unit, frame.w - left, frame.h - 30 * unit)

    def height(value: float) -> float:
        return plot.y + plot.h * (1 - value / ticks[-1])

    for tick in ticks:
        y = height(tick)
        yield Shape(
            (np.array([[plot.x, y], [plot.x + plot.w, y]]),), closed=False, line=RULE, weight=0.6 * unit
        )
        label = Frame(frame.x, y - 0.62 * size, left - 5 * unit, size * LINE_HEIGHT)
        yield Text(label, number(tick, digits, lang), size, colour=QUIET, align="right")
    step = plot.w / max(1, len(body.categories))
    yield from _category_names(body, plot, step, unit, size)
    if body.kind is ChartKind.LINES:
        yield from _lines(body, plot, step, height, unit)
        return
    thick = 0.8 * step / len(body.series)
    for place, ((_, values), colour) in enumerate(zip(body.series, SERIES, strict=False)):
        for column, value in enumerate(values):
            if value:
                x = plot.x + column * step + 0.1 * step + place * thick
                top = height(value)
                yield Shape((rectangle(Frame(x, top, 0.95 * thick, plot.y + plot.h - top)),), fill=colour)


def _category_names(body: ChartBody, plot: Frame, step: float, unit: float, size: float) -> Iterator[Item]:
    widest = max((fonts.width(name, size) for name in body.categories), default=1.0) + 8 * unit
    every = max(1, int(np.ceil(widest / step)))
    for column in range(0, len(body.categories), every):
        middle = plot.x + (column + 0.5) * step
        label = Frame(middle - widest / 2, plot.y + plot.h + 5 * unit, widest, size * LINE_HEIGHT)
        yield Text(label, body.categories[column], size, colour=QUIET, align="middle")


def _lines(body: ChartBody, plot: Frame, step: float, height, unit: float) -> Iterator[Item]:  # type: ignore[no-untyped-def]
    for place, ((_, values), colour) in enumerate(zip(body.series, SERIES, strict=False)):
        run: list[tuple[float, float]] = []
        for column, value in enumerate((*values, None)):
            if value is not None:
                run.append((plot.x + (column + 0.5) * step, height(value)))
            elif len(run) > 1:
                yield Shape((np.array(run),), closed=False, line=colour,
                            weight=(2.4 if place == 0 else 1.4) * unit)  # fmt: skip
                run = []


def _ticks(highest: float) -> list[float]:
    raw = highest / _TICKS
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(float(one * power) for one in (1, 1.5, 2, 2.5, 3, 4, 5, 10) if one * power >= raw)
    step = max(step, 1.0) if highest >= _TICKS else step
    return [step * i for i in range(int(np.ceil(highest / step)) + 1)]


def draw_table(table: Table) -> Iterator[Item]:
    """Yield what `table` looks like."""
    y, size = table.frame.y, table.size
    pad_x = 5.0 * size / 12
    for number_of_row, (row, tall) in enumerate(
        zip((table.body.header, *table.body.rows), table.heights, strict=True)
    ):
        head = number_of_row == 0
        if head or number_of_row % 2 == 0:
            band = Frame(table.frame.x, y, table.frame.w, tall)
            yield Shape((rectangle(band),), fill=INK if head else "#f3f0e9")
        x = table.frame.x
        for column, (cell, wide) in enumerate(zip(row, table.widths, strict=True)):
            lines = len(fonts.wrapped(cell, size, wide - 2 * pad_x + 0.5, bold=head, most=3))
            high = lines * size * LINE_HEIGHT
            box = Frame(x + pad_x, y + (tall - high) / 2, wide - 2 * pad_x, high)
            yield Text(
                box, cell, size, bold=head, colour="#ffffff" if head else INK,
                align="right" if column in table.body.numeric else "left", most=3,
            )  # fmt: skip
            x += wide
        y += tall
