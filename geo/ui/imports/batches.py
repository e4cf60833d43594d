"""The imports so far on the Imports page: one line each, its rejects as a file, its undoing in one click."""

from html import escape
from typing import Literal

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor
from geo.services.imports import batches as import_batches
from geo.services.imports import importing
from geo.services.imports.batches import Batch
from geo.ui import formats, guard
from geo.ui.i18n import current_lang, t
from geo.ui.imports.state import Visit

_WIDTHS = (0.5, 1.7, 2.8, 2.9, 2.1, 1.8, 1.25)
_MOST_UNROLLED = 7
_STEP = 25
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(actor: Actor, visit: Visit, found: list[Batch], height: int) -> None:
    """Show the batches, newest first."""
    if not found:
        st.info(t("imports.batches.none"))
        return
    rolled: int | Literal["content"] = height if len(found) > _MOST_UNROLLED else "content"
    with st.container(key="imports_batches", height=rolled, border=False):
        _head()
        for batch in found:
            _line(actor, visit, batch)
        if len(found) > visit.shown and st.button(t("imports.batches.more")):
            visit.shown += _STEP
            st.rerun()


def read(actor: Actor, visit: Visit) -> list[Batch]:
    """Return as many of the newest batches as are to be shown."""
    visit.shown = visit.shown or _STEP
    return import_batches.batches(guard.database(), actor, visit.shown)


def _head() -> None:
    names = ("number", "when", "what", "rows", "state")
    for column, name in zip(st.columns(_WIDTHS), names, strict=False):
        column.html(f'<p class="im-batch"><small>{escape(t(f"imports.batches.{name}"))}</small></p>')


def _line(actor: Actor, visit: Visit, batch: Batch) -> None:
    gone = " im-gone" if batch.undone_at else ""
    columns = st.columns(_WIDTHS)
    for column, words in zip(columns, _words(batch), strict=False):
        column.html(f'<p class="im-batch{gone}">{words}</p>')
    if batch.rejected and not batch.synthetic:
        with columns[5]:
            rejects_button(actor, batch)
    if batch.undone_at is None and not batch.synthetic:
        with columns[6]:
            undo_button(actor, visit, batch.id)


def _words(batch: Batch) -> tuple[str, ...]:
    sent_by = escape(batch.sent_by or formats.NOTHING)
    return (
        str(batch.id),
        f"{formats.moment(batch.committed_at)}<br><small>{sent_by}</small>",
        f"{escape(batch.file_name)}<br><small>{escape(t(f'imports.kind.{batch.kind.value}'))}</small>",
        escape(counts_words(batch)),
        _state(batch),
    )


def counts_words(batch: Batch) -> str:
    """Return the counts of a batch, those that are not zero."""
    said = [
        t(f"imports.said.{name}", n=formats.number(getattr(batch, name)))
        for name in ("accepted", "updated", "unchanged", "rejected")
        if getattr(batch, name)
    ]
    return " · ".join(said) or t("imports.said.nothing")


def _state(batch: Batch) -> str:
    if batch.synthetic:
        return f"<small>{escape(t('imports.batches.synthetic'))}</small>"
    if batch.undone_at is None:
        return escape(t("imports.batches.kept"))
    who = escape(batch.undone_by or formats.NOTHING)
    return (
        f"{escape(t('imports.batches.undone'))}<br><small>{formats.moment(batch.undone_at)} · {who}</small>"
    )


def rejects_button(actor: Actor, batch: Batch, *, place: str = "line") -> None:
    """Offer the rows left out as a workbook; it is made, and logged as an export, when it is asked for."""
    database, lang, number = guard.database(), current_lang(), batch.id

    def made() -> bytes:
        return import_batches.export_rejects(database, actor, number, lang)

    st.download_button(
        t("imports.rejects", n=formats.number(batch.rejected)),
        made,
        file_name=t("imports.rejects_file", batch=number),
        mime=_XLSX,
        key=f"imports.rejects.{place}.{number}",
        on_click="ignore",
        help=t("imports.rejects_help"),
    )


def undo_button(actor: Actor, visit: Visit, number: int, *, place: str = "line") -> None:
    """Offer to take a batch back."""
    if not st.button(t("imports.undo"), key=f"imports.undo.{place}.{number}"):
        return
    try:
        with st.spinner(t("imports.undoing", batch=number)):
            importing.undo(guard.database(), actor, number)
    except DiaBanError as fault:
        visit.fault = fault.message(current_lang())
    else:
        visit.done, visit.undone = None, number
    st.rerun()
