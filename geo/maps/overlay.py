"""What changes with the filters: colours of areas, rasters, points, the key. The map itself stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import folium
from folium.template import Template

from geo.maps.embedding import js_value
from geo.maps.legend import Legend, Pattern
from geo.maps.popups import Card

AREA_OPACITY = 0.78
RASTER_OPACITY = 0.8


@dataclass(frozen=True)
class Paint:
    """How one area is painted and what it says; `fill` None leaves it clear."""

    fill: str | None = None
    opacity: float = AREA_OPACITY
    pattern: Pattern = "plain"
    outline: str | None = None
    weight: float | None = None
    card: Card | None = None

    def payload(self, labels: dict[tuple[str, ...], int]) -> dict[str, Any]:
        """Return the paint as plain JSON for the map's script; `labels` as in `Card.payload`."""
        made: dict[str, Any] = {"fill": self.fill, "opacity": self.opacity}
        if self.pattern != "plain":
            made["pattern"] = self.pattern
        if self.outline:
            made |= {"outline": self.outline, "weight": self.weight}
        if self.card:
            made["card"] = self.card.payload(labels)
        return made


@dataclass(frozen=True)
class RasterRequest:
    """Tiles of one picture; `url` holds {z}, {x}, {y}; bounds [[south, west], [north, east]]."""

    url: str
    opacity: float = RASTER_OPACITY
    pane: str = "density"
    bounds: list[list[float]] | None = None


@dataclass(frozen=True)
class PointRequest:
    """Vector tiles of incidents, shown from `min_zoom` on."""

    url: str
    min_zoom: int
    max_zoom: int
    fill: str
    stroke: str
    text: str


@dataclass(frozen=True)
class ShapesRequest:
    """Areas that change with the figures; drawn anew when `key` is another than before.

    collection : of `geo.maps.areas.feature_collection`; options : of `geo.maps.areas.area_options`
    """

    key: str
    collection: dict[str, Any]
    options: dict[str, Any]


@dataclass(frozen=True)
class Swipe:
    """Two rasters of the overlay beside a bar that is moved, each with what it shows."""

    left: str
    right: str
    left_label: str
    right_label: str


@dataclass(frozen=True)
class Overlay:
    """One state of the map above its base.

    shapes : layer -> its areas, None to take them away; painted like those of the base
    areas : layer -> code -> paint; picked : layer -> code that is outlined, or None
    fit_key, fit_bounds : the view moves to the bounds when the key is another one than before, and only then
    """

    areas: Mapping[str, Mapping[str, Paint]] = field(default_factory=dict)
    picked: Mapping[str, str | None] = field(default_factory=dict)
    rasters: Mapping[str, RasterRequest | None] = field(default_factory=dict)
    swipe: Swipe | None = None
    shapes: Mapping[str, ShapesRequest | None] = field(default_factory=dict)
    points: PointRequest | None = None
    legend: Legend | None = None
    fit_key: str = ""
    fit_bounds: list[list[float]] | None = None

    def payload(self) -> dict[str, Any]:
        """Return the overlay as plain JSON for the map's script."""
        labels: dict[tuple[str, ...], int] = {}
        areas = {
            layer: {code: paint.payload(labels) for code, paint in paints.items()}
            for layer, paints in self.areas.items()
        }
        return {
            "areas": areas,
            "labels": [list(names) for names in labels],
            "picked": dict(self.picked),
            "rasters": {name: vars(request) if request else None for name, request in self.rasters.items()},
            "swipe": vars(self.swipe) if self.swipe else None,
            "shapes": {name: vars(request) if request else None for name, request in self.shapes.items()},
            "points": vars(self.points) if self.points else None,
            "legend": self.legend.payload() if self.legend else None,
            "fit": {"key": self.fit_key, "bounds": self.fit_bounds} if self.fit_bounds else None,
        }


class _Change(folium.MacroElement):
    _template = Template("""
        {% macro script(this, kwargs) %}
        diaban.update({{ this.change }});
        {% endmacro %}
    """)

    def __init__(self, change: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Change"
        self.change = change


def overlay_group(change: str) -> folium.FeatureGroup:
    """Return the feature group that streamlit-folium puts on a live map; `change` is the script's value."""
    group = folium.FeatureGroup(name="overlay", control=False)
    group.add_child(_Change(change))
    return group


def overlay_value(overlay: Overlay) -> str:
    """Return `overlay` as a value of the map's script."""
    return js_value(overlay.payload())
