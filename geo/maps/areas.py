"""Areas on the map: wards, blocks, beats. Drawn once a map; their colours come by `geo.maps.overlay`."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import folium
import geopandas as gpd
import numpy as np
import shapely
from folium.template import Template

from geo.domain.crs import STORAGE_CRS
from geo.domain.errors import WrongCrsError
from geo.maps.embedding import js_value
from geo.maps.overlay import ShapesRequest
from geo.maps.palettes import ACCENT, NO_DATA, OUTLINE, Theme

# The square root of the area that a vertex may cut off, as a share of the extent: a third of a pixel where
# the whole is shown, and some metres for a city seen close up.
_VIEW_PIXELS = 3000.0
_MISFIT = 0.001  # share of the borders; Hà Nội has 0.000013


# Names beside others, or a number on a disc.
LabelStyle = Literal["label", "badge"]


@dataclass(frozen=True)
class AreaStyle:
    """How the outlines look before anything is painted."""

    outline: str
    weight: float = 1.0
    outline_opacity: float = 0.9
    dash: str | None = None


def ward_style(theme: Theme) -> AreaStyle:
    """Return the style of ward outlines."""
    return AreaStyle(OUTLINE[theme], 1.2)


class Areas(folium.MacroElement):
    """A layer of areas under a name; a click tells the code, the pointer shows the area's card.

    frame : GeoDataFrame (n,) in EPSG:4326 with ``code`` and ``name``; optionally ``label`` (short name)
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
        diaban.areas({{ this.layer }}, {{ this.collection }}, {{ this.options }});
        {% endmacro %}
    """)

    def __init__(
        self,
        layer: str,
        frame: gpd.GeoDataFrame,
        theme: Theme,
        *,
        style: AreaStyle | None = None,
        clicks: bool = True,
        labels: bool = True,
        pane: str = "areas",
        canvas: bool = False,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Areas"
        self.layer = js_value(layer)
        self.collection = js_value(feature_collection(frame))
        self.options = js_value(
            area_options(theme, style, clicks=clicks, labels=labels, pane=pane, canvas=canvas)
        )


def area_options(
    theme: Theme,
    style: AreaStyle | None = None,
    *,
    clicks: bool = True,
    labels: bool = True,
    pane: str = "areas",
    label_style: LabelStyle = "label",
    canvas: bool = False,
) -> dict[str, Any]:
    """Return how a layer of areas looks and behaves, as plain JSON for the map's script.

    canvas : drawn as one picture, not as an element each: for thousands; no patterns then
    """
    chosen = style or ward_style(theme)
    return {
        "pane": pane,
        "clicks": clicks,
        "labels": labels,
        "label_style": label_style,
        "canvas": canvas,
        "outline": chosen.outline,
        "weight": chosen.weight,
        "outline_opacity": chosen.outline_opacity,
        "dash": chosen.dash,
        "fill": NO_DATA[theme],
        "picked": ACCENT[theme],
    }


def feature_collection(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return `frame` as GeoJSON, simplified together so that shared borders stay shared.

    Each feature has ``code``, ``name``, ``label``, ``label_at`` (lat, lon inside the area) and ``rank`` (the
    larger, the sooner labelled). Raises WrongCrsError unless in EPSG:4326.
    """
    if frame.crs is None or frame.crs != STORAGE_CRS:
        raise WrongCrsError("missing_crs" if frame.crs is None else "crs_mismatch", **_crs_params(frame))
    shapes = simplified(frame.geometry.to_numpy())
    anchors = [_label_point(shape) for shape in frame.geometry.to_numpy()]
    names = frame["name"].tolist()
    properties = [
        {"code": code, "name": name, "label": label, "label_at": anchor, "rank": round(area, 9)}
        for code, name, label, anchor, area in zip(
            frame["code"].tolist(),
            names,
            frame["label"].tolist() if "label" in frame else names,
            anchors,
            shapely.area(shapes).tolist(),
            strict=True,
        )
    ]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": known, "geometry": shapely.geometry.mapping(shape)}
            for known, shape in zip(properties, shapes, strict=True)
        ],
    }


def _crs_params(frame: gpd.GeoDataFrame) -> dict[str, str]:
    if frame.crs is None:
        return {"what": "areas"}
    return {"left": "areas", "left_crs": str(frame.crs), "right": "GeoJSON", "right_crs": STORAGE_CRS}


def simplified(shapes: Any) -> Any:
    """Return (n,) areas with as many vertices as a screen can show, five decimals (about 1 m).

    All areas are simplified as one coverage: alone, each would leave its neighbours and borders would tear.
    Areas that do not fit together (beats that overlap) are left as they are; a few faulty vertices, as real
    boundaries have, do no harm: there the two sides part by less than a screen shows.
    """
    shapes = np.asarray(shapes, dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    tolerance_deg = max(east - west, north - south) / _VIEW_PIXELS
    thinner = shapes
    if np.isfinite(tolerance_deg) and tolerance_deg > 0 and _fit_together(shapes):
        thinner = thinned(shapes, tolerance_deg)
    return _rounded(thinner)


def thinned(shapes: Any, tolerance: float) -> Any:
    """Return (n,) areas that fit together with fewer vertices; none moves farther than `tolerance`."""
    try:
        return shapely.coverage_simplify(shapes, tolerance)
    except shapely.errors.GEOSException:  # on gaps that have no width left in places: they stay as they are
        return shapes


def _fit_together(shapes: Any) -> bool:
    misfit = shapely.length(shapely.coverage_invalid_edges(shapes)).sum()
    return bool(misfit <= _MISFIT * shapely.length(shapes).sum())


def _rounded(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda coordinates: np.round(coordinates, 5))


def _label_point(shape: Any) -> list[float] | None:
    if shape is None or shape.is_empty:
        return None
    # The centre of the largest circle inside reads as "the middle"; a point on the surface may sit at a tip.
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    reach = max(largest.bounds[2] - largest.bounds[0], largest.bounds[3] - largest.bounds[1])
    centre = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=reach / 50), 0)
    return [round(float(centre.y), 5), round(float(centre.x), 5)]


def bounds_latlon(shapes: Sequence[Any]) -> list[list[float]] | None:
    """Return [[south, west], [north, east]] of the shapes as Leaflet takes it; None where there are none."""
    if len(shapes) == 0:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, dtype=object)).tolist()
    if not np.isfinite([west, south, east, north]).all():
        return None
    return [[south, west], [north, east]]


def shapes_request(frame: gpd.GeoDataFrame, options: dict[str, Any]) -> ShapesRequest | None:
    """Return `frame` (``code``, ``name``, areas) for the map, None where it is empty."""
    if frame.empty:
        return None
    told = str((frame["code"].tolist(), sorted(options.items()))).encode()
    key = sha256(told + b"".join(shapely.to_wkb(frame.geometry.to_numpy()))).hexdigest()[:16]
    return ShapesRequest(key, feature_collection(frame), options)
