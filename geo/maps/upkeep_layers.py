"""The maps of the Upkeep page: blocks of a ward, dots of households, and a ground that tells where it was
clicked.
"""

from collections.abc import Sequence

import folium
import geopandas as gpd
import shapely
from folium.template import Template

from geo.domain.crs import STORAGE_CRS
from geo.maps.areas import Areas, AreaStyle, area_options, feature_collection
from geo.maps.basemap import Basemap
from geo.maps.furniture import FrameWords, framed_map
from geo.maps.overlay import ShapesRequest
from geo.maps.palettes import OUTLINE, Theme

BLOCKS, HOMES, DRAWN, GROUND = "blocks", "homes", "drawn", "ground"
# A dot is a small square with a broad outline: it stays a dot however far one zooms out.
_DOT_DEG = 0.00002


class GroundClicks(folium.MacroElement):
    """Tells the page where the ground was clicked: layer ``ground``, code ``"lat,lon"`` (about 0.1 m)."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.on("click", (event) => {
          const at = event.latlng.lat.toFixed(6) + "," + event.latlng.lng.toFixed(6);
          if (window.Streamlit) {
            window.Streamlit.setComponentValue({ layer: "ground", code: at, at: Date.now() });
          }
        });
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "GroundClicks"


def base_map(blocks: gpd.GeoDataFrame, words: FrameWords, theme: Theme, ground: str) -> folium.Map:
    """Return the map below the dots: ground and the outlines of `blocks`."""
    made = framed_map(words, theme)
    made.add_child(Basemap(theme, ground))
    if len(blocks):
        labelled = blocks.assign(label=[name.rsplit(" ", 1)[-1] for name in blocks["name"]])
        style = AreaStyle(OUTLINE[theme], 1.3, 0.8)
        made.add_child(Areas(BLOCKS, labelled, theme, style=style, clicks=False))
    made.add_child(GroundClicks())
    return made


def dots(
    codes: Sequence[str], lon: Sequence[float], lat: Sequence[float], theme: Theme, *, key: str, clicks: bool
) -> ShapesRequest:
    """Return a layer of dots; `key` is another whenever they are others."""
    squares = [
        shapely.box(x - _DOT_DEG, y - _DOT_DEG, x + _DOT_DEG, y + _DOT_DEG)
        for x, y in zip(lon, lat, strict=True)
    ]
    return shapes(codes, squares, theme, key=f"{key}/{clicks}", clicks=clicks)


def shapes(
    codes: Sequence[str], areas: Sequence[shapely.Geometry], theme: Theme, *, key: str, clicks: bool = False
) -> ShapesRequest:
    """Return a layer of areas that comes and goes with the page."""
    frame = gpd.GeoDataFrame(
        {"code": list(codes), "name": list(codes)}, geometry=list(areas), crs=STORAGE_CRS
    )
    style = AreaStyle(OUTLINE[theme], 2.0)
    options = area_options(theme, style, clicks=clicks, labels=False, pane="spots")
    return ShapesRequest(key, feature_collection(frame), options)
