"""The map of the Imports page: what the file has, coloured by what would become of it, over the wards."""

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.template import Template

from geo.maps.areas import Areas, AreaStyle, bounds_latlon
from geo.maps.basemap import Basemap
from geo.maps.embedding import js_value
from geo.maps.furniture import FrameWords, framed_map
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import OUTLINE, Theme
from geo.maps.popups import card
from geo.services.imports.preview import STATES, Drawn, Preview, State
from geo.services.wards import Wards
from geo.ui import formats
from geo.ui.i18n import t

FILE = "file"
# Okabe and Ito's blue and vermilion, and a grey: new, changed, as it was.
_COLOURS: dict[Theme, dict[State, str]] = {
    "light": {"added": "#0072b2", "updated": "#d55e00", "unchanged": "#8a8f9a"},
    "dark": {"added": "#56b4e9", "updated": "#f08a3c", "unchanged": "#8a8f9a"},
}
_AREA_OPACITY = 0.45
_MOST_LABELS = 80


class Marks(folium.MacroElement):
    """Many points or lines on one canvas; they answer no pointer and carry no text."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        (function (map, marks) {
          const renderer = L.canvas({ pane: "points" });
          for (const [lat, lon, colour] of marks.points) {
            L.circleMarker([lat, lon], { renderer: renderer, radius: 4, weight: 1, color: marks.rim,
              fillColor: colour, fillOpacity: 0.9, interactive: false }).addTo(map);
          }
          for (const [path, colour] of marks.lines) {
            L.polyline(path, { renderer: renderer, weight: 2.5, color: colour, interactive: false })
              .addTo(map);
          }
        })({{ this._parent.get_name() }}, {{ this.marks }});
        {% endmacro %}
    """)

    def __init__(self, drawn: Drawn, theme: Theme) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Marks"
        rim = "#ffffff" if theme == "light" else "#10151f"
        self.marks = js_value({"rim": rim, **_marks(_changed_last(drawn.frame), theme)})


def _changed_last(frame: pd.DataFrame) -> pd.DataFrame:
    """What would change lies on top, or a few changes among thousands of rows would not be seen."""
    rank = frame["state"].map({"unchanged": 0, "added": 1, "updated": 2})
    return frame.iloc[np.argsort(rank.to_numpy(int), kind="stable")]


def _marks(frame: pd.DataFrame, theme: Theme) -> dict[str, list[list[object]]]:
    colours = [_COLOURS[theme][state] for state in frame["state"]]
    if not isinstance(frame, gpd.GeoDataFrame):
        places = zip(frame["lat"].round(6).tolist(), frame["lon"].round(6).tolist(), colours, strict=True)
        return {"points": [list(place) for place in places], "lines": []}
    lines: list[list[object]] = []
    for shape, colour in zip(frame.geometry, colours, strict=True):
        for part in shapely.get_parts(shape):
            lonlat = shapely.get_coordinates(part).round(5)
            lines.append([lonlat[:, ::-1].tolist(), colour])
    return {"points": [], "lines": lines}


def are_areas(drawn: Drawn) -> bool:
    """Say whether the rows are areas, which answer the pointer with a card."""
    frame = drawn.frame
    return isinstance(frame, gpd.GeoDataFrame) and bool(
        frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    )


def base_map(drawn: Drawn, wards: Wards, ground: str, theme: Theme, words: FrameWords) -> folium.Map:
    """Return the map: ground, outlines of the wards stored, and what the file has."""
    made = framed_map(words, theme)
    made.add_child(Basemap(theme, ground))
    if len(wards):
        outline = AreaStyle(OUTLINE[theme], 1.0, 0.7, "4 4")
        made.add_child(Areas("wards", wards.frame, theme, style=outline, clicks=False, labels=False))
    if are_areas(drawn):
        labels = len(drawn.frame) <= _MOST_LABELS
        made.add_child(Areas(FILE, drawn.frame, theme, labels=labels))
    else:
        made.add_child(Marks(drawn, theme))
    return made


def overlay(preview: Preview, drawn: Drawn, identity: str, theme: Theme) -> Overlay:
    """Return the colours of areas, the key, and where to look; `identity` is another for another look."""
    return Overlay(
        areas={FILE: _paints(drawn, theme)} if are_areas(drawn) else {},
        legend=_legend(preview, drawn, theme),
        fit_key=identity,
        fit_bounds=_bounds(drawn),
    )


def _paints(drawn: Drawn, theme: Theme) -> dict[str, Paint]:
    return {
        code: Paint(
            _COLOURS[theme][state],
            opacity=_AREA_OPACITY,
            card=card(name, [(t("imports.code"), code), (t("imports.becomes"), t(f"imports.state.{state}"))]),
        )
        for code, name, state in drawn.frame[["code", "name", "state"]].itertuples(index=False)
    }


def _legend(preview: Preview, drawn: Drawn, theme: Theme) -> Legend:
    entries = [
        LegendEntry(
            _COLOURS[theme][state],
            f"{t(f'imports.state.{state}')} ({formats.number(drawn.counts[state])})",
            opacity=_AREA_OPACITY if are_areas(drawn) else 1.0,
        )
        for state in STATES
        if drawn.counts[state]
    ]
    shown, total = formats.number(len(drawn.frame)), formats.number(drawn.total)
    notes = [t("imports.legend.capped" if len(drawn.frame) < drawn.total else "imports.legend.all",
               shown=shown, total=total)]  # fmt: skip
    without = sum(drawn.counts.values()) - drawn.total
    if without:
        notes.append(t("imports.legend.without", n=formats.number(without)))
    if preview.rejected:
        notes.append(t("imports.legend.rejected", n=formats.number(preview.rejected)))
    return Legend(t("imports.legend.title"), t("imports.legend.unit"), tuple(entries), tuple(notes))


def _bounds(drawn: Drawn) -> list[list[float]] | None:
    frame = drawn.frame
    if isinstance(frame, gpd.GeoDataFrame):
        return bounds_latlon(list(frame.geometry))
    if not len(frame):
        return None
    return [
        [float(frame["lat"].min()), float(frame["lon"].min())],
        [float(frame["lat"].max()), float(frame["lon"].max())],
    ]
