"""The ground: streets, water and their names from the deployment's own tables, as vector tiles."""

from dataclasses import asdict, dataclass

import folium
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.maps.browser import source
from geo.maps.embedding import js_value
from geo.maps.palettes import Theme

TILE_URL = "/tiles/base/{z}/{x}/{y}.pbf"
MAX_DATA_ZOOM = 15


@dataclass(frozen=True)
class GroundColours:
    """Colours of the basemap: quiet, so that what is measured stands out."""

    ground: str
    water: str
    casing: str
    major: str
    minor: str
    lane: str
    text: str
    water_text: str
    halo: str


COLOURS: dict[Theme, GroundColours] = {
    "light": GroundColours(
        "#f3f0e9", "#bcd6e6", "#d8d3c7", "#ffffff", "#ffffff", "#ffffff", "#5d6474", "#3f6f8f", "#f8f6f1"
    ),
    "dark": GroundColours(
        "#17191e", "#1e3444", "#101215", "#454b56", "#343942", "#2b2f37", "#a7aebb", "#7fa8c4", "#17191e"
    ),
}


class Basemap(JSCSSMixin, folium.MacroElement):
    """Draws the basemap below everything else.

    version : changes when streets or water do, so that the browser's stored tiles are not used then
    """

    default_js = [("protomaps", "/assets/protomaps-leaflet/dist/protomaps-leaflet.js")]  # noqa: RUF012 (folium reads it so)
    _template = Template("""
        {% macro script(this, kwargs) %}
        {{ this.runtime }}
        diaban.basemap({{ this._parent.get_name() }}, {{ this.request }});
        {% endmacro %}
    """)

    def __init__(self, theme: Theme, version: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Basemap"
        self.runtime = source("basemap.js")
        self.request = js_value(
            {"url": f"{TILE_URL}?v={version}", "max_zoom": MAX_DATA_ZOOM, "colours": asdict(COLOURS[theme])}
        )
