"""The look of charts: colours by role, font, numbers and days in the reader's language, how one is shown.

Streamlit lets `theme`, `renderer` and `padding` of Vega's embed options through and nothing else, so the
locale stands in the chart's own configuration; theme.css takes away the toolbar, which speaks English only.
"""

from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

from geo.domain.messages import Lang
from geo.maps.palettes import ACCENT, MAX_CLASSES, sequential
from geo.ui import map_frame, theme
from geo.ui.i18n import current_lang

Chart = alt.Chart | alt.LayerChart

_TEXT_PX = 12

_NUMBERS: dict[Lang, dict[str, Any]] = {
    "vi": {
        "decimal": ",",
        "thousands": ".",
        "grouping": [3],
        "currency": ["", "\u00a0₫"],
        "percent": "\u00a0%",
        "minus": "−",
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", "\u00a0₫"], "minus": "−"},
}
_WEEKDAYS = ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"]
_TIMES: dict[Lang, dict[str, Any] | None] = {
    "vi": {
        "dateTime": "%d/%m/%Y %H:%M",
        "date": "%d/%m/%Y",
        "time": "%H:%M",
        "periods": ["SA", "CH"],
        "days": _WEEKDAYS,
        "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
        "months": [f"tháng {month}" for month in range(1, 13)],
        "shortMonths": [f"Th{month}" for month in range(1, 13)],
    },
    "en": None,  # Vega's own
}


@dataclass(frozen=True)
class Colours:
    """What a chart is drawn in, by role.

    main : what was counted; context : what it is held against; accent : what needs action, and nothing else
    ramp : seven from little to much; empty : none at all
    """

    paper: str
    ink: str
    muted: str
    rule: str
    empty: str
    main: str
    context: str
    accent: str
    ramp: tuple[str, ...]


def colours() -> Colours:
    """Return the colours of the reader's theme."""
    side = map_frame.theme()
    return Colours(
        paper=getattr(theme.PAPER, side),
        ink=getattr(theme.INK, side),
        muted=getattr(theme.MUTED, side),
        rule=getattr(theme.RULE, side),
        empty=getattr(theme.SURFACE, side),
        main=sequential(1, side)[0],
        context=getattr(theme.MUTED, side),
        accent=ACCENT[side],
        ramp=sequential(MAX_CLASSES, side),
    )


def show(chart: Chart, height_px: int, alt_text: str) -> None:
    """Show `chart` in the width there is, so high in all, axes and legend included.

    alt_text : what the chart shows, for who cannot see it
    """
    whole = chart.properties(height=height_px, padding={"left": 2, "top": 4, "right": 6, "bottom": 2})
    st.altair_chart(whole.configure(**_config()), width="stretch", theme=None, alt=alt_text)


def _config() -> dict[str, Any]:
    tone, lang = colours(), current_lang()
    text = {"labelFontSize": _TEXT_PX, "titleFontSize": _TEXT_PX, "titleFontWeight": 500,
            "labelColor": tone.ink, "titleColor": tone.muted}  # fmt: skip
    locale: dict[str, Any] = {"number": _NUMBERS[lang]}
    if _TIMES[lang] is not None:
        locale["time"] = _TIMES[lang]
    return {
        "font": theme.FONT,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "locale": locale,
        # Vega would describe every mark in English; the chart as a whole is described by its alt text.
        "mark": {"aria": False},
        "view": {"stroke": None},
        "axis": {
            **text,
            "gridColor": tone.rule,
            "domainColor": tone.rule,
            "tickColor": tone.rule,
            "aria": False,
        },
        "axisX": {"labelSeparation": 8},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "legend": {**text, "aria": False, "titleOrient": "left", "titlePadding": 10, "offset": 9},
        "text": {"fontSize": _TEXT_PX, "color": tone.ink},
    }
