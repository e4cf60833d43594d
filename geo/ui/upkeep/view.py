"""The Upkeep page: which beat, the sentence, the part that is open, and one's own last change to undo."""

from dataclasses import replace
from html import escape

import streamlit as st

from geo.domain.roles import Actor, Permission
from geo.services import upkeep_counts
from geo.services.own_beats import OwnBeats, own_beats
from geo.services.upkeep_counts import BeatChoice
from geo.ui import clock, context_bar, formats, guard, state
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep import borders as upkeep_borders
from geo.ui.upkeep import households as upkeep_households
from geo.ui.upkeep import incidents as upkeep_incidents
from geo.ui.upkeep import points as upkeep_points
from geo.ui.upkeep import record as upkeep_record
from geo.ui.upkeep import reports as upkeep_reports
from geo.ui.upkeep import undo_button
from geo.ui.upkeep.page import Mode, Page, UpkeepView, modes, show_told

_PARTS = {
    Mode.HOUSEHOLDS: upkeep_households.show,
    Mode.MAP: upkeep_points.show,
    Mode.INCIDENTS: upkeep_incidents.show,
    Mode.RECORD: upkeep_record.show,
    Mode.BORDERS: upkeep_borders.show,
    Mode.REPORTS: upkeep_reports.show,
}
_TOP = (4.6, 2.2, 1.2)
_BEAT, _MODE = "upkeep.set.beat", "upkeep.set.mode"


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    day = clock.today()
    asked, faults = state.current(UpkeepView())
    for fault in faults:
        st.warning(fault.message(current_lang()))
    found = upkeep_counts.beats(guard.database(), actor, day)
    if not found:
        st.info(t("upkeep.no_beats"))
        return
    own = own_beats(guard.database(), actor, day)
    view, beat = _choose(asked, actor, sorted(found, key=lambda each: each.code not in own.codes), own)
    state.keep(view, UpkeepView())
    context_bar.say(unit=beat.unit_name, as_of=formats.day(day))
    st.html(f'<p class="db-verdict">{escape(_verdict(beat))}</p>')
    _say_whose(actor, own, beat)
    show_told()
    _PARTS[view.mode or modes(actor)[0]](Page(actor, day, view, beat, own.keeps(beat.code)))


def _say_whose(actor: Actor, own: OwnBeats, beat: BeatChoice) -> None:
    """Say what the account saves for: who cannot save should know before typing."""
    if not actor.may(Permission.EDIT_COUNTS):
        return
    if not own.linked:
        st.caption(t("upkeep.untied"))
    elif own.confined and not own.codes:
        st.warning(t("upkeep.holds_nothing"))
    elif not own.keeps(beat.code):
        st.caption(t("upkeep.confined", beat=beat.name))


def _choose(
    asked: UpkeepView, actor: Actor, found: list[BeatChoice], own: OwnBeats
) -> tuple[UpkeepView, BeatChoice]:
    by_code = {beat.code: beat for beat in found}
    offered = modes(actor)
    parts, beats, undo = st.columns(_TOP, gap="small", vertical_alignment="bottom")
    mode = parts.segmented_control(
        t("upkeep.part"),
        offered,
        key=state.seeded(_MODE, asked.mode if asked.mode in offered else offered[0]),
        format_func=lambda each: t(f"upkeep.mode.{each.value}"),
        label_visibility="collapsed",
        required=True,
    )
    code = beats.selectbox(
        t("upkeep.beat"),
        list(by_code),
        key=state.seeded(_BEAT, asked.beat if asked.beat in by_code else found[0].code),
        format_func=lambda each: _named(by_code[each], own),
        label_visibility="collapsed",
    )
    with undo:
        undo_button.show(actor)
    block = asked.block if code == asked.beat else None
    kept = replace(asked, mode=None if mode == offered[0] else mode, beat=code, block=block)
    return kept, by_code[code]


def _named(beat: BeatChoice, own: OwnBeats) -> str:
    name = f"{beat.name} · {beat.unit_name}"
    return t("upkeep.mine", beat=name) if beat.code in own.codes else name


def _verdict(beat: BeatChoice) -> str:
    fresh = beat.households - beat.stale
    return t(
        "upkeep.verdict",
        beat=beat.name,
        fresh=formats.number(fresh),
        all=formats.number(beat.households),
        share=formats.percent(fresh / beat.households if beat.households else None),
        stale=formats.number(beat.stale),
    )
