"""The scoreboard as plain values, for the command line and for who computes on."""

from datetime import date
from typing import Any

from geo.domain.roles import Actor
from geo.services.attention import attention
from geo.services.targets import SETTABLE, targets_on
from geo.services.works.board import Board, WorksQuery, board
from geo.services.works.figures import MEASURES, Figures, Measure, Work
from geo.store.engine import Database


def summary(database: Database, actor: Actor, day: date, unit: str | None) -> dict[str, Any]:
    """Return figures of `unit` (None: all in scope) on `day`, of each place in it, and what needs attention.

    Raises InputError as `geo.services.works.board.board`.
    """
    found = board(database, actor, WorksQuery(day, unit))
    held = targets_on(database, actor, day)
    codes = tuple(code for code, _, _ in found.path)
    targets = {measure: held.of(measure, codes) for measure in SETTABLE}
    return {
        "as_of": day.isoformat(),
        "unit": unit,
        "period": {"from": found.periods.first.isoformat(), "to": found.periods.last.isoformat()},
        "month": found.periods.month.isoformat(),
        "works": {work.value: _figures(found.total, work) for work in Work},
        "targets": {
            name: {"value": target.value, "default": target.is_default, "document": target.document}
            for name, target in targets.items()
        },
        "places": _places(found),
        "attention": {
            group.matter.value: {"count": group.count, "of": group.whole}
            for group in attention(database, actor, found).groups
        },
    }


def _figures(figures: Figures, work: Work) -> dict[str, Any]:
    return {measure.value: _figure(figures, measure) for measure in MEASURES[work]}


def _figure(figures: Figures, measure: Measure) -> dict[str, Any]:
    quotient = figures.quotient(measure)
    change = figures.change(measure)
    return {
        "value": quotient.value,
        "n": quotient.part,
        "of": quotient.whole,
        "change": change.value,
        "n_before": change.before if change.kind != "none" else None,
    }


def _places(found: Board) -> list[dict[str, Any]]:
    return [
        {
            "code": place.code,
            "name": place.name,
            "level": place.level,
            "households": place.figures.households,
            "vacant_beats": place.figures.vacant,
            **{measure.value: place.figures.value(measure) for measure in Measure},
        }
        for place in found.places
    ]
