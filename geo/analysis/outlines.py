"""Outlines of dense groups of incidents: DBSCAN and HDBSCAN, drawn as polygons in metres.

Ester, Kriegel, Sander & Xu (1996), A Density-Based Algorithm for Discovering Clusters (DBSCAN); Campello,
Moulavi & Sander (2013), Density-Based Clustering Based on Hierarchical Density Estimates (HDBSCAN); both by
scikit-learn. A group is where incidents lie close together. Nothing is tested here: where more people live,
more happens, and a group may be no more than that. Its outline is drawn around its incidents, and no border
of a risk.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.analysis.coordinates import Floats, checked_xy
from geo.domain.errors import InputError

Method = Literal["dbscan", "hdbscan"]
Labels = npt.NDArray[np.int64]

NOISE = -1
MOST_PAIRS = 50_000_000  # neighbours DBSCAN holds at once: 400 MB
MOST_PAIRS_HDBSCAN = 900_000_000  # 30,000 places: HDBSCAN compares all with all, some 15 s


@dataclass(frozen=True)
class Outline:
    """One group: its label, its polygon (metres, never empty), how many incidents, and km²."""

    label: int
    polygon: shapely.Polygon | shapely.MultiPolygon
    n: int
    area_km2: float

    @property
    def per_km2(self) -> float:
        """Incidents per km² inside the outline."""
        return self.n / self.area_km2


@dataclass(frozen=True)
class Outlines:
    """Groups, the largest first, with what made them.

    labels : (n,) group of each incident, `NOISE` for none; numbered as the outlines are ordered
    used, in_groups : incidents given, and those in a group
    """

    outlines: tuple[Outline, ...]
    labels: Labels = field(repr=False)
    used: int
    in_groups: int
    method: Method
    min_events: int
    eps_m: float | None


def outlines(
    xy: Any,
    *,
    method: Method = "dbscan",
    eps_m: float = 150.0,
    min_events: int = 10,
    margin_m: float = 25.0,
    concavity: float = 0.3,
) -> Outlines:
    """Return the dense groups of incidents and an outline around each.

    xy : (n, 2) metres
    method : "dbscan" joins places with at least `min_events` incidents within `eps_m` (the place itself
        counts; distances equal to eps_m too); "hdbscan" finds its own distance for each group of at least
        `min_events`
    margin_m : the outline runs this far outside its incidents, so that a single place has an area as well
    concavity : 0 follows the incidents as closely as it can, 1 is the convex hull (shapely's concave_hull
        ratio)
    Labels are by falling n, then by the westernmost incident; the order in which incidents are given does not
    matter. A place at the edge of two groups belongs to the one that is reached first from the west.
    Raises InputError as `checked_xy`, ``outline_setting``, ``outline_too_heavy``.
    """
    _check_settings(method=method, eps_m=eps_m, min_events=min_events, margin_m=margin_m, concavity=concavity)
    points = checked_xy(xy)
    labels = np.full(len(points), NOISE, dtype=np.int64)
    if len(points) >= min_events:
        labels = _dbscan(points, eps_m, min_events) if method == "dbscan" else _hdbscan(points, min_events)
    labels = _by_size(labels, points)
    groups = range(int(labels.max(initial=NOISE)) + 1)
    drawn = tuple(_outline(label, points[labels == label], margin_m, concavity) for label in groups)
    return Outlines(
        outlines=drawn,
        labels=labels,
        used=len(points),
        in_groups=int((labels != NOISE).sum()),
        method=method,
        min_events=min_events,
        eps_m=eps_m if method == "dbscan" else None,
    )


def _dbscan(points: Floats, eps_m: float, min_events: int) -> Labels:
    from sklearn.cluster import DBSCAN  # type: ignore[import-untyped]

    # many incidents share an address: one place with a weight gives the same groups from far fewer pairs
    places, place, weights = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    tree = cKDTree(places)
    pairs = float(tree.count_neighbors(tree, eps_m))
    if pairs > MOST_PAIRS:
        raise InputError("outline_too_heavy", pairs=pairs, limit=MOST_PAIRS)
    found = DBSCAN(eps=eps_m, min_samples=min_events).fit(places, sample_weight=weights.astype(np.float64))
    return np.asarray(found.labels_, dtype=np.int64)[place.reshape(-1)]


def _hdbscan(points: Floats, min_events: int) -> Labels:
    from sklearn.cluster import HDBSCAN

    pairs = float(len(points)) ** 2
    if pairs > MOST_PAIRS_HDBSCAN:
        raise InputError("outline_too_heavy", pairs=pairs, limit=MOST_PAIRS_HDBSCAN)
    if (points == points[0]).all():  # one place is one group; HDBSCAN finds none in it
        return np.zeros(len(points), dtype=np.int64)
    # in order of place, because equal distances are taken in the order given
    order = np.lexsort((points[:, 1], points[:, 0]))
    centred = points[order] - points.min(axis=0)  # far from the origin, its distances lose digits
    labels = np.empty(len(points), dtype=np.int64)
    labels[order] = HDBSCAN(min_cluster_size=min_events, copy=True).fit(centred).labels_
    return labels


def _by_size(labels: Labels, points: Floats) -> Labels:
    """Return labels renumbered by falling size, then by the first incident in order of x, then y."""
    found = [label for label in np.unique(labels) if label != NOISE]
    corner = {label: min(map(tuple, points[labels == label].tolist())) for label in found}
    order = sorted(found, key=lambda label: (-int((labels == label).sum()), corner[label]))
    renumbered = np.full(len(labels), NOISE, dtype=np.int64)
    for new, old in enumerate(order):
        renumbered[labels == old] = new
    return renumbered


def _outline(label: int, points: Floats, margin_m: float, concavity: float) -> Outline:
    places = np.unique(points, axis=0)
    hull = shapely.concave_hull(shapely.MultiPoint(places), ratio=concavity, allow_holes=False)
    # the hull of one place or of places on a line has no area; the margin gives it one
    polygon = shapely.buffer(hull, margin_m, quad_segs=4)
    return Outline(label, polygon, len(points), float(polygon.area) / 1e6)


def _check_settings(*, method: str, eps_m: float, min_events: int, margin_m: float, concavity: float) -> None:
    fine = {
        "method": (method in ("dbscan", "hdbscan"), method),
        "eps_m": (np.isfinite(eps_m) and eps_m > 0, eps_m),
        "min_events": (min_events >= 2, min_events),
        "margin_m": (np.isfinite(margin_m) and margin_m > 0, margin_m),
        "concavity": (0 <= concavity <= 1, concavity),
    }
    for name, (good, value) in fine.items():
        if not good:
            raise InputError("outline_setting", name=name, value=value)
