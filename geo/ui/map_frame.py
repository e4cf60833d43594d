"""The frame of a map page in the reader's language and theme: shared by all pages with a map."""

import streamlit as st

from geo.maps.furniture import FrameWords
from geo.maps.palettes import Theme
from geo.ui.folium_map import AreaClick
from geo.ui.i18n import t

# A first height; frame.js then lets the map end where the window does.
_FILL = """<style>
iframe[title="streamlit_folium.st_folium"] {{
  height: calc(100dvh - {above_px}px); min-height: 360px;
  border: 1px solid var(--db-rule); border-radius: 8px; display: block;
}}
.stMainBlockContainer {{ padding-bottom: 10px !important; }}
</style>"""


def words() -> FrameWords:
    """Return what the frame of a map says."""
    return FrameWords(
        zoom_in=t("map.zoom_in"),
        zoom_out=t("map.zoom_out"),
        full_screen=t("map.full_screen"),
        leave_full_screen=t("map.leave_full_screen"),
        attribution=t("map.attribution"),
    )


def theme() -> Theme:
    """Return the theme that the reader's browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def fill_height(above_px: int) -> None:
    """Let the map take the height of the window but for `above_px` pixels of page above and below it."""
    st.html(_FILL.format(above_px=above_px))


def newest_pick(code: str | None, row: str | None, click: AreaClick | None, *, page: str) -> str | None:
    """Return what is open beside the map: the newest of `code` (the link), a table's `row`, a map's `click`.

    page : the page's name, under which the session remembers the row and the click that were answered
    """
    if row != st.session_state.get(f"{page}.table.seen"):
        st.session_state[f"{page}.table.seen"] = row
        code = row or code
    if click is not None and click.at != st.session_state.get(f"{page}.map.seen"):
        st.session_state[f"{page}.map.seen"] = click.at
        code = click.code
    return code


def picked_position(key: str, rows: int) -> int | None:
    """Return the row whose cell is picked in the table of that key, known before it is shown; None for none.

    rows : how many the table has now; a pick beyond them was made in a longer one
    """
    cells = st.session_state.get(key, {}).get("selection", {}).get("cells", ())
    return int(cells[0][0]) if cells and cells[0][0] < rows else None
