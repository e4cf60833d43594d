"""Home: what there is in the reader's scope, and where to go on."""

from datetime import date

import streamlit as st

from geo.domain.roles import Actor
from geo.services.overview import Overview, overview, version
from geo.ui import clock, context_bar, formats, guard, home_view
from geo.ui.i18n import t


@st.cache_data(max_entries=50, show_spinner=False)
def counted(_actor: Actor, scope: str, data: str, day: date) -> Overview:
    """Scope, version of the data and day are the key: nobody gets another scope's counts."""
    return overview(guard.database(), _actor, day)


actor = guard.current_actor()
day = clock.today()
context_bar.say(as_of=formats.day(day))
found = counted(actor, actor.scope_key, version(guard.database(), actor), day)
if not found.wards and not found.total("incidents"):
    home_view.show_empty()
else:
    st.html(f'<p class="db-verdict">{home_view.verdict(found)}</p>')
    home_view.show_ways_on(actor)
    home_view.show_table(found)
    st.caption(f"{t('home.note', day=formats.day(day))} {t('home.note_incidents')}")
