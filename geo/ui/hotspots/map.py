"""What the Hotspots map shows for a review: colours, cards and the key, as an overlay for the live map."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from geo.domain.roles import Actor, Permission
from geo.maps.areas import bounds_latlon
from geo.maps.classes import (
    UNCHANGED,
    Classes,
    change_classes,
    count_classes,
    density_classes,
    difference_classes,
    rate_classes,
)
from geo.maps.legend import Legend, LegendEntry, Pattern, entries_of
from geo.maps.overlay import AREA_OPACITY, RASTER_OPACITY, Overlay, Paint, PointRequest, RasterRequest, Swipe
from geo.maps.palettes import NO_DATA, Theme, diverging, sequential
from geo.maps.popups import Card, card
from geo.services.hotspots.clusters import Clusters
from geo.services.hotspots.emerging import EmergingHotspots
from geo.services.hotspots.review import SMALL_N, Review
from geo.services.hotspots.risk import LEAST_HOUSEHOLDS, RiskSurface
from geo.services.hotspots.spots import Spots
from geo.services.hotspots.surface import DensitySurface
from geo.services.tiles import POINT_ZOOM
from geo.services.wards import Wards
from geo.ui import formats
from geo.ui.hotspot_query import to_address
from geo.ui.hotspots import clusters as hotspots_clusters
from geo.ui.hotspots import emerging as hotspots_emerging
from geo.ui.hotspots import spots as hotspots_spots
from geo.ui.hotspots.state import HotspotsView, Layer
from geo.ui.hotspots.words import change_words, compared_words
from geo.ui.i18n import t
from geo.ui.rasters import colours_of

AREAS = "wards"
_BEFORE = "density_before"
_CELL_ZOOM = 13


@dataclass(frozen=True)
class Shown:
    """What is to be shown, to whom."""

    view: HotspotsView
    review: Review
    wards: Wards
    actor: Actor
    theme: Theme
    version: str


@dataclass(frozen=True)
class Painted:
    """Colours of the wards by code, and the key to them."""

    paints: dict[str, Paint]
    legend: Legend | None


@dataclass(frozen=True)
class Surfaces:
    """What a layer is painted by; `before` is the density of the period compared with."""

    density: DensitySurface | None = None
    before: DensitySurface | None = None
    change: DensitySurface | None = None
    risk: RiskSurface | None = None
    emerging: EmergingHotspots | None = None
    clusters: Clusters | None = None

    @property
    def top(self) -> float:
        """Peak of both densities: they share a scale."""
        return max((surface.peak for surface in (self.density, self.before) if surface), default=0.0)


def overlay(shown: Shown, surfaces: Surfaces, spots: Spots) -> Overlay:
    """Return the overlay for the layer that the view names, with the surfaces that it needs."""
    layer = shown.view.layer
    marked = spots if layer in {Layer.DENSITY, Layer.SPOTS} and surfaces.before is None else None
    outlined = hotspots_spots.drawn(marked, shown.theme, with_cells=layer is Layer.SPOTS)
    painted = _painted(shown, surfaces, spots)
    shapes, paints = dict(outlined.shapes), dict(outlined.paints)
    shapes[hotspots_clusters.CLUSTERS] = None
    if surfaces.emerging is not None:
        shapes[hotspots_spots.CELLS] = hotspots_spots.cells(surfaces.emerging.areas, shown.theme)
        paints[hotspots_spots.CELLS] = hotspots_emerging.paints(surfaces.emerging, shown.theme)
    if surfaces.clusters is not None:
        shapes[hotspots_clusters.CLUSTERS] = hotspots_clusters.shapes(surfaces.clusters, shown.theme)
        paints[hotspots_clusters.CLUSTERS] = hotspots_clusters.paints(surfaces.clusters, shown.theme)
    positions = shown.wards.positions(shown.view.unit)
    return Overlay(
        areas={AREAS: painted.paints, **paints},
        picked={AREAS: shown.view.pick, hotspots_spots.SPOTS: shown.view.spot},
        shapes=shapes,
        rasters=_rasters(shown, surfaces),
        swipe=_swipe(shown) if surfaces.before is not None else None,
        points=_points(shown) if shown.view.points else None,
        legend=painted.legend,
        fit_key=f"{shown.actor.scope_key}/{shown.view.unit}/{len(shown.wards)}",
        fit_bounds=bounds_latlon(list(shown.wards.frame.geometry.iloc[positions])),
    )


def _painted(shown: Shown, surfaces: Surfaces, spots: Spots) -> Painted:
    if surfaces.density is not None:
        return _density(shown, surfaces.density, surfaces.top)
    if surfaces.change is not None:
        return _delta(shown, surfaces.change)
    if surfaces.risk is not None:
        return _risk(shown, surfaces.risk)
    painter = _PAINTERS.get(shown.view.layer)
    return painter(shown) if painter else Painted(_clear(shown), _key_of_shapes(shown, surfaces, spots))


def _key_of_shapes(shown: Shown, surfaces: Surfaces, spots: Spots) -> Legend | None:
    """The key of a layer of shapes; None where they could not be made, and the page has said why."""
    more = {"not_drawn": shown.review.left_out.not_drawn}
    if shown.view.layer is Layer.SPOTS:
        missed = "at_edge" if spots.shape.on_grid else "in_no_cell"
        left_out = _left_out(shown, {missed: spots.at_edge, **more})
        return hotspots_spots.legend(spots, shown.theme, left_out)
    if surfaces.emerging is not None:
        return hotspots_emerging.legend(surfaces.emerging, shown.theme, _left_out(shown, more))
    if surfaces.clusters is not None:
        return hotspots_clusters.legend(surfaces.clusters, shown.theme, _left_out(shown, more))
    return None


def stamp(shown: Shown) -> str:
    """Return a text for addresses that changes with the data and with who asks: browsers keep by address."""
    exact = shown.actor.may(Permission.VIEW_POINTS)
    return sha256(f"{shown.actor.scope_key}|{exact}|{shown.version}".encode()).hexdigest()[:10]


def _rasters(shown: Shown, surfaces: Surfaces) -> dict[str, RasterRequest | None]:
    query, compared = shown.review.query, shown.review.compared
    top = f"&top={surfaces.top:.6g}" if surfaces.before is not None else ""
    asked = {
        "density": (surfaces.density, "density", to_address(query) + top),
        _BEFORE: (surfaces.before, "density", to_address(compared) + top),
        "change": (surfaces.change, "change", f"{to_address(query)}&against={compared.start}"),
        "risk": (surfaces.risk.surface if surfaces.risk else None, "risk", to_address(query)),
    }
    return {
        name: _raster(shown, kind, address, surface) if surface is not None else None
        for name, (surface, kind, address) in asked.items()
    }


def _raster(shown: Shown, kind: str, address: str, surface: DensitySurface) -> RasterRequest:
    (south, west), (north, east) = surface.corners
    return RasterRequest(
        f"/raster/{kind}/{{z}}/{{x}}/{{y}}.png?{address}&theme={shown.theme}&v={stamp(shown)}",
        bounds=[[south, west], [north, east]],
    )


def _swipe(shown: Shown) -> Swipe:
    before, now = (formats.period(one.start, one.end) for one in (shown.review.compared, shown.review.query))
    return Swipe(_BEFORE, "density", before, now)


def _points(shown: Shown) -> PointRequest:
    exact = shown.actor.may(Permission.VIEW_POINTS)
    least = POINT_ZOOM if exact else _CELL_ZOOM
    light = shown.theme == "light"
    return PointRequest(
        url=f"/tiles/incidents/{{z}}/{{x}}/{{y}}.pbf?{to_address(shown.review.query)}&v={stamp(shown)}",
        min_zoom=least,
        max_zoom=18,
        fill="#14213d" if light else "#e8e6e0",
        stroke="#ffffff" if light else "#10151f",
        text="#ffffff" if light else "#10151f",
    )


def _density(shown: Shown, surface: DensitySurface, top: float) -> Painted:
    classes = density_classes(top)
    labels = classes.labels(lambda value: formats.number(value, _decimals(value)))
    used = [
        t("hotspots.legend.n", n=formats.number(surface.n)),
        t("hotspots.legend.bandwidth", h=formats.number(surface.bandwidth_m)),
    ]
    left_out = _left_out(shown, {"sparse": surface.sparse, "not_drawn": shown.review.left_out.not_drawn})
    entries = entries_of(colours_of(classes, shown.theme), labels, RASTER_OPACITY) if classes.borders else ()
    legend = Legend(
        t("hotspots.legend.density") if entries else t("hotspots.legend.nothing"),
        t("hotspots.legend.density_unit", days=formats.number(shown.review.query.days)),
        entries,
        (" · ".join(used), *left_out),
    )
    return Painted(_clear(shown), legend)


def _delta(shown: Shown, surface: DensitySurface) -> Painted:
    classes = difference_classes(surface.peak)
    colours = diverging(shown.theme)
    entries: tuple[LegendEntry, ...] = ()
    if classes.borders:
        told = colours[:UNCHANGED] + colours[UNCHANGED + 1 :]
        entries = entries_of(told, _delta_labels(classes), RASTER_OPACITY)
    left_out = _left_out(shown, {"sparse": surface.sparse, "not_drawn": shown.review.left_out.not_drawn})
    legend = Legend(
        t("hotspots.legend.delta"),
        t("hotspots.legend.delta_unit", compared=compared_words(shown.view, shown.review.compared.days)),
        entries,
        (t("hotspots.legend.delta_chance"), *left_out),
    )
    return Painted(_clear(shown), legend)


def _risk(shown: Shown, found: RiskSurface) -> Painted:
    surface = found.surface
    classes = density_classes(surface.peak)
    labels = classes.labels(lambda value: formats.number(value, _decimals(value)))
    entries = entries_of(colours_of(classes, shown.theme), labels, RASTER_OPACITY) if classes.borders else ()
    used = t(
        "hotspots.legend.risk_used",
        n=formats.number(surface.n),
        households=formats.number(found.households),
        h=formats.number(surface.bandwidth_m),
    )
    legend = Legend(
        t("hotspots.legend.risk") if entries else t("hotspots.legend.risk_nothing"),
        t("hotspots.legend.risk_unit", days=formats.number(shown.review.query.days)),
        entries,
        (
            used,
            t("hotspots.legend.risk_least", n=formats.number(LEAST_HOUSEHOLDS)),
            *_left_out(shown, {"sparse": surface.sparse, "not_drawn": shown.review.left_out.not_drawn}),
        ),
    )
    return Painted(_clear(shown), legend)


def _delta_labels(classes: Classes) -> tuple[str, ...]:
    least, near, far = (
        formats.number(border, _decimals(border)) for border in classes.borders[UNCHANGED + 1 :]
    )
    return (
        t("hotspots.legend.fewer_open", low=far),
        t("hotspots.legend.fewer", low=near, high=far),
        t("hotspots.legend.fewer", low=least, high=near),
        t("hotspots.legend.more", low=least, high=near),
        t("hotspots.legend.more", low=near, high=far),
        t("hotspots.legend.more_open", low=far),
    )


def _clear(shown: Shown) -> dict[str, Paint]:
    return {code: Paint(card=said) for code, said in _cards(shown).items()}


def _count(shown: Shown) -> Painted:
    table = shown.review.table
    counts = table["count"].to_numpy()
    classes = count_classes(counts, table["before"].to_numpy() if shown.review.comparable else counts)
    zero = LegendEntry(NO_DATA[shown.theme], t("hotspots.legend.zero"))
    labels = classes.labels(formats.number, whole=True)
    return _choropleth(shown, "count", classes, counts, labels, [zero])


def _rate(shown: Shown) -> Painted:
    table = shown.review.table
    rates = table["rate"].to_numpy()
    classes = rate_classes(rates, table["rate_before"].to_numpy())
    labels = classes.labels(lambda value: formats.number(value, _decimals(value)))
    none = LegendEntry(NO_DATA[shown.theme], t("hotspots.legend.no_rate"))
    return _choropleth(shown, "rate", classes, rates, labels, [none])


def _choropleth(  # noqa: PLR0917
    shown: Shown,
    name: str,
    classes: Classes,
    values: npt.NDArray[np.float64],
    labels: tuple[str, ...],
    below: list[LegendEntry],
) -> Painted:
    colours = sequential(max(1, len(classes.borders)), shown.theme)
    cards = _cards(shown)
    paints = {
        code: Paint(colours[i] if i >= 0 else NO_DATA[shown.theme], card=cards[code])
        for code, i in zip(shown.review.table["code"], classes.of(values).tolist(), strict=True)
    }
    legend = Legend(
        t(f"hotspots.legend.{name}"),
        t(f"hotspots.legend.{name}_unit", days=formats.number(shown.review.query.days)),
        (*below, *entries_of(colours[: len(labels)], labels, AREA_OPACITY)),
        (t("hotspots.legend.n", n=formats.number(shown.review.n)), *_left_out(shown)),
    )
    return Painted(paints, legend)


def _change(shown: Shown) -> Painted:
    colours = diverging(shown.theme)
    cards = _cards(shown)
    table = shown.review.table
    paints = {}
    for code, i, low in zip(
        table["code"],
        change_classes().of(table["change"].to_numpy()).tolist(),
        (table[["count", "before"]].min(axis=1) < SMALL_N).tolist(),
        strict=True,
    ):
        pattern: Pattern = "hatched" if i < 0 or low else "plain"
        paints[code] = Paint(
            colours[i] if i >= 0 else NO_DATA[shown.theme], pattern=pattern, card=cards[code]
        )
    ink = "#8a8f9a"
    legend = Legend(
        t("hotspots.legend.change"),
        t("hotspots.legend.change_unit", compared=compared_words(shown.view, shown.review.query.days)),
        (
            *entries_of(colours, _change_labels(), AREA_OPACITY),
            LegendEntry(ink, t("hotspots.legend.small"), "hatched"),
            LegendEntry(NO_DATA[shown.theme], t("hotspots.legend.no_change"), "hatched"),
        ),
        (
            t(
                "hotspots.legend.before",
                n=formats.number(shown.review.n),
                before=formats.number(shown.review.n_before),
            ),
            *_left_out(shown),
        ),
    )
    return Painted(paints, legend)


def _change_labels() -> tuple[str, ...]:
    half, quarter, tenth = (formats.percent(share, 0) for share in (0.5, 0.25, 0.1))
    from_quarter, from_tenth = (formats.number(100 * share) for share in (0.25, 0.1))
    return (
        t("hotspots.legend.fall", share=half),
        t("hotspots.legend.fall_between", low=from_quarter, high=half),
        t("hotspots.legend.fall_between", low=from_tenth, high=quarter),
        t("hotspots.legend.steady", share=tenth),
        t("hotspots.legend.rise_between", low=from_tenth, high=quarter),
        t("hotspots.legend.rise_between", low=from_quarter, high=half),
        t("hotspots.legend.rise", share=half),
    )


_PAINTERS: dict[Layer, Callable[[Shown], Painted]] = {
    Layer.COUNT: _count,
    Layer.RATE: _rate,
    Layer.CHANGE: _change,
}


def _cards(shown: Shown) -> dict[str, Card]:
    table = shown.review.table
    columns = (table[name].tolist() for name in ("code", "name", "count", "before", "rate"))
    return {
        code: card(
            name,
            [
                (t("hotspots.count"), formats.number(count)),
                (t("hotspots.before"), formats.number(before)),
                (t("hotspots.change"), change_words(count, before if shown.review.comparable else 0)),
                (t("hotspots.rate"), formats.number(rate, 1)),
            ],
        )
        for code, name, count, before, rate in zip(*columns, strict=True)
    }


def _left_out(shown: Shown, more: dict[str, int] | None = None) -> tuple[str, ...]:
    left_out = shown.review.left_out
    numbers = {
        "outside": left_out.outside,
        "without_place": left_out.without_place,
        "undated": left_out.undated,
        **(more or {}),
    }
    reasons = [t(f"hotspots.legend.{name}", n=formats.number(n)) for name, n in numbers.items() if n]
    return (t("hotspots.legend.left_out", reasons=", ".join(reasons)),) if reasons else ()


def _decimals(value: float) -> int:
    return 0 if value >= 10 or value == int(value) else 1 if value >= 1 else 2
