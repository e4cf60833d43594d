"""One view a screen, in big type, by the keys: ``/briefing?present=CODE&at=2``."""

from base64 import b64encode
from html import escape
from pathlib import Path

import streamlit as st

from geo.briefing import fonts
from geo.briefing.deck import Paper
from geo.briefing.layout import pages
from geo.briefing.making import screen_deck
from geo.briefing.svg import svg
from geo.domain.errors import DiaBanError
from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.services.briefings import Briefing, briefing
from geo.services.overview import version
from geo.ui import clock, guard
from geo.ui.i18n import current_lang, t

ASKED = "present"
_AT = "at"
_BACK = "/briefing"
_MOVES = Path(__file__).parents[1] / "static" / "present.js"
_STYLE = """<style>
.db-stage { position: fixed; inset: 0; z-index: 1000000; background: #fff; color: #14213d; outline: none; }
.db-slide { position: absolute; inset: 0 0 1.6rem; display: flex; align-items: center;
  justify-content: center; }
.db-slide[hidden] { display: none; }
.db-slide svg { width: 100%; height: 100%; }
.db-stage-foot { position: absolute; inset: auto 1rem 0; height: 1.6rem; display: flex; gap: 1.5rem;
  justify-content: flex-end; align-items: center; font-size: .8rem; color: #5b6375; }
.db-stage-foot a { color: #1d4e89; }
</style>"""


def show(actor: Actor, code: str) -> None:
    """Show briefing `code` from the view that the link names."""
    lang = current_lang()
    try:
        found = briefing(guard.database(), actor, code)
        with st.spinner(t("briefing.preparing", n=len(found.views))):
            slides = _slides(actor, found, actor.scope_key, version(guard.database(), actor), lang)
    except DiaBanError as fault:
        st.error(fault.message(lang))
        st.html(f'<a class="db-button" href="{_BACK}" target="_self">{escape(t("briefing.back"))}</a>')
        return
    st.html(
        _STYLE + _stage(slides) + f"<script>{_MOVES.read_text('utf-8')}</script>",
        unsafe_allow_javascript=True,
    )


@st.cache_data(max_entries=20, show_spinner=False)
def _slides(_actor: Actor, found: Briefing, scope: str, data: str, lang: Lang) -> list[str]:
    """Return each view as SVG; the stored briefing, scope, version of the data and language are the key."""
    deck = screen_deck(guard.database(), _actor, found, lang, clock.now())
    return [
        # Patterns are found by id in the whole document.
        svg(page, lang, family=fonts.FAMILY).replace("hatch", f"hatch{number}")
        for number, page in enumerate(pages(deck, Paper.WIDE))
    ]


def _stage(slides: list[str]) -> str:
    asked = st.query_params.get(_AT, "1")
    at = int(asked) if asked.isdecimal() else 1
    # Streamlit takes SVG out of what it shows; the script puts it in. A picture could not use our font.
    shown = "".join(
        f'<section class="db-slide" data-svg="{b64encode(slide.encode()).decode()}" hidden></section>'
        for slide in slides
    )
    said = t("briefing.show_at", at="{at}", n="{n}")
    return (
        f'<div class="db-stage" tabindex="0" data-at="{at}" data-back="{_BACK}" data-said="{escape(said)}">'
        f"{shown}"
        f'<div class="db-stage-foot"><span class="db-stage-at" role="status"></span>'
        f'<a href="{_BACK}" target="_self">{escape(t("briefing.back"))}</a></div></div>'
    )
