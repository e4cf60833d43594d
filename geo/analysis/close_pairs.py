"""Pairs of events near each other, and how many of them are also close in time, for many orders of the days.

The pairs are found once by KD-tree and grouped by distance band. Shuffling days leaves them as they are, so a
permutation costs one look at each pair; the compiled kernel looks at many permutations of one pair together,
side by side in memory, where the processor compares them at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import hypot, isinf
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from geo.analysis.compiled import HAS_NUMBA, WORKERS, compiled, run_parts
from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]

MAX_PAIRS = 200_000_000  # about 5 GB while they are found
_MINUTES = 1440  # a day
_ROUNDING = 1e-4  # of a day or minute: times that were divided and multiplied
_BLOCK = 32_000  # pairs that a 16-bit counter can count before it is emptied
_PYTHON_BLOCK = 1 << 20


@dataclass(frozen=True, eq=False)
class ClosePairs:
    """Pairs of events within the largest distance, grouped by distance band.

    first, second : (m,) positions in the order given by `order`, each pair once
    starts : (bands + 1,) band b is ``first[starts[b]:starts[b + 1]]``
    order : (n,) positions of the events in an order that keeps neighbours together in memory
    """

    first: Rows
    second: Rows
    starts: Counts
    order: Counts

    @property
    def in_band(self) -> Counts:
        """(bands,) how many pairs there are in each band, whatever their days."""
        return np.asarray(np.diff(self.starts), dtype=np.int64)


def find(points: Floats, edges_m: Floats, metric: str) -> ClosePairs:
    """Return the pairs whose distance falls into the bands [edges_m[b], edges_m[b + 1]).

    points : (n, 2) metres
    metric : "euclidean", or "manhattan" (|dx| + |dy|)
    Raises InputError ``too_many_pairs`` above `MAX_PAIRS`, before they are made.
    """
    bands = len(edges_m) - 1
    if len(points) < 2:
        none = np.empty(0, dtype=np.int32)
        return ClosePairs(none, none, np.zeros(bands + 1, dtype=np.int64), np.arange(len(points)))
    power = 2.0 if metric == "euclidean" else 1.0
    tree = KDTree(points, balanced_tree=False, compact_nodes=False)  # built in a third of the time
    # a little further than the last edge, which the kernel decides: the tree rounds in its own way
    reach_m = _reach_m(points, float(edges_m[-1]), power) * (1 + 1e-9)
    _require_few(tree, len(points), reach_m, power)
    pairs = tree.query_pairs(reach_m, p=power, output_type="ndarray")
    order = np.asarray(tree.indices, dtype=np.int64)
    first, second, starts = _grouped(points, pairs, edges_m, power, order)
    return ClosePairs(first, second, starts, order)


def within(pairs: ClosePairs, days: Any, edges: Floats) -> Counts:
    """Return (bands, times): pairs whose days are in [edges[t], edges[t + 1]) apart, either way.

    days : (n,) in the order in which the points were given
    """
    lanes, bounds = _comparable(days, edges)
    return _counted(pairs, lanes[pairs.order].reshape(-1, 1), bounds)[:, :, 0]


def permuted(pairs: ClosePairs, days: Any, edges: Floats, permutations: int, seed: int) -> Iterator[Counts]:
    """Yield (bands, times, some) counts as `within` for shuffled days, `permutations` of them in all.

    The same seed gives the same counts on every machine, however many threads it has.
    """
    if permutations == 0:
        return
    lanes, bounds = _comparable(days, edges)
    widest = 512 // lanes.itemsize  # a row of shuffled days is a few cache lines
    width = min(widest, -(-permutations // 64) * 64)
    sizes = [min(width, permutations - done) for done in range(0, permutations, width)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    ordered = lanes[pairs.order]

    def one_batch(batch: int) -> Counts:
        rng = np.random.default_rng(seeds[batch])
        rows = np.empty((width, len(ordered)), dtype=ordered.dtype)
        for row in rows[: sizes[batch]]:
            row[:] = rng.permutation(ordered)
        rows[sizes[batch] :] = 0  # the last batch keeps its width: a narrow loop is not made of vectors
        return _counted(pairs, np.ascontiguousarray(rows.T), bounds)[:, :, : sizes[batch]]

    yield from run_parts(one_batch, len(sizes))


def time_pairs(days: Any, edges: Floats) -> Counts:
    """Return (times,) how many of all n (n - 1) / 2 pairs are in [edges[t], edges[t + 1]) apart in time."""
    ordered = np.sort(np.asarray(days, dtype=np.float64))
    closer = [
        int(np.searchsorted(ordered, ordered + edge, side="left").sum())
        - len(ordered) * (len(ordered) + 1) // 2
        if edge > 0
        else 0
        for edge in edges
    ]
    below = np.array(closer, dtype=np.int64)
    return below[1:] - below[:-1]


def _require_few(tree: KDTree, n: int, reach_m: float, power: float) -> None:
    if n * (n - 1) // 2 <= MAX_PAIRS:  # counting them takes longer than finding them
        return
    number = (int(tree.count_neighbors(tree, reach_m, p=power)) - n) // 2
    if number > MAX_PAIRS:
        raise InputError("too_many_pairs", pairs=number, limit=MAX_PAIRS, reach_m=round(reach_m))


def _reach_m(points: Floats, last_m: float, power: float) -> float:
    if not isinf(last_m):
        return last_m
    width, height = points.max(axis=0) - points.min(axis=0)
    return max(float(width + height if power == 1.0 else hypot(width, height)), 1.0)


def _comparable(days: Any, edges: Floats) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return days and edges as whole numbers where the days are whole days or minutes, else as floats.

    Whole numbers are faster and exact: 3.3 - 0.3 days is 3 days then, not 3 and a rounding.
    """
    values = np.asarray(days, dtype=np.float64)
    since = values - values.min(initial=np.inf)
    for per_day, kind in ((1, np.int16), (_MINUTES, np.int32)):
        units, longest = np.rint(since * per_day), np.iinfo(kind).max
        if (np.abs(since * per_day - units) < _ROUNDING).all() and units.max(initial=0.0) < longest:
            # for whole days, less than 2.5 apart is less than 3 apart
            bounds = np.ceil(edges * per_day - _ROUNDING)
            return units.astype(kind), np.minimum(bounds, longest).astype(kind)
    return values, edges


def _grouped(
    points: Floats, pairs: npt.NDArray[Any], edges_m: Floats, power: float, order: Counts
) -> tuple[Rows, Rows, Counts]:
    """Return the pairs by band as positions in `order`, in the tree's order; others are dropped."""
    bands = len(edges_m) - 1
    band = np.empty(len(pairs), dtype=np.int16)
    _run_blocks(_band_of if HAS_NUMBA else band_of_rows, (points, pairs, edges_m, power, band), len(pairs))
    number = np.bincount(band + 1, minlength=bands + 2)[1 : bands + 1]  # 0 and the last: outside all bands
    starts = np.concatenate(([0], np.cumsum(number))).astype(np.int64)
    first, second = np.empty(starts[-1], dtype=np.int32), np.empty(starts[-1], dtype=np.int32)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    place = _place if HAS_NUMBA else place_by_band
    place(pairs, band, rank, starts, first, second)
    return first, second, starts


def _run_blocks(task: Callable[..., None], arguments: tuple[Any, ...], rows: int) -> None:
    parts = max(1, min(WORKERS, rows // _PYTHON_BLOCK))
    run_parts(lambda k: task(*arguments, rows * k // parts, rows * (k + 1) // parts), parts)


def band_of_rows(  # noqa: PLR0917 - the twin of a compiled kernel takes its arguments by position
    points: Floats, pairs: Any, edges_m: Floats, power: float, band: Any, start: int, stop: int
) -> None:
    """Write the band of the pairs from `start` to `stop`: -1 below all bands, their number beyond all."""
    for low in range(start, stop, _PYTHON_BLOCK):
        rows = slice(low, min(low + _PYTHON_BLOCK, stop))
        apart = np.abs(points[pairs[rows, 0]] - points[pairs[rows, 1]])
        distance = apart.sum(axis=1) if power == 1.0 else np.sqrt((apart * apart).sum(axis=1))
        band[rows] = np.searchsorted(edges_m, distance, side="right") - 1


@compiled
def _band_of(  # noqa: PLR0917
    points: Floats, pairs: Any, edges_m: Floats, power: float, band: Any, start: int, stop: int
) -> None:
    for row in range(start, stop):
        one, other = pairs[row, 0], pairs[row, 1]
        dx, dy = abs(points[one, 0] - points[other, 0]), abs(points[one, 1] - points[other, 1])
        distance = dx + dy if power == 1.0 else np.sqrt(dx * dx + dy * dy)
        found = -1
        while found + 1 < len(edges_m) and distance >= edges_m[found + 1]:
            found += 1
        band[row] = found


def place_by_band(  # noqa: PLR0917
    pairs: Any, band: Any, rank: Rows, starts: Counts, first: Rows, second: Rows
) -> None:
    """Write the pairs of each band to its place, in the order in which they come."""
    for b in range(len(starts) - 1):
        rows = np.flatnonzero(band == b)
        first[starts[b] : starts[b + 1]] = rank[pairs[rows, 0]]
        second[starts[b] : starts[b + 1]] = rank[pairs[rows, 1]]


@compiled
def _place(  # noqa: PLR0917
    pairs: Any, band: Any, rank: Rows, starts: Counts, first: Rows, second: Rows
) -> None:
    following = starts.copy()
    for row in range(len(band)):
        b = band[row]
        if b >= 0 and b < len(starts) - 1:
            first[following[b]] = rank[pairs[row, 0]]
            second[following[b]] = rank[pairs[row, 1]]
            following[b] += 1


def _counted(pairs: ClosePairs, lanes: npt.NDArray[Any], edges: npt.NDArray[Any]) -> Counts:
    """Return (bands, times, lanes) counts; lanes : (n, lanes) days, one column an order of the days."""
    closer = np.zeros((len(pairs.in_band), len(edges), lanes.shape[1]), dtype=np.int64)
    count = _count_closer if HAS_NUMBA else count_closer_by_column
    # nothing is less than 0 apart
    count(pairs.first, pairs.second, pairs.starts, lanes, edges, int(edges[0] <= 0), closer)
    return np.diff(closer, axis=1)


def count_closer_by_column(  # noqa: PLR0917 - the twin of a compiled kernel takes its arguments by position
    first: Rows,
    second: Rows,
    starts: Counts,
    lanes: npt.NDArray[Any],
    edges: npt.NDArray[Any],
    first_edge: int,
    closer: Counts,
) -> None:
    """Add to closer[b, t, k] the pairs of band b whose days in column k are less than edges[t] apart."""
    for band in range(len(starts) - 1):
        for start in range(starts[band], starts[band + 1], _PYTHON_BLOCK):
            stop = min(start + _PYTHON_BLOCK, starts[band + 1])
            for column in range(lanes.shape[1]):
                days = lanes[:, column]
                apart = np.abs(days[first[start:stop]] - days[second[start:stop]])
                for t in range(first_edge, len(edges)):
                    closer[band, t, column] += np.count_nonzero(apart < edges[t])


@compiled
def _count_closer(  # noqa: PLR0917
    first: Rows,
    second: Rows,
    starts: Counts,
    lanes: npt.NDArray[Any],
    edges: npt.NDArray[Any],
    first_edge: int,
    closer: Counts,
) -> None:
    # The inner loops run over lanes with nothing else in them, so that they become vector instructions; the
    # counters are as narrow as the 16-bit days, and emptied before they can overflow.
    width, times = lanes.shape[1], len(edges)
    apart = np.zeros(width, lanes.dtype)
    tally = np.zeros((times, width), np.int16)
    for band in range(len(starts) - 1):
        start = starts[band]
        while start < starts[band + 1]:
            stop = min(start + _BLOCK, starts[band + 1])
            tally[:] = 0
            for pair in range(start, stop):
                one, other = lanes[first[pair]], lanes[second[pair]]
                for k in range(width):
                    apart[k] = one[k] - other[k]
                for k in range(width):
                    apart[k] = abs(apart[k])
                for t in range(first_edge, times):
                    row, edge = tally[t], edges[t]
                    for k in range(width):
                        row[k] += apart[k] < edge
            for t in range(first_edge, times):
                for k in range(width):
                    closer[band, t, k] += tally[t, k]
            start = stop
