"""The part "Near repeats" of the Hotspots page: Knox's table, and zones around the last incidents."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import streamlit as st

from geo.maps.classes import count_classes
from geo.maps.legend import Legend, entries_of
from geo.maps.overlay import Paint
from geo.maps.palettes import Theme, sequential
from geo.maps.popups import card
from geo.services.hotspots.repeat import (
    ENOUGH_INCIDENTS,
    STEPS_DAYS,
    STEPS_M,
    Distance,
    Repeat,
    RepeatSetting,
    Span,
    Zones,
    repeat,
)
from geo.ui import formats, guard, map_frame, state
from geo.ui.hotspots import found as hotspots_found
from geo.ui.hotspots.found import Found
from geo.ui.hotspots.page import Page
from geo.ui.hotspots.settings import Word
from geo.ui.hotspots.state import HotspotsView
from geo.ui.hotspots.tables import finding, hint, p_value, table, title
from geo.ui.i18n import current_lang, t

_COLUMNS = (5.8, 6.1)
_MAP_AND_LIST = (3.05, 3.05)
_SETTINGS = (1.0, 0.9, 1.15, 1.3)
_LISTED = 12
_ZONE_OPACITY = 0.45
_TIMES = (1.2, 1.5, 2.0, 3.0)


def show(page: Page, view: HotspotsView) -> HotspotsView:
    """Answer "is there more to come nearby"; return the view as the part's settings left it."""
    sides = st.columns(_COLUMNS, gap="small")
    left, right = (side.container(gap="xsmall") for side in sides)
    with left:
        view = _settings(view)
        state.keep(view, HotspotsView())  # before the work: a click meanwhile stops this run
        setting = RepeatSetting(view.step_m, view.step_days, view.distance, view.span)
        with st.spinner(t("repeat.reading")):
            found = repeat(guard.database(), page.actor, page.query, setting)
        finding(_finding(found))
        if found.is_enough:
            _table(found)
        hint(_notes(found))
    with right:
        _zones(page, found)
    return view


def _settings(view: HotspotsView) -> HotspotsView:
    places = st.columns(_SETTINGS, gap="xsmall")
    with places[0]:
        step_m = _of_steps("repeat.step_m", STEPS_M, view.step_m, RepeatSetting.step_m, _metres)
    with places[1]:
        step_days = _of_steps("repeat.step_days", STEPS_DAYS, view.step_days, RepeatSetting.step_days, _days)
    with places[2]:
        distance = _of_words("repeat.distance", list(Distance), view.distance, t("repeat.distance_help"))
    with places[3]:
        span = _of_words("repeat.span", list(Span), view.span)
    return replace(view, step_m=step_m, step_days=step_days, distance=distance, span=span)


def _of_steps(label: str, options: Sequence[int], asked: int, usual: int, said: Callable[[int], str]) -> int:
    chosen = state.seeded(label, asked if asked in options else usual)
    return st.selectbox(t(label), options, key=chosen, format_func=said)


def _of_words(label: str, options: list[Word], asked: Word, more: str | None = None) -> Word:
    def said(word: Word) -> str:
        return t(f"{label}.{word.value}")

    return st.selectbox(t(label), options, key=state.seeded(label, asked), format_func=said, help=more)


def _metres(step: int) -> str:
    return f"{formats.number(step)} m"


def _days(days: float) -> str:
    return t("repeat.days.1" if days == 1 else "repeat.days", n=formats.number(days))


def _finding(found: Repeat) -> str:
    table_, edges = found.table, found.setting
    if not found.is_enough:
        return t(
            "repeat.few",
            n=formats.number(found.known),
            period=formats.period(found.first, found.last),
            enough=formats.number(ENOUGH_INCIDENTS),
        )
    if np.isnan(table_.ratio[0, 0]):
        return t("repeat.no_pairs", metres=formats.number(edges.step_m), days=_days(edges.step_days))
    is_near = bool(found.reach[0, 0])
    said = [
        t(
            "repeat.found" if is_near else "repeat.not_found",
            metres=formats.number(edges.step_m),
            days=_days(edges.step_days),
            ratio=formats.number(table_.ratio[0, 0], 2),
            p=p_value(float(table_.p[0, 0])),
        )
    ]
    if not is_near:
        return f"{said[0]} {t('repeat.why_not')}"
    rows, columns = np.nonzero(found.reach)
    if rows.max() or columns.max():
        metres, days = edges.edges_m[rows.max() + 1], edges.edges_days[columns.max() + 1]
        said.append(t("repeat.reach", metres=formats.number(metres), days=_days(days)))
    if found.zones is not None and found.zones.all:
        said.append(t("repeat.zones", n=formats.number(found.zones.all)))
    return " ".join(said)


def _table(found: Repeat) -> None:
    title(t("repeat.table"))
    ratio = found.table.ratio
    ramp = sequential(7, map_frame.theme())
    classes = np.searchsorted(_TIMES, ratio, side="right") - 1
    colours = {
        (int(i), int(j) + 1): ramp[int(classes[i, j])]
        for i, j in np.argwhere(np.nan_to_num(ratio) >= _TIMES[0])
        if not found.hidden[i, j]
    }
    heads = [_band("repeat.band_days", pair) for pair in pairwise(found.setting.edges_days)]
    rows = [
        [_band("repeat.band_m", pair), *(_cell(found, i, j) for j in range(len(heads)))]
        for i, pair in enumerate(pairwise(found.setting.edges_m))
    ]
    marked = [(int(i), int(j) + 1) for i, j in np.argwhere(found.significant)]
    table([t("repeat.corner"), *heads], rows, marked=marked, colours=colours)
    hint(t("repeat.table_how", cells=formats.number(ratio.size)))


def _band(key: str, edges: tuple[int, int]) -> str:
    return t(key, low=formats.number(edges[0]), high=formats.number(edges[1]))


def _cell(found: Repeat, i: int, j: int) -> str:
    if found.hidden[i, j]:
        return t("repeat.cell_hidden")
    observed, expected = found.table.observed[i, j], float(found.table.expected[i, j])
    if expected == 0:
        return t("repeat.cell_none", observed=formats.number(observed))
    return t(
        "repeat.cell",
        ratio=formats.number(found.table.ratio[i, j], 2),
        observed=formats.number(observed),
        expected=formats.number(expected, 0 if expected >= 10 else 1),
        p=p_value(float(found.table.p[i, j])),
    )


def _notes(found: Repeat) -> str:
    n, known = formats.number(found.table.n), formats.number(found.known)
    said = [t("repeat.used", period=formats.period(found.first, found.last), n=n)]
    if found.is_thinned:
        said.append(t("repeat.thinned", n=n, known=known))
    if found.is_enough:
        said.append(t("repeat.shuffles", n=formats.number(found.table.permutations)))
    for name, number in (("without_point", found.without_point), ("undated", found.left_out.undated)):
        if number:
            said.append(t(f"repeat.{name}", n=formats.number(number)))
    return " ".join((*said, t("repeat.limits")))


def _zones(page: Page, found: Repeat) -> None:
    """Show the zones on a map with their list, or say why there are none."""
    zones, name = found.zones, t("repeat.zones_title", day=formats.day(found.last))
    if zones is None or not len(zones.frame):
        title(name)
        hint(t("repeat.zones_hidden" if zones is None else "repeat.zones_none"))
        return
    on_map, in_list = st.columns(_MAP_AND_LIST, gap="small")
    with on_map:
        hotspots_found.show(page, _areas(zones, map_frame.theme()), "hotspots.repeat.map")
    with in_list.container(gap="xsmall"):
        title(name)
        _zone_list(zones)


def _zone_list(zones: Zones) -> None:
    shown, dropped = formats.number(len(zones.frame)), formats.number(zones.all - len(zones.frame))
    hint(t("repeat.zones_shown", shown=shown, dropped=dropped))
    first = zones.frame.head(_LISTED)
    columns = (first[name].tolist() for name in ("name", "incidents", "inner_m", "outer_m", "until"))
    rows = [
        [f"{i} · {name}", formats.number(n), _ring(inner, outer), _short(until)]
        for i, (name, n, inner, outer, until) in enumerate(zip(*columns, strict=True), start=1)
    ]
    table([t(f"repeat.col.{name}") for name in ("zone", "incidents", "ring", "until")], rows)


def _ring(inner_m: float, outer_m: float) -> str:
    key = "repeat.ring" if inner_m else "repeat.disc"
    return t(key, inner=formats.number(inner_m), outer=formats.number(outer_m))


def _short(day: date) -> str:
    """Return a day without its year, which stands in the title."""
    return day.strftime("%-d %b" if current_lang() == "en" else "%d/%m")


def _areas(zones: Zones, theme: Theme) -> Found:
    """Return the zones as areas for the map, numbered as in the list."""
    frame = zones.frame
    codes = [str(i + 1) for i in range(len(frame))]
    classes = count_classes(frame["incidents"].to_numpy())
    colours = sequential(max(1, len(classes.borders)), theme)
    of = classes.of(frame["incidents"].to_numpy()).tolist()
    columns = (frame[name].tolist() for name in ("name", "incidents", "day", "start", "until", "ratio"))
    paints = {
        code: Paint(
            colours[of[i]],
            opacity=_ZONE_OPACITY,
            card=card(
                f"{code} · {name}",
                [
                    (t("repeat.legend_unit"), formats.number(n)),
                    (t("repeat.card.day"), formats.day(day)),
                    (t("repeat.card.from"), formats.day(start)),
                    (t("repeat.card.until"), formats.day(until)),
                    (t("repeat.card.ratio"), t("repeat.card.times", ratio=formats.number(ratio, 1))),
                ],
            ),
        )
        for i, (code, name, n, day, start, until, ratio) in enumerate(zip(codes, *columns, strict=True))
    }
    labels = classes.labels(formats.number, whole=True)
    legend = Legend(
        t("repeat.legend"),
        t("repeat.legend_unit"),
        entries_of(colours[: len(labels)], labels, _ZONE_OPACITY),
    )
    shapes = frame[["geometry"]].assign(code=codes, name=codes)
    return Found(gpd.GeoDataFrame(shapes, crs=frame.crs), paints, legend)
