"""How changes and comparisons are said, everywhere on the Hotspots page."""

from geo.services.hotspots.review import SMALL_N
from geo.ui import formats
from geo.ui.hotspots.state import Compare, HotspotsView
from geo.ui.i18n import t


def change_words(count: int, before: int) -> str:
    """Return a change as it is said: n/a from 0, with a warning where either number is below five."""
    if before == 0:
        return t("hotspots.not_available")
    said = formats.percent(count / before - 1, 0)
    if count > before:
        said = f"+{said}"
    return t("hotspots.small_n", change=said) if min(count, before) < SMALL_N else said


def compared_words(view: HotspotsView, days: int) -> str:
    """Return what the period is compared with, in words."""
    key = "hotspots.compared.before" if view.compare is Compare.BEFORE else "hotspots.compared.year"
    return t(key, days=formats.number(days))
