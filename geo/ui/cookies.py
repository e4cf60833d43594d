"""The two cookies of the app: the session's token and the language."""

from http.cookies import CookieError, SimpleCookie

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from geo.domain.messages import Lang

SESSION = "diaban_session"
LANG = "diaban_lang"

_YEAR_S = 365 * 24 * 3600


def read(scope: Scope, name: str) -> str | None:
    """Return the value of a cookie of an ASGI request or websocket, None where it is not sent."""
    for key, value in scope.get("headers", ()):
        if key == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(name)
            except CookieError:
                continue
            if found is not None and found.value:
                return found.value
    return None


def set_session(response: Response, connection: HTTPConnection, token: str) -> None:
    """Hand the token to the browser: gone when it closes, closed to scripts, never sent from elsewhere."""
    response.set_cookie(
        SESSION, token, httponly=True, samesite="strict", secure=connection.url.scheme == "https", path="/"
    )


def clear_session(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(SESSION, path="/", httponly=True, samesite="strict")


def set_lang(response: Response, lang: Lang) -> None:
    """Remember the language for a year."""
    response.set_cookie(LANG, lang, max_age=_YEAR_S, httponly=True, samesite="lax", path="/")
