"""Below the map of Home: places compared, load and staffing, targets; and the rows behind a tile."""

from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from geo.domain.roles import Actor
from geo.services.load import load, need
from geo.services.targets import Targets
from geo.services.tasks import tasks
from geo.services.works.board import Board, Place
from geo.services.works.figures import MEASURES, Work
from geo.services.works.rows import LIMIT, trace
from geo.ui import formats, guard, works_words
from geo.ui import table_box as tables
from geo.ui.home import equipment as home_equipment
from geo.ui.home import targets as home_targets
from geo.ui.i18n import current_lang, t

_TASKS = 60
# The browser takes half a second to check and lay out a table of hundreds of wards.
_AT_ONCE = 150


def show_rows(board: Board, actor: Actor, work: Work) -> None:
    """Open the rows that a tile is made from."""
    found = trace(guard.database(), actor, board, work)
    hidden = "category_en" if current_lang() == "vi" else "category_vi"
    shown = [at for at, name in enumerate(found.columns) if name != hidden]
    head = [t(f"home.col.{found.columns[at]}") for at in shown]
    rows = [[_said(row[at]) for at in shown] for row in found.rows]
    caption = t(
        f"home.rows.{work.value}",
        n=formats.number(found.total), shown=formats.number(len(rows)), day=formats.day(board.query.day),
        period=formats.period(board.periods.first, board.periods.last), month=f"{board.periods.month:%m/%Y}",
    )  # fmt: skip
    st.dialog(t(f"works.{work.value}"), width="large")(lambda: tables.show(head, rows, caption, names=2))()


def _said(cell: Any) -> str:
    if cell is None or cell is pd.NaT:
        return formats.NOTHING
    if isinstance(cell, datetime):
        return formats.moment(cell)
    if isinstance(cell, date):
        return formats.day(cell)
    return cell if isinstance(cell, str) else formats.number(float(cell))


@st.fragment
def show_below(board: Board, targets: Targets, actor: Actor) -> None:
    """Show what stands below the map; a long table only once its tab is open."""
    names = ("tasks", "places", "load", "targets")
    given, compared, staffing, aims = st.tabs(
        [t(f"home.tab.{name}") for name in names], key="home.tab", on_change="rerun"
    )
    with given:
        _tasks(board, actor)
    with compared:
        if board.groups:
            _compare(board.groups, t("home.groups"))
        if len(board.places) <= _AT_ONCE or compared.open:
            _compare(board.places, t("home.places"))
    with staffing:
        _staffing(board, targets, actor)
    with aims:
        home_targets.show(board, targets, actor)


def _tasks(board: Board, actor: Actor) -> None:
    """Show the open tasks of plans of work, overdue first: what a steering committee reviews."""
    found = tasks(guard.database(), actor, board.query.day, board.query.unit)
    still = [task for task in found if task.state == "open" and board.query.beat in {None, task.beat_code}]
    if not still:
        st.caption(t("home.tasks.none"))
        return
    tables.show(
        [t(f"home.tasks.{name}") for name in ("title", "where", "due", "late", "progress", "document")],
        [
            [
                task.title,
                f"{task.beat_name}, {task.unit_name}" if task.beat_name else task.unit_name,
                formats.day(task.due_on),
                formats.number(task.days_late) if task.overdue else formats.NOTHING,
                formats.percent(task.progress / 100, 0),
                task.document,
            ]
            for task in still[:_TASKS]
        ],
        t(
            "home.tasks.caption",
            n=formats.number(len(still)), late=formats.number(sum(task.overdue for task in still)),
            shown=formats.number(min(len(still), _TASKS)),
        ),
        names=2,
    )  # fmt: skip


def _compare(places: tuple[Place, ...], caption: str) -> None:
    measures = [measure for work in Work for measure in MEASURES[work]]
    head = [
        t("home.unit"),
        t("home.households"),
        t("home.vacant_beats"),
        *(t(f"works.short.{m.value}") for m in measures),
    ]
    shown, lang = places[:LIMIT], current_lang()
    rows = [
        [
            place.name, formats.number(place.figures.households, lang=lang),
            formats.number(place.figures.vacant, lang=lang),
            *(works_words.value(measure, place.figures.value(measure), lang) for measure in measures),
        ]
        for place in shown
    ]  # fmt: skip
    more = t("home.first", n=formats.number(LIMIT)) if len(places) > LIMIT else ""
    tables.show(head, rows, f"{caption} ({formats.number(len(places))}){more}")


def _staffing(board: Board, targets: Targets, actor: Actor) -> None:
    codes = works_words.unit_codes(board)
    units = [
        place for place in (board.groups or board.places) if place.level in {"province", "district", "ward"}
    ]
    needs = [need(place, targets, (*codes, place.code)) for place in units[:LIMIT]]
    if needs:
        tables.show(
            [t(f"home.need.{name}") for name in ("unit", "actual", "by_households", "by_residents", "need")],
            [
                [each.name, formats.number(each.actual, 1), formats.number(each.by_households),
                 formats.number(each.by_residents), formats.signed(each.need, 1)]
                for each in sorted(needs, key=lambda each: -each.need)
            ],
            t("home.need.caption"),
        )  # fmt: skip
    home_equipment.show(board, targets, actor)
    key = f"home.load.{board.query.unit}"
    if len(board.wards) > 1 and not st.session_state.get(key):
        st.session_state[key] = st.button(t("home.load.show"))
        if not st.session_state[key]:
            return
    found = load(guard.database(), actor, board, targets)
    spread = found.spread
    st.caption(t(
        "home.load.spread",
        n=formats.number(spread.n), mean=formats.number(spread.mean),
        deviation=formats.percent(spread.deviation, 0), variation=formats.percent(spread.variation, 0),
        unheld=formats.number(found.unheld),
    ))  # fmt: skip
    names = (
        "officer",
        "roles",
        "full_time",
        "households",
        "full_households",
        "residents",
        "incidents",
        "area",
        "travel",
    )
    tables.show(
        [t(f"home.load.{name}") for name in names],
        [
            [
                each.service_number,
                t("home.load.roles_n", primary=each.primary, concurrent=each.concurrent, acting=each.acting),
                formats.percent(each.full_time, 0), formats.number(each.households),
                formats.number(each.households_full_time), formats.number(each.residents),
                formats.number(each.incidents), formats.number(each.area_km2, 2),
                formats.number(each.travel_km, 1),
            ]
            for each in found.officers[:LIMIT]
        ],
        t("home.load.caption", n=formats.number(len(found.officers))),
    )  # fmt: skip
