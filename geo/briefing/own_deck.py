"""Somebody's own briefing as a deck: each view that was kept becomes a slide with its map and its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import settings
from geo.analysis.disclosure import SMALL
from geo.briefing.deck import Body, Deck, Ground, Key, MapBody, Mark, Slide, TableBody, TextBody
from geo.briefing.hotspots_coarse import coarse_review
from geo.briefing.leaving import Leaving
from geo.briefing.own_words import say
from geo.domain.errors import DiaBanError
from geo.domain.kinds import OriginFilter
from geo.domain.messages import Lang
from geo.domain.numerals import day, number, percent, period
from geo.domain.roles import Actor
from geo.maps.classes import count_classes
from geo.maps.palettes import sequential
from geo.services.briefings import Briefing, View
from geo.services.coverage import coverage
from geo.services.coverage_result import CoverageResult
from geo.services.ground_layers import ground_layers
from geo.services.hotspot_spots import hotspot_spots
from geo.services.hotspots import HotspotQuery, choices, review
from geo.services.release_cells import Cell, Measure
from geo.services.release_cells import beat as token
from geo.services.wards import Wards, wards
from geo.services.works import Place, WorksQuery, board
from geo.store.engine import Database

_ROWS = 9
_SHARES = (0.0, 0.5, 0.8, 0.95, 1.0)
_WITHHELD_COLOUR = "#d9d5cb"


@dataclass(frozen=True, eq=False)
class Asker:
    """Who takes the deck, in which language; leaving : it leaves the system, so that counts are coarsened."""

    database: Database
    actor: Actor
    lang: Lang
    leaving: bool

    @cached_property
    def out(self) -> Leaving:
        """What of the counts may leave."""
        return Leaving(self.database, self.actor, self.lang)

    def ground_or_none(self) -> Ground | None:
        """Return streets and water; None where there is no ward to draw them for."""
        held = wards(self.database, self.actor)
        return _ground(self, held) if len(held) else None

    def twice(self, build: Callable[[], "tuple[Slide, ...]"]) -> "tuple[Slide, ...]":
        """Return what `build` makes; where it leaves, when what it counts is decided."""
        return self.out.twice(build) if self.leaving else build()

    def given(self, *cells: Cell) -> bool:
        """Say whether these counts may be said."""
        return not self.leaving or self.out.given(*cells)

    def count(self, n: float, cell: Cell) -> str:
        """Return a count as it is read."""
        return self.out.count(n, cell) if self.leaving else number(n, lang=self.lang)


def own_deck(asker: Asker, found: Briefing, mark: Mark, query: Mapping[str, Any]) -> Deck:
    """Return the deck of a briefing; a view that can no longer be made is a slide that says so."""
    known = choices(asker.database, asker.actor)
    slides = asker.twice(
        lambda: tuple(slide for view in found.views for slide in _slides(asker, found, view))
    )
    cutoff = found.cutoff.astimezone(settings.load().timezone)
    days = [day for view in found.views for day in _days(view)] or [found.cutoff.date()]
    units = {unit.id: unit.name for unit in known.wards.units}
    return Deck(
        kind="own",
        title=found.title,
        unit=units.get(found.unit_id, ""),
        period=(min(days), max(days)),
        cutoff=cutoff,
        lang=asker.lang,
        mark=mark,
        slides=slides or (_said(asker, found.title, say(asker.lang, "empty")),),
        synthetic=known.synthetic,
        query=query,
    )


def _days(view: View) -> list[date]:
    named = (view.asked.get(name) for name in ("start", "end", "day"))
    return [date.fromisoformat(str(day)) for day in named if day]


def _slides(asker: Asker, found: Briefing, view: View) -> list[Slide]:
    """A slide for the map of a view and one for its table, both under its title."""
    try:
        make = _PAGES.get(view.page)
        if make is None:
            return [_said(asker, view.title, say(asker.lang, "no_page", link=view.link), view.notes)]
        bodies, sources = make(asker, view.asked, found.cutoff)
    except DiaBanError as fault:  # a unit that is no more, a border that was taken out
        return [_said(asker, view.title, fault.message(asker.lang), view.notes)]
    return [Slide(view.title, (body,), view.notes, sources) for body in bodies]


def _said(asker: Asker, title: str, sentence: str, notes: str = "") -> Slide:
    return Slide(title, (TextBody((sentence, say(asker.lang, "made_without"))),), notes)


def hotspot_query(asked: Mapping[str, Any], cutoff: datetime | None = None) -> HotspotQuery:
    """Return the question of a kept Hotspots view, as of `cutoff` where the data can be asked so."""
    query = HotspotQuery(
        date.fromisoformat(asked["start"]),
        date.fromisoformat(asked["end"]),
        asked.get("unit"),
        asked.get("category"),
        OriginFilter(asked.get("origin", OriginFilter.REPORTED)),
        float(asked.get("bandwidth_m", 300.0)),
    )
    return replace(query, cutoff=cutoff)


def _hotspots(asker: Asker, asked: Mapping[str, Any], cutoff: datetime) -> tuple[tuple[Body, ...], str]:
    query = hotspot_query(asked, cutoff)
    before = query.year_before() if asked.get("compare") == "year" else query.before()
    figures = review(asker.database, asker.actor, query, before)
    total = str(figures.n)
    if asker.leaving:
        figures, total = coarse_review(asker.database, asker.actor, figures)
    held = wards(asker.database, asker.actor)
    spots = hotspot_spots(asker.database, asker.actor, query, before)
    counts = pd.to_numeric(figures.table["count"], errors="coerce")
    left = figures.left_out
    without = left.outside + left.without_place + left.undated
    body = MapBody(
        areas=_areas(held, query.unit, figures.table, counts),
        keys=_count_keys(asker.lang, counts),
        keys_title=say(asker.lang, "incidents_key"),
        source=say(asker.lang, "source"),
        as_of=query.end,
        crs=held.metric_crs,
        n=say(
            asker.lang,
            "period_n",
            period=period(query.start, query.end, asker.lang),
            n=number(figures.n, lang=asker.lang) if total.isdecimal() else total,
        ),
        left_out=say(asker.lang, "left_out", n=_small(asker, without)),
        outlines=_outlines(spots.spots, held.metric_crs),
        outlines_label=say(asker.lang, "hotspot"),
        ground=_ground(asker, held),
    )
    return (body, _hotspot_table(asker, figures.table, counts)), say(asker.lang, "hotspots_source")


def _hotspot_table(asker: Asker, table: pd.DataFrame, counts: "pd.Series[float]") -> TableBody:
    lang = asker.lang
    order = counts.fillna(-1).to_numpy().argsort(kind="stable")[::-1][:_ROWS]
    rows = tuple(
        (str(name), _cell(count, lang), _cell(before, lang), percent(float(change), 0, lang))
        for name, count, before, change in table.iloc[order][["name", "count", "before", "change"]].to_numpy()
    )
    header = tuple(say(lang, key) for key in ("ward", "incidents", "before", "change"))
    note = say(lang, "withheld") if asker.leaving else ""
    return TableBody(header, rows, frozenset({1, 2, 3}), (3, 1, 1, 1.2), note)


def _cell(value: object, lang: Lang) -> str:
    return value if isinstance(value, str) else number(float(str(value)), lang=lang)


def _areas(
    held: Wards, unit: str | None, table: pd.DataFrame, counts: "pd.Series[float]"
) -> gpd.GeoDataFrame:
    chosen = held.metric.iloc[held.positions(unit)].reset_index(drop=True)
    values = pd.Series(counts.to_numpy(), index=table["code"]).reindex(chosen["code"]).to_numpy(dtype=float)
    classes = _classes(values)
    # The last key is of what is withheld; 0 is in no class of the others.
    key = np.where(np.isnan(values), len(classes.borders), classes.of(values))
    return gpd.GeoDataFrame(
        {"name": chosen["name"], "key": key, "label": chosen["name"], "rank": np.nan_to_num(values)},
        geometry=chosen.geometry.to_numpy(),
        crs=held.metric_crs,
    )


def _classes(values: Any) -> Any:
    shown = np.asarray(values, dtype=float)
    return count_classes(shown[np.isfinite(shown) & (shown > 0)])


def _count_keys(lang: Lang, counts: "pd.Series[float]") -> tuple[Key, ...]:
    classes = _classes(counts.to_numpy())
    labels = classes.labels(lambda value: number(value, lang=lang), whole=True)
    colours = sequential(len(labels)) if labels else ()
    keys = [Key(label, colour) for label, colour in zip(labels, colours, strict=True)]
    return (*keys, Key(say(lang, "withheld_key"), _WITHHELD_COLOUR, hatched=True))


def _ground(asker: Asker, held: Wards) -> Ground:
    found = ground_layers(asker.database, asker.actor, held)
    return Ground(found.streets, found.water)


def _outlines(spots: Any, crs: str) -> gpd.GeoDataFrame | None:
    if not spots:
        return None
    layer = gpd.GeoDataFrame(
        {"name": [spot.ward_name for spot in spots], "label": [str(i) for i in range(1, len(spots) + 1)]},
        geometry=[spot.shape for spot in spots],
        crs="EPSG:4326",
    )
    return layer.to_crs(crs)


def _coverage(asker: Asker, asked: Mapping[str, Any], _cutoff: datetime) -> tuple[tuple[Body, ...], str]:
    lang, on = asker.lang, date.fromisoformat(asked["day"])
    found = coverage(asker.database, asker.actor, on, asked.get("unit"))
    held, figures = wards(asker.database, asker.actor), found.summary()
    share = _covered_share(asker, found)
    chosen = held.metric.iloc[held.positions(asked.get("unit"))].reset_index(drop=True)
    values = chosen["code"].map(share).to_numpy(dtype=float)
    keys = np.where(np.isnan(values), -1, np.searchsorted(_SHARES, values, side="right") - 1)
    colours = sequential(len(_SHARES))[::-1]
    body = MapBody(
        areas=gpd.GeoDataFrame(
            {"name": chosen["name"], "key": keys, "label": chosen["name"], "rank": 1 - np.nan_to_num(values)},
            geometry=chosen.geometry.to_numpy(),
            crs=held.metric_crs,
        ),
        keys=tuple(Key(_share_label(i, lang), colour, hatched=i == 0) for i, colour in enumerate(colours)),
        keys_title=say(lang, "covered_key"),
        source=say(lang, "source"),
        as_of=on,
        crs=held.metric_crs,
        n=say(
            lang,
            "beats_n",
            n=number(figures.beats, lang=lang),
            covered=number(figures.covered_beats, lang=lang),
        ),
        ground=_ground(asker, held),
    )
    header = tuple(say(lang, key) for key in ("vacant_beat", "ward", "households"))
    rows = tuple(
        (beat.name, beat.unit_name, asker.count(beat.tally.households, Cell.homes((token(beat.code, on),))))
        for beat in found.vacant_beats[:_ROWS]
    )
    table: Body = TableBody(header, rows, frozenset({2}), (2, 2, 1))
    if not rows:
        table = TextBody((say(lang, "no_vacant", day=day(on, lang)),))
    return (body, table), say(lang, "coverage_source")


def _covered_share(asker: Asker, found: CoverageResult) -> dict[str, float]:
    """Return the share of households with a primary officer by ward, where its part and whole may be said."""
    held: dict[str, list[int]] = {}
    tokens: dict[str, list[list[str]]] = {}
    for beat in found.beats:
        total = held.setdefault(beat.unit_code, [0, 0])
        total[0] += beat.tally.households
        total[1] += 0 if beat.vacant else beat.tally.households
        tokens.setdefault(beat.unit_code, [[], []])[beat.vacant].append(token(beat.code, found.as_of))
    return {
        code: covered / n
        for code, (n, covered) in held.items()
        if n and asker.given(*(Cell.homes(tuple(sorted(part))) for part in tokens[code] if part))
    }


def _share_label(position: int, lang: Lang) -> str:
    low = percent(_SHARES[position], 0, lang)
    if position + 1 == len(_SHARES):
        return low
    return f"{low} – < {percent(_SHARES[position + 1], 0, lang)}"


def _small(asker: Asker, n: int) -> str:
    return f"<{SMALL}" if asker.leaving and n < SMALL else number(n, lang=asker.lang)


def _home(asker: Asker, asked: Mapping[str, Any], _cutoff: datetime) -> tuple[tuple[Body, ...], str]:
    on = date.fromisoformat(asked["day"])
    found = board(asker.database, asker.actor, WorksQuery(on, asked.get("unit")))
    header = tuple(say(asker.lang, name) for name in ("ward", *_OF_HOMES, *_OF_WORK))
    rows = tuple(
        (
            place.name,
            *(
                asker.count(getattr(place.figures, name), Cell.homes((_token(place, on),), measure))
                for name, measure in _OF_HOMES.items()
            ),
            *(number(getattr(place.figures, name), lang=asker.lang) for name in _OF_WORK),
        )
        for place in found.places
    )
    if not rows:
        return (TextBody((say(asker.lang, "no_wards", day=day(on, asker.lang)),)),), ""
    return (TableBody(header, rows, frozenset(range(1, 6)), (3, 1, 1, 1, 1, 1)),), say(
        asker.lang, "home_source", day=day(on, asker.lang)
    )


def _token(place: Place, on: date) -> str:
    return token(place.code, on) if place.level == "beat" else place.code


_OF_HOMES = {"households": Measure.HOUSEHOLDS, "residents": Measure.RESIDENTS}
_OF_WORK = ("beats", "vacant", "primary")
_PAGES: dict[str, Callable[[Asker, Mapping[str, Any], datetime], tuple[tuple[Body, ...], str]]] = {
    "hotspots": _hotspots,
    "coverage": _coverage,
    "home": _home,
}
