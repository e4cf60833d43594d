"""Equipment on Home, below staffing: need by unit and kind, the grid of counts, and the form of norms."""

import pandas as pd
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.kinds import EquipmentKind
from geo.domain.roles import Actor, Permission
from geo.services.equipment import (
    Count,
    EquipmentNeed,
    KindNeed,
    NewCount,
    UnitNeed,
    counts,
    equipment_need,
    may_count,
    save_counts,
)
from geo.services.targets import EQUIPMENT_NORMS, Targets
from geo.services.works.board import Board
from geo.services.works.rows import LIMIT
from geo.ui import clock, formats, guard, table_box
from geo.ui.home import targets as home_targets
from geo.ui.i18n import current_lang, t

_GRID, _SEEN = "home.equipment.grid", "home.equipment.seen"

Held = dict[tuple[str, EquipmentKind], Count]


def show(board: Board, targets: Targets, actor: Actor) -> None:
    """Show what the wards of `board` need, and to who may: where it is counted and the norms are set."""
    found = equipment_need(guard.database(), actor, board, targets)
    if found.known:
        _needs(found, board)
    else:
        st.caption(t("equipment.none"))
    if may_count(actor) or actor.may(Permission.SET_TARGETS):
        with st.expander(t("equipment.enter")):
            if may_count(actor):
                _grid(found, actor)
            home_targets.form(board, targets, actor, key="equipment.norm", measures=EQUIPMENT_NORMS)


def _needs(found: EquipmentNeed, board: Board) -> None:
    shown = [found.total, *found.places[:LIMIT]] if len(found.places) > 1 else list(found.places)
    kinds = [
        kind
        for kind in EquipmentKind
        if any(one.kinds[kind].norm is not None or one.kinds[kind].actual is not None for one in shown)
    ]
    head = [t("equipment.unit"), t("equipment.officers"), t("equipment.beats")]
    table_box.show(
        [*head, *(t(f"equipment.kind.{kind.value}") for kind in kinds), t("equipment.since")],
        [_row(one, kinds) for one in shown],
        t("equipment.caption", day=formats.day(board.query.day)),
    )


def _row(one: UnitNeed, kinds: list[EquipmentKind]) -> list[str]:
    name = one.name or t("equipment.all")
    size = [formats.number(one.officers), formats.number(one.beats)]
    return [name, *size, *(_cell(one.kinds[kind]) for kind in kinds), formats.day(one.as_of)]


def _cell(one: KindNeed) -> str:
    actual = formats.number(one.actual)
    if one.norm is None:
        return t("equipment.nothing") if one.actual is None else t("equipment.no_norm", actual=actual)
    if one.need is None:
        return t("equipment.not_counted")
    rest = t("equipment.uncounted", n=formats.number(one.uncounted)) if one.uncounted else ""
    return f"{formats.signed(one.need, 0)} ({actual}/{formats.number(one.norm)}){rest}"


def _grid(found: EquipmentNeed, actor: Actor) -> None:
    """Offer a row a unit and a column a kind; what counts is what stood on the screen when it was sent."""
    today = clock.today()
    on_screen: Held = st.session_state.get(_SEEN, {})
    held = counts(guard.database(), actor, today)
    places = found.places[:LIMIT]
    frame = pd.DataFrame(
        {kind.value: [_stored(held, one, kind) for one in places] for kind in EquipmentKind},
        index=pd.Index([one.name for one in places], name=t("equipment.unit")), dtype="Int64",
    )  # fmt: skip
    st.caption(t("equipment.paste"))
    with st.form(_GRID, border=False):
        edited = st.data_editor(
            frame, key=f"{_GRID}.{found.places[0].code}.{len(places)}", width="stretch",
            placeholder="", disabled=["_index"], column_config={
                kind.value: st.column_config.NumberColumn(
                    t(f"equipment.kind.{kind.value}"), min_value=0, step=1
                )
                for kind in EquipmentKind
            },
        )  # fmt: skip
        sent = st.form_submit_button(t("equipment.save"))
    st.session_state[_SEEN] = held
    if sent:
        seen = on_screen or held
        _save(actor, [
            NewCount(one.code, kind, int(value), _version(seen, one, kind))
            for at, one in enumerate(places)
            for kind in EquipmentKind
            if pd.notna(value := edited[kind.value].iloc[at]) and value != _stored(seen, one, kind)
        ])  # fmt: skip


def _stored(held: Held, one: UnitNeed, kind: EquipmentKind) -> int | None:
    return held[one.code, kind].count if (one.code, kind) in held else None


def _version(held: Held, one: UnitNeed, kind: EquipmentKind) -> int:
    return held[one.code, kind].version if (one.code, kind) in held else 0


def _save(actor: Actor, given: list[NewCount]) -> None:
    if not given:
        st.info(t("equipment.unchanged"))
        return
    try:
        save_counts(guard.database(), actor, clock.today(), given)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    st.toast(t("equipment.saved", n=formats.number(len(given))))
    st.rerun()
