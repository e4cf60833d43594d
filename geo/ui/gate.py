"""One door for everything: pages, Streamlit's own paths, the websocket, tiles, rasters, files.

A request without a live session gets the sign-in page (pages) or 401 (all else); a websocket is refused,
and closed with 4401 when its session ends while it is open, also when nobody touches the page.
The door says who is there; what they may see is decided by the services and the database.
"""

import asyncio
import time
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.domain.errors import UnavailableError
from geo.domain.roles import Actor
from geo.services import sessions
from geo.ui import cookies, deployment, navigation, notices

ACTOR = "diaban.actor"  # where routes find who asks, in the ASGI scope

SIGN_IN = "/sign-in"
HEALTH = "/healthz"
_OPEN = frozenset({SIGN_IN, HEALTH})
_OPEN_ASSETS = ("/assets/ui/", "/assets/@fontsource/be-vietnam-pro/")

# What a program asks for, not a person: refused with a status that it understands.
_NOT_PAGES = ("/_stcore", "/tiles", "/raster", "/exports", "/component", "/media", "/static", "/assets")
_USE = ("/tiles", "/raster")  # panning a map is using the app, although no page runs

_REMEMBERED_S = 3.0
_WATCH_S = 20.0
_MOST_REMEMBERED = 10_000

SESSION_ENDED = 4401

# 'unsafe-*' is what Streamlit, folium and MapLibre need to run; every other origin stays shut.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class LiveSessions:
    """Who is behind a token, asked from the database at most every three seconds.

    One page is a hundred requests. A session that ends is noticed at most that much later here, and at
    once by the database.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Actor]] = {}

    async def actor(self, token: str | None, *, touch: bool) -> Actor | None:
        """Return who `token` stands for; None where it stands for nobody. Raises UnavailableError."""
        if token is None:
            return None
        known = self._known.get(token)
        if known is not None and time.monotonic() - known[0] < _REMEMBERED_S:
            return known[1]
        actor = await run_in_threadpool(sessions.actor_for_token, deployment.database(), token, touch=touch)
        if actor is None:
            self.forget(token)
        else:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[token] = (time.monotonic(), actor)
        return actor

    def forget(self, token: str) -> None:
        """Ask the database anew the next time."""
        self._known.pop(token, None)


LIVE = LiveSessions()


class Gate:
    """The ASGI middleware in front of all routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, _briefly(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if ".." in path or "//" in path or "\\" in path:
            await PlainTextResponse("bad path", 400)(scope, receive, send)
            return
        if path in _OPEN or path.startswith(_OPEN_ASSETS):
            await self._app(scope, receive, send)
            return
        token = cookies.read(scope, cookies.SESSION)
        try:
            actor = await LIVE.actor(token, touch=_is_page(path) or path.startswith(_USE))
        except UnavailableError as fault:
            await _unavailable(scope, fault)(scope, receive, send)
            return
        if actor is None:
            await _refusal(scope, had_session=token is not None)(scope, receive, send)
            return
        scope[ACTOR] = actor
        if _is_unknown_page(path):
            await notices.not_found(scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = cookies.read(scope, cookies.SESSION)
        try:
            actor = await LIVE.actor(token, touch=False)
        except UnavailableError:
            await _refuse_websocket(scope, receive, send, 503)
            return
        if actor is None or token is None:
            await _refuse_websocket(scope, receive, send, 401)
            return
        scope[ACTOR] = actor
        await _while_live(self._app, token, scope, receive, send)


def _briefly(send: Send) -> Send:
    """Tell the server only the last line of why the app cannot start: the error says what to do."""

    async def send_briefly(message: Message) -> None:
        if message["type"] == "lifespan.startup.failed":
            message = {**message, "message": message.get("message", "").strip().rsplit("\n", 1)[-1]}
        await send(message)

    return send_briefly


def actor_of(scope: MutableMapping[str, Any]) -> Actor:
    """Return who sent a request that passed the gate; a route behind it calls this with ``request.scope``."""
    actor = scope[ACTOR]
    assert isinstance(actor, Actor)
    return actor


def _is_page(path: str) -> bool:
    # Streamlit's front end also tries its own paths below a page's address.
    return not path.startswith(_NOT_PAGES) and "/_stcore" not in path


def _is_unknown_page(path: str) -> bool:
    if not _is_page(path) or path.startswith("/language/") or "." in path or path == "/sign-out":
        return False
    return path.rstrip("/") not in _page_paths()


@lru_cache(maxsize=1)
def _page_paths() -> frozenset[str]:
    return frozenset({"", f"/{navigation.HOME}", *(page.path for page in navigation.pages())})


def _refusal(scope: Scope, *, had_session: bool) -> Response:
    if scope["method"] not in {"GET", "HEAD"} or not _is_page(scope["path"]):
        return PlainTextResponse("sign in first", 401)
    query = scope["query_string"].decode("latin-1")
    target = quote(scope["path"]) + (f"?{query}" if query else "")
    reason = "&why=ended" if had_session else ""
    return RedirectResponse(f"{SIGN_IN}?next={quote(target, safe='/')}{reason}", 303)


def _unavailable(scope: Scope, fault: UnavailableError) -> Response:
    if _is_page(scope["path"]):
        return notices.page(scope, fault, status=503)
    return PlainTextResponse(fault.message("en"), 503)


async def _refuse_websocket(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        start = {"type": "websocket.http.response.start", "status": status, "headers": []}
        await send(start)
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": SESSION_ENDED})


async def _while_live(app: ASGIApp, token: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Run a websocket for as long as its session lives."""
    ended = asyncio.Event()

    async def guarded_send(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    async def end() -> None:
        if not ended.is_set():
            ended.set()
            await send({"type": "websocket.close", "code": SESSION_ENDED})

    async def guarded_receive() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and not await _lives(token):
            await end()
            return {"type": "websocket.disconnect", "code": SESSION_ENDED}
        return message

    async def watch() -> None:
        while await _lives(token):
            await asyncio.sleep(_WATCH_S)
        await end()

    watcher = asyncio.create_task(watch())
    try:
        await app(scope, guarded_receive, guarded_send)
    finally:
        watcher.cancel()


async def _lives(token: str) -> bool:
    try:
        return await LIVE.actor(token, touch=False) is not None
    except UnavailableError:
        return True  # the page says so itself; it would be wrong to blame the session


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "private, no-store")
        await send(message)

    return send_with_headers
