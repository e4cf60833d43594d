"""How concentrated: Lorenz curve, Gini and generalised Gini, the share of places that hold half.

Weisburd (2015), The Law of Crime Concentration and the Criminology of Place: in the cities looked at, half
of the incidents fall on 2.1 to 6.0 % of the street segments. With fewer events than places some
concentration is bound to appear: Bernasco & Steenbeek (2017), More Places than Crimes, take it out
(`generalised_gini`). Neither says that the same places will hold the events next year (see `accuracy`).
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis import nearest_segment
from geo.analysis.coordinates import Floats, checked_xy
from geo.domain.crs import require_metric
from geo.domain.errors import InputError

_LINE_TYPES = (-1, 1, 5)  # shapely's numbers for missing, LineString, MultiLineString
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class LorenzCurve:
    """Cumulative shares, places from the fullest down; both (n + 1,), from 0 to 1.

    places : share of places; events : share of events that they hold
    equal_places : share of places that the events could reach at most; below it the line of equality is
        steeper than the diagonal (Bernasco & Steenbeek 2017), 1 where events outnumber places
    """

    places: Floats
    events: Floats
    equal_places: float


@dataclass(frozen=True, eq=False)
class Snapped:
    """Events put on street segments.

    segment : (n,) position of the nearest segment, -1 where none is within `limit_m`
    distance_m : (n,) distance to it, metres; NaN where none
    used, beyond : how many events have a segment and how many lie too far from any
    """

    segment: npt.NDArray[np.int64]
    distance_m: Floats
    segments: int
    limit_m: float
    used: int
    beyond: int

    def counts(self) -> npt.NDArray[np.int64]:
        """Return (segments,) how many events each segment has."""
        return np.bincount(self.segment[self.segment >= 0], minlength=self.segments)


def gini(counts: Any) -> float:
    """Return the Gini coefficient of counts per place: 0 all alike, up to 1 - 1 / places.

    counts : any shape, >= 0, every place of the area, the empty ones too: leaving them out hides the
        concentration. NaN where there is no place or no event.
    Gini (1912); the population form, without the correction n / (n - 1).
    Raises InputError ``bad_counts``.
    """
    values = np.sort(_checked_counts(counts))
    n, total = len(values), values.sum()
    if total == 0:
        return float("nan")
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ values / (n * total))


def generalised_gini(counts: Any) -> float:
    """Return the Gini coefficient against the most equal spread that so few events allow.

    With c events on n places it is max(1, n / c) (G - 1) + 1: equal to `gini` where events outnumber
    places, 0 where each event has a place of its own.
    Bernasco & Steenbeek (2017). Raises InputError ``bad_counts``.
    """
    values = _checked_counts(counts)
    total = float(values.sum())
    if total == 0:
        return float("nan")
    return max(1.0, len(values) / total) * (gini(values) - 1) + 1


def share_holding(counts: Any, share: float = 0.5) -> float:
    """Return the smallest share of places that together hold at least `share` of the events.

    counts : as for `gini`; share : 0 < share <= 1
    Raises InputError ``bad_counts``, ``bad_share``.
    """
    if not 0 < share <= 1:
        raise InputError("bad_share", share=share)
    values = np.sort(_checked_counts(counts))[::-1]
    if values.sum() == 0:
        return float("nan")
    held = np.cumsum(values)
    needed = share * held[-1] * (1 - _ROUNDING)
    return float((np.searchsorted(held, needed, side="left") + 1) / len(values))


def lorenz(counts: Any) -> LorenzCurve:
    """Return the Lorenz curve of counts per place, fullest first. Raises InputError ``bad_counts``.

    Without any event the share of events is NaN beyond the origin.
    """
    values = np.sort(_checked_counts(counts))[::-1]
    n, total = len(values), float(values.sum())
    places = np.linspace(0, 1, n + 1) if n else np.zeros(1)
    held = np.full(n, np.nan) if total == 0 else np.cumsum(values) / total
    return LorenzCurve(places, np.concatenate(([0.0], held)), min(1.0, total / n) if n else float("nan"))


def snap_to_segments(xy: Any, segments: Any, limit_m: float) -> Snapped:
    """Return the street segment nearest to each event, where one is within `limit_m`.

    xy : (n, 2) metres
    segments : GeoSeries, GeoDataFrame, array or list of LineString and MultiLineString in the same metric
        CRS; missing and empty ones take no event
    limit_m : the farthest an event may lie from its street; it decides who counts, so show it
    Ties: an event as near to several segments (at a crossing) goes to the lowest position.
    Straight-line distance: a wall or a river between event and street is not seen.
    Raises WrongCrsError, InputError as `checked_xy`, ``bad_limit``, ``not_lines``.
    """
    points = checked_xy(xy)
    if not isfinite(limit_m) or limit_m < 0:
        raise InputError("bad_limit", limit_m=limit_m)
    lines = _checked_lines(segments)
    segment, distance = nearest_segment.nearest(points, lines, float(limit_m))
    used = int((segment >= 0).sum())
    return Snapped(segment, distance, len(lines), float(limit_m), used, len(points) - used)


def _checked_counts(counts: Any) -> Floats:
    values = np.asarray(counts, dtype=np.float64).ravel()
    wrong = int((~(np.isfinite(values) & (values >= 0))).sum())
    if wrong:
        raise InputError("bad_counts", n=wrong)
    return values


def _checked_lines(segments: Any) -> npt.NDArray[np.object_]:
    given = getattr(segments, "geometry", segments)
    if getattr(given, "crs", None) is not None:
        require_metric(given.crs, "segments")
    lines = np.empty(len(given), dtype=object)
    lines[:] = np.asarray(given, dtype=object)
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(lines), _LINE_TYPES))
    if len(wrong):
        first = int(wrong[0])
        kind = getattr(lines[first], "geom_type", type(lines[first]).__name__)
        raise InputError("not_lines", n=len(wrong), first=first, kind=kind)
    return lines
