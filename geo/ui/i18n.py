"""Words in Vietnamese and English. Each page keeps its own in `geo.ui.words`, as ``{key: (vi, en)}``."""

import importlib
import pkgutil
from functools import lru_cache
from typing import Any

import streamlit as st

from geo.domain.messages import Lang
from geo.ui import cookies, words

DEFAULT: Lang = "vi"
_KEY = "lang"


def valid_lang(value: object) -> Lang | None:
    """Return `value` if it is a language that we speak."""
    if value == "vi":
        return "vi"
    return "en" if value == "en" else None


def current_lang() -> Lang:
    """Return the reader's language: ``?lang=`` of this visit, else the cookie, else Vietnamese.

    Outside a page run (a test, a worker thread) it is Vietnamese.
    """
    if not st.runtime.exists() and not _in_page_run():
        return DEFAULT
    asked = valid_lang(st.query_params.get(_KEY))
    if asked is not None:
        st.session_state[_KEY] = asked  # a change of page drops the query
    return (
        asked
        or valid_lang(st.session_state.get(_KEY))
        or valid_lang(st.context.cookies.get(cookies.LANG))
        or DEFAULT
    )


def _in_page_run() -> bool:
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    return get_script_run_ctx(suppress_warning=True) is not None


def t(key: str, **params: Any) -> str:
    """Return the words for `key` in the reader's language, with `params` filled in."""
    return say(current_lang(), key, **params)


def say(lang: Lang, key: str, **params: Any) -> str:
    """Return the words for `key` in `lang`. An unknown key is a defect of ours and raises KeyError."""
    vi, en = _all_words()[key]
    words_said = vi if lang == "vi" else en
    return words_said.format(**params) if params else words_said


@lru_cache(maxsize=1)
def _all_words() -> dict[str, tuple[str, str]]:
    merged: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules(words.__path__):
        table = importlib.import_module(f"{words.__name__}.{module.name}").WORDS
        repeated = merged.keys() & table.keys()
        if repeated:
            raise ValueError(f"words defined twice: {sorted(repeated)}")
        merged.update(table)
    return merged
