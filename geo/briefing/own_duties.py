"""Kept views of Home, Coverage, Tasks and Reassign as slides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import geopandas as gpd

from geo.briefing.asking import Asking
from geo.briefing.deck import Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.leaving import WITHHELD
from geo.briefing.own_hotspots import together
from geo.briefing.own_words import say
from geo.briefing.proposed import stored_plan
from geo.briefing.reassignment import plan_slides
from geo.briefing.steering_access import reach
from geo.briefing.steering_cells import in_beats, of_place
from geo.briefing.steering_changes import changes, nothing_changed
from geo.briefing.steering_figures import measure_map, said
from geo.briefing.steering_tasks import task_table
from geo.briefing.steering_vacant import vacancies
from geo.services.coverage.findings import Fault
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.services.release.cells import Cell
from geo.services.tasks import tasks
from geo.services.works.board import WorksQuery, board
from geo.services.works.figures import Measure
from geo.services.works.periods import Span

_ROWS = 9
_CHANGES_DAYS = 365
_FAULTS: dict[Fault, tuple[str, bool]] = {
    Fault.VACANT: ("#f2b77e", True), Fault.BLOCK: ("#d9d5cb", False), Fault.HOUSEHOLDS: ("#fee0b6", False),
    Fault.GAP: ("#b3261e", False), Fault.OVERLAP: ("#542788", True), Fault.OUTSIDE: ("#998ec3", False),
}  # fmt: skip


def home_slides(asking: Asking, asked: Mapping[str, Any]) -> tuple[Slide, ...]:
    """Return the map of the figure that was looked at, and the works by place."""
    on, lang = date.fromisoformat(asked["day"]), asking.lang
    span = Span(asked.get("span", Span.DAYS))
    found = board(asking.database, asking.actor, WorksQuery(on, asked.get("unit"), asked.get("beat"), span))
    measure = Measure(asked.get("by", Measure.COVERAGE))
    sources = say(lang, "home_source", day=asking.day(on))
    if not found.places:
        return (Slide("", (TextBody((say(lang, "no_wards", day=asking.day(on)),)),)),)
    header = tuple(say(lang, name) for name in ("ward", *_OF_HOMES, *_OF_WORK))
    rows = tuple(
        (
            place.name,
            *(
                asking.out.count(getattr(place.figures, name), getattr(of_place(place, found), name))
                for name in _OF_HOMES
            ),
            *(asking.number(getattr(place.figures, name)) for name in _OF_WORK),
            said(asking, found, place, measure),
        )
        for place in found.places
    )
    drawn = measure_map(asking, found, measure)
    header = (*header, drawn.bodies[0].keys_title if isinstance(drawn.bodies[0], MapBody) else "")
    table = TableBody(header, rows, frozenset(range(1, len(header))), (3, 1, 1, 1, 1, 1, 1.4))
    tables = () if isinstance(drawn.bodies[0], TableBody) else (Slide("", (table,), sources=sources),)
    return (Slide("", drawn.bodies, sources=sources), *tables)


def coverage_slides(asking: Asking, asked: Mapping[str, Any]) -> tuple[Slide, ...]:
    """Return who has which beat, or what is wrong with the beats, as the page had it."""
    found = coverage(asking.database, asking.actor, date.fromisoformat(asked["day"]), asked.get("unit"))
    mode = asked.get("mode", "who")
    if mode == "faults":
        return _faults(asking, found)
    sources = say(asking.lang, "coverage_source")
    if mode == "changes":
        days = found.as_of - timedelta(days=_CHANGES_DAYS), found.as_of
        told = changes(asking, days) or (Slide("", (TextBody((nothing_changed(asking, days),)),)),)
        return tuple(replace(one, sources=sources) for one in told)
    if mode == "access":
        return reach(asking, found) or (Slide("", (TextBody((say(asking.lang, "no_households"),)),)),)
    slides = vacancies(asking, found, None)
    return tuple(
        Slide("" if i == 0 else one.title, one.bodies, sources=sources) for i, one in enumerate(slides)
    )


def _faults(asking: Asking, found: CoverageResult) -> tuple[Slide, ...]:
    lang, crs = asking.lang, asking.wards.metric_crs
    kind = {one.key: one.fault for one in found.findings.found}
    drawn = found.findings.areas[found.findings.areas["code"].isin(kind)].to_crs(crs)
    met = [fault for fault in Fault if fault in set(kind.values())]
    wards = asking.chosen[["name", "geometry"]]
    keys = [met.index(kind[code]) for code in drawn["code"]]
    body = MapBody(
        gpd.GeoDataFrame(
            {"name": list(drawn["name"]), "key": keys, "label": "", "rank": 0.0},
            geometry=list(drawn.geometry), crs=crs,
        ),
        tuple(Key(say(lang, f"fault_{fault}"), *_FAULTS[fault]) for fault in met),
        say(lang, "faults_key"), asking.database_name, found.as_of, crs,
        say(lang, "faults_n", n=asking.number(len(found.findings.found))),
        ground=asking.ground, borders=wards.assign(label=wards["name"], rank=wards.geometry.area),
    )  # fmt: skip
    if not met:
        return (Slide("", (TextBody((say(lang, "no_faults"),)),)),)
    rows = []
    for fault in met:
        those = [one for one in found.findings.found if one.fault is fault]
        hectares = asking.number(sum(one.area_m2 or 0 for one in those) / 1e4, 1)
        homes = _homes(asking, found, fault, sum(one.households for one in those))
        rows.append((say(lang, f"fault_{fault}"), asking.number(len(those)), hectares, homes))
    header = (say(lang, "faults_key"), say(lang, "number"), "ha", say(lang, "households"))
    table = TableBody(header, tuple(rows), frozenset({1, 2, 3}))
    return together(table, body, say(lang, "coverage_source"))


def _homes(asking: Asking, found: CoverageResult, fault: Fault, n: int) -> str:
    """Return the households of a fault; only of vacant beats are they places that the release knows."""
    if fault is not Fault.VACANT:
        return WITHHELD if asking.out.leaves else asking.number(n)
    return asking.out.count(n, Cell.homes(in_beats(found, (beat.code for beat in found.vacant_beats))))


def task_slides(asking: Asking, asked: Mapping[str, Any]) -> tuple[Slide, ...]:
    """Return the open tasks of the unit and the document that were looked at, overdue first."""
    given = tasks(asking.database, asking.actor, date.fromisoformat(asked["day"]), asked.get("unit"))
    document = asked.get("document")
    chosen = [one for one in given if one.state == "open" and document in {None, one.document}]
    return task_table(asking, chosen) or (Slide("", (TextBody((say(asking.lang, "no_tasks"),)),)),)


def reassign_slides(asking: Asking, asked: Mapping[str, Any]) -> tuple[Slide, ...]:
    """Return a stored plan: before and after, balance, moves, handovers."""
    del asked  # the plan is that of `asking`
    return plan_slides(asking, stored_plan(asking))


_OF_HOMES = ("households", "residents")
_OF_WORK = ("beats", "vacant", "primary")
