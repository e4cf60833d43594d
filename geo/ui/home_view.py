"""The pieces of the home page: the sentence, the table, the ways on."""

from html import escape

import streamlit as st

from geo.domain.roles import Actor
from geo.services.overview import Overview
from geo.ui import formats, navigation
from geo.ui.i18n import t

_COUNTS = ("blocks", "households", "residents", "officers", "beats", "vacant_beats", "incidents")
_WORDS = {"vacant_beats": "home.vacant"}


def verdict(found: Overview) -> str:
    """Return the sentence that the page opens with."""
    numbers = {name: formats.number(found.total(name)) for name in ("households", "residents", "incidents")}
    wards = formats.number(len(found.wards))
    if not found.total("incidents"):
        return t("home.verdict_no_incidents", wards=wards, **numbers)
    days = (moment.date() if moment else None for moment in (found.first_incident, found.last_incident))
    first, last = (formats.day(day) for day in days)
    return t("home.verdict", wards=wards, first=first, last=last, **numbers)


def show_empty() -> None:
    """Say why there is nothing and what to do."""
    st.subheader(t("home.empty"))
    st.info(t("home.empty_what"))


def show_table(found: Overview) -> None:
    """Show one row a ward, and the sum."""
    head = "".join(f"<th>{escape(t(_WORDS.get(name, f'home.{name}')))}</th>" for name in _COUNTS)
    rows = "".join(
        _row(ward.code, ward.name, [getattr(ward, name) for name in _COUNTS]) for ward in found.wards
    )
    if found.incidents_elsewhere:
        nothing = [None] * (len(_COUNTS) - 1)
        rows += _row("", t("home.outside"), [*nothing, found.incidents_elsewhere])
    total = _row("", t("home.total"), [found.total(name) for name in _COUNTS], kind="db-total")
    st.html(
        f'<div class="db-table-box"><table class="db-table"><caption>{escape(t("home.by_unit"))}</caption>'
        f"<thead><tr><th>{escape(t('home.code'))}</th><th>{escape(t('home.unit'))}</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody><tfoot>{total}</tfoot></table></div>"
    )


def _row(code: str, name: str, counts: list[int | None], kind: str = "") -> str:
    cells = "".join(f"<td>{formats.number(count)}</td>" for count in counts)
    return f'<tr class="{kind}"><th>{escape(code)}</th><th>{escape(name)}</th>{cells}</tr>'


def show_ways_on(actor: Actor) -> None:
    """Offer the pages where the work is done."""
    offered = {entry.key: entry for entry in navigation.pages() if entry.is_for(actor)}
    wanted = [offered[key] for key in ("hotspots", "coverage") if key in offered]
    cards = "".join(
        f'<a class="db-card" href="{entry.path}" target="_self"><strong>{escape(t(f"home.open_{entry.key}"))}'
        f"</strong><span>{escape(t(f'home.open_{entry.key}_why'))}</span></a>"
        for entry in wanted
    )
    if cards:
        st.html(f'<nav class="db-cards">{cards}</nav>')
