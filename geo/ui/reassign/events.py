"""Beside the desk: what happens to the ward: an officer is away, one comes, a building fills, wards merge."""

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from geo.services.plans.options import (
    Absence,
    NewBeat,
    PlanOptions,
    with_absence,
    with_building,
    with_new_beat,
)
from geo.services.wards import wards
from geo.ui import formats, guard
from geo.ui.i18n import t
from geo.ui.reassign import state as reassign_state
from geo.ui.reassign.state import Page
from geo.ui.reassign.words import listed, muted

_USUAL_ABSENCE_DAYS = 30


def show(page: Page) -> None:
    """Draw the part: what is set, each with a way back, then the forms."""
    with st.container(gap="xsmall"):  # so that the forms keep their places when there is one more
        _set(page)
    if not page.may_edit:
        return
    for name, form in (
        ("absent", _absent),
        ("new_beat", _new_beat),
        ("building", _building),
        ("merge", _merge),
    ):
        with st.expander(t(f"reassign.event.{name}")):
            form(page)


def _change(page: Page, options: PlanOptions) -> None:
    """Store the settings; they make another desk, so strokes before cannot be undone any more."""
    reassign_state.store(page, options)
    st.rerun(scope="app")


def _set(page: Page) -> None:
    options, desk = page.work.options, page.work.desk
    names = {beat.code: beat.name for beat in (*desk.beats, *desk.away)}
    blocks = dict(zip(desk.codes, desk.names, strict=True))
    rows: list[tuple[str, PlanOptions]] = []
    for absence in options.absent:
        until = (
            t("reassign.until", day=formats.day(absence.until)) if absence.until else t("reassign.for_good")
        )
        others = tuple(each for each in options.absent if each != absence)
        said = t("reassign.is_absent", beat=names.get(absence.beat, absence.beat), until=until)
        rows.append((said, replace(options, absent=others)))
    for beat in options.new_beats:
        others_new = tuple(each for each in options.new_beats if each != beat)
        rows.append(
            (t("reassign.is_new", beat=beat.name, code=beat.code), replace(options, new_beats=others_new))
        )
    for code, workload in options.added.items():
        rest = {block: amount for block, amount in options.added.items() if block != code}
        said = t("reassign.is_added", block=blocks.get(code, code), n=formats.signed(workload))
        rows.append((said, replace(options, added=rest)))
    if options.merge_with:
        rows.append((t("reassign.is_merged", unit=options.merge_with), replace(options, merge_with=None)))
    if not rows:
        st.html(muted(t("reassign.no_events")))
    for number, (said, without) in enumerate(rows):
        line, button = st.columns((3, 1), gap="small", vertical_alignment="center")
        line.html(muted(said))
        if page.may_edit and button.button(
            t("reassign.take_back"), key=f"reassign.event.{number}", width="stretch"
        ):
            _change(page, without)
    covers = page.work.opened.covers
    if covers:
        officers = {beat.service_number: beat.officer for beat in desk.beats}
        lines = [
            t(
                "reassign.cover",
                officer=officers.get(cover.officer) or cover.officer,
                beat=names.get(cover.beat, cover.beat),
                until=formats.day(cover.until),
            )
            for cover in covers
        ]
        st.html(listed(t("reassign.covers"), lines))


def _absent(page: Page) -> None:
    beats = [beat for beat in page.work.desk.beats if beat.officer]
    if not beats:
        st.html(muted(t("reassign.no_officers")))
        return
    first = page.work.desk.day
    with st.form("reassign.absent", border=False):
        beat = st.selectbox(
            t("reassign.beat"), beats, format_func=lambda beat: f"{beat.name} · {beat.officer}"
        )
        until = st.date_input(
            t("reassign.back_on"), value=first + timedelta(days=_USUAL_ABSENCE_DAYS),
            min_value=first + timedelta(days=1), format="DD/MM/YYYY",
        )  # fmt: skip
        for_good = st.checkbox(t("reassign.never_back"))
        if st.form_submit_button(t("reassign.set"), width="stretch"):
            _change(page, with_absence(page.work.options, Absence(beat.code, None if for_good else until)))


def _new_beat(page: Page) -> None:
    known = {beat.code for beat in (*page.work.desk.beats, *page.work.desk.away)}
    free = next(
        code for n in range(1, len(known) + 2) if (code := f"{page.work.desk.unit_code}-M{n}") not in known
    )
    with st.form("reassign.new_beat", border=False):
        code = st.text_input(t("reassign.beat_code"), value=free)
        name = st.text_input(t("reassign.beat_name"), value=t("reassign.beat_name_default", n=len(known) + 1))
        officer = st.text_input(t("reassign.officer_number"), help=t("reassign.officer_number_help"))
        if st.form_submit_button(t("reassign.set"), width="stretch"):
            beat = NewBeat(code.strip(), name.strip(), officer.strip() or None)
            _change(page, with_new_beat(page.work.options, beat))


def _building(page: Page) -> None:
    desk = page.work.desk
    with st.form("reassign.building", border=False):
        unit = st.selectbox(
            t("reassign.block"), range(len(desk.codes)), format_func=lambda unit: desk.names[unit]
        )
        amount = st.number_input(t("reassign.households_more"), value=100, step=10)
        if st.form_submit_button(t("reassign.set"), width="stretch"):
            _change(page, with_building(page.work.options, desk.codes[unit], float(amount)))


def _merge(page: Page) -> None:
    units = {
        unit.code: unit.name for unit in wards(guard.database(), page.actor).units if unit.level == "ward"
    }
    others = [code for code in units if code != page.work.desk.unit_code]
    if not others:
        st.html(muted(t("reassign.no_other_ward")))
        return
    with st.form("reassign.merge", border=False):
        other = st.selectbox(t("reassign.merge_with"), others, format_func=lambda code: units[code])
        if st.form_submit_button(t("reassign.set"), width="stretch"):
            _change(page, replace(page.work.options, merge_with=other))
