"""The line above every page: where, when, what is counted, and whether any of it is real.

The entry script opens it for every page; a page then says its period or date and its category:

    context_bar.say(period=formats.period(first, last), category=name)
"""

from dataclasses import dataclass
from html import escape

import streamlit as st
from sqlalchemy import text
from streamlit.delta_generator import DeltaGenerator

from geo.domain.messages import Lang
from geo.domain.roles import Actor
from geo.services.deployment import is_synthetic
from geo.store.engine import Database, transaction
from geo.ui.i18n import current_lang, t

_BAR = "context_bar"
_NAMED_UNITS = 2


@dataclass
class _Bar:
    """The bar of one run. shown : as it stands on the screen · said : whether the page has said anything."""

    page: str
    slot: DeltaGenerator
    scope: str
    synthetic: bool
    shown: str = ""
    said: bool = False

    def draw(self, html: str) -> None:
        if html != self.shown:
            self.slot.html(html)
        self.shown = html

    def plain(self) -> str:
        return _bar_html(self.scope, synthetic=self.synthetic, parts={})


def open_bar(database: Database, actor: Actor, page: str) -> None:
    """Draw the bar with what holds for every page: scope, synthetic or not, who is signed in.

    page : address of the page. What it said when it ran last stands until it says more: a run that changes
    none of it shows nothing else in between.
    """
    with transaction(database, actor) as connection:
        synthetic = is_synthetic(connection)
        names = connection.execute(
            text(
                "SELECT name FROM diaban.admin_unit WHERE code = ANY(:codes) AND valid @> current_date "
                "ORDER BY code"
            ),
            {"codes": list(actor.unit_codes)},
        ).scalars()
        scope = _scope_words(actor, list(names))
    st.html(_account_html(actor, current_lang()))
    last, bar = st.session_state.get(_BAR), _Bar(page, st.empty(), scope, synthetic)
    html = bar.plain()
    if isinstance(last, _Bar) and (last.page, last.plain()) == (page, html):
        html = last.shown
    bar.draw(html)
    st.session_state[_BAR] = bar


def close_bar() -> None:
    """Take away what an earlier run of the page said, where this one had nothing to say."""
    bar = st.session_state[_BAR]
    assert isinstance(bar, _Bar)
    if not bar.said:
        bar.draw(bar.plain())


def say(
    *,
    unit: str | None = None,
    as_of: str | None = None,
    period: str | None = None,
    category: str | None = None,
) -> None:
    """Add what this page looks at; all are words to be shown as they are. `unit` narrows the scope shown."""
    bar = st.session_state[_BAR]
    assert isinstance(bar, _Bar)
    parts = {"bar.as_of": as_of, "bar.period": period, "bar.category": category}
    shown = {key: value for key, value in parts.items() if value}
    bar.said = True
    bar.draw(_bar_html(unit or bar.scope, synthetic=bar.synthetic, parts=shown))


def _scope_words(actor: Actor, names: list[str]) -> str:
    if "*" in actor.unit_codes:
        return t("bar.all_units")
    shown = ", ".join(names[:_NAMED_UNITS]) or ", ".join(actor.unit_codes[:_NAMED_UNITS])
    more = len(actor.unit_codes) - _NAMED_UNITS
    return f"{shown} {t('bar.more_units', n=more)}" if more > 0 else shown


def _bar_html(scope: str, *, synthetic: bool, parts: dict[str, str]) -> str:
    facts = {"bar.scope": scope, **parts}
    items = "".join(
        f'<span class="db-fact"><span class="db-fact-name">{escape(t(key))}</span> {escape(value)}</span>'
        for key, value in facts.items()
    )
    badge = f'<span class="db-badge">{escape(t("bar.synthetic"))}</span>' if synthetic else ""
    return f'<div class="db-bar" role="status">{items}{badge}</div>'


def _account_html(actor: Actor, lang: Lang) -> str:
    other = "en" if lang == "vi" else "vi"
    role = escape(t(f"role.{actor.role.value}"))
    return (
        '<div class="db-account">'
        f'<span class="db-who"><strong>{escape(actor.name)}</strong> {role}</span>'
        f'<a class="db-link" href="/language/{other}" target="_self" lang="{other}" '
        f'title="{escape(t("bar.other_lang_hint"))}">{escape(t("bar.other_lang"))}</a>'
        '<form method="post" action="/sign-out">'
        f'<button class="db-link" type="submit">{escape(t("bar.sign_out"))}</button></form></div>'
    )
