"""The part "When" of the Hotspots page: hours and weekdays, the days of a year, the trend."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import streamlit as st

from geo.services.hotspots.when import ENOUGH_FOR_GRID, PEAK_H, Hours, Trend, When, Year, when
from geo.services.report_periods import Calendar
from geo.ui import charts, formats, guard, state
from geo.ui.hotspots.page import Page
from geo.ui.hotspots.state import HotspotsView
from geo.ui.hotspots.tables import finding, hint, title
from geo.ui.i18n import current_lang, t

_PLACE = "hotspots.when.place"
_CALENDAR = "hotspots.when.calendar"
_WHOLE = ""
_SPOT = "spot:"
_COLUMNS = (6.3, 4.7)
_GRID_PX, _YEAR_PX, _TREND_PX, _BARS_PX = 206, 140, 262, 172
_CHANCE = 0.05


def show(page: Page, view: HotspotsView) -> HotspotsView:
    """Answer "when" for the unit, or for the ward that is picked; return the view as its settings left it."""
    sides = st.columns(_COLUMNS, gap="medium")
    left, right = (side.container(gap="xsmall") for side in sides)
    with left:
        view = _place(page, view)
    with right:
        view = replace(view, calendar=_calendar(view.calendar))
    state.keep(view, HotspotsView())  # before the work: a click meanwhile stops this run
    query = replace(page.query, unit=view.pick or page.query.unit)
    spot = page.spots.spot(view.spot)
    found = when(guard.database(), page.actor, query, view.calendar, spot.shape if spot else None)
    with left:
        finding(" ".join(_finding(found)))
        _hours(found)
        _year(found.year)
    with right:
        _trend(found.trend)
        notes = [*_notes(found), *([t("when.picked_spot")] if spot else [])]
        hint(" ".join(notes))
    return view


def _place(page: Page, view: HotspotsView) -> HotspotsView:
    """Offer the unit, its hotspots and its wards; the one that is open on the map comes first time."""
    wards = dict(zip(page.review.table["code"], page.review.table["name"], strict=True))
    spots = {
        _SPOT + spot.code: t("hotspots.spots.name", number=number, ward=spot.ward_name)
        for number, spot in enumerate(page.spots.spots, 1)
    }
    names = {**spots, **(wards if len(wards) > 1 else {})}
    asked = _SPOT + view.spot if view.spot else view.pick
    if not names:
        return replace(view, pick=None, spot=None)
    chosen = st.selectbox(
        t("when.place"),
        [_WHOLE, *names],
        key=state.seeded(f"{_PLACE}.{page.query}", asked if asked in names else _WHOLE),
        format_func=lambda code: names.get(code, t("when.whole")),
        label_visibility="collapsed",
    )
    if chosen in spots:
        return replace(view, pick=None, spot=chosen.removeprefix(_SPOT))
    return replace(view, pick=chosen or None, spot=None)


def _calendar(asked: Calendar) -> Calendar:
    chosen = st.selectbox(
        t("when.calendar"),
        list(Calendar),
        key=state.seeded(_CALENDAR, asked),
        format_func=lambda calendar: t(f"when.calendar.{calendar.value}"),
        label_visibility="collapsed",
    )
    return chosen or asked


def _finding(found: When) -> list[str]:
    said = [_peak(found)]
    if len(found.trend):
        said.append(_last_period(found.trend))
    return said


def _peak(found: When) -> str:
    if found.n < 2:
        return t("when.one" if found.n else "when.nothing")
    peak = found.hours.peak
    if peak is None:
        return t("when.no_hours") if not found.hours.used else _peak_hours(found.hours)
    return t(
        "when.peak" if peak.p <= _CHANCE else "when.peak_chance",
        day=_day(peak.weekday),
        hours=_hour(peak.hour, PEAK_H),
        n=_amount(peak.n),
        share=formats.percent(peak.share),
        times=formats.number(peak.times, 1),
    )


def _peak_hours(hours: Hours) -> str:
    """Say the top hours of a period that is too short for weekdays; they are held to be chance."""
    by_hour = hours.grid.sum(axis=0)
    pairs = by_hour[:-1] + by_hour[1:]
    first = int(pairs.argmax())
    return t(
        "when.peak_chance", day="", hours=_hour(first, PEAK_H), n=_amount(pairs[first]),
        share=formats.percent(float(pairs[first] / hours.used)),
    ).replace("  ", " ")  # fmt: skip


def _last_period(trend: Trend) -> str:
    band, verdict = trend.band, int(trend.band.verdict[-1])
    kind = ("within", "above", "below")[verdict] if band.known[-1] else "unknown"
    return t(
        f"when.last.{kind}",
        period=_named_period(trend, len(trend) - 1),
        n=formats.number(int(trend.counts[-1])),
        low=formats.number(band.low[-1]),
        high=formats.number(band.high[-1]),
    )


def _hours(found: When) -> None:
    hours = found.hours
    if not hours.used:
        return
    if not hours.weekdays.all():
        hint(t("when.too_short", days=formats.number(found.query.days)))
        _by_hour(hours)
    elif not hours.is_enough:
        n, enough = formats.number(hours.used), formats.number(ENOUGH_FOR_GRID)
        hint(t("when.too_few", n=n, enough=enough))
        by_hour, by_weekday = st.columns((3, 2))
        with by_hour:
            _by_hour(hours)
        with by_weekday:
            _by_weekday(hours)
    else:
        _grid(hours)


def _grid(hours: Hours) -> None:
    title(t("when.grid"), t("when.grid_how"))
    said = [
        [
            t("when.cell", day=_capital(_day(day)), hours=_hour(hour), n=_amount(n),
              share=formats.percent(n / hours.used))
            for hour, n in enumerate(row)
        ]
        for day, row in enumerate(hours.grid.tolist())
    ]  # fmt: skip
    peak = hours.peak
    marked = [(peak.weekday, peak.hour + i) for i in range(PEAK_H)] if peak else []
    chart = charts.heat_grid(
        hours.grid, [_capital(_day(day)) for day in range(7)], [str(hour) for hour in range(24)], said,
        legend=t("when.legend"), marked=marked,
    )  # fmt: skip
    charts.show(chart, _GRID_PX, t("when.grid"))


def _by_hour(hours: Hours) -> None:
    n = hours.grid.sum(axis=0)
    said = [t("when.bar_hour", hours=_hour(hour), n=_amount(value)) for hour, value in enumerate(n)]
    title(t("when.by_hour"))
    charts.show(charts.columns([str(i) for i in range(24)], n, said), _BARS_PX, t("when.by_hour"))


def _by_weekday(hours: Hours) -> None:
    a_day = hours.grid.sum(axis=1) / hours.weekdays
    names = [_capital(_day(day)) for day in range(7)]
    said = [t("when.bar_day", day=name, n=formats.number(n, 1)) for name, n in zip(names, a_day, strict=True)]
    title(t("when.by_weekday"))
    charts.show(charts.bars(names, a_day, said, digits=1), _BARS_PX, t("when.by_weekday"))


def _year(year: Year) -> None:
    if not year.n:
        return
    named = t("when.year", n=formats.number(year.n))
    title(named)
    days = [day.item() for day in year.days]
    mondays = sorted({day - timedelta(days=day.weekday()) for day in days})
    place = {monday: i for i, monday in enumerate(mondays)}
    counts = np.full((7, len(mondays)), np.nan)
    said = [["" for _ in mondays] for _ in range(7)]
    for day, n in zip(days, year.counts, strict=True):  # 365 days to write as text, not data
        row, column = day.weekday(), place[day - timedelta(days=day.weekday())]
        counts[row, column] = n
        said[row][column] = t(
            "when.year_day", day=_capital(_day(row)), date=formats.day(day), n=formats.number(n)
        )
    chart = charts.heat_grid(
        counts, [_capital(_day(day)) for day in range(7)], [monday.isoformat() for monday in mondays], said,
        legend=t("when.legend"), whole=True, column_words=_months(mondays),
    )  # fmt: skip
    charts.show(chart, _YEAR_PX, named)


def _months(mondays: list[date]) -> dict[str, str]:
    """Return the first Monday of each month with what stands below it."""
    firsts = {(monday.year, monday.month): monday for monday in reversed(mondays)}
    shown = "%m/%y" if current_lang() == "vi" else "%b %y"
    return {monday.isoformat(): monday.strftime(shown) for monday in firsts.values()}


def _trend(trend: Trend) -> None:
    weekly = trend.calendar.is_weekly
    title(t("when.trend.week" if weekly else "when.trend.month"))
    if not len(trend):
        hint(t("when.no_trend"))
        return
    band = trend.band
    said = [_trend_said(trend, i) for i in range(len(trend))]
    chart = charts.line_with_band(
        [first.item() for first in trend.periods[:, 0]], trend.counts, expected=band.expected, low=band.low,
        high=band.high, said=said, marked=np.flatnonzero(band.verdict > 0).tolist(),
        names=charts.BandNames(t("when.counted"), t("when.expected"), t("when.band"), t("when.counted")),
    )  # fmt: skip
    charts.show(chart, _TREND_PX, _last_period(trend))
    known = int(band.known.sum())
    if not known:
        hint(t("when.no_band"))
        return
    above = formats.number(int((band.verdict > 0).sum()))
    outside = t("when.outside", above=above, known=formats.number(known))
    hint(f"{t(f'when.basis.{band.baseline}')} {outside}")


def _trend_said(trend: Trend, i: int) -> str:
    said = {"period": _period(trend, i), "n": formats.number(int(trend.counts[i]))}
    if not trend.band.known[i]:
        return t("when.trend_said", **said)
    low, high = formats.number(trend.band.low[i]), formats.number(trend.band.high[i])
    return t("when.trend_said_band", **said, low=low, high=high)


def _notes(found: When) -> list[str]:
    hours = found.hours
    said = [t("when.used", used=formats.number(hours.used), n=formats.number(found.n))] if found.n else []
    for name, n in (
        ("spread", hours.spread), ("too_long", hours.too_long), ("day_only", hours.day_only),
        ("undated", found.left_out.undated),
    ):  # fmt: skip
        if n:
            said.append(t(f"when.{name}", n=formats.number(n)))
    return said


def _period(trend: Trend, i: int) -> str:
    first, stop = (day.item() for day in trend.periods[i])
    return formats.period(first, stop - timedelta(days=1))


def _named_period(trend: Trend, i: int) -> str:
    return t("when.week" if trend.calendar.is_weekly else "when.month", period=_period(trend, i))


def _day(weekday: int) -> str:
    return t(f"when.day.{weekday}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _hour(first: int, hours: int = 1) -> str:
    return t("when.hours", first=first, last=first + hours)


def _amount(n: float) -> str:
    """Return a number of incidents, with a decimal only where intervals left a fraction."""
    return formats.number(n, 0 if abs(n - round(n)) < 0.05 else 1)
