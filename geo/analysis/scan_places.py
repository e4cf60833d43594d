"""Where and when a space-time scan looks: places with their cases, and the discs around each place.

A place is one position that cases (or residents) share. A disc is a place and its nearest neighbours, one
more neighbour at a time; the discs of a place are the beginnings of its list of neighbours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Whole = npt.NDArray[np.int64]

MOST_NEIGHBOURS = 40_000_000  # entries of all lists together: 160 MB
# Distances closer than a micrometre are the same distance: what differs there is rounding, not the ground.
_DISTANCE_DECIMALS = 6


@dataclass(frozen=True)
class Places:
    """Places in order of x, then y, with the cases at each.

    xy : (m, 2) metres
    mass : (m,) what a disc is judged by: the cases at the place, or the residents there
    place : (n,) place of each case, in the order the cases were given
    first : (m + 1,) cases of place i stand at first[i]:first[i + 1] when they are sorted by place
    """

    xy: Floats
    mass: Floats
    place: Whole
    first: Whole

    @classmethod
    def of_cases(cls, xy: Floats) -> "Places":
        """Return one place for each distinct position of a case; its mass is the number of cases there."""
        corners, place = np.unique(xy, axis=0, return_inverse=True)
        place = place.reshape(-1).astype(np.int64)
        counts = np.bincount(place, minlength=len(corners))
        return cls(corners, counts.astype(np.float64), place, _first(place, len(corners)))

    @classmethod
    def of_residents(cls, xy: Floats, places_xy: Floats, residents: Floats) -> "Places":
        """Return the places with residents; each case belongs to the nearest one.

        places_xy, residents : (k, 2) metres and (k,) numbers; equal positions are added, 0 is left out
        """
        corners, same = np.unique(places_xy, axis=0, return_inverse=True)
        mass: Floats = np.bincount(same.reshape(-1), residents, len(corners)).astype(np.float64)
        corners, mass = corners[mass > 0], mass[mass > 0]
        place = np.asarray(cKDTree(corners).query(xy)[1], dtype=np.int64)
        return cls(corners, mass, place, _first(place, len(corners)))


@dataclass(frozen=True)
class Discs:
    """The neighbours of each place, nearest first, as far as a disc may grow.

    first : (m + 1,) the list of place i is neighbour[first[i]:first[i + 1]]; it begins with i itself
    neighbour : (d,) places, by distance, then x, then y
    may_end : (d,) False where a disc may not end, because the next place is just as far (see `around`)
    """

    first: Whole
    neighbour: npt.NDArray[np.int32]
    may_end: npt.NDArray[np.bool_]

    @classmethod
    def around(cls, places: Places, most_mass: float, max_radius_m: float, whole_rings: bool) -> "Discs":
        """Return all discs that hold at most `most_mass` and reach at most `max_radius_m`.

        whole_rings : places at the same distance enter together. Otherwise they enter one by one in order of
            x, then y, as in SaTScan: on a grid of places that tries more shapes than full circles.
        Raises InputError ``scan_too_many_discs``.
        """
        tree = cKDTree(places.xy) if np.isfinite(max_radius_m) else None
        lists: list[npt.NDArray[np.int32]] = []
        ends: list[npt.NDArray[np.bool_]] = []
        total = 0
        for centre in range(len(places.xy)):  # one list at a time: all distances together would not fit
            near = np.arange(len(places.xy))
            if tree is not None:
                near = np.array(tree.query_ball_point(places.xy[centre], max_radius_m, return_sorted=True))
            neighbours, distance = _sorted_by_distance(places.xy, centre, near)
            last = int(np.searchsorted(np.cumsum(places.mass[neighbours]), most_mass, side="right"))
            may_end = np.ones(last, dtype=bool)
            if whole_rings:
                # the ring that `most_mass` cuts through is not whole, so its beginning may not be used either
                inner = min(last, len(distance) - 1)
                may_end[:inner] = distance[:inner] < distance[1 : inner + 1]
            lists.append(neighbours[:last].astype(np.int32))
            ends.append(may_end)
            total += last
            if total > MOST_NEIGHBOURS:
                raise InputError("scan_too_many_discs", places=len(places.xy), limit=MOST_NEIGHBOURS)
        first = np.concatenate(([0], np.cumsum([len(part) for part in lists]))).astype(np.int64)
        return cls(first, np.concatenate(lists), np.concatenate(ends))


def _first(place: Whole, number: int) -> Whole:
    return np.concatenate(([0], np.cumsum(np.bincount(place, minlength=number)))).astype(np.int64)


def _sorted_by_distance(xy: Floats, centre: int, candidates: Whole) -> tuple[Whole, Floats]:
    offsets = xy[candidates] - xy[centre]
    distance = np.round(np.hypot(offsets[:, 0], offsets[:, 1]), _DISTANCE_DECIMALS)
    order = np.argsort(distance, kind="stable")  # places stand in order of x, then y: so do equal distances
    return candidates[order], distance[order]
