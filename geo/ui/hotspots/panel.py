"""Beside the map: the wards as a table, and the figures of the one that is picked."""

from collections.abc import Callable
from html import escape
from typing import Any, cast

import pandas as pd
import streamlit as st

from geo.services.hotspots.review import Review, rate_interval
from geo.ui import formats, map_frame
from geo.ui.hotspots.tables import figures_px
from geo.ui.hotspots.words import change_words
from geo.ui.i18n import current_lang, t

_KINDS_SHOWN = 5
_ROW_PX, _HEAD_PX = 30, 38
_TABLE_PX = 276


def ward_figures(review: Review, code: str, kinds: pd.DataFrame) -> None:
    """Show the figures of one ward.

    kinds : code, name_vi, name_en, count of its categories, most first
    """
    found = review.table[review.table["code"] == code]
    if found.empty:
        return
    row = found.iloc[0]
    count, before, households = (int(row[name]) for name in ("count", "before", "households"))
    lines = [
        (t("hotspots.count"), formats.number(count), ""),
        (t("hotspots.before"), formats.number(before), ""),
        (t("hotspots.change"), change_words(count, before if review.comparable else 0), ""),
        (t("hotspots.rate"), formats.number(row["rate"], 1), _interval(count, households)),
        (t("hotspots.households"), formats.number(households) if households else formats.NOTHING, ""),
    ]
    body = "".join(
        f"<div class='hs-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"
        + (f"<div class='hs-note'>{escape(note)}</div>" if note else "")
        for label, value, note in lines
    )
    st.html(f"<div class='hs-ward'><h3>{escape(str(row['name']))}</h3>{body}{_kinds(kinds)}</div>")


def _interval(count: int, households: int) -> str:
    if not households:
        return ""
    low, high = (formats.number(value, 1) for value in rate_interval(count, households))
    return t("hotspots.interval", low=low, high=high)


def _kinds(kinds: pd.DataFrame) -> str:
    if kinds.empty:
        return ""
    name = "name_vi" if current_lang() == "vi" else "name_en"
    most = int(kinds["count"].max())
    bars = "".join(
        f"<div class='hs-kind'><span>{escape(str(row[name]))}</span><b>{formats.number(row['count'])}</b>"
        f"<i style='width:{100 * row['count'] / most:.0f}%'></i></div>"
        for _, row in kinds.head(_KINDS_SHOWN).iterrows()  # six rows to write as text, not data
    )
    return f"<h4>{escape(t('hotspots.kinds'))}</h4>{bars}"


def _in_order(review: Review) -> pd.DataFrame:
    return review.table.sort_values(["count", "name"], ascending=[False, True]).reset_index(drop=True)


def picked_row(review: Review, key: str) -> str | None:
    """Return the code of the ward whose row is picked in the table of that key; known before it is shown."""
    at = map_frame.picked_position(key, len(review.table))
    return None if at is None else str(_in_order(review)["code"].iloc[at])


def ward_table(review: Review, key: str, most_px: int) -> None:
    """Show all wards, most incidents first, at most so high; a cell can be picked, see `picked_row`."""
    table = _in_order(review)
    height = min(most_px, _HEAD_PX + _ROW_PX * len(table))
    names = [t(f"hotspots.{name}") for name in ("ward", "col.count", "col.change", "col.rate")]
    shown = pd.DataFrame(
        dict(zip(names, (table["name"], table["count"], 100 * table["change"], table["rate"]), strict=True))
    )
    _, count, change, rate = names
    said: dict[Any, Callable[[Any], str]] = {
        count: formats.number,
        change: formats.signed,
        rate: lambda value: formats.number(value, 1),
    }
    styled = shown.style.format(cast("dict[Any, str | Callable[[Any], str] | None]", said))
    st.dataframe(
        styled, hide_index=True, height=height, key=key, on_select="rerun", selection_mode="single-cell",
        placeholder=formats.NOTHING, row_height=_ROW_PX,
        column_config={
            name: st.column_config.Column(width=width)
            for name, width in zip(names, _widths(shown, said), strict=True)
        },
    )  # fmt: skip


def _widths(shown: pd.DataFrame, said: dict[Any, Callable[[Any], str]]) -> list[int]:
    """Return pixels for each column: figures are never cut, the name of the ward has the rest."""
    figures = [figures_px(name, shown[name].dropna().map(words)) for name, words in said.items()]
    return [max(60, _TABLE_PX - sum(figures)), *figures]


STYLE = """<style>
[data-testid="stButtonGroup"] button { padding: .2rem .6rem; min-height: 1.9rem; font-size: .84rem; }
.hs-ward h3 { font-size: 1.05rem; margin: 0 0 .35rem; padding: 0; }
.hs-ward h4 { font-size: .85rem; margin: .7rem 0 .25rem; padding: 0; color: var(--db-muted, #5b6375); }
.hs-line { display: flex; justify-content: space-between; gap: 1rem; font-size: .9rem; line-height: 1.65;
  font-variant-numeric: tabular-nums; }
.hs-line span { color: var(--db-muted, #5b6375); }
.hs-note { text-align: right; font-size: .76rem; color: var(--db-muted, #5b6375); margin-top: -.2rem; }
.hs-kind { position: relative; display: flex; justify-content: space-between; gap: .8rem; font-size: .84rem;
  padding: .12rem 0 .24rem; font-variant-numeric: tabular-nums; }
.hs-kind i { position: absolute; left: 0; bottom: 0; height: 3px; background: #db5600; border-radius: 2px; }
.hs-urgent { color: var(--db-accent, #b3261e); }
.hs-bars { display: flex; align-items: flex-end; gap: 4px; height: 42px; }
.hs-bars i { flex: 1; min-height: 2px; background: #8a8f9a; border-radius: 2px 2px 0 0; }
.hs-bars i:last-child, .hs-bars i.hs-peak { background: #db5600; }
.hs-bars.hs-hours { gap: 2px; }
.hs-hours i:last-child:not(.hs-peak) { background: #8a8f9a; }
.hs-marks { display: grid; grid-template-columns: repeat(4, 1fr); font-size: .72rem; line-height: 1.2;
  color: var(--db-muted, #5b6375); }
.hs-lines div { margin-bottom: .3rem; line-height: 1.35; }
.hs-hint { font-size: .82rem; color: var(--db-muted, #5b6375); }
.hs-finding { font-size: 1.02rem; font-weight: 500; line-height: 1.4; margin: 0; text-wrap: pretty; }
.hs-title { font-size: .93rem; font-weight: 600; margin: 0; padding: 0; }
.hs-title .hs-hint { font-weight: 400; }
</style>"""
