"""The Coverage page's history: the days on which something changed hands, played one after another."""

import time
from dataclasses import replace
from datetime import date, timedelta
from html import escape

import geopandas as gpd
import streamlit as st

from geo.domain.errors import InputError
from geo.maps import coverage_layers as layers
from geo.maps.areas import AreaStyle, area_options, shapes_request
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint, ShapesRequest
from geo.maps.palettes import INK, Theme
from geo.services.handovers import Change, Changed, Handovers, handovers, moved_blocks
from geo.services.responsible import Duty, Responsibility, recent_incidents, responsible
from geo.ui import clock, formats, guard, state
from geo.ui.coverage.state import JUMP, CoverageView, Page
from geo.ui.i18n import current_lang, t

LAYERS = _MOVED, _CHANGED = "moved", "changed"
_YEARS = 2
_STEP_S = 1.8
_PLAYING, _STEPPED = "coverage.playing", "coverage.stepped"
_SLIDER, _INCIDENT = "coverage.slider", "coverage.incident"
_MOST_LINES = 40


def of_two_years(page: Page) -> Handovers:
    """Return what changed hands in the two years up to today, or up to the day looked at if that is later."""
    day = page.view.day or clock.today()
    last = max(clock.today(), day)
    first = min(last - timedelta(days=_YEARS * 365), day)
    return handovers(guard.database(), page.actor, first, last, page.view.unit)


def show(page: Page, told: Handovers) -> CoverageView:
    """Show the slider, what changed on the day, and who was responsible for an incident."""
    day = page.view.day or clock.today()
    _steps(told, day)
    _list(told, day)
    return _incident(page, day)


def _steps(told: Handovers, day: date) -> None:
    days = told.days
    if not days:
        st.caption(t("coverage.changes.never", day=formats.day(told.first)))
        return
    stops = sorted({*days, day})
    if st.session_state.get(_SLIDER) not in stops or st.session_state.get(f"{_SLIDER}.day") != day:
        st.session_state[_SLIDER] = day  # the day was moved elsewhere on the page
    st.session_state[f"{_SLIDER}.day"] = day
    chosen = st.select_slider(
        t("coverage.changes.slider", n=formats.number(len(days))), stops, key=_SLIDER, format_func=formats.day
    )
    playing = bool(st.session_state.get(_PLAYING))
    words = t("coverage.changes.stop" if playing else "coverage.changes.play")
    st.button(words, on_click=_play_or_stop, args=(days, day), width="stretch")
    if JUMP in st.session_state:  # played again from the start
        st.rerun()
    if chosen != day:
        _go(chosen)
    if playing:
        st.fragment(_next_step, run_every=_STEP_S)(days, day)


def _play_or_stop(days: tuple[date, ...], day: date) -> None:
    """Play, from the first day if the last is looked at, or stop; runs before the button shows its words."""
    playing = not st.session_state.get(_PLAYING)
    st.session_state[_PLAYING] = playing
    st.session_state[_STEPPED] = time.monotonic()
    if playing and day >= days[-1]:
        st.session_state[JUMP] = days[0]


def _next_step(days: tuple[date, ...], day: date) -> None:
    """Go on to the next day of change once the present one has been seen; stop after the last."""
    if not st.session_state.get(_PLAYING):
        return
    if time.monotonic() - st.session_state.get(_STEPPED, 0.0) < 0.9 * _STEP_S:
        return
    st.session_state[_STEPPED] = time.monotonic()
    following = next((later for later in days if later > day), None)
    if following is None:
        st.session_state[_PLAYING] = False
        st.rerun()
    _go(following)


def _go(day: date) -> None:
    st.session_state[JUMP] = day
    st.rerun()


def _list(told: Handovers, day: date) -> None:
    changes = told.on(day)
    if not changes:
        before = max((d for d in told.days if d < day), default=None)
        words = t("coverage.changes.quiet", day=formats.day(day), before=formats.day(before))
        st.html(f"<p class='cv-hint'>{escape(words)}</p>")
        return
    lines = "".join(f"<li>{_line(change)}</li>" for change in changes[:_MOST_LINES])
    more = len(changes) - _MOST_LINES
    rest = f"<li>{escape(t('coverage.changes.more', n=formats.number(more)))}</li>" if more > 0 else ""
    head = t("coverage.changes.on", day=formats.day(day), n=formats.number(len(changes)))
    st.html(f"<div class='cv-card'><h3>{escape(head)}</h3><ul class='cv-changes'>{lines}{rest}</ul></div>")


def _line(change: Change) -> str:
    name = layers.short_name(change.name)
    if change.changed is Changed.OFFICER:
        said = t(
            "coverage.changes.officer", beat=name, role=t(f"coverage.role.{change.role}"),
            before=change.before or t("coverage.changes.nobody"),
            after=change.after or t("coverage.changes.nobody"),
        )  # fmt: skip
    elif change.changed is Changed.BLOCK:
        nowhere = t("coverage.changes.no_beat")
        said = t(
            "coverage.changes.block", block=name, before=layers.short_name(change.before) or nowhere,
            after=layers.short_name(change.after) or nowhere,
        )  # fmt: skip
    elif change.changed is Changed.BORDER:
        said = t("coverage.changes.border", block=name, others=change.before)
    else:
        said = t("coverage.changes.founded" if change.after else "coverage.changes.ended", beat=name)
    document = f"{t('coverage.decision')} {change.document}" if change.document else ""
    return f"{escape(said)} <small>{escape(document)}</small>"


def _incident(page: Page, day: date) -> CoverageView:
    codes = recent_incidents(guard.database(), page.actor, day, page.view.unit, page.view.beat)
    asked = page.view.incident
    options = [*([asked] if asked and asked not in codes else []), *codes]
    kept = st.session_state.get(_INCIDENT)
    if kept and kept not in options:
        options.insert(0, kept)
    chosen = st.selectbox(
        t("coverage.incident.code"), options, key=state.seeded(_INCIDENT, asked),
        placeholder=t("coverage.incident.placeholder"), accept_new_options=True,
        help=t("coverage.incident.help"),
    )  # fmt: skip
    if chosen:
        try:
            _answer(responsible(guard.database(), page.actor, chosen, clock.today()))
        except InputError as fault:
            st.warning(fault.message(current_lang()))
    return replace(page.view, incident=chosen or None)


def _answer(found: Responsibility) -> None:
    verdict = t("coverage.incident.moved" if found.moved else "coverage.incident.same")
    st.html(
        f"<div class='cv-card'>{_duty('then', found.then)}{_duty('now', found.now)}"
        f"<p class='cv-hint'>{escape(verdict)}</p></div>"
    )


def _duty(when: str, duty: Duty) -> str:
    head = t(f"coverage.incident.{when}", day=formats.day(duty.day))
    beat = layers.short_name(duty.beat_name) or t("coverage.changes.no_beat")
    place = ", ".join(part for part in (beat, duty.block_name, duty.unit_name) if part)
    holders = "; ".join(
        f"{holder.display_name} ({t(f'coverage.role.{holder.role.value}')})" for holder in duty.holders
    )
    nobody = t("coverage.nobody") if duty.beat_code and not duty.primary else ""
    who = "; ".join(part for part in (nobody, holders) if part) or formats.NOTHING
    return f"<div class='cv-holder'><b>{escape(head)}</b><div>{escape(place)}</div><b>{escape(who)}</b></div>"


def on_map(overlay: Overlay, page: Page, told: Handovers, theme: Theme) -> Overlay:
    """Return `overlay` with what changed on the day: beats outlined, blocks that moved striped."""
    day = page.view.day or clock.today()
    beats = page.found.areas.beats
    outline = AreaStyle(INK[theme], 4.5, 1.0)
    changed = _request(beats[beats["code"].isin(told.beats_on(day))], outline, theme)
    moved = None
    if any(change.changed is Changed.BLOCK for change in told.on(day)):
        blocks = moved_blocks(guard.database(), page.actor, day, page.view.unit)
        moved = _request(blocks, AreaStyle(INK[theme], 1.2), theme)
    codes = [feature["properties"]["code"] for feature in moved.collection["features"]] if moved else []
    stripes = {code: Paint(INK[theme], 0.75, "hatched") for code in codes}
    return replace(
        overlay, areas={**overlay.areas, _MOVED: stripes},
        shapes={**overlay.shapes, _MOVED: moved, _CHANGED: changed},
        legend=_legend(overlay.legend, bool(changed), bool(moved), theme),
    )  # fmt: skip


def _request(areas: gpd.GeoDataFrame, style: AreaStyle, theme: Theme) -> ShapesRequest | None:
    return shapes_request(areas, area_options(theme, style, clicks=False, labels=False, pane="outlines"))


def _legend(legend: Legend | None, changed: bool, moved: bool, theme: Theme) -> Legend | None:
    if legend is None:
        return None
    entries = list(legend.entries)
    if changed:
        entries.append(LegendEntry(INK[theme], t("coverage.legend.changed"), "outline"))
    if moved:
        entries.append(LegendEntry(INK[theme], t("coverage.legend.moved"), "hatched"))
    return replace(legend, entries=tuple(entries))
