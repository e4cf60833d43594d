"""The HTML document that Streamlit's front end starts in, made ours: language, title, icon, style.

Only the addresses of our pages answer with it; the gate tells any other address that there is no such page,
where Streamlit would show its start page.
"""

import re
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from geo.domain.messages import Lang
from geo.ui import navigation, notices
from geo.ui.i18n import say

_FONT = "/assets/@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"


async def document(request: Request) -> Response:
    """Answer the address of a page."""
    return HTMLResponse(_document(notices.request_lang(request.scope)), headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=2)
def _document(lang: Lang) -> str:
    original = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
    text = original.replace('<html lang="en">', f'<html lang="{lang}">')
    text = re.sub(r"<title>.*?</title>", f"<title>{escape(say(lang, 'app.name'))}</title>", text)
    # Links are relative to the page's own address; pages are one level deep, so the root is meant.
    text = text.replace('"./', '"/').replace("/favicon.png", "/assets/ui/mark.svg")
    text = re.sub(r'<link\s+rel="preload"\s+href="/static/media/SourceSans.*?/>', "", text, flags=re.DOTALL)
    text = re.sub(r'<link rel="service-desc"[^>]*>', "", text)
    text = re.sub(r"<noscript>.*?</noscript>", _noscript(lang), text, flags=re.DOTALL)
    return text.replace("</head>", _head(lang) + "</head>")


def _head(lang: Lang) -> str:
    preloads = "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{_font(subset, 400)}">'
        for subset in ("latin", "vietnamese")
    )
    return (
        f'{preloads}<link rel="stylesheet" href="/assets/ui/fonts.css">'
        '<link rel="stylesheet" href="/assets/ui/theme.css">'
        f'<script src="/assets/ui/shell.js" data-lang="{lang}"></script>'
        f'<script src="/assets/ui/grid_keys.js"></script>{_grid_editors()}'
    )


def _grid_editors() -> str:
    """Fetch the code of a grid's cell editors ahead: it is asked for when the first key has been typed."""
    scripts = Path(streamlit.__file__).parent.glob("static/static/js/*-overlay-editor.*.js")
    return "".join(f'<link rel="modulepreload" href="/static/js/{found.name}">' for found in sorted(scripts))


def _font(subset: str, weight: int) -> str:
    return _FONT.format(subset=subset, weight=weight)


def _noscript(lang: Lang) -> str:
    words = {
        "vi": "Các trang bản đồ cần JavaScript; hãy bật trong trình duyệt rồi tải lại.",
        "en": "The map pages need JavaScript; allow it in the browser and reload.",
    }
    return f"<noscript><p>{words[lang]}</p></noscript>"


def routes() -> list[Route]:
    """Return one route a page."""
    own = [Route(page.path, document) for page in navigation.pages()]
    return [*own, Route(f"/{navigation.HOME}", _to_home)]


async def _to_home(request: Request) -> Response:
    """Streamlit serves its first page at the root alone and says of any other name that it is no page."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")
