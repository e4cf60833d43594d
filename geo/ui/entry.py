"""The script that Streamlit runs for every page: who is it, what is offered, the frame, then the page.

It lies here and not beside ``pages/``: Streamlit runs a folder of that name next to its script without
the script, and so without the guard.
"""

from pathlib import Path

import streamlit as st

from geo.domain.roles import Actor
from geo.ui import context_bar, guard, navigation
from geo.ui.i18n import current_lang, t

_MARK = str(Path(__file__).parent / "static" / "mark.svg")

st.set_page_config(page_title=t("app.name"), layout="wide", initial_sidebar_state="collapsed")


def _page(entry: navigation.PageEntry, actor: Actor) -> st.Page:
    return st.Page(
        entry.file,
        title=t(f"nav.{entry.key}"),
        url_path=None if entry.key == navigation.HOME else entry.key,
        default=entry.key == navigation.HOME,
        # Registered for everybody: the page itself says whom it is for.
        visibility="visible" if entry.is_for(actor) else "hidden",
    )


def main() -> None:
    """Run one page."""
    actor = guard.current_actor()
    chosen = st.navigation([_page(entry, actor) for entry in navigation.pages()], position="top")
    st.set_page_config(page_title=f"{chosen.title} · {t('app.name')}")
    st.logo(_MARK, size="large", link=None)
    st.html(f'<span class="db-lang" data-lang="{current_lang()}"></span>')
    context_bar.open_bar(guard.database(), actor, chosen.url_path)
    chosen.run()
    context_bar.close_bar()


main()
