"""What the server does once before it answers: load what pages need, so that nobody's first click waits."""

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

# Loaded by the first page otherwise, which then takes seconds.
_NEEDED = ("branca.colormap", "folium", "geopandas", "numba", "pandas", "shapely", "streamlit_folium")


# Streamlit warns that a component is declared outside a run of a page, which is what we mean to do.
_NO_PAGE_RUN = "streamlit.runtime.scriptrunner_utils.script_run_context"


@contextmanager
def _without_warning(logger_name: str) -> Iterator[None]:
    logger = logging.getLogger(logger_name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def warm() -> None:
    """Import the libraries of the pages and let the map component register itself."""
    with _without_warning(_NO_PAGE_RUN):
        for name in _NEEDED:
            import_module(name)
        if importlib.util.find_spec("geo.ui.reassign.map") is not None:
            import_module("geo.ui.reassign.map")  # declares its component
    if importlib.util.find_spec("geo.ui.folium_map") is not None:
        import_module("geo.ui.folium_map").install()
