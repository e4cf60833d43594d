"""Points made coarse: each stands at the middle of a catchment of at least eight addresses of its own unit.

Addresses of a unit are halved at the median, across the longer side, as long as both halves hold enough
(a k-d tree; Bentley 1975, CACM 18). The same addresses give the same catchments, in any order. Households
that share a place, as in an apartment building, are one address. A unit with fewer has no catchment, and
points in it have no place.

It does not hide a point from somebody who knows that one address of the eight alone has incidents, and two
sets of addresses (of two dates) give two sets of catchments: a point snapped by both lies where they overlap.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

AT_LEAST = 8
NONE = -1
_SAME_PLACE_M = 1.0


@dataclass(frozen=True)
class Catchments:
    """Catchments of a set of units.

    address : (a, 2) metres, distinct places; of_address : (a,) catchment of each, -1 where there is none
    unit : (c,) unit of each catchment; centre : (c, 2) metres, within the unit; size : (c,) addresses
    """

    address: Floats
    address_unit: Labels
    of_address: Labels
    unit: Labels
    centre: Floats
    size: Labels

    def __len__(self) -> int:
        return len(self.unit)


def catchments(
    xy: Floats, unit: Labels, shapes: dict[int, BaseGeometry] | None = None, at_least: int = AT_LEAST
) -> Catchments:
    """Return the catchments of (n, 2) addresses in metres, whose unit is `unit` (n,).

    shapes : borders of the units in metres; a middle that lies outside of a bent one is moved inside
    """
    place = np.unique(np.column_stack((unit, np.floor(xy / _SAME_PLACE_M))), axis=0)
    address, of = place[:, 1:] * _SAME_PLACE_M + _SAME_PLACE_M / 2, place[:, 0].astype(np.int64)
    label = np.full(len(address), NONE, dtype=np.int64)
    parts: list[Labels] = []
    for code in np.unique(of):  # a loop by unit: a catchment never crosses a border
        parts += _halved(address, np.flatnonzero(of == code), at_least)
    for number, part in enumerate(parts):
        label[part] = number
    units = np.array([of[part[0]] for part in parts], dtype=np.int64)
    centre = np.array([address[part].mean(axis=0) for part in parts]).reshape(-1, 2)
    for number, part in enumerate(parts):
        border = (shapes or {}).get(int(units[number]))
        if border is not None:
            centre[number] = _inside(centre[number], address[part], border)
    size = np.array([len(part) for part in parts], dtype=np.int64)
    return Catchments(address, of, label, units, np.round(centre), size)


def _halved(address: Floats, rows: Labels, at_least: int) -> list[Labels]:
    if len(rows) < at_least:
        return []
    done, open_parts = [], [rows]
    while open_parts:
        part = open_parts.pop()
        if len(part) < 2 * at_least:
            done.append(part)
            continue
        spread = np.ptp(address[part], axis=0)
        along = int(spread[1] > spread[0])
        # Ties are broken by the other axis, so that order of the rows decides nothing.
        order = part[np.lexsort((address[part, 1 - along], address[part, along]))]
        open_parts += [order[: len(order) // 2], order[len(order) // 2 :]]
    return done


def _inside(centre: Floats, address: Floats, border: BaseGeometry) -> Floats:
    if shapely.contains_xy(border, *np.round(centre)):
        return centre
    held = shapely.MultiPoint(address).convex_hull.intersection(border)
    point = (border if held.is_empty else held).representative_point()
    return np.array([point.x, point.y])


def snapped(xy: Floats, unit: Labels, held: Catchments) -> tuple[Floats, Labels]:
    """Return (n, 2) places of points snapped, NaN where their unit has no catchment, and (n,) catchment.

    A point goes to the catchment of the nearest address of its own unit.
    """
    label = np.full(len(xy), NONE, dtype=np.int64)
    placed = np.isfinite(xy).all(axis=1)
    for code in np.unique(unit[placed]):
        addresses = np.flatnonzero((held.address_unit == code) & (held.of_address != NONE))
        points = np.flatnonzero(placed & (unit == code))
        if len(addresses):
            _, nearest = cKDTree(held.address[addresses]).query(xy[points])
            label[points] = held.of_address[addresses[nearest]]
    place = np.full((len(xy), 2), np.nan)
    place[label != NONE] = held.centre[label[label != NONE]]
    return place, label
