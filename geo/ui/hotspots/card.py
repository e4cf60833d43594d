"""The card of the hotspot that is chosen: its figures, its hours, its streets, and whose it is."""

from html import escape

import numpy as np
import streamlit as st

from geo.services.hotspots.places import TopStreets, streets_in
from geo.services.hotspots.spots import Spot, SpotBeat
from geo.services.hotspots.when import PEAK_H, Hours, hours_in
from geo.ui import formats, guard
from geo.ui.hotspots.page import Page
from geo.ui.hotspots.spots import titled
from geo.ui.hotspots.tables import p_value
from geo.ui.hotspots.words import change_words
from geo.ui.i18n import t

_BEATS_SHOWN, _STREETS_SHOWN = 3, 5
_HOUR_MARKS = (0, 6, 12, 18)
_STATES = {
    True: "hotspots.spots.is_new",
    False: "hotspots.spots.is_old",
    None: "hotspots.spots.is_unknown",
}


def show(page: Page, spot: Spot) -> None:
    """Show the figures of one hotspot of the page."""
    database, actor = guard.database(), page.actor
    number = page.spots.spots.index(spot) + 1
    lines = [
        (t("hotspots.count"), formats.number(spot.count)),
        (t("hotspots.before"), formats.number(spot.before)),
        (t("hotspots.change"), change_words(spot.count, spot.before)),
        (t("hotspots.spots.area"), f"{formats.number(spot.area_km2, 2)} km²"),
        (t("hotspots.spots.state"), t(_STATES[spot.new])),
        (t("hotspots.spots.chance"), p_value(spot.q)),
    ]
    parts = (
        f"<h3>{escape(titled(number, spot))}</h3>",
        *(_line(label, value) for label, value in lines),
        _beats(spot),
        _hours(hours_in(database, actor, page.query, spot.shape)),
        _streets(streets_in(database, actor, page.query, spot.shape)),
        _history(spot),
    )
    st.html(f"<div class='hs-ward'>{''.join(parts)}</div>")


def _line(label: str, value: str) -> str:
    return f"<div class='hs-line'><span>{escape(label)}</span><b>{escape(value)}</b></div>"


def _hint(words: str) -> str:
    return f"<div class='hs-hint'>{escape(words)}</div>"


def _heading(key: str, **params: object) -> str:
    return f"<h4>{escape(t(key, **params))}</h4>"


def _hours(found: Hours) -> str:
    """Bars of the 24 hours, the two in a row with most of them standing out."""
    title = _heading("hotspots.spots.hours")
    if not found.used:
        return title + _hint(t("hotspots.spots.no_hours"))
    n = found.grid.sum(axis=0)
    most = float(n.max())
    first = int(np.argmax(np.lib.stride_tricks.sliding_window_view(n, PEAK_H).sum(axis=1)))
    bars = "".join(
        f"<i{' class=hs-peak' if first <= hour < first + PEAK_H else ''}"
        f" style='height:{100 * held / most:.0f}%' title='{escape(_hour_said(hour, held))}'></i>"
        for hour, held in enumerate(n.tolist())
    )
    marks = "".join(f"<span>{hour}</span>" for hour in _HOUR_MARKS)
    share = formats.percent(float(n[first : first + PEAK_H].sum()) / found.used, 0)
    peak = t("hotspots.spots.peak", from_h=first, to_h=first + PEAK_H, share=share)
    used = t("hotspots.spots.hours_used", used=formats.number(found.used))
    return (
        f"{title}<div class='hs-bars hs-hours' role='img' aria-label='{escape(peak)}'>{bars}</div>"
        f"<div class='hs-marks'>{marks}</div>{_hint(f'{peak} {used}')}"
    )


def _hour_said(hour: int, n: float) -> str:
    return t("hotspots.spots.hour_said", hour=hour, n=formats.number(n, 0 if n == round(n) else 1))


def _streets(found: TopStreets) -> str:
    title = _heading("hotspots.spots.streets")
    if not found.used:
        return title + _hint(t("hotspots.spots.no_streets"))
    top = found.top.head(_STREETS_SHOWN)
    lines = "".join(
        _line(name or t("places.unnamed", code=code), formats.number(n))
        for name, code, n in zip(top["name"], top["code"], top["n"], strict=True)
    )
    numbers = {"used": found.used, "n": found.n, "m": found.snap_m}
    said = [t("hotspots.spots.streets_used", **{name: formats.number(n) for name, n in numbers.items()})]
    if found.top_hidden and len(top) < _STREETS_SHOWN:
        said.append(t("hotspots.spots.streets_hidden"))
    return title + lines + _hint(" ".join(said))


def _history(spot: Spot) -> str:
    most = max(spot.history) or 1
    bars = "".join(
        f"<i style='height:{100 * n / most:.0f}%' title='{formats.number(n)}'></i>" for n in spot.history
    )
    title = _heading("hotspots.spots.history", n=len(spot.history))
    return f"{title}<div class='hs-bars'>{bars}</div>"


def _beats(spot: Spot) -> str:
    lines = "".join(_beat_line(part) for part in spot.beats[:_BEATS_SHOWN])
    return _heading("hotspots.spots.responsible") + lines


def _beat_line(part: SpotBeat) -> str:
    name = part.beat.name if part.beat else t("hotspots.spots.no_beat")
    primary = part.beat.primary if part.beat else None
    note = ""
    if part.overloaded and part.load is not None:
        note = t("hotspots.spots.overloaded", load=formats.number(part.load, 1))
    who = primary.display_name if primary else t("hotspots.spots.nobody")
    urgent = " class='hs-urgent'" if part.unassigned or part.overloaded else ""
    return (
        f"<div class='hs-line'><span>{escape(name)} · {formats.percent(part.share, 0)}</span>"
        f"<b{urgent}>{escape(who)}</b></div>" + (f"<div class='hs-note'>{escape(note)}</div>" if note else "")
    )
