"""The sign-in and sign-out routes: plain HTML, without JavaScript, before anything of the app is sent."""

from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from geo.domain.errors import DiaBanError, ForbiddenError, UnavailableError
from geo.services import accounts, sessions
from geo.ui import cookies, deployment, notices
from geo.ui.gate import LIVE, SIGN_IN
from geo.ui.i18n import valid_lang

_MAX_FORM_BYTES = 8 * 1024


def local_path(target: str | None) -> str:
    """Return `target` if it is a path on this server, else ``/``: a link may not lead elsewhere.

    Browsers take ``//host`` and ``/\\host`` for other servers and drop control characters.
    """
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return "/"
    if any(ord(letter) < 32 or letter == "\\" for letter in target):
        return "/"
    path = urlsplit(target).path
    return "/" if path in {SIGN_IN, "/sign-out"} else target


def require_same_origin(request: Request) -> None:
    """Raise ForbiddenError ``foreign_origin`` for a form sent from another site.

    A browser always names the origin of a form; a program that sends none is not a browser led astray.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForbiddenError("foreign_origin", origin=origin)


async def show(request: Request) -> Response:
    """Show the form, or go on where the session still lives."""
    target = local_path(request.query_params.get("next"))
    token = cookies.read(request.scope, cookies.SESSION)
    try:
        if await LIVE.actor(token, touch=False) is not None:
            return RedirectResponse(target, 303)
        note = {"ended": "sign_in.ended", "out": "sign_in.signed_out"}.get(
            request.query_params.get("why", "")
        )
        response = await _form(request, target, note=note)
    except UnavailableError as fault:
        return notices.page(request.scope, fault, status=503)
    asked = valid_lang(request.query_params.get("lang"))
    if asked is not None:
        cookies.set_lang(response, asked)
    if token is not None:
        cookies.clear_session(response)
    return response


async def _form(
    request: Request,
    target: str,
    *,
    note: str | None = None,
    fault: DiaBanError | None = None,
    name: str = "",
) -> Response:
    lang = notices.request_lang(request.scope)
    offered = await run_in_threadpool(accounts.offered_demo_accounts, deployment.database())
    values: dict[str, Any] = {
        "target": target,
        "note": note,
        "fault": fault.message(lang) if fault else None,
        "name": name,
        "offered": offered,
    }
    return notices.html("sign_in.html", lang, status=_status(fault), **values)


def _status(fault: DiaBanError | None) -> int:
    if fault is None:
        return 200
    return 429 if fault.code == "sign_in_wait" else 403


async def submit(request: Request) -> Response:
    """Check name and password; on success set the cookie and go to the page that was asked for."""
    if int(request.headers.get("content-length") or 0) > _MAX_FORM_BYTES:
        return Response("form too large", 413)
    form = await request.form(max_files=0, max_fields=8)
    name, password = str(form.get("name", "")), str(form.get("password", ""))
    target = local_path(str(form.get("next", "")))
    address = request.client.host if request.client else "unknown"
    try:
        require_same_origin(request)
        token = await run_in_threadpool(sessions.sign_in, deployment.database(), name, password, address)
    except UnavailableError as fault:
        return notices.page(request.scope, fault, status=503)
    except ForbiddenError as fault:
        return await _form(request, target, fault=fault, name=name)
    response = RedirectResponse(target, 303)
    cookies.set_session(response, request, token)
    return response


async def sign_out(request: Request) -> Response:
    """End the session in the database and take the cookie back. POST only, from our own pages."""
    try:
        require_same_origin(request)
        token = cookies.read(request.scope, cookies.SESSION)
        if token is not None:
            await run_in_threadpool(sessions.sign_out, deployment.database(), token)
            LIVE.forget(token)
    except UnavailableError as fault:
        return notices.page(request.scope, fault, status=503)
    except ForbiddenError as fault:
        return notices.page(request.scope, fault, status=403)
    response = RedirectResponse(f"{SIGN_IN}?why=out", 303)
    cookies.clear_session(response)
    return response


async def choose_language(request: Request) -> Response:
    """Remember the language and go back to the page that the reader came from."""
    lang = valid_lang(request.path_params["lang"])
    referer = urlsplit(request.headers.get("referer", ""))
    came_from = referer.path + (f"?{referer.query}" if referer.query else "")
    same_host = referer.netloc == request.headers.get("host")
    response = RedirectResponse(_without_lang(local_path(came_from if same_host else "/")), 303)
    if lang is not None:
        cookies.set_lang(response, lang)
    return response


def _without_lang(target: str) -> str:
    """Drop ``lang=`` from an address: it would win over the cookie just set."""
    parts = urlsplit(target)
    kept = "&".join(part for part in parts.query.split("&") if part and not part.startswith("lang="))
    return parts.path + (f"?{kept}" if kept else "")


ROUTES = [
    Route(SIGN_IN, show, methods=["GET"]),
    Route(SIGN_IN, submit, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/language/{lang}", choose_language, methods=["GET"]),
]
