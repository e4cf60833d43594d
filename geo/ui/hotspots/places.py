"""The part "Concentration" of the Hotspots page: the Lorenz curve, its figures, and the places with most."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.services.hotspots.places import SNAP_M, Concentration, PlaceKind, concentration
from geo.ui import charts, formats, guard, map_frame, state
from geo.ui.hotspots.choice import chosen
from geo.ui.hotspots.page import MODE_KEY, Page
from geo.ui.hotspots.state import HotspotsView, Mode
from geo.ui.hotspots.tables import finding, hint, title
from geo.ui.i18n import t

_KIND = "places.kind"
_SNAP = "hotspots.places.snap"
_TABLE = "hotspots.places.table"
_COLUMNS = (5.6, 5.4)
_CURVE_PX = 246
_ROW_PX, _HEAD_PX = 30, 36
_SMALL_N = 30  # a share that is a ratio of counts moves much with one incident below it


def show(page: Page, view: HotspotsView) -> HotspotsView:
    """Answer how concentrated incidents are; return the view as its settings and a picked row left it."""
    with st.container(horizontal=True, gap="medium"):
        view = replace(view, places=chosen(_KIND, list(PlaceKind), view.places))
        if view.places is PlaceKind.STREET:
            view = replace(view, snap=_snap(view.snap))
    state.keep(view, HotspotsView())  # before the work: a click meanwhile stops this run
    found = concentration(guard.database(), page.actor, page.query, view.places, view.snap)
    finding(" ".join(_finding(found)))
    if found.places and found.used:
        left, right = (side.container(gap="xsmall") for side in st.columns(_COLUMNS, gap="medium"))
        with left:
            _curve(found)
            _figures(found)
        with right:
            view = replace(view, pick=_top(found) or view.pick)
            hint(" ".join(_notes(found)))
    elif found.n:
        hint(" ".join(_notes(found)))
    return view


def _snap(asked: int) -> int:
    chosen = st.selectbox(
        t("places.snap"),
        SNAP_M,
        key=state.seeded(_SNAP, asked if asked in SNAP_M else HotspotsView().snap),
        format_func=lambda metres: t("places.snap_metres", m=formats.number(metres)),
        label_visibility="collapsed",
        width=250,
    )
    return chosen or asked


def _finding(found: Concentration) -> list[str]:
    if not found.places:
        return [t(f"places.no.{found.kind.value}")]
    if not found.n:
        return [t("places.nothing")]
    if not found.used:
        beyond, without = formats.number(found.beyond), formats.number(found.without_point)
        return [t("places.none_used", beyond=beyond, without=without)]
    if found.used == 1:
        return [t("places.one")]
    if found.places == 1:
        return [t("places.one_place", places=_places(found, 1))]
    said = [
        t(
            "places.half",
            half=formats.number(found.half),
            places=_places(found, found.places),
            share=formats.percent(found.share_half),
            n=formats.number(found.used),
        ),
        t(
            "places.few" if found.used < found.places else "places.even",
            even=formats.percent(found.share_even),
        ),
    ]
    if found.used < _SMALL_N:
        said.append(t("places.small", n=formats.number(found.used)))
    return said


def _places(found: Concentration, n: int) -> str:
    return t(f"places.n.{found.kind.value}", n=formats.number(n))


def _curve(found: Concentration) -> None:
    title(t("places.curve"), t("places.curve_how"))
    chart = charts.lorenz(
        found.curve.places, found.curve.events, found.curve.equal_places, found.share_half,
        axes=(t(f"places.axis.{found.kind.value}"), t("places.axis.events")),
        said_half=t("places.at_half", share=formats.percent(found.share_half)),
    )  # fmt: skip
    charts.show(chart, _CURVE_PX, " ".join(_finding(found)))


def _figures(found: Concentration) -> None:
    def of_places(n: int) -> str:
        return f"{formats.number(n)} ({formats.percent(n / found.places)})"

    lines = (
        ("places.share_half", of_places(found.half)),
        ("places.empty", of_places(found.empty)),
        ("places.gini", formats.number(found.gini, 2)),
        ("places.generalised", formats.number(found.generalised_gini, 2)),
    )
    said = "".join(
        f"<div class='hs-line'><span>{escape(t(name))}</span><b>{escape(value)}</b></div>"
        for name, value in lines
    )
    how = t("places.gini_how")
    if found.kind is PlaceKind.STREET:
        how += " " + t("places.weisburd")
    st.html(f"<div class='hs-pairs'>{said}</div>{_STYLE}")
    hint(how)


def _top(found: Concentration) -> str | None:
    """Show the places with most incidents; return the code of the ward of the row that is picked."""
    kind = found.kind
    if len(found.top):
        title(t(f"places.top.{kind.value}", n=len(found.top)), t("places.pick"))
        key = f"{_TABLE}.{kind.value}"
        _table(found, key)
        row = _picked(found, key)
        if row is not None:
            st.button(t("places.to_map", ward=row["ward"]), on_click=_to_map, key=f"{key}.to_map")
            return str(row["ward_code"])
    if found.top_hidden:
        hint(t("places.hidden"))
    return None


def _table(found: Concentration, key: str) -> None:
    top, kind = found.top, found.kind
    columns: dict[str, Any] = {}
    if kind is not PlaceKind.WARD:
        columns[t(f"places.col.{kind.value}")] = [
            name or t("places.unnamed", code=code)
            for name, code in zip(top["name"], top["code"], strict=True)
        ]
    columns[t("places.col.place_ward")] = top["ward"]
    n, share = t("places.col.n"), t("places.col.share")
    columns |= {n: top["n"], share: 100 * top["share"]}
    said: dict[Any, str | Callable[[Any], str] | None] = {
        n: formats.number,
        share: lambda value: formats.number(value, 1),
    }
    if kind is PlaceKind.STREET:
        columns[t("places.col.segments")] = top["segments"]
        said[t("places.col.segments")] = formats.number
    st.dataframe(
        pd.DataFrame(columns).style.format(said), hide_index=True, height=_HEAD_PX + _ROW_PX * len(top),
        key=key, on_select="rerun", selection_mode="single-cell", row_height=_ROW_PX,
        placeholder=formats.NOTHING,
    )  # fmt: skip


def _picked(found: Concentration, key: str) -> "pd.Series[Any] | None":
    at = map_frame.picked_position(key, len(found.top))
    return None if at is None else found.top.iloc[at]


def _to_map() -> None:
    st.session_state[MODE_KEY] = Mode.MAP


def _notes(found: Concentration) -> list[str]:
    said = [t("places.used", used=formats.number(found.used), n=formats.number(found.n))]
    metres = formats.number(found.snap_m)
    if found.beyond:
        said.append(t(f"places.beyond.{found.kind.value}", n=formats.number(found.beyond), m=metres))
    for name, n in (("without_point", found.without_point), ("undated", found.undated)):
        if n:
            said.append(t(f"places.{name}", n=formats.number(n)))
    return said


# The toolbar of a table speaks English only.
_STYLE = """<style>
.hs-pairs { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.6rem; }
[data-testid="stElementToolbar"] { display: none; }
</style>"""
