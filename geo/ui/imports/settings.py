"""The narrow column of the Imports page: the kind, the file, and what to correct of how it was read."""

from dataclasses import replace
from functools import lru_cache

import streamlit as st
from pyproj import CRS
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo import settings
from geo.domain.kinds import Kind
from geo.services.imports.preview import Said, corrected, fields_of, has_places
from geo.ui.i18n import current_lang, t
from geo.ui.imports.state import Look, Visit

_FIELDS_PX, _MEMORY_PX = 318, 54
_KIND = "imports.kind"
# WGS 84, VN-2000 by UTM zone, and the VN-2000 / TM-3 zones of the provinces.
_USUAL_CRS = (4326, 3405, 3406, *range(9205, 9219), 5896, 5897, 5898, 5899)

# Streamlit says these two in English only, and has no setting for them.
_OWN_WORDS = """<style>
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"] p::after {{
  content: {browse}; font-size: .93rem; }}
[data-testid="stFileUploader"]:has([aria-invalid="true"])::after {{
  content: {too_large}; display: block; font-size: .85rem; color: var(--db-action); margin-top: .3rem; }}
[data-testid="stTooltipErrorHoverTarget"] {{ pointer-events: none; }}
[data-testid="stFileChip"] button {{ pointer-events: auto; }}
[data-testid="stFileChip"] [role="alert"] {{ display: none; }}
</style>"""


def kind_of_file(kind: Kind) -> Kind:
    """Ask for the kind of data; `kind` is what the link says."""
    if _KIND not in st.session_state:
        st.session_state[_KIND] = kind
    names = {each: t(f"imports.kind.{each.value}") for each in Kind}
    chosen = st.selectbox(
        t("imports.kind"),
        list(Kind),
        key=_KIND,
        format_func=lambda each: names[each],
        help=t("imports.kind_help"),
    )
    return chosen or kind


def upload(visit: Visit) -> UploadedFile | None:
    """Ask for the file; a file put in place of another is looked at anew."""
    limit_mb = settings.load().upload_limit_mb
    st.html(
        _OWN_WORDS.format(
            browse=_css(t("imports.browse")), too_large=_css(t("imports.too_large", limit=limit_mb))
        )
    )
    found = st.file_uploader(
        t("imports.file"),
        key=f"imports.file.{visit.round}",
        help=t("imports.file_help"),
        max_upload_size=limit_mb,
        on_change=visit.forget,
    )
    return found if isinstance(found, UploadedFile) else None


def _css(words: str) -> str:
    """Words of ours as a string of a style sheet."""
    return '"' + words.replace('"', "") + '"'


def corrections(kind: Kind, look: Look, said: Said) -> Said | None:
    """Offer to correct sheet, columns and CRS; return what is to be looked at again, None for nothing."""
    sheets = _sheets(look)
    if not look.headers.names and not sheets:
        return None
    other_memory = _memory(look, said)
    if other_memory is not None:
        return other_memory
    with st.form(f"imports.corrections.{kind.value}", border=False):
        st.html(f'<p class="im-head">{t("imports.correct")}</p>')
        chosen: dict[str, str | None] = {}
        with_memory = look.headers.remembered is not None or not said.recall
        with st.container(height=_FIELDS_PX - with_memory * _MEMORY_PX, border=True):
            sheet = _sheet(sheets, look, said)
            crs = _crs(look, said) if has_places(kind) else None
            if look.headers.names:
                chosen = _columns(kind, look)
        again = st.form_submit_button(t("imports.again"), width="stretch")
    if not again:
        return None
    return replace(said, crs=crs, sheet=sheet, columns=corrected(said, look.headers.understood, chosen))


def _memory(look: Look, said: Said) -> Said | None:
    """Offer to read without what was remembered of an earlier file, or with it again."""
    remembered = look.headers.remembered
    if remembered is not None:
        words = t("imports.forget", batch=remembered.params["batch"])
        sentence = remembered.sentence(current_lang())
        return replace(said, recall=False) if st.button(words, help=sentence, width="stretch") else None
    if said.recall:
        return None
    return replace(said, recall=True) if st.button(t("imports.recall"), width="stretch") else None


def _sheets(look: Look) -> list[str]:
    if look.fault is None or look.fault.code not in {"several_sheets", "unknown_sheet"}:
        return []
    return str(look.fault.params["sheets"]).split(", ")


def _sheet(sheets: list[str], look: Look, said: Said) -> str | None:
    known = look.preview.sheet if look.preview else None
    options = sheets or [name for name in (said.sheet or known,) if name]
    if not options:
        return said.sheet
    return st.selectbox(t("imports.sheet"), options)


def _crs(look: Look, said: Said) -> str | None:
    options = [None, *(f"EPSG:{code}" for code in _USUAL_CRS)]
    if said.crs and said.crs not in options:
        options.append(said.crs)
    own = t("imports.crs_own")
    chosen = st.selectbox(
        t("imports.crs"),
        options,
        index=options.index(said.crs),
        format_func=lambda code: _crs_words(code) or own,
        accept_new_options=True,
        help=t("imports.crs_help"),
    )
    return _epsg(chosen)


def _epsg(chosen: str | None) -> str | None:
    """A code typed as digits alone is meant as EPSG."""
    typed = (chosen or "").strip()
    return f"EPSG:{typed}" if typed.isdigit() else typed or None


def _crs_words(code: str | None) -> str:
    return f"{code} · {_crs_name(code)}" if code else ""


@lru_cache(maxsize=64)
def _crs_name(code: str) -> str:
    known = code.removeprefix("EPSG:")
    return str(CRS.from_epsg(int(known)).name) if known.isdigit() and int(known) in _USUAL_CRS else ""


def _columns(kind: Kind, look: Look) -> dict[str, str | None]:
    """One choice of a header a field; what is understood can be replaced, not taken away."""
    found = look.preview.columns if look.preview else look.headers.understood
    return {
        name: _column(kind, name, needed, look.headers.names, found.get(name))
        for name, needed in fields_of(kind).items()
    }


def _column(kind: Kind, name: str, needed: bool, headers: tuple[str, ...], now: str | None) -> str | None:
    nothing = t("imports.no_column")
    options: list[str | None] = [*headers] if now in headers else [None, *headers]
    return st.selectbox(
        t(f"imports.field.{name}") + (" *" if needed else ""),
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda header: header or nothing,
        key=f"imports.column.{kind.value}.{name}.{now}.{hash(headers)}",
    )
