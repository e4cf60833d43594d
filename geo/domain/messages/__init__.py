"""The message table: every user-facing error, reject reason and warning, once, in Vietnamese and English.

One module an area, so that a message stands near its kind. Codes are stable: they appear in reports.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from geo.domain.messages import (
    analysis,
    app,
    borders,
    briefing,
    common,
    confinement,
    coverage,
    decks,
    demo,
    intake,
    merging,
    places,
    planning,
    plans,
    sheets,
    store,
    units,
    upkeep,
    works,
)

Lang = Literal["vi", "en"]


class Message(NamedTuple):
    """One message in both languages; ``{name}`` is replaced by the parameter of that name."""

    vi: str
    en: str


def _merge(*tables: Mapping[str, tuple[str, str]]) -> dict[str, Message]:
    merged: dict[str, Message] = {}
    for table in tables:
        for code, (vi, en) in table.items():
            if code in merged:
                raise ValueError(f"message code {code!r} is defined twice")
            merged[code] = Message(vi, en)
    return merged


MESSAGES = _merge(
    common.MESSAGES,
    store.MESSAGES,
    intake.MESSAGES,
    sheets.MESSAGES,
    borders.MESSAGES,
    places.MESSAGES,
    merging.MESSAGES,
    confinement.MESSAGES,
    analysis.MESSAGES,
    app.MESSAGES,
    briefing.MESSAGES,
    decks.MESSAGES,
    demo.MESSAGES,
    planning.MESSAGES,
    plans.MESSAGES,
    coverage.MESSAGES,
    units.MESSAGES,
    upkeep.MESSAGES,
    works.MESSAGES,
)


def render(code: str, params: Mapping[str, Any], lang: Lang) -> str:
    """Return the sentence for `code` in `lang`, with `params` filled in and stored values in words.

    An unknown code or a missing parameter is a defect of ours and raises KeyError.
    """
    message = MESSAGES[code]
    said = {name: _in_words(name, value, lang) for name, value in params.items()}
    return (message.vi if lang == "vi" else message.en).format(**said)


def _in_words(name: str, value: Any, lang: Lang) -> Any:
    words = common.WORDS.get(name, {}).get(value) if isinstance(value, str) else None
    return value if words is None else words[0 if lang == "vi" else 1]
