"""Near repeat: are events close in space also close in time more often than chance, and where is that now?

Knox (1964), The Detection of Space-Time Interactions; Ratcliffe & Rengert (2008), Near-Repeat Patterns in
Philadelphia Shootings. Every pair of events falls into a band of distance and a band of days. The days are
then shuffled among the places, which keeps where events happen and when, and breaks only what ties the two
together; a cell that holds more pairs than nearly all shuffles is a near repeat.

What it does not show: who or what ties the events together, and a hotspot that comes and goes has close
pairs too without any repeat. Long periods in which the places change (a new quarter) inflate the table.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import isinf
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from scipy.stats import poisson

from geo.analysis import close_pairs
from geo.analysis.close_pairs import Counts
from geo.analysis.coordinates import Floats, checked_xy
from geo.domain.errors import InputError

Metric = Literal["euclidean", "manhattan"]
METRICS = ("euclidean", "manhattan")
MIN_RATIO = 1.2  # Ratcliffe & Rengert: below it a finding is of no use on the street, however certain
_ARC_SEGMENTS = 16  # a quarter circle


@dataclass(frozen=True, eq=False)
class KnoxResult:
    """A Knox table. Arrays are (distance bands, day bands); bands are closed below and open above.

    observed : pairs of events in the cell
    expected : pairs that shuffled days give on average, exactly: pairs in the distance band times the share
        of all pairs that is in the day band
    ratio : observed / expected; NaN where nothing can be expected
    p : (1 + shuffles with as many pairs or more) / (1 + shuffles), one-sided, never 0; 1 without shuffles
    """

    observed: Counts
    expected: Floats
    ratio: Floats
    p: Floats
    distance_edges_m: Floats
    day_edges: Floats
    n: int
    pairs: int
    permutations: int
    seed: int
    metric: Metric

    @property
    def distance_labels(self) -> tuple[str, ...]:
        """("[0, 100) m", ...), one a row."""
        return _labels(self.distance_edges_m, " m")

    @property
    def day_labels(self) -> tuple[str, ...]:
        """("[0, 3) days", ...), one a column."""
        return _labels(self.day_edges, " days")

    @property
    def poisson_p(self) -> Floats:
        """Chance of more pairs than observed if the count were Poisson with the mean `expected`.

        As pointpats gives it. Pairs share events and are not independent: use `p` where there are shuffles.
        """
        return np.asarray(poisson.sf(self.observed, self.expected), dtype=np.float64)

    def significant(self, alpha: float = 0.05, min_ratio: float = MIN_RATIO) -> npt.NDArray[np.bool_]:
        """Return the cells with p <= alpha and a ratio of `min_ratio` or more.

        Cells are not corrected for being many: `hotspots.adjust(result.p, "bh")` does that.
        """
        return (self.p <= alpha) & (np.nan_to_num(self.ratio) >= min_ratio)


@dataclass(frozen=True, eq=False)
class RiskZones:
    """Rings around recent events in which, by the Knox table, another event is likelier, and until when.

    One entry a zone, soonest to expire first; all arrays are (zones,).
    event : position of the event; x, y : metres
    inner_m, outer_m : the ring [inner, outer) in `metric`
    from_day, until_day : when it holds, from_day <= day < until_day, in the days given
    ratio, p : of the cell of the table that it rests on
    """

    event: npt.NDArray[np.int64]
    x: Floats
    y: Floats
    inner_m: Floats
    outer_m: Floats
    from_day: Floats
    until_day: Floats
    ratio: Floats
    p: Floats
    metric: Metric

    def __len__(self) -> int:
        return len(self.event)

    def active(self, day: float) -> npt.NDArray[np.bool_]:
        """Return which zones hold on `day`."""
        return (self.from_day <= day) & (day < self.until_day)

    def shapes(self) -> npt.NDArray[np.object_]:
        """Return polygons in the CRS of the events: rings, or squares on a corner (Manhattan)."""
        round_ = self.metric == "euclidean"
        corners, centres = (_ARC_SEGMENTS if round_ else 1), shapely.points(self.x, self.y)
        outer = shapely.buffer(centres, self.outer_m, quad_segs=corners)
        inner = shapely.buffer(centres, self.inner_m, quad_segs=corners)
        rings = shapely.difference(outer, inner)
        return np.asarray(np.where(self.inner_m > 0, rings, outer), dtype=object)


def knox(  # noqa: PLR0917 - the contract's order
    xy: Any,
    days: Any,
    distance_bands_m: Any,
    day_bands: Any,
    permutations: int = 999,
    seed: int = 0,
    metric: Metric = "euclidean",
) -> KnoxResult:
    """Return the Knox table of events in space and time, with Monte Carlo p-values.

    xy : (n, 2) metres; n = 0 or 1 gives a table of zeros with p = 1
    days : (n,) days from any origin, whole or not, or datetime64
    distance_bands_m, day_bands : edges; (0, 100, 200) is two bands, [0, 100) and [100, 200), so a pair 100 m
        and 3 days apart is in [100, 200) m x [3, 6) days. The last edge may be infinity.
    permutations : shuffles of the days; 0 gives the counts and ratios only
    metric : "euclidean", or "manhattan" for a street grid along the axes
    Times that are whole days or whole minutes are compared exactly; others as floats.
    Raises InputError as `checked_xy`, ``bad_days``, ``bad_bands``, ``unknown_metric``, ``bad_permutations``,
    ``too_many_pairs``.
    """
    points = checked_xy(xy)
    times = _checked_days(days, len(points))
    edges_m, edges = (
        _checked_edges(distance_bands_m, "distance_bands_m"),
        _checked_edges(day_bands, "day_bands"),
    )
    if metric not in METRICS:
        raise InputError("unknown_metric", metric=metric, known=", ".join(METRICS))
    if permutations != int(permutations) or permutations < 0:
        raise InputError("bad_permutations", permutations=permutations)
    pairs = close_pairs.find(points, edges_m, metric)
    observed = close_pairs.within(pairs, times, edges)
    as_many = np.zeros(observed.shape)
    for shuffled in close_pairs.permuted(pairs, times, edges, int(permutations), seed):
        as_many += (shuffled >= observed[:, :, None]).sum(axis=2)
    expected, all_pairs = _expected(pairs, times, edges)
    ratio = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 0)
    p = (1 + as_many) / (1 + permutations)
    return KnoxResult(
        observed, expected, ratio, p, edges_m, edges, len(points), all_pairs, int(permutations), seed, metric
    )


def risk_zones(
    result: KnoxResult,
    xy: Any,
    days: Any,
    today: float,
    *,
    alpha: float = 0.05,
    min_ratio: float = MIN_RATIO,
) -> RiskZones:
    """Return the zones around events up to `today` that have not expired, for the significant cells.

    xy, days : as for `knox`; they may be other events of the same kind, such as the latest
    today : in the days given; events after it are left out
    A cell [d0, d1) m x [t0, t1) days makes a ring d0..d1 around each event that holds from the event's day
    + t0 until its day + t1, and is given while today < until_day, also when it has yet to begin. Cells that
    reach to infinity in space or time make no zone: it would not end.
    Raises InputError as `knox`.
    """
    points = checked_xy(xy)
    times = _checked_days(days, len(points))
    d, t = np.nonzero(result.significant(alpha, min_ratio))
    bounded = np.isfinite(result.distance_edges_m[d + 1]) & np.isfinite(result.day_edges[t + 1])
    d, t = d[bounded], t[bounded]
    until = times[:, None] + result.day_edges[t + 1]
    event, cell = np.nonzero((until > today) & (times[:, None] <= today))
    order = np.lexsort((cell, event, until[event, cell]))
    event, cell = event[order], cell[order]
    d, t = d[cell], t[cell]
    return RiskZones(
        event=event.astype(np.int64),
        x=points[event, 0],
        y=points[event, 1],
        inner_m=result.distance_edges_m[d],
        outer_m=result.distance_edges_m[d + 1],
        from_day=times[event] + result.day_edges[t],
        until_day=times[event] + result.day_edges[t + 1],
        ratio=result.ratio[d, t],
        p=result.p[d, t],
        metric=result.metric,
    )


def _expected(pairs: close_pairs.ClosePairs, times: Floats, edges: Floats) -> tuple[Floats, int]:
    """Return the mean of the table over all orders of the days, and the number of all pairs."""
    n = len(times)
    everything = n * (n - 1) // 2
    share = close_pairs.time_pairs(times, edges) / max(everything, 1)
    return np.outer(pairs.in_band, share), everything


def _checked_days(days: Any, n: int) -> Floats:
    given = np.asarray(days)
    if given.dtype.kind == "M":
        missing = int(np.isnat(given).sum())
        start = np.datetime64("1970-01-01", "D")
        given = np.where(np.isnat(given), np.nan, (given - start) / np.timedelta64(1, "D"))
    values = np.asarray(given, dtype=np.float64)
    missing = int((~np.isfinite(values)).sum())
    if values.shape != (n,) or missing:
        raise InputError("bad_days", n=n, missing=missing)
    return values


def _checked_edges(bands: Any, what: str) -> Floats:
    edges = np.asarray(bands, dtype=np.float64)
    if edges.ndim != 1 or len(edges) < 2 or not (np.diff(edges) > 0).all() or not edges[0] >= 0:
        raise InputError("bad_bands", what=what, edges=np.array2string(edges))
    return edges


def _labels(edges: Floats, unit: str) -> tuple[str, ...]:
    text = ["∞" if isinf(edge) else f"{edge:g}" for edge in edges]
    return tuple(f"[{low}, {high}){unit}" for low, high in pairwise(text))
