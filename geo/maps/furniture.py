"""The frame of every map: panes, metric scale, full screen, its place kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

import folium
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen
from folium.template import Template

from geo.maps.browser import source
from geo.maps.embedding import js_value
from geo.maps.palettes import Theme

# Above the basemap (200), below Leaflet's own overlays (400) and labels: what is looked at and not
# clicked lets the pointer through, or a raster swallows the clicks meant for the wards.
PANES = {
    "density": {"z": 350, "clicks": False},
    "areas": {"z": 400, "clicks": True},
    "outlines": {"z": 430, "clicks": False},
    "spots": {"z": 435, "clicks": True},
    "points": {"z": 440, "clicks": False},
    "labels": {"z": 460, "clicks": False},
}
MAX_ZOOM = 18
_FONT_CSS = "/assets/ui/fonts.css"


@dataclass(frozen=True)
class FrameWords:
    """What the frame itself says, in the reader's language."""

    zoom_in: str
    zoom_out: str
    full_screen: str
    leave_full_screen: str
    attribution: str


class Frame(JSCSSMixin, folium.MacroElement):
    """Sets a folium map up as one of ours. Added first; later elements build on ``window.diaban``."""

    default_js = [  # noqa: RUF012 (folium reads it so)
        ("protomaps", "/assets/protomaps-leaflet/dist/protomaps-leaflet.js"),
        ("side_by_side", "/assets/leaflet-side-by-side/index.js"),
    ]
    default_css = [("be_vietnam_pro", _FONT_CSS)]  # noqa: RUF012 (folium reads it so)
    _template = Template("""
        {% macro script(this, kwargs) %}
        {{ this.runtime }}
        diaban.frame({{ this._parent.get_name() }}, {{ this.options }});
        {% endmacro %}
    """)

    def __init__(self, words: FrameWords, theme: Theme) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Frame"
        self.runtime = source("frame.js")
        self.options = js_value(
            {
                "theme": theme,
                "css": source("frame.css"),
                "panes": PANES,
                "attribution": words.attribution,
                "titles": _titles(words),
            }
        )


def _titles(words: FrameWords) -> Mapping[str, str]:
    return {".leaflet-control-zoom-in": words.zoom_in, ".leaflet-control-zoom-out": words.zoom_out}


def framed_map(
    words: FrameWords, theme: Theme, centre: tuple[float, float] = (16.0, 106.0), zoom: int = 6
) -> folium.Map:
    """Return an empty map with our frame.

    centre : (lat, lon) shown until the first areas are fitted
    """
    made = folium.Map(
        location=centre,
        zoom_start=zoom,
        tiles=None,
        max_zoom=MAX_ZOOM,
        zoom_control=True,
        control_scale=False,
    )
    # Without a tile layer of Leaflet's kind the map does not know how far one may zoom in.
    made.options["maxZoom"] = MAX_ZOOM
    made.options["zoomSnap"] = 0.5
    made.add_child(Frame(words, theme))
    titles = {"title": words.full_screen, "title_cancel": words.leave_full_screen}
    full_screen = Fullscreen(position="topright", **titles)  # type: ignore[no-untyped-call]
    full_screen.add_to(made)
    return made
