"""Plain HTML pages outside Streamlit: what went wrong and where to go, also when nothing else works."""

from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse
from starlette.types import Scope

from geo.domain.errors import DiaBanError
from geo.domain.messages import Lang
from geo.ui import cookies
from geo.ui.i18n import DEFAULT, say, valid_lang

_TEMPLATES = Environment(
    loader=PackageLoader("geo.ui", "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    lstrip_blocks=True,
)


def request_lang(scope: Scope) -> Lang:
    """Return the language of a request: ``?lang=``, else the cookie, else Vietnamese."""
    asked = QueryParams(scope.get("query_string", b"")).get("lang")
    return valid_lang(asked) or valid_lang(cookies.read(scope, cookies.LANG)) or DEFAULT


def html(template: str, lang: Lang, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a filled template; it says words in `lang` through ``t("key")``."""

    def t(key: str, **params: Any) -> str:
        return say(lang, key, **params)

    text = _TEMPLATES.get_template(template).render(t=t, lang=lang, **values)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store", "Content-Language": lang})


def page(scope: Scope, fault: DiaBanError, *, status: int) -> HTMLResponse:
    """Return the page that tells of `fault` and offers to try again."""
    lang = request_lang(scope)
    return html(
        "notice.html",
        lang,
        status=status,
        heading=say(lang, "guard.unavailable"),
        explanation=fault.message(lang),
        link=scope["path"],
        link_words=say(lang, "notice.retry"),
    )


def not_found(scope: Scope) -> HTMLResponse:
    """Return the page for an address that belongs to no page."""
    lang = request_lang(scope)
    return html(
        "notice.html",
        lang,
        status=404,
        heading=say(lang, "notice.not_found"),
        explanation=say(lang, "notice.not_found_why", path=scope["path"]),
        link="/",
        link_words=say(lang, "notice.home"),
    )
