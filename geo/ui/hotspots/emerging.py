"""Emerging hotspots on the page: cells of each class on the map, the key, what each class means."""

from html import escape

import streamlit as st

from geo.analysis.emerging_words import CLASS_WORDS, EmergingClass
from geo.maps.legend import Legend, LegendEntry, Pattern
from geo.maps.overlay import Paint
from geo.maps.palettes import Theme, diverging, sequential
from geo.services.hotspots.emerging import EmergingHotspots
from geo.ui import formats
from geo.ui.i18n import current_lang, t

_OPACITY = 0.78
_GONE = "#8a8f9a"
# Class -> step of the sequential ramp; what is passing or past is hatched, which a printer keeps apart.
_STEPS = {
    EmergingClass.NEW: 6,
    EmergingClass.CONSECUTIVE: 5,
    EmergingClass.INTENSIFYING: 4,
    EmergingClass.PERSISTENT: 3,
    EmergingClass.SPORADIC: 1,
    EmergingClass.OSCILLATING: 2,
    EmergingClass.FADING: 2,
}
_HATCHED = frozenset({EmergingClass.FADING, EmergingClass.HISTORICAL, EmergingClass.OSCILLATING})


def paints(found: EmergingHotspots, theme: Theme) -> dict[str, Paint]:
    """Return how each class is painted."""
    return {
        code: Paint(_colour(EmergingClass[code], theme), _OPACITY, _pattern(EmergingClass[code]))
        for code in found.areas["code"]
    }


def _colour(kind: EmergingClass, theme: Theme) -> str:
    if kind < 0:
        return diverging(theme)[1]
    return sequential(7, theme)[_STEPS[kind]] if kind in _STEPS else _GONE


def _pattern(kind: EmergingClass) -> Pattern:
    return "hatched" if kind in _HATCHED else "plain"


def _shown(found: EmergingHotspots) -> list[EmergingClass]:
    """Classes that occur, hot before cold, in the order of the enumeration."""
    kinds = [kind for kind in found.cells if kind is not EmergingClass.NONE]
    return sorted(kinds, key=lambda kind: (kind < 0, abs(kind)))


def legend(found: EmergingHotspots, theme: Theme, left_out: tuple[str, ...]) -> Legend:
    """Return the key: the classes that occur with their cells, and over which periods."""
    entries = [
        LegendEntry(
            _colour(kind, theme),
            t("hotspots.emerging.cells", name=_name(kind), n=formats.number(found.cells[kind])),
            _pattern(kind),
            _OPACITY,
        )
        for kind in _shown(found)
    ]
    used = t(
        "hotspots.emerging.used",
        n=formats.number(found.n),
        cells=formats.number(sum(found.cells.values())),
        cell_m=formats.number(found.cell_m),
    )
    title = "hotspots.emerging.title" if entries else "hotspots.emerging.none"
    unit = t("hotspots.emerging.unit", periods=found.periods, since=formats.day(found.since))
    few = (t("hotspots.emerging.held_back", n=formats.number(found.held_back)),) if found.held_back else ()
    return Legend(t(title), unit, tuple(entries), (used, *few, *left_out))


def _name(kind: EmergingClass) -> str:
    words = CLASS_WORDS[kind]
    return words.name_vi if current_lang() == "vi" else words.name_en


def meanings(found: EmergingHotspots) -> None:
    """Say what each class that occurs means."""
    lines = []
    for kind in _shown(found):
        words = CLASS_WORDS[kind]
        meaning = words.meaning_vi if current_lang() == "vi" else words.meaning_en
        lines.append(f"<div><b>{escape(_name(kind))}.</b> {escape(meaning)}</div>")
    said = f"<div class='hs-hint hs-lines'>{''.join(lines)}</div>" if lines else ""
    st.html(said or f"<p class='hs-hint'>{escape(t('hotspots.emerging.none_help'))}</p>")
