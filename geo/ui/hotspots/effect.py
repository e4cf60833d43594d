"""The part "Did it work" of the Hotspots page: an operation beside places that were left as they were."""

from dataclasses import replace
from datetime import date, timedelta
from math import isnan

import altair as alt
import numpy as np
import streamlit as st
from scipy.stats import poisson

from geo.analysis.change import Effect
from geo.domain.errors import InputError
from geo.domain.kinds import Level
from geo.services.coverage.on_a_day import coverage
from geo.services.hotspots.effect import LONGEST_DAYS, Area, Finding, Group, Operation, Outcome, effect
from geo.services.wards import successors
from geo.ui import charts, formats, guard, state
from geo.ui.hotspots.page import Page
from geo.ui.hotspots.state import HotspotsView
from geo.ui.hotspots.tables import finding, hint, p_value, table, title
from geo.ui.hotspots.words import change_words
from geo.ui.i18n import current_lang, t

_SETTINGS = (0.9, 1.1, 0.9, 2.1, 2.1)
_COLUMNS = (6.0, 4.6)
_CHART_PX = 150
_LENGTHS = (7, 14, 28, 30, 60, 90, 180, 365)
_NAMED = 3
_HISTORY_PX = 190
_FEWEST_PERIODS = 4
_Part = tuple[str, Effect]


def show(page: Page, view: HotspotsView) -> HotspotsView:
    """Answer "did it work"; return the view as the part's settings left it."""
    view, names = _settings(page, view)
    state.keep(view, HotspotsView())  # before the work: a click meanwhile stops this run
    if not view.treated:
        hint(t("effect.choose", places=_places(view.area)))
        return view
    try:
        start, days = view.began or page.query.start, view.lasted or _usual_days(page)
        operation = Operation(start, days, view.treated, view.control, view.area)
        with st.spinner(t("effect.reading")):
            found = effect(guard.database(), page.actor, page.query, operation)
    except InputError as fault:
        st.warning(fault.message(current_lang()))
        return view
    sides = st.columns(_COLUMNS, gap="medium")
    left, right = (side.container(gap="xsmall") for side in sides)
    with left:
        finding(_finding(found, names))
        hint(_regression(found))
        _table(found)
        hint(_notes(found, names))
    with right:
        _chart(found)
        _history(found)
    return view


def _usual_days(page: Page) -> int:
    return min(page.query.days, LONGEST_DAYS)


def _places(area: Area) -> str:
    return t(f"effect.places.{area.value}")


def _names(page: Page, area: Area, day: date) -> dict[str, str]:
    """Return the names of the places that can be chosen, by code: the wards, or the beats of the day."""
    if area is Area.WARD:
        units = page.offered.choices.wards.units
        return {unit.code: unit.name for unit in units if unit.level is Level.WARD}
    held = coverage(guard.database(), page.actor, day)
    return {beat.code: t("effect.of_ward", name=beat.name, ward=beat.unit_name) for beat in held.beats}


def _settings(page: Page, view: HotspotsView) -> tuple[HotspotsView, dict[str, str]]:
    """Offer the operation, and return the names of places by code.

    What is the period's own is not kept, so that it follows the period.
    """
    usual, start, newest = _usual_days(page), page.query.start, page.offered.newest
    places = st.columns(_SETTINGS, gap="small")
    with places[0]:
        areas = list(Area)
        area = st.selectbox(
            t("effect.area"),
            areas,
            key=state.seeded("effect.area", view.area),
            format_func=lambda one: t(f"effect.area.{one.value}"),
        )
    if area is not view.area:
        view = replace(view, area=area, treated=(), control=())
    with places[1]:
        began: date = st.date_input(
            t("effect.began"),
            # A period, or a link, may lie after the newest day; the box would not show at all.
            key=state.seeded(f"effect.began.{start}.{newest}", min(view.began or start, newest)),
            max_value=newest,
            format="DD/MM/YYYY",
        )
    with places[2]:
        lengths = sorted({*_LENGTHS, usual, *([view.lasted] if 0 < view.lasted <= LONGEST_DAYS else [])})
        lasted = st.selectbox(
            t("effect.lasted"),
            lengths,
            key=state.seeded(f"effect.lasted.{usual}", view.lasted if view.lasted in lengths else usual),
            format_func=lambda n: t("effect.days", n=formats.number(n)),
        )
    names = _names(page, area, began)
    _say_gone(page, (*view.treated, *view.control), names)
    with places[3]:
        asked = view.treated or tuple(code for code in (view.pick, view.unit) if code in names)[:1]
        treated = _chosen("effect.treated", "effect.treated_choose", area, names, asked)
    with places[4]:
        others = {code: name for code, name in names.items() if code not in treated}
        control = _chosen(
            "effect.control", "effect.control_all", area, others, view.control, "effect.control_help"
        )
    chosen = replace(
        view,
        began=None if began == start else began,
        lasted=0 if lasted == usual else lasted,
        treated=treated,
        control=control,
    )
    return chosen, names


def _say_gone(page: Page, asked: tuple[str, ...], names: dict[str, str]) -> None:
    """Say which places of a link there are no more: a ward of before a merger with what it became."""
    gone = [code for code in asked if code not in names]
    if not gone:
        return
    merged = successors(guard.database(), page.actor, gone)
    said = [
        t("effect.merged", name=merged[code].name, code=code, into=", ".join(merged[code].into))
        if code in merged
        else code
        for code in gone
    ]
    st.warning(t("effect.gone", places="; ".join(said)))


def _chosen(  # noqa: PLR0917
    label: str,
    empty: str,
    area: Area,
    names: dict[str, str],
    asked: tuple[str, ...],
    more: str | None = None,
) -> tuple[str, ...]:
    key = state.seeded(f"{label}.{area.value}", [code for code in asked if code in names])
    st.session_state[key] = [code for code in st.session_state[key] if code in names]
    chosen = st.multiselect(
        t(label),
        list(names),
        key=key,
        format_func=lambda code: names.get(code, code),
        placeholder=t(empty, places=_places(area)),
        help=t(more) if more else None,
    )
    return tuple(chosen)


def _finding(found: Outcome, names: dict[str, str]) -> str:
    treated = found.treated
    said = t(
        "effect.counts",
        names=_named(found, treated.codes, names),
        during=formats.number(treated.during),
        before=formats.number(treated.before),
        period=formats.period(found.operation.start, found.operation.end),
    )
    more = t(f"effect.{found.finding.value}", **_figures(found.local))
    if found.finding is Finding.SMALL:
        return f"{said} {more}"
    return f"{said} {more} {_moved(found)}"


def _moved(found: Outcome) -> str:
    moved = found.displacement
    if moved is None:
        return t("effect.moved_unknown", places=_places(found.operation.area))
    kind = "fewer" if moved.high < 0 else "more" if moved.low > 0 else "unclear"
    return t(f"effect.moved_{kind}", places=_places(found.operation.area), **_figures(moved))


def _figures(measured: Effect) -> dict[str, str]:
    return {
        "n": formats.number(abs(measured.estimate)),
        "change": _signed(measured.estimate),
        "low": _signed(measured.low),
        "high": _signed(measured.high),
    }


def _signed(value: float) -> str:
    return formats.signed(round(value) or 0)


def _named(found: Outcome, codes: tuple[str, ...], names: dict[str, str]) -> str:
    first = ", ".join(names[code] for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    if more <= 0:
        return first
    return t("effect.more_places", names=first, n=formats.number(more), places=_places(found.operation.area))


def _regression(found: Outcome) -> str:
    before, usual = formats.number(found.treated.before), formats.number(found.treated.usual)
    if isnan(found.treated.usual):
        return t("effect.usual_unknown")
    key = "was_high" if found.was_high else "was_low" if found.was_low else "was_usual"
    return t(f"effect.{key}", before=before, usual=usual)


def _table(found: Outcome) -> None:
    title(t("effect.table"))
    groups = {"treated": found.treated, "neighbours": found.neighbours, "control": found.control}
    names = ("group", found.operation.area.value, "before", "during", "change", "usual", "p")
    rows = [_row(name, group) for name, group in groups.items() if group is not None]
    table([t(f"effect.col.{name}") for name in names], rows, strong=[0])
    before = formats.period(*found.operation.before)
    hint(t("effect.table_how", before=before, days=formats.number(found.operation.days)))


def _row(name: str, group: Group) -> list[str]:
    return [
        t(f"effect.group.{name}"),
        formats.number(len(group.codes)),
        formats.number(group.before),
        formats.number(group.during),
        change_words(group.during, group.before),
        formats.number(group.usual),
        p_value(group.p),
    ]


def _chart(found: Outcome) -> None:
    measured = (("local", found.local), ("displacement", found.displacement), ("total", found.total))
    parts = [(t(f"effect.part.{name}"), value) for name, value in measured if value is not None]
    title(t("effect.chart"))
    hint(t("effect.chart_how"))
    charts.show(_intervals(parts), _CHART_PX if len(parts) > 1 else _CHART_PX // 2 + 20, t("effect.chart"))


def _intervals(parts: list[_Part]) -> charts.Chart:
    tone = charts.colours()
    rows = [
        {"part": name, "low": value.low, "high": value.high, "estimate": value.estimate,
         "said": t("effect.said", part=name, p=p_value(value.p), **_figures(value))}
        for name, value in parts
    ]  # fmt: skip
    across = alt.Axis(format=",.0f", tickCount=6)
    down = alt.Y("part:N", sort=[name for name, _ in parts], title=None, axis=alt.Axis(ticks=False))
    base = alt.Chart(charts.rows_of(rows)).encode(y=down, tooltip=alt.Tooltip("said:N"))
    low = alt.X("low:Q", title=t("effect.axis"), axis=across)
    none = alt.Chart(charts.rows_of([{"low": 0.0}])).encode(x=low)
    layers = [
        none.mark_rule(color=tone.context, strokeDash=[4, 3]),
        base.mark_rule(strokeWidth=3, color=tone.main).encode(x=low, x2="high:Q"),
        base.mark_point(filled=True, size=90, color=tone.ink, opacity=1).encode(
            x=alt.X("estimate:Q", title=t("effect.axis"), axis=across)
        ),
    ]
    return alt.LayerChart(layer=layers)


def _history(found: Outcome) -> None:
    """Show the periods of the past year, so that a return to the usual can be seen."""
    history, usual = found.history, found.treated.usual
    if len(history.starts) < _FEWEST_PERIODS:
        return
    title(t("effect.history", days=formats.number(found.operation.days)))
    low, high = (np.full(len(history.starts), float(poisson.ppf(q, usual))) for q in (0.025, 0.975))
    said = [
        t(
            "effect.history_said",
            period=formats.period(start, start + timedelta(days=found.operation.days - 1)),
            n=formats.number(int(n)),
            control=formats.number(float(control)),
        )
        for start, n, control in zip(history.starts, history.treated, history.control, strict=True)
    ]
    names = charts.BandNames(
        t("effect.history_treated"), t("effect.history_control"), t("effect.history_band"),
        t("effect.history_axis"),
    )  # fmt: skip
    chart = charts.line_with_band(
        history.starts, history.treated, expected=history.control, low=low, high=high, said=said,
        names=names, marked=[len(history.starts) - 1],
    )  # fmt: skip
    charts.show(chart, _HISTORY_PX, t("effect.history", days=formats.number(found.operation.days)))


def _notes(found: Outcome, names: dict[str, str]) -> str:
    places = _places(found.operation.area)
    said = [t(f"effect.scale.{found.scale.value}", places=places)]
    same = found.similarity
    if same is None:
        said.append(t("effect.no_similarity", places=places))
    else:
        share = formats.percent(same.s, 0)
        said.append(t("effect.similar", share=share, n=formats.number(same.places), places=places))
        for key, codes in (("fewer", same.fewer), ("more", same.more)):
            if codes:
                said.append(t(f"effect.similar_{key}", names=_named(found, codes, names)))
    said.append(t("effect.limits"))
    if found.left_out.undated:
        said.append(t("effect.undated", n=formats.number(found.left_out.undated)))
    return " ".join(said)
