"""The frame of a map page in the reader's language and theme: shared by all pages with a map."""

import streamlit as st

from geo.maps.furniture import FrameWords
from geo.maps.palettes import Theme
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
