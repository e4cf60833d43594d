"""Local hot and cold spots: Getis-Ord Gi and Gi*, their p-values, and control of false discoveries.

Getis & Ord (1992), The Analysis of Spatial Association by Use of Distance Statistics; Ord & Getis (1995),
Local Spatial Autocorrelation Statistics, eq. 14 and following. A z-score says how far the sum around a cell
lies from what shuffling the same values over the same area would give. It does not say why, whether it
lasts, or whether more people are simply there; and thousands of cells tested together give hundreds of
chance finds, so `adjust` before a cell is called a hotspot.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy.special import erfc

from geo.analysis.compiled import WORKERS
from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Window = Literal["square", "disc"]
Mask = npt.NDArray[np.bool_]

ADJUSTMENTS = ("none", "bh", "by", "bonferroni")
# Below this share of the overall variance, what is left when a cell is taken out is rounding.
_NO_VARIANCE = 1e-12


def local_g(
    counts: Any,
    mask: Any = None,
    radius_cells: int = 1,
    star: bool = True,
    window: Window = "square",
) -> Floats:
    """Return the Getis-Ord z-score of each cell, (ny, nx); NaN where it is not defined.

    counts : (ny, nx) values per cell; a NaN cell is outside the study area
    mask : (ny, nx) bool, True inside the study area; None for all. Cells outside count neither as places nor
        as neighbours: zeros beyond the border would make every border look cold.
    radius_cells : 1 is the eight queen neighbours, r is a square of 2 r + 1 cells, or a disc of that radius
    star : True includes the cell itself (Gi*), False does not (Gi)
    window : "square" is a box filter; "disc" (offsets with dx² + dy² <= r²) is a Fourier transform, right to
        about 1e-12 of the spread of the values

    NaN: outside the study area; everywhere when all values are the same or there are fewer than 2 (Gi*) or
    3 (Gi) cells; in a cell whose window covers the whole area or, for Gi, that has no neighbour or all of
    whose others are the same. Binary weights, as esda's G_Local with transform "B" and spdep's localG.
    Raises InputError ``bad_counts_shape``, ``bad_mask_shape``, ``infinite_values``, ``bad_radius_cells``,
    ``unknown_window``.
    """
    values, inside = _checked_cells(counts, mask)
    if radius_cells != int(radius_cells) or radius_cells < 1:
        raise InputError("bad_radius_cells", radius_cells=radius_cells)
    if window not in ("square", "disc"):
        raise InputError("unknown_window", window=window, known="square, disc")
    around = _box_sum if window == "square" else _disc_sum
    centred = _centred(values, inside)
    places = np.rint(around(inside.astype(np.float64), int(radius_cells)))
    sums = around(centred, int(radius_cells))
    if not star:
        places, sums = places - inside, sums - centred
    scores = _z_scores(centred, sums, places, places, int(inside.sum()), star)
    scores[~inside] = np.nan
    return scores


def local_g_graph(values: Any, graph: Any, star: bool = True) -> Floats:
    """Return the Getis-Ord z-score of each node, (n,), in the order of the graph; NaN where undefined.

    values : (n,) values in the order of ``graph.unique_ids``, or a Series, which is aligned by its index; a
        NaN node is outside the study area
    graph : libpysal Graph; its weights are used as they are, binary or not (Ord & Getis 1995)
    star : True includes the node itself: with its own weight where the graph has one, else with the largest
        weight of its neighbours (1 where it has none). False leaves it out, even where the graph has it.
    NaN as in `local_g`. Raises InputError ``graph_mismatch``, ``infinite_values``.
    """
    return local_g_weights(_node_values(values, graph), graph.sparse, star)


def local_g_weights(values: Any, weights: Any, star: bool = True) -> Floats:
    """Return the Getis-Ord z-score of each place, (n,), from sparse weights, (n, n); as `local_g_graph`."""
    nodes = np.asarray(values, dtype=np.float64)
    inside = np.isfinite(nodes)
    weights = weights.tocsr().astype(np.float64)[inside][:, inside]
    own = weights.diagonal()
    if star:
        largest = weights.max(axis=1).toarray().ravel() if len(own) else own
        own = np.where(own != 0, own, np.where(largest > 0, largest, 1.0)) - own
    else:
        own = -own
    centred = _centred(nodes, inside)[inside]
    diagonal = weights.diagonal()
    sums = weights @ centred + own * centred
    total = np.asarray(weights.sum(axis=1)).ravel() + own
    squares = np.asarray(weights.multiply(weights).sum(axis=1)).ravel() - diagonal**2 + (diagonal + own) ** 2
    scores = np.full(len(nodes), np.nan)
    scores[inside] = _z_scores(centred, sums, total, squares, len(centred), star)
    return scores


def p_values(z: Any) -> Floats:
    """Return the two-sided normal p-value of each z-score, in (0, 1]; NaN stays NaN.

    A z beyond about 37 underflows; its p is the smallest positive number, never 0.
    """
    scores = np.abs(np.asarray(z, dtype=np.float64))
    p: Floats = np.maximum(erfc(scores / np.sqrt(2.0)), np.finfo(np.float64).tiny)
    return p


def adjust(p: Any, method: str) -> Floats:
    """Return p-values adjusted for testing many cells at once, same shape; NaN stays NaN and is not counted.

    method : "none"; "bh" Benjamini & Hochberg (1995), false discovery rate, right under positive dependence,
        as between neighbouring cells; "by" Benjamini & Yekutieli (2001), under any dependence; "bonferroni",
        family-wise error rate.
    Raises InputError ``unknown_adjustment``, ``bad_p_values``.
    """
    if method not in ADJUSTMENTS:
        raise InputError("unknown_adjustment", method=method, known=", ".join(ADJUSTMENTS))
    raw = np.array(p, dtype=np.float64)
    tested = np.isfinite(raw)
    given = raw[tested]
    wrong = int(((given < 0) | (given > 1)).sum() + np.isinf(raw).sum())
    if wrong:
        raise InputError("bad_p_values", n=wrong)
    if method == "bonferroni":
        raw[tested] = np.minimum(given * given.size, 1.0)
    elif method != "none":
        raw[tested] = _step_up(given, harmonic=method == "by")
    return raw


def _step_up(p: Floats, *, harmonic: bool) -> Floats:
    number = p.size
    ranks = np.arange(1, number + 1)
    penalty = float((1.0 / ranks).sum()) if harmonic else 1.0
    order = np.argsort(p)
    scaled = p[order] * (penalty * number / ranks)
    adjusted = np.empty(number)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def _z_scores(  # noqa: PLR0917 - the terms of one formula
    centred: Floats, sums: Floats, total: Floats, squares: Floats, places: int, star: bool
) -> Floats:
    """Return z-scores from values centred on their mean, all arrays of one shape.

    sums, total, squares : per place: sum of weight * value, of weights, of squared weights
    places : number of places in the study area; where there are more entries than that, the others hold 0
    Gi judges a place by the mean and variance of the others, Gi* by those of all.
    """
    n = places if star else places - 1
    if n < 2:
        return np.full(centred.shape, np.nan)
    power = float(np.vdot(centred, centred))
    mean = 0.0 if star else -centred / n
    variance = power / n if star else (power - centred**2) / n - np.square(mean)
    # 0 where the window is the whole area; whole numbers for binary weights
    room = n * squares - total * total
    defined = (room > 1e-9 * total * total) & (variance > _NO_VARIANCE * power / n)
    z = np.full(centred.shape, np.nan)
    spread = np.sqrt(variance * room / (n - 1), where=defined, out=np.ones(centred.shape))
    np.divide(sums if star else sums - mean * total, spread, out=z, where=defined)
    return z


def _checked_cells(counts: Any, mask: Any) -> tuple[Floats, Mask]:
    values = np.asarray(counts, dtype=np.float64)
    if values.ndim != 2:
        raise InputError("bad_counts_shape", shape=values.shape)
    area = np.ones(values.shape, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
    if area.shape != values.shape:
        raise InputError("bad_mask_shape", mask=area.shape, counts=values.shape)
    inside = area & ~np.isnan(values)
    _refuse_infinite(values[inside])
    return values, inside


def _node_values(values: Any, graph: Any) -> Floats:
    if hasattr(values, "reindex") and len(values) == graph.n:
        if not values.index.isin(graph.unique_ids).all():
            raise InputError("graph_mismatch", graph=graph.n, values=len(values))
        values = values.reindex(graph.unique_ids)
    nodes = np.asarray(values, dtype=np.float64)
    if nodes.shape != (graph.n,):
        raise InputError("graph_mismatch", graph=graph.n, values=nodes.size)
    _refuse_infinite(nodes)
    return nodes


def _refuse_infinite(values: Floats) -> None:
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise InputError("infinite_values", n=infinite)


def _centred(values: Floats, inside: Mask) -> Floats:
    """Return values minus their mean inside, 0 outside; exactly 0 everywhere when all are the same."""
    chosen = values[inside]
    if chosen.size == 0 or chosen.min() == chosen.max():
        return np.zeros(values.shape)
    centred: Floats = values - chosen.mean()
    centred[~inside] = 0.0
    return centred


def _box_sum(values: Floats, radius: int) -> Floats:
    """Return sums over the (2 radius + 1)² window around each cell; cells beyond the array count as 0.

    Shifted additions, not running sums: a running sum over a whole column gathers rounding errors.
    """
    ny, nx = values.shape
    columns = values.copy()
    for shift in range(1, min(radius, ny - 1) + 1):
        columns[shift:] += values[:-shift]
        columns[:-shift] += values[shift:]
    sums = columns.copy()
    for shift in range(1, min(radius, nx - 1) + 1):
        sums[:, shift:] += columns[:, :-shift]
        sums[:, :-shift] += columns[:, shift:]
    return sums


def _disc_sum(values: Floats, radius: int) -> Floats:
    """Return sums over the disc dx² + dy² <= radius² around each cell; cells beyond the array count as 0."""
    ny, nx = values.shape
    reach_y, reach_x = min(radius, ny - 1), min(radius, nx - 1)
    size = tuple(scipy.fft.next_fast_len(length, real=True) for length in (ny + reach_y, nx + reach_x))
    dy, dx = np.arange(-reach_y, reach_y + 1), np.arange(-reach_x, reach_x + 1)
    disc = np.zeros(size)
    disc[np.ix_(dy % size[0], dx % size[1])] = dy[:, None] ** 2 + dx[None, :] ** 2 <= radius**2
    spectrum = scipy.fft.rfft2(values, size, workers=WORKERS) * scipy.fft.rfft2(disc, size, workers=WORKERS)
    sums: Floats = scipy.fft.irfft2(spectrum, size, workers=WORKERS)[:ny, :nx]
    return sums
