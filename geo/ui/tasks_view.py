"""The Tasks page: by plan of work, overdue first; given by those who command, reported on by those who do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape

import pandas as pd
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor, Permission
from geo.services import tasks, upkeep_counts
from geo.services.own_beats import own_beats
from geo.services.tasks import NewTask, Task
from geo.services.wards import present_units
from geo.ui import clock, context_bar, formats, guard, map_frame, state
from geo.ui.briefing import add as briefing_add
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep import undo_button
from geo.ui.upkeep.page import show_told, tell

_TABLE_AND_CARD = (8.6, 2.4)
_WIDTH_PX = {"where": 160, "work": 118}
_TABLE = "tasks.table"
_TABLE_PX, _ROW_PX = 560, 33
_ALL = ""
_UNIT, _DOCUMENT = "tasks.set.unit", "tasks.set.document"
_STATES = ("open", "done", "cancelled")
_USUAL_DAYS = 14


@dataclass(frozen=True)
class TasksView:
    """Every field stands in the address where it differs from the default; None is all in scope."""

    unit: str | None = None
    document: str | None = None


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    day = clock.today()
    asked, _ = state.current(TasksView())
    units = {unit.code: unit.name for unit in present_units(guard.database(), actor)}
    head, give, undo = st.columns((5, 1.4, 1), gap="small", vertical_alignment="bottom")
    with head:
        view, found = _choose(asked, actor, day, units)
    if _gives(actor):
        with give.popover(t("tasks.give"), width="stretch"):
            _give(actor, day, units, sorted({each.document for each in found}))
    if _reports(actor):
        with undo:
            undo_button.show(actor)
    state.keep(view, TasksView())
    context_bar.say(unit=units.get(view.unit or _ALL), as_of=formats.day(day))
    show_told()
    if not found:
        st.info(t("tasks.none"))
        return
    st.html(f'<p class="db-verdict">{escape(_verdict(found))}</p>')
    asked_for = {"day": day, "unit": view.unit, "document": view.document}
    briefing_add.offer(actor, "tasks", _verdict(found), asked_for, state.to_query(view, TasksView()))
    _table_and_card(actor, day, found)


def _gives(actor: Actor) -> bool:
    return actor.may(Permission.APPROVE) or actor.may(Permission.PLAN)


def _reports(actor: Actor) -> bool:
    return _gives(actor) or actor.may(Permission.EDIT_COUNTS)


def _choose(asked: TasksView, actor: Actor, day: date, units: dict[str, str]) -> tuple[TasksView, list[Task]]:
    unit_side, document_side = st.columns(2, gap="small")
    unit = unit_side.selectbox(
        t("tasks.unit"),
        [_ALL, *units],
        key=state.seeded(_UNIT, asked.unit if asked.unit in units else _ALL),
        format_func=lambda code: units.get(code, t("tasks.all_units")),
        label_visibility="collapsed",
    )
    found = tasks.tasks(guard.database(), actor, day, unit or None)
    titles = {each.document: each.document_title for each in found}
    if st.session_state.get(_DOCUMENT) not in {None, _ALL, *titles}:
        del st.session_state[_DOCUMENT]
    document = document_side.selectbox(
        t("tasks.document"),
        [_ALL, *sorted(titles)],
        key=state.seeded(_DOCUMENT, asked.document if asked.document in titles else _ALL),
        format_func=lambda number: _document(number, titles.get(number)) or t("tasks.all_documents"),
        label_visibility="collapsed",
    )
    view = replace(asked, unit=unit or None, document=document or None)
    return view, [each for each in found if document in {_ALL, each.document}]


def _document(number: str, title: str | None) -> str:
    return f"{number} · {title}" if title else number


def _verdict(found: list[Task]) -> str:
    open_, done = ([each for each in found if each.state == wanted] for wanted in ("open", "done"))
    in_time = sum(each.days_late == 0 for each in done)
    return t(
        "tasks.verdict",
        open=formats.number(len(open_)),
        late=formats.number(sum(each.overdue for each in open_)),
        done=formats.number(len(done)),
        share=formats.percent(in_time / len(done) if done else None),
    )


def _table_and_card(actor: Actor, day: date, found: list[Task]) -> None:
    table, card = st.columns(_TABLE_AND_CARD, gap="small")
    with table:
        st.dataframe(
            pd.DataFrame(
                {
                    "late": [_late(each) for each in found],
                    "due": [formats.day(each.due_on) for each in found],
                    "progress": [each.progress for each in found],
                    "title": [each.title for each in found],
                    "where": [_where(each) for each in found],
                    "work": [t(f"tasks.work.{each.work}") for each in found],
                    "document": [each.document for each in found],
                    "state": [t(f"tasks.state.{each.state}") for each in found],
                }
            ),
            hide_index=True,
            width="stretch",
            height=min(_TABLE_PX, _ROW_PX * (len(found) + 1) + 2),
            key=_TABLE,
            on_select="rerun",
            selection_mode="single-cell",
            column_config={
                **{
                    name: st.column_config.TextColumn(t(f"tasks.{name}"), width=_WIDTH_PX.get(name))
                    for name in ("late", "due", "title", "where", "work", "document", "state")
                },
                "progress": st.column_config.ProgressColumn(
                    t("tasks.progress"), min_value=0, max_value=100, format="%d %%", width=100
                ),
            },
        )
    position = map_frame.picked_position(_TABLE, len(found))
    with card:
        if position is None:
            st.caption(t("tasks.pick"))
        else:
            _card(actor, day, found[position])


def _late(each: Task) -> str:
    return t("tasks.late_days", n=formats.number(each.days_late)) if each.overdue else ""


def _where(each: Task) -> str:
    return f"{each.beat_name} · {each.unit_name}" if each.beat_name else each.unit_name


def _card(actor: Actor, day: date, each: Task) -> None:
    st.markdown(f"**{each.title}**")
    st.caption(
        "  \n".join(
            (
                each.code,
                _where(each),
                _document(each.document, each.document_title),
                f"{t('tasks.due')}: {formats.day(each.due_on)} {_late(each)}",
            )
        )
    )
    if each.state != "open" or not _reports(actor):
        return
    database, key = guard.database(), f"{each.code}.{each.version}"
    if each.beat_code and not own_beats(database, actor, day).keeps(each.beat_code):
        st.caption(t("tasks.of_another"))
        return
    progress = st.slider(t("tasks.progress"), 0, 100, each.progress, step=5, key=f"tasks.progress.{key}")
    if st.button(t("tasks.report"), type="primary", width="stretch", disabled=progress == each.progress):
        _do(each, lambda: tasks.report(database, actor, each.code, each.version, progress, day=day))
    if st.button(t("tasks.finish"), width="stretch"):
        _do(each, lambda: tasks.finish(database, actor, each.code, each.version, day))
    if not _gives(actor):
        return
    due = st.date_input(t("tasks.due"), value=each.due_on, format="DD/MM/YYYY", key=f"tasks.due.{key}")
    if isinstance(due, date) and st.button(
        t("tasks.change_due"), width="stretch", disabled=due == each.due_on
    ):
        _do(each, lambda: tasks.change_due(database, actor, each.code, each.version, due))
    if st.button(t("tasks.cancel"), width="stretch"):
        _do(each, lambda: tasks.cancel(database, actor, each.code, each.version))


def _do(each: Task, act: Callable[[], None]) -> None:
    try:
        act()
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(t("tasks.changed", code=each.code))
    st.rerun()


def _give(actor: Actor, day: date, units: dict[str, str], numbers: list[str]) -> None:
    number = st.selectbox(
        t("tasks.number"), numbers, index=None, accept_new_options=True, help=t("tasks.number_help"),
        placeholder=t("tasks.number"), key="tasks.give.number",
    )  # fmt: skip
    title = st.text_input(t("tasks.title"), key="tasks.give.title", max_chars=120)
    unit = st.selectbox(
        t("tasks.unit"), list(units), format_func=lambda code: units[code], key="tasks.give.unit"
    )
    beats = {
        each.code: each.name
        for each in upkeep_counts.beats(guard.database(), actor, day)
        if each.unit_code == unit
    }
    beat = st.selectbox(
        t("tasks.beat"),
        [_ALL, *beats],
        format_func=lambda code: beats.get(code, t("tasks.whole_unit")),
        key="tasks.give.beat",
    )
    work = st.selectbox(
        t("tasks.work"), tasks.WORKS, format_func=lambda each: t(f"tasks.work.{each}"), key="tasks.give.work"
    )
    due = st.date_input(
        t("tasks.due"), value=day + timedelta(days=_USUAL_DAYS), format="DD/MM/YYYY", key="tasks.give.due"
    )
    if not st.button(t("tasks.give"), type="primary", width="stretch", key="tasks.give.now"):
        return
    assert isinstance(due, date)
    try:
        code = tasks.give(
            guard.database(), actor, NewTask(number or "", unit, work, title, due, beat or None), day
        )
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    tell(t("tasks.given", code=code))
    st.rerun()
