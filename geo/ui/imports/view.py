"""The Imports page: choose, look, correct, look again, bring in, take back."""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo.domain.kinds import Kind
from geo.domain.roles import Actor
from geo.services import tiles
from geo.services.imports import importing
from geo.services.imports.batches import Batch
from geo.services.imports.preview import Drawn, Preview, Said
from geo.services.wards import wards
from geo.ui import folium_map, formats, guard, map_frame, state
from geo.ui.i18n import current_lang, t
from geo.ui.imports import batches as imports_batches
from geo.ui.imports import map as imports_map
from geo.ui.imports import work as imports_work
from geo.ui.imports.panel import STYLE, changes_table, understood, verdict
from geo.ui.imports.settings import corrections, kind_of_file, upload
from geo.ui.imports.state import Fault, ImportsView, Visit, visit

_COLUMNS = (2.5, 11.0)
_MAP_AND_PANEL = (7.4, 3.4)
_VERDICT_AND_BUTTONS = (8.2, 2.6)
_ABOVE_MAP_PX = 268
_PANEL_PX = 584
_TABLE_PX = 430
_LIST_PX = 470
_MAP = "imports.map"
_SIDE = "imports.side"


def show(actor: Actor) -> None:
    """Draw the page for `actor`."""
    st.html(STYLE)
    importing.prepare()
    here = visit()
    left, right = st.columns(_COLUMNS, gap="small")
    asked, faults = state.current(ImportsView())
    for fault in faults:
        right.warning(fault.message(current_lang()))
    with left:
        kind = kind_of_file(asked.kind)
        sent = upload(here)
        below = st.container()
    state.keep(ImportsView(kind), ImportsView())
    with right:
        # Always there, so that what comes and goes in it moves nothing below: shown where it was before and
        # where it is now, the old sentence would stand beside the new one.
        above = st.container(key="imports_above")
        _tell(here, above)
        if sent is None:
            _show_start(actor, here)
            return
        _look(actor, here, sent, kind, above)
        _show_file(actor, here, sent, kind, above)
    with below:
        _correct(here, kind)


def _tell(here: Visit, above: DeltaGenerator) -> None:
    """Tell once what the last click did."""
    if here.fault:
        above.error(here.fault)
    if here.undone is not None:
        above.success(t("imports.undone", batch=here.undone))
    here.fault, here.undone = None, None


def _look(actor: Actor, here: Visit, sent: UploadedFile, kind: Kind, above: DeltaGenerator) -> None:
    """Look at the file unless what is asked was seen already."""
    if here.kind is not kind:  # what was said of columns was said of another kind
        here.kind, here.said = kind, Said()
    asked = (sent.file_id, kind, here.said, current_lang(), actor.scope_key)
    if here.seen_of != asked:
        here.look = imports_work.look_at(actor, sent, kind, here.said, above)
        here.seen_of = asked


def _correct(here: Visit, kind: Kind) -> None:
    again = corrections(kind, here.look, here.said)
    if again is not None and again != here.said:
        here.said = again
        st.rerun()


def _show_start(actor: Actor, here: Visit) -> None:
    found = imports_batches.read(actor, here)
    done = next((batch for batch in found if batch.id == here.done), None)
    if done is not None:
        _show_done(actor, here, done)
    else:
        st.html(f'<p class="db-verdict">{escape(_summary(found))}</p>')
    imports_batches.show(actor, here, found, _LIST_PX)


def _summary(found: list[Batch]) -> str:
    if not found:
        return t("imports.start.none")
    kept = [batch for batch in found if batch.undone_at is None]
    last = kept[0] if kept else found[0]
    return t(
        "imports.start",
        n=formats.number(len(kept)),
        last=formats.moment(last.committed_at),
        file=last.file_name,
    )


def _show_done(actor: Actor, here: Visit, batch: Batch) -> None:
    words, buttons = st.columns(_VERDICT_AND_BUTTONS, vertical_alignment="center")
    said = t("imports.done", batch=batch.id, file=batch.file_name, counts=imports_batches.counts_words(batch))
    words.html(f'<p class="db-verdict">{escape(said)}</p>')
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        if batch.rejected:
            imports_batches.rejects_button(actor, batch, place="done")
        imports_batches.undo_button(actor, here, batch.id, place="done")


def _show_file(actor: Actor, here: Visit, sent: UploadedFile, kind: Kind, above: DeltaGenerator) -> None:
    found, fault = here.look.preview, here.look.fault
    if found is None:
        st.html(f'<p class="db-verdict">{escape(t("imports.unread", file=sent.name))}</p>')
        if fault is not None:
            st.error(fault.sentence)
        if here.look.headers.remembered is not None:
            st.caption(here.look.headers.remembered.sentence(current_lang()))
        names = here.look.headers.names
        st.info(t("imports.unread_what" if names else "imports.unread_other"))
        if names:
            st.caption(t("imports.headers", names=" · ".join(names)))
        return
    words, button = st.columns(_VERDICT_AND_BUTTONS, vertical_alignment="center")
    words.html(f'<p class="db-verdict">{escape(verdict(found))}</p>')
    rows = found.accepted + found.updated
    if button.button(
        t("imports.commit", n=formats.number(rows)), type="primary", disabled=not rows, width="stretch"
    ):
        _bring_in(actor, here, sent, kind, above)
    _map_and_panel(actor, here, found)


def _bring_in(actor: Actor, here: Visit, sent: UploadedFile, kind: Kind, above: DeltaGenerator) -> None:
    result = imports_work.bring_in(actor, sent, kind, here.said, above)
    if isinstance(result, Fault):
        here.fault = result.sentence
        here.seen_of = None  # what is stored is not what it was when the file was looked at
    else:
        here.done = result
        here.next_file()
    st.rerun()


@st.fragment
def _map_and_panel(actor: Actor, here: Visit, found: Preview) -> None:
    """The map or the differences, and what was understood: a click runs this alone."""
    shown, panel = st.columns(_MAP_AND_PANEL, gap="small")
    with shown:
        drawn = found.drawn if found.drawn is not None and found.drawn.total else None
        if _side_chosen(drawn) == "map" and drawn is not None:
            _map(actor, here, found, drawn)
        else:
            changes_table(found, _TABLE_PX)
    with panel.container(height=_PANEL_PX, border=False):
        st.html(understood(found))


def _side_chosen(drawn: Drawn | None) -> str:
    if drawn is None:
        st.caption(t("imports.no_map"))
        return "changes"
    chosen = st.segmented_control(
        t("imports.side"),
        ["map", "changes"],
        default="map",
        key=_SIDE,
        format_func=lambda side: t(f"imports.side.{side}"),
        label_visibility="collapsed",
    )
    return chosen or "map"


def _map(actor: Actor, here: Visit, found: Preview, drawn: Drawn) -> None:
    map_frame.fill_height(_ABOVE_MAP_PX)
    theme = map_frame.theme()
    held = wards(guard.database(), actor)
    ground = tiles.base_version(guard.database(), actor)
    made_of = (here.seen_of, theme, held.version, ground)
    if here.map is None or here.map[0] != made_of:  # made anew it would be another map to the browser
        built = folium_map.capture(
            lambda: imports_map.base_map(drawn, held, ground, theme, map_frame.words())
        )
        here.map = (made_of, built)
    identity = here.map[1].identity
    folium_map.show(here.map[1], key=_MAP, overlay=imports_map.overlay(found, drawn, identity, theme))
