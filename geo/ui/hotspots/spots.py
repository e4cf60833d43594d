"""Hotspots on the page: outlines and cells on the map, the list, the one that is picked, the words."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from math import isnan
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.domain.crs import STORAGE_CRS
from geo.maps.areas import AreaStyle, area_options, shapes_request
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Paint, ShapesRequest
from geo.maps.palettes import ACCENT, Theme, diverging, sequential
from geo.maps.popups import Card, card
from geo.services.hotspots.cells import COLD, FEW_CELLS, HOT, VERY_HOT
from geo.services.hotspots.spots import Spot, Spots
from geo.ui import formats, map_frame
from geo.ui.hotspots.tables import figures_px, words_px
from geo.ui.hotspots.words import change_words
from geo.ui.i18n import t

SPOTS, CELLS = "spots", "cells"

_OUTLINE: dict[Theme, str] = {"light": "#14213d", "dark": "#f2f4f8"}
_CELL_OPACITY = 0.75
_LIST = 10
_ROW_PX, _LINES_PX, _HEAD_PX = 30, 66, 38  # words go on in another line in rows of more than four rem
_PANEL_PX = 302
_LEAST_SHARE = 0.35  # of what figures leave, for the place and for those responsible


@dataclass(frozen=True)
class Drawn:
    """What the map shows of the hotspots: the areas of each layer, and how they are painted."""

    shapes: dict[str, ShapesRequest | None]
    paints: dict[str, dict[str, Paint]]


def drawn(found: Spots | None, theme: Theme, *, with_cells: bool) -> Drawn:
    """Return the numbered outlines of `found`, and its significant cells `with_cells`; None clears."""
    if found is None:
        return Drawn({SPOTS: None, CELLS: None}, {})
    classes = found.classes if with_cells else found.classes.iloc[:0]
    colours = _colours(theme)
    paints = {
        CELLS: {code: Paint(colours[code], _CELL_OPACITY) for code in classes["code"]},
        SPOTS: {
            spot.code: Paint(
                outline=ACCENT[theme] if spot.unassigned else _OUTLINE[theme],
                weight=3.0 if spot.unassigned else 2.0,
                card=_card(number, spot),
            )
            for number, spot in enumerate(found.spots, start=1)
        },
    }
    return Drawn({CELLS: cells(classes, theme), SPOTS: _outlines(found, theme)}, paints)


def cells(classes: gpd.GeoDataFrame, theme: Theme) -> ShapesRequest | None:
    """Return classes of cells (``code``, ``name``, areas) for the map: fills without an outline."""
    options = area_options(theme, AreaStyle("#00000000", 0.0), clicks=False, labels=False, pane="outlines")
    return shapes_request(classes, options)


def _outlines(found: Spots, theme: Theme) -> ShapesRequest | None:
    # More numbers than the list has places would hide the map.
    numbers = [str(number) if number <= _LIST else "" for number in range(1, len(found.spots) + 1)]
    frame = gpd.GeoDataFrame(
        {"code": [spot.code for spot in found.spots], "name": numbers, "label": numbers},
        geometry=[spot.shape for spot in found.spots],
        crs=STORAGE_CRS,
    )
    style = AreaStyle(_OUTLINE[theme], 2.0)
    return shapes_request(frame, area_options(theme, style, pane="spots", label_style="badge"))


def _colours(theme: Theme) -> dict[str, str]:
    hot = sequential(7, theme)
    return {VERY_HOT: hot[5], HOT: hot[3], COLD: diverging(theme)[1]}


def legend(found: Spots, theme: Theme, left_out: tuple[str, ...]) -> Legend:
    """Return the key of the layer of significant cells, with how many were tested and how."""
    colours, present = _colours(theme), set(found.classes["code"])
    entries = [
        LegendEntry(colours[code], t(f"hotspots.spots.{code}"), opacity=_CELL_OPACITY)
        for code in (VERY_HOT, HOT, COLD)
        if code in present
    ]
    if found.spots:
        entries.append(LegendEntry(_OUTLINE[theme], t("hotspots.spots.outline"), "outline"))
    tested = t(
        "hotspots.spots.tested",
        cells=_cells_said(found),
        raw=formats.number(found.significant.raw),
        bh=formats.number(found.significant.bh),
        by=formats.number(found.significant.by),
    )
    n = t("hotspots.legend.n", n=formats.number(found.n))
    title = "hotspots.spots.title" if entries else "hotspots.spots.none_title"
    small = (t("hotspots.spots.small", n=formats.number(found.small)),) if found.small else ()
    few = (t("hotspots.spots.few_cells", least=FEW_CELLS),) if found.cells < FEW_CELLS else ()
    unit = t(f"hotspots.spots.unit.{found.shape.value}")
    return Legend(t(title), unit, tuple(entries), (f"{n} · {tested}", *few, *small, *left_out))


def _cells_said(found: Spots) -> str:
    metres = formats.number(found.cell_m) if found.cell_m is not None else ""
    return t(f"hotspots.spots.cells.{found.shape.value}", n=formats.number(found.cells), m=metres)


def _card(number: int, spot: Spot) -> Card:
    return card(
        titled(number, spot),
        [
            (t("hotspots.count"), formats.number(spot.count)),
            (t("hotspots.change"), change_words(spot.count, spot.before)),
            (t("hotspots.spots.whose"), whose(spot)),
        ],
    )


def titled(number: int, spot: Spot) -> str:
    """Return the name of a hotspot: its number in the list and its ward."""
    return t("hotspots.spots.name", number=number, ward=spot.ward_name)


def whose(spot: Spot) -> str:
    """Return who is responsible for the largest part of a hotspot, in a few words."""
    beat = spot.beats[0].beat if spot.beats else None
    primary = beat.primary if beat else None
    return primary.display_name if primary else t("hotspots.spots.nobody")


def verdict(found: Spots) -> str:
    """Return the finding in plain words: how many hotspots, how many new, where and whose the first is."""
    if not found.spots:
        return t("hotspots.spots.none")
    said = [t("hotspots.spots.some", n=formats.number(len(found.spots)))]
    new = [spot for spot in found.spots if spot.new]
    if new:
        said.append(
            t("hotspots.spots.new", n=formats.number(len(new)), ward=new[0].ward_name, whose=whose(new[0]))
        )
    if found.gone:
        said.append(t("hotspots.spots.gone", n=formats.number(found.gone)))
    return "; ".join(said) + "."


def picked_row(found: Spots, key: str) -> str | None:
    """Return the code of the hotspot whose row is picked in the list of that key, before it is shown."""
    at = map_frame.picked_position(key, len(found.spots))
    return None if at is None else found.spots[at].code


def spot_list(found: Spots, key: str, most_px: int) -> None:
    """Show the hotspots in their order, at most so high; a cell can be picked, see `picked_row`."""
    if not found.spots:
        st.html(f'<p class="hs-hint">{escape(t("hotspots.spots.none_help"))}</p>')
        return
    names = [t(f"hotspots.{name}") for name in ("spots.col", "col.count", "col.change", "spots.whose")]
    rows = [
        (
            f"{number}. {spot.ward_name}",
            spot.count,
            100 * (spot.count / spot.before - 1) if spot.before else float("nan"),
            whose(spot),
        )
        for number, spot in enumerate(found.spots, start=1)
    ]
    said: dict[Any, str | Callable[[Any], str] | None] = {names[1]: formats.number, names[2]: formats.signed}
    widths, is_cut = _widths(names, rows)
    row_px = _LINES_PX if is_cut else _ROW_PX
    st.dataframe(
        pd.DataFrame(rows, columns=names).style.format(said),
        hide_index=True, height=min(most_px, _HEAD_PX + row_px * min(len(rows), _LIST)), key=key,
        on_select="rerun", selection_mode="single-cell", placeholder=formats.NOTHING,
        row_height=row_px,
        column_config={
            name: st.column_config.Column(width=width) for name, width in zip(names, widths, strict=True)
        },
    )  # fmt: skip


def _widths(names: list[str], rows: list[tuple[str, int, float, str]]) -> tuple[list[int], bool]:
    """Pixels of each column, and whether words need several lines: figures are never cut.

    Of what they leave the place has what it needs, within bounds, and those responsible the rest.
    """
    count = figures_px(names[1], (formats.number(row[1]) for row in rows))
    change = figures_px(names[2], (formats.signed(row[2]) for row in rows if not isnan(row[2])))
    left = _PANEL_PX - count - change
    place = words_px([names[0], *(row[0] for row in rows)])
    held = words_px([names[3], *(row[3] for row in rows)])
    given = int(min(max(place, _LEAST_SHARE * left), (1 - _LEAST_SHARE) * left))
    return [given, count, change, left - given], place > given or held > left - given
