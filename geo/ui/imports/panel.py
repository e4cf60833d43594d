"""What the Imports page says of a file: the sentence, what was understood, reasons, differences."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from geo.services.imports.changes import MOST_CHANGES
from geo.services.imports.preview import Preview, Told, fields_of
from geo.ui import formats
from geo.ui.i18n import current_lang, t

_ROW_PX, _HEAD_PX = 30, 38


def verdict(found: Preview) -> str:
    """Return the sentence that says what importing the file would do."""
    key = "imports.verdict" if found.accepted or found.updated else "imports.verdict.nothing"
    said = t(key, file=found.file, kind=t(f"imports.kind.{found.kind.value}").lower(), **_counts(found))
    return said + (t("imports.verdict.rejected", **_counts(found)) if found.rejected else ".")


def _counts(found: Any) -> dict[str, str]:
    names = ("rows_read", "accepted", "updated", "unchanged", "rejected")
    return {name: formats.number(getattr(found, name)) for name in names}


def understood(found: Preview) -> str:
    """Return what was understood of the file, each with how it is known, as HTML."""
    parts = (
        _figures(found),
        _told("imports.reasons", found.reasons, "im-bad"),
        _told("imports.warnings", found.warnings),
        _also(found),
        _columns(found),
        _dropped(found),
        _facts(found),
    )
    return f'<div class="im-panel">{"".join(parts)}</div>'


def _also(found: Preview) -> str:
    lines = [(t(f"imports.table.{name}"), formats.number(rows)) for name, rows in found.also.items()]
    return _lines("imports.also", lines) if lines else ""


def _figures(found: Preview) -> str:
    names = ("rows_read", "accepted", "updated", "unchanged", "rejected")
    cells = "".join(
        f"<div><b>{formats.number(getattr(found, name))}</b>{escape(t(f'imports.count.{name}'))}</div>"
        for name in names
    )
    return f'<div class="im-figures">{cells}</div>'


def _told(key: str, told: tuple[Told, ...], mark: str = "") -> str:
    if not told:
        return ""
    items = "".join(
        f'<li class="{mark}">{f"<b>{formats.number(one.rows)}</b> " if _is_about_rows(one) else ""}'
        f"{escape(one.sentence(current_lang()))}{_rows(one)}</li>"
        for one in told
    )
    return f"<h4>{escape(t(key))}</h4><ul>{items}</ul>"


def _is_about_rows(one: Told) -> bool:
    """Say whether rows are concerned; what is about the file as a whole is noted at row 0."""
    return bool(one.first) and 0 not in one.first


def _rows(one: Told) -> str:
    if not _is_about_rows(one):
        return ""
    numbers = ", ".join(formats.number(row) for row in one.first)
    more = " …" if one.rows > len(one.first) else ""
    return f' <span class="im-rows">{escape(t("imports.rows", rows=numbers + more))}</span>'


def _lines(key: str, lines: Iterable[tuple[str, str]]) -> str:
    shown = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in lines)
    return f"<h4>{escape(t(key))}</h4><table>{shown}</table>"


def _columns(found: Preview) -> str:
    in_order = [field for field in fields_of(found.kind) if field in found.columns]
    lines = [(t(f"imports.field.{field}"), f"← {found.columns[field]}") for field in in_order]
    return _lines("imports.columns", lines) if lines else ""


def _dropped(found: Preview) -> str:
    if not found.dropped:
        return ""
    names = ", ".join(found.dropped)
    return f"<h4>{escape(t('imports.dropped'))}</h4><p>{escape(t('imports.dropped_what', names=names))}</p>"


def _facts(found: Preview) -> str:
    evidence = found.crs_evidence.sentence(current_lang())
    lines = [(t("imports.crs"), f"{found.crs_code} · {evidence}" if found.crs_code else evidence)]
    if found.encoding:
        lines.append((t("imports.encoding"), found.encoding))
    if found.sheet:
        lines.append((t("imports.sheet"), found.sheet))
    return _lines("imports.facts", lines)


def changes_table(found: Preview, height: int) -> None:
    """Show what would change in rows that are stored, field by field."""
    if not found.changes:
        key = "imports.changes.none" if found.unchanged or not found.accepted else "imports.changes.all_new"
        st.info(t(key, **_counts(found)))
        return
    if found.updated > MOST_CHANGES:
        shown, changed = formats.number(MOST_CHANGES), formats.number(found.updated)
        st.caption(t("imports.changes.capped", shown=shown, n=changed))
    names = [t(f"imports.changes.{name}") for name in ("row", "field", "before", "after")]
    rows = [
        (change.key, t(f"imports.field.{change.field}"), *_before_after(found, change))
        for change in found.changes
    ]
    few = _HEAD_PX + _ROW_PX * len(rows) < height
    st.dataframe(
        pd.DataFrame(rows, columns=names),
        hide_index=True,
        height="content" if few else height,
        row_height=_ROW_PX,
        placeholder=formats.NOTHING,
    )


def _before_after(found: Preview, change: Any) -> tuple[str, str]:
    if change.field != "geom":
        return value_words(change.before), value_words(change.after)
    if change.moved is None:
        return formats.NOTHING, t("imports.changes.shape")
    areas = found.drawn is not None and not found.drawn.are_points
    key = "imports.changes.area" if areas else "imports.changes.moved"
    return formats.NOTHING, t(key, n=formats.number(change.moved, 0 if change.moved >= 10 else 1))


def value_words(value: Any) -> str:
    """Return a stored value as it is read: numbers, times and spans in the reader's way."""
    if value is None:
        return formats.NOTHING
    if isinstance(value, bool):
        return t("imports.yes" if value else "imports.no")
    if isinstance(value, (int, float)):
        return formats.number(value, 0 if float(value).is_integer() else 2)
    words = str(value)
    if words[:1] in "[(" and "," in words and words[-1:] in ")]":
        first, last = words[1:-1].split(",", 1)
        return f"{value_words(first or None)} – {value_words(last) if last else ''}".strip()
    return _time_words(words)


def _time_words(words: str) -> str:
    try:
        when = datetime.fromisoformat(words)
    except ValueError:
        return words
    if len(words) == len("2026-11-22"):
        return formats.day(when.date())
    return formats.moment(when) if when.tzinfo else words


STYLE = """<style>
.im-head { font-weight: 600; font-size: .9rem; margin: 0; }
.im-panel { font-size: .86rem; }
.im-panel h4 {
  font-size: .84rem; font-weight: 600; margin: .75rem 0 .2rem; padding: 0; color: var(--db-muted); }
.im-panel table { border-collapse: collapse; width: 100%; }
.im-panel :is(th, td) {
  text-align: left; vertical-align: top; font-weight: 400; padding: .12rem 0; border: 0;
  overflow-wrap: anywhere; }
.im-panel th { color: var(--db-muted); padding-right: .6rem; width: 42%; overflow-wrap: normal; }
.im-panel ul { margin: 0; padding: 0; list-style: none; }
.im-panel li {
  font-size: .86rem;
  padding: .12rem 0 .2rem .6rem; margin: 0; border-left: 3px solid var(--db-rule);
  margin-bottom: .25rem; }
.im-panel li.im-bad { border-left-color: var(--db-action); }
.im-panel p { margin: 0; font-size: .86rem; }
[data-testid="stBaseButton-primary"]:not(:disabled) p { color: var(--db-paper); }
.im-rows { color: var(--db-muted); white-space: nowrap; }
.im-figures {
  display: grid; grid-template-columns: repeat(5, auto); gap: .3rem; justify-content: space-between; }
.im-figures div { font-size: .76rem; color: var(--db-muted); line-height: 1.3; }
.im-figures b {
  display: block; font-size: 1.15rem; font-weight: 600; color: var(--db-ink);
  font-variant-numeric: tabular-nums; }
.im-batch { font-size: .86rem; line-height: 1.4; margin: 0; font-variant-numeric: tabular-nums; }
.im-batch small { color: var(--db-muted); font-size: .8rem; }
.im-batch.im-gone { color: var(--db-muted); }
.st-key-imports_batches [data-testid="stVerticalBlock"] { gap: .35rem; }
.st-key-imports_batches [data-testid="stHorizontalBlock"] {
  border-bottom: 1px solid var(--db-rule); padding-bottom: .35rem; align-items: center; }
[data-testid="stLayoutWrapper"]:has(> .st-key-imports_above):not(:has(.stProgress, .stAlert)) {
  display: none; }
[data-testid="stFileUploaderDropzone"] { padding: .6rem; }
[data-testid="stForm"] [data-testid="stVerticalBlock"] { gap: .45rem; }
</style>"""
