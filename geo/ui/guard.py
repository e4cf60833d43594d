"""Who is looking at the page. Every run of a page, and every fragment that reads data, asks here first."""

from typing import NoReturn

import streamlit as st

from geo.domain.errors import ForbiddenError, UnavailableError
from geo.domain.roles import Actor, Permission
from geo.services import sessions
from geo.store.engine import Database
from geo.ui import cookies, deployment
from geo.ui.gate import SIGN_IN
from geo.ui.i18n import current_lang, t


def database() -> Database:
    """Return this process's database for a page; shows why and stops the run where it is not available."""
    try:
        return deployment.database()
    except UnavailableError as fault:
        _show_unavailable(fault)


def session_token() -> str | None:
    """Return the token in the cookie that the browser sent when it opened this page."""
    return st.context.cookies.get(cookies.SESSION)


def current_actor() -> Actor:
    """Return who is signed in, and count this run as use of the session.

    Where the session has ended, shows a page with a way to sign in again and stops the run.
    """
    token = session_token()
    try:
        actor = sessions.actor_for_token(database(), token) if token else None
    except UnavailableError as fault:
        _show_unavailable(fault)
    if actor is None:
        _show_ended()
    return actor


def require(actor: Actor, permission: Permission) -> None:
    """Show that the page is not for this role, and stop the run, unless the role grants `permission`."""
    try:
        actor.require(permission)
    except ForbiddenError as fault:
        st.subheader(t("guard.not_for_role"))
        st.info(fault.message(current_lang()))
        st.stop()


def _show_ended() -> NoReturn:
    st.subheader(t("guard.ended"))
    st.write(t("guard.ended_why"))
    # The server adds where to come back to: the gate sends the reader of this very address to sign in.
    st.html(f'<a class="db-button" href="{SIGN_IN}" target="_self">{t("guard.sign_in")}</a>')
    st.stop()


def _show_unavailable(fault: UnavailableError) -> NoReturn:
    st.subheader(t("guard.unavailable"))
    st.error(fault.message(current_lang()))
    st.stop()
