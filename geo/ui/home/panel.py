"""Beside the map of Home: the figures of the place that is picked, and what needs attention."""

from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from geo.domain.roles import Actor
from geo.services.attention import Attention, Group, Item, Matter
from geo.services.targets import Targets
from geo.services.works.board import Board, Place
from geo.services.works.figures import Measure
from geo.ui import formats, navigation, works_words
from geo.ui.i18n import t

_NAMED = 3
_CARD = (
    Measure.COVERAGE, Measure.FRESHNESS, Measure.COMPLETENESS, Measure.LOAD, Measure.CLEARANCE,
    Measure.ON_TIME, Measure.PER_1000,
)  # fmt: skip
# Where each matter is mended: the page, and which part of it.
_MENDED_ON: dict[Matter, tuple[str, str]] = {
    Matter.VACANT_BEAT: ("coverage", ""),
    Matter.NO_BEAT: ("coverage", ""),
    Matter.AREA_MISMATCH: ("coverage", ""),
    Matter.OVERDUE_TASK: ("tasks", ""),
    Matter.OVERDUE_INCIDENT: ("upkeep", "incidents"),
    Matter.INCIDENT_OUTSIDE: ("upkeep", "incidents"),
    Matter.STALE_COUNT: ("upkeep", "households"),
    Matter.MISSING_REPORT: ("upkeep", "reports"),
    Matter.MISPLACED: ("upkeep", "map"),
    Matter.HOUSEHOLD_OUTSIDE: ("upkeep", "map"),
}


def place_card(board: Board, place: Place, targets: Targets) -> None:
    """Show the four works of one place, each against its target."""
    figures = place.figures
    lines = ""
    for measure in _CARD:
        number = figures.value(measure)
        if number is None:
            continue
        target = works_words.targets_of_place(board, targets, measure, place.code)
        missed = works_words.meets(measure, number, target) is False
        mark = f' <i class="hm-missed-mark">{escape(t("home.state.missed"))}</i>' if missed else ""
        lines += (
            f"<div class='hm-line'><span>{escape(t(f'works.short.{measure.value}'))}{mark}</span>"
            f"<b>{escape(works_words.value(measure, number))}</b></div>"
            f"<div class='hm-line-n'>{escape(works_words.made_of(figures, measure))}</div>"
        )
    st.html(
        f"<div class='hm-card'><h3>{escape(place.name)} <small>{escape(place.code)}</small></h3>{lines}</div>"
    )


def attention_list(found: Attention, day: date, actor: Actor) -> None:
    """Show what needs attention, each with the worst places as links to where it is mended."""
    if not found.groups:
        st.html(f"<p class='hm-quiet'>{escape(t('home.attention.none'))}</p>")
        return
    st.html("".join(_group(group, day, actor) for group in found.groups))


def _group(group: Group, day: date, actor: Actor) -> str:
    count = t(
        f"home.matter.{group.matter.value}.n",
        n=formats.number(group.count), whole=formats.number(group.whole),
    )  # fmt: skip
    links = "".join(
        f'<li><a href="{escape(link(group.matter, item, day, actor))}" target="_self">'
        f"{escape(_place(item))}</a> <span>{escape(formats.number(item.count))}</span></li>"
        for item in group.items[:_NAMED]
    )
    more = group.places - min(_NAMED, len(group.items))
    rest = (
        f"<li class='hm-rest'>{escape(t('home.attention.more', n=formats.number(more)))}</li>" if more else ""
    )
    return (
        f"<div class='hm-matter'><div><b>{escape(t(f'home.matter.{group.matter.value}'))}</b>"
        f" <span>{escape(count)}</span></div><ul>{links}{rest}</ul></div>"
    )


def _place(item: Item) -> str:
    if not item.beat:
        return item.ward_name or t("home.outside")
    return f"{item.beat_name}, {item.ward_name}" if item.ward_name else item.beat_name


def link(matter: Matter, item: Item, day: date, actor: Actor) -> str:
    """Return the address where `matter` is mended for a place.

    Where that page is not for `actor`, Coverage shows whose it is. Upkeep works on today only.
    """
    offered = {entry.key: entry.path for entry in navigation.pages() if entry.is_for(actor)}
    page, mode = _MENDED_ON[matter]
    page = page if page in offered else "coverage"
    asked = {
        "coverage": {"day": day.isoformat(), "unit": item.ward, "beat": item.beat},
        "upkeep": {"mode": mode, "beat": item.beat},
        "tasks": {"unit": item.ward},
    }[page]
    return f"{offered[page]}?{urlencode({name: text for name, text in asked.items() if text})}"


STYLE = """<style>
.hm-head { font-size: 1rem !important; margin: 0 !important; padding: 0 0 .1rem !important; }
.hm-card h3 { font-size: 1rem; margin: 0 0 .2rem; padding: 0; }
.hm-card h3 small { font-weight: 400; font-size: .8rem; color: var(--db-muted, #5b6375); }
.hm-line { display: flex; justify-content: space-between; gap: .6rem; font-size: .86rem; line-height: 1.45;
  font-variant-numeric: tabular-nums; }
.hm-line b { font-weight: 600; white-space: nowrap; }
.hm-line-n { font-size: .74rem; line-height: 1.25; color: var(--db-muted, #5b6375); }
.hm-missed-mark { font-style: normal; font-size: .74rem; color: var(--db-action, #b3261e); }
.hm-matter { font-size: .86rem; line-height: 1.4; padding: .1rem 0 .3rem;
  border-bottom: 1px solid var(--db-rule, #dcd8ce); font-variant-numeric: tabular-nums; }
.hm-matter b { font-weight: 600; }
.hm-matter span, .hm-rest, .hm-quiet { color: var(--db-muted, #5b6375); }
.hm-matter ul { list-style: none; margin: 0; padding: 0; }
.hm-matter li { padding: 0; margin: 0 0 0 .6rem; font-size: .84rem; }
.hm-matter a { color: var(--db-link, #1d4e89); }
</style>"""
