"""All routes of the server besides Streamlit's own, in one place."""

import importlib.util
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from sqlalchemy import text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from geo.domain.errors import UnavailableError
from geo.maps.assets import URL_PREFIX, assets_dir
from geo.store.engine import Database, auth_transaction
from geo.ui import deployment, shell, sign_in
from geo.ui.gate import HEALTH

_OWN_FILES = Path(__file__).parent / "static"
_SERVED = {".js", ".mjs", ".css", ".svg", ".png", ".gif", ".jpg", ".json", ".map", ".woff", ".woff2", ".ttf"}


class Assets(StaticFiles):
    """Files for the browser, and only such."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file of a kind that a browser needs; 404 for all else."""
        if Path(path).suffix.lower() not in _SERVED:
            return Response(status_code=404)
        response = await super().get_response(path, scope)
        # Asked again each time and answered "unchanged": an upgrade is seen at once.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


async def health(_request: Request) -> Response:
    """Say whether the server and its database answer; nothing about what is in it."""
    try:
        await run_in_threadpool(_ask_database, deployment.database())
    except UnavailableError:
        return JSONResponse({"status": "database unavailable"}, 503)
    return JSONResponse({"status": "ok"})


def _ask_database(database: Database) -> None:
    with auth_transaction(database) as connection:
        connection.execute(text("SELECT 1"))


def _of(module: str) -> Iterable[BaseRoute]:
    """Return the ROUTES of a module of this package, none where this version does not have it."""
    name = f"geo.ui.{module}"
    if importlib.util.find_spec(name) is None:
        return ()
    routes: Iterable[BaseRoute] = import_module(name).ROUTES
    return routes


def routes() -> list[BaseRoute]:
    """Return the routes in the order in which they are tried."""
    return [
        Route(HEALTH, health),
        *sign_in.ROUTES,
        *_of("tiles"),
        *_of("reassign.routes"),
        *_of("rasters"),
        *shell.routes(),
        Mount("/assets/ui", Assets(directory=_OWN_FILES)),
        Mount(URL_PREFIX.rstrip("/"), Assets(directory=assets_dir(), check_dir=False)),
    ]
