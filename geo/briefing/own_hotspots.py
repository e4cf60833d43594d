"""A kept view of the Hotspots page as slides: the part and the layer that were seen, with their settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from geo.briefing.asking import Asking
from geo.briefing.deck import Body, Key, MapBody, Slide, TableBody, TextBody
from geo.briefing.hotspot_maps import (
    cluster_number,
    clusters_map,
    density_map,
    difference_map,
    emerging_map,
    numbered,
    outlines,
    risk_map,
    spot_number,
    spots_label,
    spots_map,
)
from geo.briefing.hotspots_coarse import coarse_review
from geo.briefing.own_words import say
from geo.briefing.sentences import counted as in_words
from geo.briefing.sentences import spoken
from geo.briefing.weekly_effect import effect_slides, operation_of
from geo.briefing.weekly_evidence import trusted
from geo.briefing.weekly_figures import clock, street_table, trend
from geo.briefing.weekly_repeat import near_repeats, too_few_repeats
from geo.domain.kinds import CellShape, OriginFilter
from geo.domain.numerals import number, percent, period
from geo.maps.classes import Classes, change_classes, count_classes, rate_classes
from geo.maps.palettes import diverging, sequential
from geo.services.hotspots.change import density_change
from geo.services.hotspots.clusters import Clusters, Method, clusters
from geo.services.hotspots.emerging import emerging_hotspots
from geo.services.hotspots.places import SNAP_USUAL_M, PlaceKind, concentration
from geo.services.hotspots.repeat import Distance, RepeatSetting, Span
from geo.services.hotspots.review import SMALL_N, HotspotQuery, Review, density, review
from geo.services.hotspots.risk import risk
from geo.services.hotspots.spots import Spots, hotspot_spots
from geo.services.hotspots.when import when
from geo.services.release.points import leaving_density
from geo.services.report_periods import Calendar

_ROWS, _FEW_ROWS = 9, 4
_WITHHELD = "#d9d5cb"
_STEADY = 3  # the middle class of a change
_BANDWIDTH_M = 300.0


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen: the question, the period it is held against, and the settings of the page."""

    asking: Asking
    query: HotspotQuery
    before: HotspotQuery
    asked: Mapping[str, Any]

    @property
    def leaving(self) -> bool:
        """The slides leave the system, so that counts are coarsened."""
        return self.asking.out.leaves

    @property
    def where(self) -> tuple[Any, Any, HotspotQuery]:
        """What the services are asked with."""
        return self.asking.database, self.asking.actor, self.query


def hotspot_query(asked: Mapping[str, Any]) -> HotspotQuery:
    """Return the question of a kept Hotspots view."""
    return HotspotQuery(
        date.fromisoformat(asked["start"]),
        date.fromisoformat(asked["end"]),
        asked.get("unit"),
        asked.get("category"),
        OriginFilter(asked.get("origin", OriginFilter.REPORTED)),
        float(asked.get("bandwidth_m", _BANDWIDTH_M)),
    )


def hotspot_slides(asking: Asking, asked: Mapping[str, Any]) -> tuple[Slide, ...]:
    """Return the slides of a kept Hotspots view. Raises what the page raises."""
    query = replace(hotspot_query(asked), cutoff=asking.cutoff)
    before = query.year_before() if asked.get("compare") == "year" else query.before()
    seen = Seen(asking, query, before, asked)
    part = _PARTS.get(asked.get("mode", "map"))
    return part(seen) if part else (_only_on_the_page(seen),)


def _only_on_the_page(seen: Seen) -> Slide:
    return Slide("", (TextBody((say(seen.asking.lang, "only_on_page"), say(seen.asking.lang, "kept_link"))),))


def _when(seen: Seen) -> tuple[Slide, ...]:
    times = when(*seen.where, Calendar(seen.asked.get("calendar", Calendar.WEEK)))
    return trend(seen.asking, times), clock(seen.asking, times)


def _places(seen: Seen) -> tuple[Slide, ...]:
    kind = PlaceKind(seen.asked.get("places", PlaceKind.STREET))
    found = concentration(*seen.where, kind, int(seen.asked.get("snap", SNAP_USUAL_M)))
    return street_table(seen.asking, found) or (_only_on_the_page(seen),)


def _trust(seen: Seen) -> tuple[Slide, ...]:
    return trusted(
        seen.asking, seen.query, int(seen.asked.get("learned", 1)), float(seen.asked.get("share", 0.05))
    )


def _repeat(seen: Seen) -> tuple[Slide, ...]:
    asked, usual = seen.asked, RepeatSetting()
    setting = RepeatSetting(
        int(asked.get("step_m", usual.step_m)), int(asked.get("step_days", usual.step_days)),
        Distance(asked.get("distance", usual.distance)), Span(asked.get("span", usual.span)),
    )  # fmt: skip
    found = near_repeats(seen.asking, seen.query, setting)
    return found or (Slide("", (TextBody((too_few_repeats(seen.asking),)),)),)


def _effect(seen: Seen) -> tuple[Slide, ...]:
    operation = operation_of(seen.asked)
    if operation is None:
        return (Slide("", (TextBody((say(seen.asking.lang, "no_operation"),)),)),)
    return effect_slides(seen.asking, seen.query, operation)


def _map(seen: Seen) -> tuple[Slide, ...]:
    """The map of the layer, and what is listed beside it."""
    figures = review(*seen.where, seen.before)
    total = number(figures.n, lang=seen.asking.lang)
    if seen.leaving:
        figures, said = _coarse(seen, figures)
        total = total if said.isdecimal() else said
    lang = seen.asking.lang
    counted = "\n".join(
        (
            period(seen.query.start, seen.query.end, lang),
            in_words(seen.asking, total, say(lang, "of_incidents")),
        )
    )
    layer = str(seen.asked.get("layer", "count"))
    sources = say(lang, "hotspots_source")
    if layer in _BY_WARD:
        bodies = _ward_bodies(seen, figures, counted, layer)
    elif layer == "clusters":
        found = clusters(*seen.where, Method(seen.asked.get("method", Method.SCAN)))
        drawn = clusters_map(seen.asking, found, counted, leaving=seen.leaving)
        return together(_cluster_table(seen, found), drawn, "")
    elif layer == "spots":
        spots = _spots(seen)
        return together(_spot_table(seen, spots), spots_map(seen.asking, spots, counted), sources)
    else:
        bodies = (_surface(seen, layer, counted), _ward_table(seen, figures))
    return tuple(Slide("", (body,), sources=sources) for body in bodies)


def _coarse(seen: Seen, figures: Review) -> tuple[Review, str]:
    """Return the figures as they leave: decided once, as every layer of the map asks for the same."""
    asking = seen.asking
    return asking.out.once(
        (coarse_review, figures.query, figures.compared),
        lambda: coarse_review(asking.database, asking.actor, figures),
    )


def together(listed: Body, drawn: MapBody, sources: str) -> tuple[Slide, ...]:
    """Return a list and its map: on one slide where the list is short."""
    if isinstance(listed, TableBody) and len(listed.rows) > _FEW_ROWS:
        return Slide("", (drawn,), sources=sources), Slide("", (listed,), sources=sources)
    if isinstance(listed, TableBody):
        return (Slide("", (listed, drawn), sources=sources),)
    return Slide("", (drawn,), sources=sources), Slide("", (listed,), sources=sources)


def _surface(seen: Seen, layer: str, counted: str) -> MapBody:
    asking, coarse = seen.asking, seen.leaving
    if layer == "emerging":
        return emerging_map(asking, emerging_hotspots(*seen.where), counted)
    if layer == "risk":
        return risk_map(asking, risk(*seen.where, coarse=coarse).surface, counted)
    if layer == "delta":
        return difference_map(asking, density_change(*seen.where, seen.before, coarse=coarse), counted)
    surface = leaving_density(*seen.where) if coarse else density(*seen.where)
    return density_map(asking, surface, surface.peak, counted, _spots(seen))


def _spots(seen: Seen) -> Spots:
    return hotspot_spots(*seen.where, seen.before, CellShape(seen.asked.get("cells", CellShape.SQUARE)))


def _ward_bodies(seen: Seen, figures: Review, counted: str, layer: str) -> tuple[Body, ...]:
    asking, table = seen.asking, figures.table
    outlined = _spots(seen) if layer == "count" else None
    values, classes, keys, title = _BY_WARD[layer](seen, table)
    position = {code: i for i, code in enumerate(table["code"])}
    rows = [position[code] for code in asking.chosen["code"]]
    found = classes.of(values[rows])
    chosen = asking.chosen
    left = figures.left_out
    without = left.outside + left.without_place + left.undated
    body = asking.ward_map(
        values[rows], classes, keys, keys_title=title, n=counted, as_of=seen.query.end,
        source=say(asking.lang, "source"),
        left_out=say(asking.lang, "left_out", n=spoken(asking, _small(seen, without))),
        outlines=outlines(asking, outlined) if outlined else None,
        outlines_label=spots_label(asking, outlined) if outlined else "",
    )  # fmt: skip
    # The last key is of what is withheld or cannot be told.
    areas = body.areas.assign(key=np.where(found < 0, len(keys) - 1, found), rank=chosen.geometry.area)
    return replace(body, areas=areas), _ward_table(seen, figures)


def _count(seen: Seen, table: pd.DataFrame) -> tuple[Any, Classes, tuple[Key, ...], str]:
    lang = seen.asking.lang
    values = pd.to_numeric(table["count"], errors="coerce").to_numpy(dtype=float)
    classes = count_classes(values[np.isfinite(values) & (values > 0)])
    labels = classes.labels(lambda value: number(value, lang=lang), whole=True)
    keys = _keys(seen, labels, sequential(len(labels)) if labels else (), "withheld_key")
    return values, classes, keys, say(lang, "incidents_key")


def _rate(seen: Seen, table: pd.DataFrame) -> tuple[Any, Classes, tuple[Key, ...], str]:
    values = table["rate"].to_numpy(dtype=float)
    classes = rate_classes(values, table["rate_before"].to_numpy(dtype=float))
    labels = seen.asking.labels(classes, lambda value: seen.asking.number(value, 1))
    keys = _keys(seen, labels, sequential(len(labels)) if labels else (), "untold_key")
    return values, classes, keys, say(seen.asking.lang, "rate_key")


def _change(seen: Seen, table: pd.DataFrame) -> tuple[Any, Classes, tuple[Key, ...], str]:
    lang, classes = seen.asking.lang, change_classes()
    values = table["change"].to_numpy(dtype=float)
    edges = [percent(abs(border), 0, lang) for border in classes.borders[1:]]
    falls = [
        f"{say(lang, 'fall')} {edges[0]}",
        f"{say(lang, 'fall')} {edges[1]}",
        f"{say(lang, 'fall')} {edges[2]}",
    ]
    rises = [f"{say(lang, 'rise')} {edge}" for edge in edges[3:]]
    labels = (*falls, f"± {edges[2]}", *rises)
    keys = tuple(
        Key(label, colour, hatched=i < _STEADY)
        for i, (label, colour) in enumerate(zip(labels, diverging(), strict=True))
    )
    return values, classes, (*keys, Key(say(lang, "untold_key"), _WITHHELD)), say(lang, "change_key")


def _keys(seen: Seen, labels: tuple[str, ...], colours: tuple[str, ...], last: str) -> tuple[Key, ...]:
    told = [Key(label, colour) for label, colour in zip(labels, colours, strict=True)]
    return (*told, Key(say(seen.asking.lang, last), _WITHHELD, hatched=True))


def _ward_table(seen: Seen, figures: Review) -> TableBody:
    lang = seen.asking.lang
    counts = pd.to_numeric(figures.table["count"], errors="coerce")
    order = counts.fillna(-1).to_numpy().argsort(kind="stable")[::-1][:_ROWS]
    columns = ["name", "count", "before", "change"]
    rows = tuple(
        (str(name), _cell(count, seen), _cell(before, seen), seen.asking.signed_percent(float(change)))
        for name, count, before, change in figures.table.iloc[order][columns].to_numpy()
    )
    header = tuple(say(lang, key) for key in ("ward", "incidents", "before", "change"))
    return TableBody(header, rows, frozenset({1, 2, 3}), (3, 1, 1, 1.2))


def _cell(value: object, seen: Seen) -> str:
    return value if isinstance(value, str) else number(float(str(value)), lang=seen.asking.lang)


def _small(seen: Seen, n: int) -> str:
    return f"<{SMALL_N}" if seen.leaving and n < SMALL_N else number(n, lang=seen.asking.lang)


def _spot_table(seen: Seen, spots: Spots) -> Body:
    lang = seen.asking.lang
    if not spots.spots:
        return TextBody((say(lang, "no_spots"),))
    counted = () if seen.leaving else ("incidents", "before")
    rows = tuple(
        (
            spot_number(seen.asking, i),
            spot.ward_name,
            *(() if seen.leaving else (number(n, lang=lang) for n in (spot.count, spot.before))),
            number(spot.area_km2, 2, lang),
        )
        for i, spot in numbered(spots)[:_ROWS]
    )
    header = ("#", *(say(lang, key) for key in ("ward", *counted)), "km²")
    return TableBody(header, rows, frozenset({0, *range(2, len(header))}))


def _cluster_table(seen: Seen, found: Clusters) -> Body:
    lang = seen.asking.lang
    if not found.clusters:
        return TextBody((say(lang, "no_clusters"),))
    scan = found.method is Method.SCAN
    rows = []
    for i, one in enumerate(found.clusters[:_ROWS], start=1):
        row = [cluster_number(i), number(one.area_km2, 2, lang)]
        if not seen.leaving:  # what is expected and how sure it is are the count in other words
            row.append(number(one.n, lang=lang))
            row += [number(one.expected, 1, lang), number(one.p, 3, lang)] if scan else []
        rows.append((*row, seen.asking.day(one.since)) if scan else tuple(row))
    counted = () if seen.leaving else ("incidents", "expected", "chance") if scan else ("incidents",)
    header = ("#", "km²", *(say(lang, key) for key in (*counted, *(("since",) if scan else ()))))
    return TableBody(header, tuple(rows), frozenset(range(len(header))))


_BY_WARD = {"count": _count, "rate": _rate, "change": _change}
_PARTS = {
    "map": _map, "when": _when, "places": _places, "repeat": _repeat, "trust": _trust, "effect": _effect,
}  # fmt: skip
