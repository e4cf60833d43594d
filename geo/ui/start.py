"""What the server does once before it answers: load what pages need, so that nobody's first click waits."""

import importlib.util
from importlib import import_module

# Loaded by the first page otherwise, which then takes seconds.
_NEEDED = ("branca.colormap", "folium", "geopandas", "numba", "pandas", "shapely", "streamlit_folium")


def warm() -> None:
    """Import the libraries of the pages and let the map component register itself."""
    for name in _NEEDED:
        import_module(name)
    if importlib.util.find_spec("geo.ui.folium_map") is not None:
        import_module("geo.ui.folium_map").install()
