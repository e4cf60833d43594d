"""Borders: a piece of land drawn on the map, added to a block or cut from it, measured, proposed, decided."""

from datetime import date
from html import escape

import shapely
import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.maps import upkeep_layers as layers
from geo.maps.areas import bounds_latlon
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import ACCENT
from geo.services.borders import proposals as border_proposals
from geo.services.borders.proposals import BorderChange, Proposal
from geo.ui import formats, guard, map_frame
from geo.ui.coverage.panel import area
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep.page import Ground, Page, ground, lonlat, newest_click, show_map, tell

_MAP_AND_PANEL = (6.6, 3.8)
_ABOVE_MAP_PX = 190
_KEY = "upkeep.border.map"
_CORNERS, _BLOCK, _LOOK = "upkeep.border.corners", "upkeep.border.block", "upkeep.border.look"
_LEAST_CORNERS = 3


def show(page: Page) -> None:
    """Draw the map, the drawing and the proposals that wait."""
    map_frame.fill_height(_ABOVE_MAP_PX)
    _map_and_panel(page)


@st.fragment
def _map_and_panel(page: Page) -> None:
    on = ground(page)
    click = newest_click(on, _KEY)
    if click and click.code and click.layer == layers.GROUND:
        before = st.session_state.get(_CORNERS, "").strip()
        st.session_state[_CORNERS] = f"{before}\n{click.code.replace(',', ', ')}".strip()
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with panel:
        piece, change = _draw(page, on) if _may_propose(page) else (None, None)
        looked = _show_open(page)
        _show_accepted(page)
    with map_side:
        show_map(on, _overlay(page, on, piece, looked or change), _KEY)


def _may_propose(page: Page) -> bool:
    return page.may(Permission.EDIT_COUNTS) or page.may(Permission.PLAN)


def _draw(page: Page, on: Ground) -> tuple[shapely.Geometry | None, BorderChange | None]:
    """Let a piece be drawn and proposed; return it, and what it would change (None: not an area yet)."""
    own = on.blocks[on.blocks["in_beat"]]
    names = dict(zip(own["code"], own["name"], strict=True))
    block = st.selectbox(
        t("upkeep.border.block"), list(names), format_func=lambda code: names[code], key=_BLOCK
    )
    how = st.radio(
        t("upkeep.border.add"),
        ["add", "cut"],
        format_func=lambda each: t(f"upkeep.border.{each}"),
        horizontal=True,
        label_visibility="collapsed",
    )
    typed = st.text_area(t("upkeep.border.points"), key=_CORNERS, height=94, help=t("upkeep.border.hint"))
    if typed:
        st.button(t("upkeep.border.clear"), on_click=_clear)
    piece = _polygon(typed)
    if block is None or piece is None:
        st.caption(t("upkeep.border.hint"))
        return piece, None
    before = own.geometry[own["code"] == block].iloc[0]
    wanted = shapely.union(before, piece) if how == "add" else shapely.difference(before, piece)
    try:
        change = border_proposals.preview(guard.database(), page.actor, block, wanted, page.day)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return piece, None
    _figures(change)
    reason = st.selectbox(
        t("upkeep.border.reason"),
        border_proposals.REASONS,
        format_func=lambda each: t(f"upkeep.reason.{each}"),
    )
    if st.button(t("upkeep.border.propose"), type="primary", width="stretch"):
        number = border_proposals.propose(guard.database(), page.actor, block, wanted, reason, day=page.day)
        _clear()
        tell(t("upkeep.border.proposed", number=number))
        st.rerun()
    return piece, change


def _clear() -> None:
    st.session_state[_CORNERS] = ""


def _polygon(typed: str) -> shapely.Geometry | None:
    """Return the drawn area; None where it has too few corners or one cannot be read."""
    try:
        corners = [lonlat(line) for line in typed.splitlines() if line.strip()]
    except ValueError:
        return None
    return shapely.Polygon(corners) if len(corners) >= _LEAST_CORNERS else None


def _figures(change: BorderChange) -> None:
    shift = change.shift
    others = ", ".join(sorted(shift.shapes.keys() - {shift.block})) or formats.NOTHING
    st.html(
        "<p>"
        + escape(
            t(
                "upkeep.border.figures",
                gained_area=area(shift.gained_m2),
                gained=formats.number(change.gained),
                lost_area=area(shift.lost_m2),
                lost=formats.number(change.lost),
                others=others,
            )
        )
        + "</p>"
    )


def _show_open(page: Page) -> BorderChange | None:
    """Show the proposals that wait; return what the one that is looked at would change."""
    found = border_proposals.proposals(guard.database(), page.actor)
    if not found:
        st.caption(t("upkeep.border.none"))
        return None
    by_number = {each.id: each for each in found}
    number = st.selectbox(
        t("upkeep.border.open", n=formats.number(len(found))),
        list(by_number),
        index=None,
        key=_LOOK,
        format_func=lambda each: _line(by_number[each]),
        placeholder=t("upkeep.border.open", n=formats.number(len(found))),
    )
    if number is None:
        return None
    try:
        change = border_proposals.look(guard.database(), page.actor, number, page.day)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        _decide(page, by_number[number])
        return None
    _figures(change)
    _decide(page, by_number[number])
    return change


def _line(each: Proposal) -> str:
    return t(
        "upkeep.border.line", number=each.id, block=each.block_name, unit=each.unit_name,
        reason=t(f"upkeep.reason.{each.reason}"),
    )  # fmt: skip


def _decide(page: Page, each: Proposal) -> None:
    may_accept = page.may(Permission.PLAN)
    since = page.day
    if may_accept:
        since = st.date_input(
            t("upkeep.border.since"), value=page.day, max_value=page.day, format="DD/MM/YYYY",
            help=t("upkeep.border.since_help"), key=f"upkeep.border.since.{each.id}",
        )  # fmt: skip
    accept, refuse, withdraw = st.columns(3, gap="small")
    wanted: bool | None = None
    if may_accept and accept.button(t("upkeep.border.accept"), type="primary", width="stretch"):
        wanted = True
    if (may_accept or page.may(Permission.APPROVE)) and refuse.button(
        t("upkeep.border.refuse"), width="stretch"
    ):
        wanted = False
    taken_back = each.mine and withdraw.button(t("upkeep.border.withdraw"), width="stretch")
    if wanted is None and not taken_back:
        return
    database = guard.database()
    try:
        if taken_back:
            border_proposals.withdraw(database, page.actor, each.id, each.version)
            change = None
        else:
            change = border_proposals.decide(
                database, page.actor, each.id, each.version, accept=bool(wanted), day=page.day,
                effective_on=since,
            )  # fmt: skip
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(_decided(each, change, since))
    st.rerun()


def _decided(each: Proposal, change: BorderChange | None, since: date) -> str:
    if change is None:
        return t("upkeep.border.decided", number=each.id)
    return t(
        "upkeep.border.accepted", number=each.id, day=formats.day(since), block=each.block_name,
        gained=formats.number(change.gained), lost=formats.number(change.lost),
    )  # fmt: skip


def _show_accepted(page: Page) -> None:
    """List the borders in force that can be taken back, for those who may."""
    if not page.may(Permission.PLAN):
        return
    found = border_proposals.proposals(guard.database(), page.actor, "accepted")
    if not found:
        return
    by_number = {each.id: each for each in found}
    label = t("upkeep.border.taken", n=formats.number(len(found)))
    number = st.selectbox(
        label, list(by_number), index=None, key="upkeep.border.taken", placeholder=label,
        format_func=lambda number: _taken_line(by_number[number]),
    )  # fmt: skip
    if number is None or not st.button(t("upkeep.border.take_back"), width="stretch"):
        return
    try:
        moved = border_proposals.take_back(guard.database(), page.actor, number, by_number[number].version)
    except DiaBanError as fault:
        tell(fault.message(current_lang()), fault=True)
    else:
        tell(
            t(
                "upkeep.border.taken_back", number=number, households=formats.number(moved["households"]),
                incidents=formats.number(moved["incidents"]),
            )
        )  # fmt: skip
    st.rerun()


def _taken_line(each: Proposal) -> str:
    return t(
        "upkeep.border.taken_line", number=each.id, block=each.block_name, day=formats.day(each.effective_on)
    )


def _overlay(page: Page, on: Ground, piece: shapely.Geometry | None, change: BorderChange | None) -> Overlay:
    accent = ACCENT[on.theme]
    drawn: dict[str, shapely.Geometry] = {}
    paints: dict[str, Paint] = {}
    if change:
        for name, shape, pattern in (
            ("gained", change.shift.gained, "hatched"),
            ("lost", change.shift.lost, "crossed"),
        ):
            if not shapely.is_empty(shape):
                drawn[name] = shape
                paints[name] = Paint(accent, 0.9, pattern, outline=accent, weight=2.0)  # type: ignore[arg-type]
    elif piece is not None:
        drawn["drawn"] = piece
        paints["drawn"] = Paint(accent, 0.35, outline=accent, weight=2.0)
    key = "/".join(shapely.to_wkt(shape) for shape in drawn.values())
    entries = [LegendEntry(accent, t("upkeep.legend.before"))]
    entries += [LegendEntry(accent, t(f"upkeep.legend.{name}"), paints[name].pattern) for name in drawn]
    own = on.blocks[on.blocks["in_beat"]]
    return Overlay(
        shapes={
            layers.DRAWN: layers.shapes(list(drawn), list(drawn.values()), on.theme, key=key)
            if drawn
            else None
        },
        areas={layers.DRAWN: paints} if drawn else {},
        picked={layers.BLOCKS: change.shift.block if change else st.session_state.get(_BLOCK)},
        legend=Legend(
            t("upkeep.legend.border"), t("upkeep.legend.unit", beat=page.beat.code), tuple(entries), ()
        ),
        fit_key=page.beat.code,
        fit_bounds=bounds_latlon(list(own.geometry)),
    )
