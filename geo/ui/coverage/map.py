"""What the Coverage map says: cards, key and colours for one day, as an overlay for the live map."""

import streamlit as st

from geo.maps import coverage_layers as layers
from geo.maps.areas import bounds_latlon
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay
from geo.maps.palettes import ACCENT, Theme, qualitative
from geo.maps.popups import Card, card
from geo.services.coverage.result import BeatCoverage, CoverageResult
from geo.ui import formats
from geo.ui.i18n import t

_NAMED_OFFICERS = 6
_COLOURS = "coverage.colours"  # of this visit's last map: the next day keeps them where it can


def overlay(found: CoverageResult, picked: str | None, scope: str, theme: Theme) -> Overlay:
    """Return the overlay that paints `found` and outlines the beat `picked`.

    scope : scope of the reader, so that the view moves when somebody else looks
    """
    officers = {beat.code: beat.primary.service_number if beat.primary else None for beat in found.beats}
    drawn = set(found.areas.beats["code"])
    colours = layers.colours_by_beat(officers, found.areas.neighbours, st.session_state.get(_COLOURS))
    st.session_state[_COLOURS] = {o: c for beat, c in colours.items() if (o := officers[beat]) and c}
    shown = {code: colour for code, colour in colours.items() if code in drawn}
    cards = {beat.code: _card(beat) for beat in found.beats if beat.code in drawn}
    shapes = [
        shape for shape in (*found.areas.wards.geometry, *found.areas.beats.geometry) if shape is not None
    ]
    return Overlay(
        areas={
            layers.BEATS: layers.beat_paints(shown, cards, theme),
            **layers.piece_paints(found.areas, theme),
        },
        picked={layers.BEATS: picked},
        legend=_legend(found, colours, theme),
        fit_key=f"{scope}/{found.unit_code}/{len(found.areas.wards)}",
        fit_bounds=bounds_latlon(shapes) if shapes else None,
    )


def _card(beat: BeatCoverage) -> Card:
    return card(
        f"{beat.name} · {beat.unit_name}" if beat.unit_name else beat.name,
        [
            (t("coverage.officer"), beat.primary.display_name if beat.primary else t("coverage.vacant")),
            (t("coverage.households"), formats.number(beat.tally.households)),
            (t("coverage.residents"), formats.number(beat.tally.residents)),
        ],
    )


def _legend(found: CoverageResult, colours: dict[str, str | None], theme: Theme) -> Legend:
    summary = found.summary()
    undrawn = len(found.beats) - len(found.areas.beats)
    notes = [
        t(
            "coverage.legend.n",
            beats=formats.number(summary.beats),
            households=formats.number(summary.households),
        )
    ]
    if undrawn:
        notes.append(t("coverage.legend.undrawn", n=formats.number(undrawn)))
    return Legend(
        t("coverage.legend.title"),
        t("coverage.legend.unit", day=formats.day(found.as_of)),
        (*_officer_entries(found, colours), *_marked_entries(found, theme)),
        tuple(notes),
    )


def _officer_entries(found: CoverageResult, colours: dict[str, str | None]) -> list[LegendEntry]:
    """Return one line an officer, or one for all where they are too many for a key."""
    names: dict[str, str] = {}
    for beat in found.beats:
        colour = colours[beat.code]
        if beat.primary and colour:
            names[beat.primary.display_name] = colour
    if len(names) <= _NAMED_OFFICERS:
        return [LegendEntry(colour, name) for name, colour in sorted(names.items())]
    few = len(names) <= len(qualitative())
    words = t("coverage.legend.officers" if few else "coverage.legend.many")
    return [LegendEntry(qualitative()[0], words)]


def _marked_entries(found: CoverageResult, theme: Theme) -> list[LegendEntry]:
    entries = []
    if any(beat.vacant for beat in found.beats):
        entries.append(LegendEntry(ACCENT[theme], t("coverage.legend.vacant"), "hatched"))
    if len(layers.visible(found.areas.gaps)):
        entries.append(LegendEntry(layers.gap_colour(theme), t("coverage.legend.gap"), "hatched"))
    if len(layers.visible(found.areas.overlaps)):
        entries.append(LegendEntry(layers.gap_colour(theme), t("coverage.legend.overlap"), "crossed"))
    return entries
