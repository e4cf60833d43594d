"""What the Hotspots page shows, as a file to take along."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from geo.briefing.hotspots_out import write_hotspots
from geo.domain.roles import Permission
from geo.ui import guard
from geo.ui.hotspots.page import Page
from geo.ui.i18n import t

# ending -> MIME type, in the order offered
_KINDS = {
    ".png": "image/png",
    ".csv": "text/csv",
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".tif": "image/tiff",
}
_LONGEST_PURPOSE = 200


def offer(page: Page) -> None:
    """Offer the answer as a file to a reader who may take it along; it is logged with the purpose given."""
    if not page.actor.may(Permission.EXPORT):
        return
    with st.popover(t("hotspots.export"), width="stretch"):
        ending = st.radio(
            t("hotspots.export.kind"),
            list(_KINDS),
            format_func=lambda kind: t(f"hotspots.export{kind}"),
            key="hotspots.export.kind",
        )
        purpose = st.text_input(
            t("hotspots.export.purpose"),
            key="hotspots.export.purpose",
            max_chars=_LONGEST_PURPOSE,
            help=t("hotspots.export.purpose_help"),
        )
        database, actor, query, compared = guard.database(), page.actor, page.query, page.review.compared
        shape = page.view.cells

        def made() -> bytes:
            with TemporaryDirectory() as folder:
                out = Path(folder, f"hotspots{ending}")
                write_hotspots(
                    database, actor, query, out, purpose=purpose.strip(), compared=compared, shape=shape
                )
                return out.read_bytes()

        st.download_button(
            t("hotspots.export.get"),
            made,
            file_name=t("hotspots.export.file", start=query.start, end=query.end) + ending,
            mime=_KINDS[ending],
            disabled=not purpose.strip(),
            on_click="ignore",
            width="stretch",
        )
