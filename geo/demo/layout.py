"""The plan of the city on flat paper: outline, river, main roads, bridges. Metres, centre at (0, 0)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.domain.kinds import StreetKind

Floats = npt.NDArray[np.float64]

_BANK_M = 18.0
_BRIDGES_MAX = 4
# A crossing longer than this many river widths runs along the river: no bridge is built like that.
_BRIDGE_LENGTH_MAX = 2.6


class RoadRole(StrEnum):
    """What a drawn line is for; names are given by it."""

    RADIAL = "radial"
    RING = "ring"
    BANK = "bank"
    BRIDGE = "bridge"
    INNER = "inner"


@dataclass(frozen=True)
class Road:
    """A drawn line, not yet cut at its crossings."""

    line: BaseGeometry
    kind: StreetKind
    role: RoadRole


@dataclass(frozen=True)
class Layout:
    """The flat plan.

    land : what is built on: the outline without the river and its banks (MultiPolygon)
    water : the river, running on beyond the outline
    roads : main roads clipped to the land, bank roads, bridges
    radius_m : of a circle of about the city's size
    """

    land: BaseGeometry
    water: BaseGeometry
    roads: tuple[Road, ...]
    radius_m: float


def draw(area_m2: float, blocks: int, rng: np.random.Generator) -> Layout:
    """Draw outline, river and main roads of a city with about `area_m2` of land.

    The river flows past the centre; the whole is then turned by a random angle.
    """
    radius_m = float(np.sqrt(area_m2 / np.pi) * 1.06)
    outline = _outline(radius_m, rng)
    course = _river_course(radius_m, rng)
    width_m = float(np.clip(0.05 * radius_m, 25.0, 160.0))
    corridor = course.buffer(width_m / 2 + _BANK_M, cap_style="flat")
    land = _two_banks(outline.difference(corridor))
    main = [*_radials(radius_m, blocks, rng), *_rings(radius_m, rng)]
    roads = _on_land(main, land) + _edges(outline, corridor) + _bridges(main, corridor, outline, width_m)
    water = course.buffer(width_m / 2, cap_style="flat")
    angle = rng.uniform(-25.0, 25.0)
    turned = tuple(Road(_turn(road.line, angle), road.kind, road.role) for road in roads)
    return Layout(_turn(land, angle), _turn(water, angle), turned, radius_m)


def warp(xy: Floats, radius_m: float, seed_phases: Floats) -> Floats:
    """Bend the flat plan: (n, 2) metres to (n, 2) metres.

    Long soft waves and short ones; the sum of their slopes stays below 0.4, so nothing folds over.
    seed_phases : (2, 2) phases of the waves, radians
    """
    bent = xy.copy()
    for (length, height), phase in zip(((1.3, 0.040), (0.42, 0.009)), seed_phases, strict=True):
        turns = 2 * np.pi / (length * radius_m)
        bent[:, 0] += height * radius_m * np.sin(turns * xy[:, 1] + phase[0])
        bent[:, 1] += height * radius_m * np.sin(turns * xy[:, 0] + phase[1])
    return bent


def _turn(geometry: BaseGeometry, degrees: float) -> BaseGeometry:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return shapely.transform(geometry, lambda xy: xy @ matrix)


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _wavy_circle(radius_m: float, height: float, points: int, rng: np.random.Generator) -> Floats:
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radius = np.full(points, radius_m)
    for order in (2, 3, 4, 5):
        wave = np.cos(order * angle + rng.uniform(0, 2 * np.pi))
        radius += radius_m * height / order * rng.uniform(0.5, 1.0) * wave
    return _polar(radius, angle)


def _outline(radius_m: float, rng: np.random.Generator) -> Polygon:
    return Polygon(_wavy_circle(radius_m, 0.16, 180, rng) * (1.12, 0.93))


def _river_course(radius_m: float, rng: np.random.Generator) -> LineString:
    x = np.linspace(-1.7, 1.7, 240)
    first, second = rng.uniform(0, 2 * np.pi, 2)
    y = -0.36 + 0.075 * np.sin(2 * np.pi * x / 1.25 + first) + 0.02 * np.sin(2 * np.pi * x / 0.5 + second)
    return LineString(np.column_stack((x, y)) * radius_m)


def _radials(radius_m: float, blocks: int, rng: np.random.Generator) -> list[Road]:
    # An odd number, none straight at the river: two cross it well apart from where the ring does.
    count = 5 if blocks < 120 else 7 if blocks < 3_000 else 9
    spacing = 2 * np.pi / count
    angles = -np.pi / 2 + spacing * (np.arange(count) + 0.5) + rng.uniform(-0.08, 0.08, count)
    bends = rng.uniform(-0.22, 0.22, count)
    along = np.linspace(0.17, 1.7, 60)
    # Bends begin beyond the river, so that bridges stay where they are meant to be.
    return [
        Road(
            LineString(_polar(along * radius_m, angle + bend * np.maximum(along - 0.4, 0))),
            StreetKind.MAJOR,
            RoadRole.RADIAL,
        )
        for angle, bend in zip(angles, bends, strict=True)
    ]


def _rings(radius_m: float, rng: np.random.Generator) -> list[Road]:
    roads = []
    for share, points in ((0.2, 60), (0.56, 120)):
        circle = _wavy_circle(radius_m * share, 0.05, points, rng)
        roads.append(Road(LineString([*circle, circle[0]]), StreetKind.MAJOR, RoadRole.RING))
    return roads


def _on_land(main: list[Road], land: BaseGeometry) -> tuple[Road, ...]:
    return tuple(Road(road.line.intersection(land), road.kind, road.role) for road in main)


def _edges(outline: Polygon, corridor: BaseGeometry) -> tuple[Road, ...]:
    ring = Road(outline.exterior.difference(corridor), StreetKind.MAJOR, RoadRole.RING)
    banks = shapely.get_parts(shapely.intersection(corridor.boundary, outline))
    return (ring, *(Road(bank, StreetKind.MINOR, RoadRole.BANK) for bank in banks))


def _bridges(main: list[Road], corridor: BaseGeometry, outline: Polygon, width_m: float) -> tuple[Road, ...]:
    longest_m = _BRIDGE_LENGTH_MAX * (width_m + 2 * _BANK_M)
    within = corridor.intersection(outline)
    spans = [
        span
        for road in main
        for span in shapely.get_parts(road.line.intersection(within))
        if width_m <= span.length <= longest_m
    ]
    chosen = _well_apart(spans, apart_m=width_m)
    return tuple(Road(span, StreetKind.BRIDGE, RoadRole.BRIDGE) for span in chosen)


def _well_apart(spans: list[BaseGeometry], apart_m: float) -> list[BaseGeometry]:
    """Choose three spans, each time the one farthest from those chosen; a fourth if it is `apart_m` away."""
    chosen = spans[:1]
    while len(chosen) < min(_BRIDGES_MAX, len(spans)):
        away = [min(span.distance(other) for other in chosen) for span in spans]
        farthest = int(np.argmax(away))
        if len(chosen) == _BRIDGES_MAX - 1 and away[farthest] < apart_m:
            break
        chosen.append(spans[farthest])
    return chosen


def _two_banks(land: BaseGeometry) -> BaseGeometry:
    """Return the two largest parts of `land`: a scrap between river and outline is no place for a ward."""
    parts = shapely.get_parts(land)
    return MultiPolygon(list(parts[np.argsort(shapely.area(parts))[-2:]]))
