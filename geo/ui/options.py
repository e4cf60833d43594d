"""Streamlit's options, set in one place so that they hold however the server is started."""

from typing import Any

from geo import settings
from geo.ui import theme


def streamlit_options() -> dict[str, Any]:
    """Return the options that differ from Streamlit's defaults, by dotted name."""
    return {
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.maxUploadSize": settings.load().upload_limit_mb,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.xsrfCookieSameSite": "strict",
        "server.enableAgentApi": False,
        # server.allowedHosts stays empty: the name under which a proxy serves us is not ours to know, and
        # a rebound host name brings no session cookie.
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.allowedOrigins": [],
        # A table's own download button would be an export that nobody logged.
        "client.disableDataExport": True,
        "runner.magicEnabled": False,
        # A full garbage collection after every run costs seconds with many users; app.py freezes the rest.
        "runner.postScriptGC": False,
        **theme.streamlit_theme(),
    }


def apply() -> None:
    """Put the options in force; before the app is built, since its routes depend on them."""
    from streamlit.web import bootstrap

    bootstrap.load_config_options(streamlit_options())
