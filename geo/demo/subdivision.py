"""Cutting the land between main roads into cells of the size of a block, with streets and lanes as cuts."""

import heapq
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.demo.layout import Road, RoadRole
from geo.domain.kinds import StreetKind

Floats = npt.NDArray[np.float64]

# How many blocks a cell must still hold for its cut to be a street of this kind.
_MAJOR_FROM, _MINOR_FROM = 90.0, 5.0


@dataclass(frozen=True)
class _Density:
    """How large a block is wanted at a distance from the centre: small in the core, large outside."""

    radius_m: float
    unit_m2: float = 1.0

    def wanted_m2(self, xy: tuple[float, float]) -> float:
        return self.unit_m2 * (0.45 + 1.15 * math.pow(math.hypot(*xy) / self.radius_m, 1.4))


def cut(cells: list[Polygon], blocks: int, radius_m: float, rng: np.random.Generator) -> list[Road]:
    """Return the cuts that divide `cells` into `blocks` cells (or leave them where they are more already).

    Always the cell that is largest for its place is cut, across its longer side, near the middle.
    """
    density = _Density(radius_m)
    pieces = sum(cell.area / density.wanted_m2(_centre(cell)) for cell in cells)
    density = _Density(radius_m, pieces / max(blocks, len(cells)))
    heap = [(-_size(cell, density), number, cell) for number, cell in enumerate(cells)]
    heapq.heapify(heap)
    cuts: list[Road] = []
    number = len(heap)
    while len(heap) < blocks:
        size, _, cell = heapq.heappop(heap)
        chord, halves = _halve(cell, rng)
        cuts.append(Road(chord, _kind(-size), RoadRole.INNER))
        for half in halves:
            number += 1
            heapq.heappush(heap, (-_size(half, density), number, half))
    return cuts


def _centre(cell: BaseGeometry) -> tuple[float, float]:
    point = cell.centroid
    return point.x, point.y


def _size(cell: Polygon, density: _Density) -> float:
    return float(cell.area) / density.wanted_m2(_centre(cell))


def _kind(size: float) -> StreetKind:
    if size >= _MAJOR_FROM:
        return StreetKind.MAJOR
    return StreetKind.MINOR if size >= _MINOR_FROM else StreetKind.LANE


def _halve(cell: Polygon, rng: np.random.Generator) -> tuple[BaseGeometry, list[Polygon]]:
    """Return the chord and the parts of `cell` on both sides of it (more than two where it is bent)."""
    centre, along, length_m = _long_axis(cell)
    centre = centre + along * length_m * rng.uniform(-0.09, 0.09)
    lean = rng.normal(0.0, 0.09)
    across = np.array([-along[1] + lean * along[0], along[0] + lean * along[1]])
    reach = 2 * length_m * across
    line = LineString([centre - reach, centre + reach])
    side = 2 * length_m * along
    halves = shapely.intersection(
        cell,
        [
            Polygon(
                [centre - reach, centre + reach, centre + reach + sign * side, centre - reach + sign * side]
            )
            for sign in (-1.0, 1.0)
        ],
    )
    parts = shapely.get_parts(halves)
    polygons = [part for part in parts if part.geom_type == "Polygon" and part.area > 1.0]
    return line.intersection(cell), polygons


def _long_axis(cell: Polygon) -> tuple[Floats, Floats, float]:
    """Return centre (2,), unit vector along the longer side (2,), and that side's length in metres."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(cell))
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    longer = int(lengths.argmax())
    return np.array(_centre(cell)), sides[longer] / lengths[longer], float(lengths[longer])
