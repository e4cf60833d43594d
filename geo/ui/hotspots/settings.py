"""The narrow column of the Hotspots page: period, comparison, category, origin, unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from geo.domain.kinds import CellShape, Level, OriginFilter
from geo.domain.roles import Actor, Permission
from geo.services.categories import Category
from geo.services.hotspots.review import BANDWIDTHS_M, Choices
from geo.ui import formats, state
from geo.ui.hotspots.state import MOST_BACK, Compare, HotspotsView, Preset, days_of
from geo.ui.i18n import current_lang, t

Word = TypeVar("Word", bound=StrEnum)

_INDENT = "\u2003"
_KEY = "hotspots.set."
_RADII_ACROSS = 20
_ALL = ""  # None would be "nothing chosen" to Streamlit, which then shows its own words


@dataclass(frozen=True)
class Offered:
    """What there is to choose from, the newest day that periods count back from, the fitting radius."""

    choices: Choices
    newest: date
    radius_m: int


def _seeded(name: str, value: object) -> str:
    return state.seeded(_KEY + name, value)


def settings(view: HotspotsView, offered: Offered, actor: Actor) -> HotspotsView:
    """Draw the settings as `view` has them and return what the reader made of them."""
    period = _of_words("hotspots.period", "hotspots.preset", Preset, view.period)
    first, last = (
        _days(replace(view, period=period, back=0), offered) if period is Preset.CUSTOM else (None, None)
    )
    back = st.select_slider(
        t("hotspots.back"),
        list(range(MOST_BACK, -1, -1)),
        key=_seeded("back", view.back),
        format_func=lambda n: t("hotspots.back.some", n=n) if n else t("hotspots.back.none"),
        help=t("hotspots.back_help"),
    )
    compare = _of_words("hotspots.compare", "hotspots.compare", Compare, view.compare)
    swipe = st.toggle(t("hotspots.swipe"), key=_seeded("swipe", view.swipe), help=t("hotspots.swipe_help"))
    category = _category(view, offered.choices.categories)
    unit = _unit(view, offered.choices)
    origin = _of_words(
        "hotspots.origin", "hotspots.origin", OriginFilter, view.origin, help_key="hotspots.origin_help"
    )
    radii = [int(h) for h in BANDWIDTHS_M]
    radius = st.selectbox(
        t("hotspots.bandwidth"),
        radii,
        key=_seeded("radius", view.h if view.h in radii else offered.radius_m),
        format_func=lambda h: f"{formats.number(h)} m",
    )
    cells = _of_words(
        "hotspots.shape", "hotspots.shape", CellShape, view.cells, help_key="hotspots.shape_help"
    )
    kind = "points" if actor.may(Permission.VIEW_POINTS) else "cells"
    points = st.toggle(
        t(f"hotspots.{kind}"), key=_seeded("points", view.points), help=t(f"hotspots.{kind}_help")
    )
    return replace(
        view, period=period, first=first, last=last, compare=compare, category=category, unit=unit,
        back=back, swipe=swipe, origin=origin, h=0 if radius == offered.radius_m else radius, points=points,
        cells=cells,
    )  # fmt: skip


def _of_words(label: str, prefix: str, kind: type[Word], chosen: Word, help_key: str | None = None) -> Word:
    options = list(kind)
    return st.selectbox(
        t(label),
        options,
        key=_seeded(label, chosen),
        format_func=lambda word: t(f"{prefix}.{word.value}"),
        help=t(help_key) if help_key else None,
    )


def _days(view: HotspotsView, offered: Offered) -> tuple[date, date]:
    first, last = days_of(view, offered.newest)
    first = st.date_input(t("hotspots.from"), key=_seeded("first", first), format="DD/MM/YYYY")
    last = st.date_input(t("hotspots.to"), key=_seeded("last", last), format="DD/MM/YYYY")
    return first, last


def _category(view: HotspotsView, categories: Sequence[Category]) -> str | None:
    names = {
        category.code: _INDENT * category.depth
        + (category.name_vi if current_lang() == "vi" else category.name_en)
        for category in categories
    }
    options = [_ALL, *names]
    chosen = st.selectbox(
        t("hotspots.category"),
        options,
        key=_seeded("category", view.category if view.category in options else _ALL),
        format_func=lambda code: names[code] if code else t("hotspots.all_categories"),
    )
    return chosen or None


def _unit(view: HotspotsView, choices: Choices) -> str | None:
    indent = {Level.PROVINCE: "", Level.DISTRICT: "", Level.WARD: _INDENT}
    names = {unit.code: indent[unit.level] + unit.name for unit in choices.wards.units}
    options = [_ALL, *names]
    chosen = st.selectbox(
        t("hotspots.unit"),
        options,
        key=_seeded("unit", view.unit if view.unit in options else _ALL),
        format_func=lambda code: names[code] if code else t("hotspots.all_units"),
    )
    return chosen or None


def fitting_radius(choices: Choices) -> int:
    """Return the smoothing radius, metres, that suits how wide the scope is: dots or one blob say nothing."""
    west, south, east, north = choices.wards.metric.total_bounds
    wanted = max(east - west, north - south) / _RADII_ACROSS
    return int(max((h for h in BANDWIDTHS_M if h <= wanted), default=BANDWIDTHS_M[0]))
