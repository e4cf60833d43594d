"""“Add to briefing”: a small button on a page that keeps what is on the screen for a meeting."""

import textwrap
from collections import Counter
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from geo.domain.errors import DiaBanError
from geo.domain.roles import Actor, Permission
from geo.services import briefings
from geo.services.briefings import LONGEST_TITLE, Briefing, View
from geo.ui import clock, formats, guard, navigation
from geo.ui.i18n import current_lang, t

KEY = "briefing_add"  # theme.css puts it into the context bar, at the same place on every page
_NEW = ""
_LONGEST_FOUND = 150


def offer(actor: Actor, page: str, title: str, asked: Mapping[str, Any], link: Mapping[str, str]) -> None:
    """Offer to keep the view of `page` to a reader who makes briefings.

    title : what the page found, the first title of the slide
    asked : what it shows in plain values with its days written out: ``day``, or ``start`` and ``end``; unit …
    link : parts of the address that opens the view (`state.to_query`), its days written out too
    """
    if not actor.may(Permission.EXPORT):
        return
    with st.container(key=KEY, width="content"), st.popover(t("briefing.add"), type="tertiary"):
        mine = [one for one in briefings.briefings(guard.database(), actor) if one.mine]
        code = _briefing(page, mine) if mine else _NEW
        with st.form(f"{page}.briefing.add", border=False):
            said = st.text_area(t("briefing.add_title"), value=_short(title), max_chars=LONGEST_TITLE)
            sent = st.form_submit_button(t("briefing.add_go"), type="primary")
        if sent:
            _add(actor, code, View(page, _address(page, link), said, asked=_plain(asked)))


def labels(known: list[Briefing]) -> dict[str, str]:
    """Return what each briefing is called in a list, by its code; no two alike, for words are the choice."""
    said = {
        one.code: t("briefing.listed", title=one.title, n=len(one.views))
        if one.mine
        else f"{one.title} ({t('briefing.others')})"
        for one in known
    }
    often = Counter(said.values())
    return {code: f"{label} · {code}" if often[label] > 1 else label for code, label in said.items()}


def _briefing(page: str, mine: list[Briefing]) -> str:
    names = {**labels(mine), _NEW: t("briefing.new")}
    return st.selectbox(
        t("briefing.add_to"), list(names), format_func=names.__getitem__, key=f"{page}.briefing"
    )


def _short(title: str) -> str:
    """Return the first sentence, cut at a word: what a slide has room for."""
    return textwrap.shorten(title.split(". ", maxsplit=1)[0], _LONGEST_FOUND, placeholder="…")


def _address(page: str, link: Mapping[str, str]) -> str:
    path = "/" if page == navigation.HOME else f"/{page}"
    return f"{path}?{urlencode(link)}" if link else path


def _title() -> str:
    return t("briefing.new_title", day=formats.day(clock.today()))


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else value.value
        if isinstance(value, Enum)
        else value
        for name, value in asked.items()
        if value is not None
    }


def _add(actor: Actor, code: str, view: View) -> None:
    database = guard.database()
    try:
        if code == _NEW:
            found = briefings.create(database, actor, _title(), [view])
        else:
            found = briefings.add_view(database, actor, code, view)
    except DiaBanError as fault:
        st.error(fault.message(current_lang()))
    else:
        st.success(t("briefing.added", title=found.title, n=len(found.views)))
