"""How the app looks: the colours by role, for the style sheets, Streamlit's theme and the maps alike.

`geo/ui/static/theme.css` repeats these as custom properties; a test compares the two.
"""

from typing import Any, NamedTuple

FONT = "'Be Vietnam Pro', 'Noto Sans', system-ui, sans-serif"
BASE_SIZE_PX = 15


class Colour(NamedTuple):
    """One role's colour on light paper and in the dark."""

    light: str
    dark: str


PAPER = Colour("#fbfaf7", "#10151f")
SURFACE = Colour("#f1efe9", "#1a2130")
INK = Colour("#14213d", "#e8e6e0")
MUTED = Colour("#5b6375", "#a3abba")
RULE = Colour("#dcd8ce", "#2e3748")
ACTION = Colour("#b3261e", "#ff8a80")  # what needs action, and nothing else
LINK = Colour("#1d4e89", "#8ab4f8")


def streamlit_theme() -> dict[str, Any]:
    """Return Streamlit's theme options; light and dark follow the reader's system."""
    options: dict[str, Any] = {
        "theme.font": FONT,
        "theme.headingFont": FONT,
        "theme.baseFontSize": BASE_SIZE_PX,
        "theme.headingFontSizes": ["1.6rem", "1.3rem", "1.1rem", "1rem", "1rem", "1rem"],
        "theme.headingFontWeights": [600] * 6,
        "theme.metricValueFontSize": "1.6rem",
        "theme.baseRadius": "0.375rem",
        "theme.showWidgetBorder": True,
    }
    for side in ("light", "dark"):
        options |= {
            f"theme.{side}.primaryColor": getattr(LINK, side),
            f"theme.{side}.backgroundColor": getattr(PAPER, side),
            f"theme.{side}.secondaryBackgroundColor": getattr(SURFACE, side),
            f"theme.{side}.textColor": getattr(INK, side),
            f"theme.{side}.linkColor": getattr(LINK, side),
            f"theme.{side}.borderColor": getattr(RULE, side),
            f"theme.{side}.dataframeBorderColor": getattr(RULE, side),
            f"theme.{side}.dataframeHeaderBackgroundColor": getattr(SURFACE, side),
        }
    return options
