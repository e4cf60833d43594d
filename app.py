"""The ASGI application: ``uvicorn app:app``, or ``python -m geo serve``."""

import gc
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from sqlalchemy.exc import OperationalError
from starlette.middleware import Middleware

from geo.domain.errors import DiaBanError
from geo.domain.messages import render
from geo.services.works import board as works
from geo.settings import PROJECT_DIR
from geo.ui import clock, deployment, options, start
from geo.ui.gate import Gate
from geo.ui.hotspots import start as hotspots_start
from geo.ui.i18n import current_lang
from geo.ui.routes import routes

_log = logging.getLogger("diaban")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Open what all requests share; close it at the end."""
    start.warm()
    database = deployment.open_once()
    hotspots_start.warm(database)
    works.warm(database, clock.today())
    # What is loaded now stays: without this every garbage collection would walk through it.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        deployment.close()


def show_fault(fault: Exception) -> bool:
    """Show an error of a page in the reader's words; the log has the rest."""
    lang = current_lang()
    if isinstance(fault, DiaBanError):
        st.error(fault.message(lang))
        return True
    if isinstance(fault, OperationalError):
        place = deployment.database().app.url.render_as_string(hide_password=True)
        st.error(render("database_unreachable", {"place": place}, lang))
        return True
    reference = secrets.token_hex(4)
    _log.error("page failed, reference %s", reference, exc_info=fault)
    code = "page_failed"
    st.error(render(code, {"reference": reference}, lang))
    return True


options.apply()
app = st.App(
    PROJECT_DIR / "geo" / "ui" / "entry.py",
    routes=routes(),
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=show_fault,
)
