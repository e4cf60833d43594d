"""Households of a beat on the map: click one to change its counts, mark its point wrong, or put it anew."""

from datetime import timedelta

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Permission
from geo.maps import upkeep_layers as layers
from geo.maps.areas import bounds_latlon
from geo.maps.legend import Legend, LegendEntry
from geo.maps.overlay import Overlay, Paint
from geo.maps.palettes import ACCENT, Theme
from geo.services import misplaced, upkeep_counts
from geo.services.misplaced import HouseholdPoint
from geo.services.upkeep_counts import CountChange, HouseholdRow
from geo.ui import formats, guard, map_frame, state
from geo.ui.i18n import current_lang, t
from geo.ui.upkeep import households as upkeep_households
from geo.ui.upkeep.page import Ground, Page, ground, lonlat, newest_click, show_map, tell

_MAP_AND_PANEL = (7.4, 3.0)
_ABOVE_MAP_PX = 190
_FRESH = timedelta(days=90)
_MOST_DOTS = 400
_KEY = "upkeep.homes"
_CODE, _PLACING, _AT = "upkeep.home", "upkeep.placing", "upkeep.placing.at"
# Okabe and Ito's blue and vermilion; a wrong point is a larger dot besides.
_COLOURS: dict[Theme, dict[str, str]] = {
    "light": {"fresh": "#0072b2", "stale": "#d55e00", "misplaced": "#14213d"},
    "dark": {"fresh": "#56b4e9", "stale": "#f08a3c", "misplaced": "#ffffff"},
}


def show(page: Page) -> None:
    """Draw the map and the household that is open beside it."""
    map_frame.fill_height(_ABOVE_MAP_PX)
    _map_and_panel(page)


@st.fragment
def _map_and_panel(page: Page) -> None:
    """A click runs this alone, and the map stays."""
    database = guard.database()
    on = ground(page)
    rows = {
        row.code: row
        for row in upkeep_counts.households(database, page.actor, page.day, page.beat.code)
        if page.view.block in {None, row.block}
    }
    places = {each.code: each for each in misplaced.points(database, page.actor, page.day, page.beat.code)}
    shown = [places[code] for code in list(rows)[:_MOST_DOTS]]
    placing = bool(st.session_state.get(_PLACING))
    _answer_click(on, placing=placing)
    map_side, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with panel:
        code = _choose(list(rows))
        if code:
            _household(page, rows[code])
        else:
            st.caption(t("upkeep.pick_home"))
    with map_side:
        show_map(on, _overlay(page, on, shown, total=len(rows), picked=code), _KEY)


def _answer_click(on: Ground, *, placing: bool) -> None:
    click = newest_click(on, _KEY)
    if click is None or click.code is None:
        return
    if click.layer == layers.GROUND and placing:
        lon, lat = lonlat(click.code)
        st.session_state[_AT] = f"{lat:.6f}, {lon:.6f}"
    elif click.layer == layers.HOMES and not placing:
        st.session_state[_CODE] = click.code


def _choose(codes: list[str]) -> str | None:
    if st.session_state.get(_CODE) not in {None, *codes}:
        del st.session_state[_CODE]
    return st.selectbox(
        t("upkeep.household"),
        codes,
        key=state.seeded(_CODE, None),
        placeholder=t("upkeep.household"),
        label_visibility="collapsed",
    )


def _household(page: Page, row: HouseholdRow) -> None:
    marked = f" · {t('upkeep.misplaced_mark')}" if row.misplaced else ""
    st.caption(f"{row.block} · {t('upkeep.reviewed_on')}: {formats.day(row.reviewed_on)}{marked}")
    editable = page.may(Permission.EDIT_COUNTS)
    with st.form(f"upkeep.home.{row.code}.{row.version}", border=False):
        counts = [
            int(
                st.number_input(
                    t(f"upkeep.{name}"), min_value=0, max_value=upkeep_counts.MOST_PEOPLE, value=stored,
                    disabled=not editable,
                )
            )
            for name, stored in zip(("permanent", "temporary", "absent"), row.counts, strict=True)
        ]  # fmt: skip
        if st.form_submit_button(
            t("upkeep.save_one"), type="primary", width="stretch", disabled=not editable
        ):
            _save(page, CountChange(row.code, counts[0], counts[1], counts[2], row.version))
    if editable:
        _point(page, row)


def _save(page: Page, change: CountChange) -> None:
    try:
        saved = upkeep_counts.save(guard.database(), page.actor, page.day, page.beat.code, [change])
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    upkeep_households.reread(change.code)
    tell(t("upkeep.saved", changed=saved.changed, confirmed=saved.confirmed))
    st.rerun()


def _point(page: Page, row: HouseholdRow) -> None:
    words = t("upkeep.unmark" if row.misplaced else "upkeep.mark")
    if st.button(words, width="stretch"):
        try:
            misplaced.mark(
                guard.database(), page.actor, row.code, row.version, day=page.day, misplaced=not row.misplaced
            )
        except DiaBanError as fault:
            st.error(fault.message(current_lang()))
            return
        upkeep_households.reread()
        tell(t("upkeep.marked", code=row.code))
        st.rerun()
    if st.toggle(t("upkeep.place"), key=_PLACING):
        st.caption(t("upkeep.place_hint"))
        at = st.text_input(t("upkeep.at"), key=_AT)
        if st.button(t("upkeep.place_here"), type="primary", width="stretch", disabled=not at):
            _put(page, row, at)


def _put(page: Page, row: HouseholdRow, at: str) -> None:
    try:
        lon, lat = lonlat(at)
    except ValueError:
        st.error(t("upkeep.bad_at"))
        return
    try:
        block = misplaced.put(
            guard.database(), page.actor, row.code, row.version, lon=lon, lat=lat, day=page.day
        )
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
        return
    upkeep_households.reread()
    for key in (_PLACING, _AT):
        st.session_state.pop(key, None)
    tell(t("upkeep.placed", code=row.code, block=block))
    st.rerun()


def _overlay(
    page: Page, on: Ground, shown: list[HouseholdPoint], *, total: int, picked: str | None
) -> Overlay:
    placing = bool(st.session_state.get(_PLACING))
    kinds = {each.code: _kind(page, each) for each in shown}
    colours = _COLOURS[on.theme]
    key = (
        f"{page.beat.code}/{page.view.block}/{hash(tuple((each.code, each.lon, each.lat) for each in shown))}"
    )
    dots = layers.dots(
        [each.code for each in shown], [each.lon for each in shown], [each.lat for each in shown],
        on.theme, key=key, clicks=not placing,
    )  # fmt: skip
    paints = {
        each.code: Paint(
            colours[kinds[each.code]],
            0.9,
            outline=colours["misplaced" if each.misplaced else kinds[each.code]],
            weight=9.0 if each.misplaced else 6.0,
        )
        for each in shown
    }
    if picked in paints:  # broader than the map's own mark, which is made for areas
        paints[picked] = Paint(ACCENT[on.theme], 1.0, outline=ACCENT[on.theme], weight=13.0)
    own = on.blocks[on.blocks["in_beat"]]
    return Overlay(
        shapes={layers.HOMES: dots if shown else None},
        areas={layers.HOMES: paints} if shown else {},
        picked={layers.HOMES: None} if shown else {},
        legend=_legend(page, shown, kinds, total=total, theme=on.theme),
        fit_key=f"{page.beat.code}/{page.view.block}",
        fit_bounds=bounds_latlon(list(own.geometry)),
    )


def _kind(page: Page, point: HouseholdPoint) -> str:
    fresh = point.reviewed_on is not None and point.reviewed_on > page.day - _FRESH
    return "fresh" if fresh else "stale"


def _legend(
    page: Page, shown: list[HouseholdPoint], kinds: dict[str, str], *, total: int, theme: Theme
) -> Legend:
    counts = {kind: sum(each == kind for each in kinds.values()) for kind in ("fresh", "stale")}
    counts["misplaced"] = sum(each.misplaced for each in shown)
    entries = tuple(
        LegendEntry(_COLOURS[theme][kind], t(f"upkeep.legend.{kind}", n=formats.number(count)))
        for kind, count in counts.items()
    )
    key = "upkeep.legend.capped" if len(shown) < total else "upkeep.legend.n"
    note = t(key, shown=formats.number(len(shown)), all=formats.number(total))
    return Legend(t("upkeep.legend.title"), t("upkeep.legend.unit", beat=page.beat.code), entries, (note,))
