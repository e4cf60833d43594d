"""How sure is the order of the hotspots: ranks under resampling.

Efron (1979), Bootstrap Methods: Another Look at the Jackknife. The events are drawn again, as many as there
were, and the hotspots ranked again. A place that is among the first ten in 98 % of the draws is safely
there; one in 55 % has an even chance of being somebody else's turn next month. The draws take events to be
independent; where one night brings several, draw whole nights or weeks (`groups`), or the ranks look surer
than they are. Nothing is said about what the records miss.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Whole = npt.NDArray[np.int64]
Draw = Callable[[np.random.Generator], Floats]


@dataclass(frozen=True)
class RankStability:
    """Ranks of m places over the draws.

    score : (m,) with the events as they were; rank : (m,) 1 is the highest; equal scores share the mean rank
    top_share : (m,) share of the draws with the place among the first k; sums to min(k, m). Where equal
        scores compete for the last places among the k, each gets its chance of one.
    rank_low, rank_high : (m,) the rank in the middle 90 % of the draws
    """

    score: Floats
    rank: Floats
    top_share: Floats
    rank_low: Floats
    rank_high: Floats
    k: int
    resamples: int
    seed: int
    used: int
    outside: int


def count_stability(
    place: Any, number: int, k: int = 10, *, resamples: int = 999, seed: int = 0, groups: Any = None
) -> RankStability:
    """Return how stable the ranks of places by their number of events are.

    place : (n,) whole numbers, the place of each event, 0 .. number - 1, or -1 for none
    number : m, number of places; k : length of the list of the first
    groups : (n,) whole numbers; events of one group (a night, a week) are drawn together. None draws events.
    Events of no place are drawn too: how many fall into the places varies, as it would.
    Raises InputError ``rank_setting``.
    """
    where = np.asarray(place, dtype=np.int64)
    if where.ndim != 1 or number < 1 or ((where < -1) | (where >= number)).any():
        raise InputError("rank_setting", name="place", value=where.shape)
    used = int((where >= 0).sum())
    seen = np.bincount(where + 1, minlength=number + 1)[1:].astype(np.float64)
    draw = _drawn_counts(where, number) if groups is None else _drawn_groups(where, number, groups)
    return _ranked(seen, draw, k=k, resamples=resamples, seed=seed, used=used, outside=len(where) - used)


def score_stability(
    score: Callable[[Floats], Any],
    n: int,
    k: int = 10,
    *,
    resamples: int = 199,
    seed: int = 0,
    groups: Any = None,
) -> RankStability:
    """Return how stable ranks by any score are.

    score : takes weights (n,), how often each event was drawn (all 1: as they were), and gives (m,) scores,
        the highest first: for instance density.exact(xy, grid, h, weights) at the centres of the hotspots.
        NaN scores rank last.
    n : number of events; the rest as `count_stability`
    """
    unit, units = _units(groups, n)

    def draw(random: np.random.Generator) -> Floats:
        return _scored(score, _times_drawn(units, random)[unit])

    seen = _scored(score, np.ones(n))
    return _ranked(seen, draw, k=k, resamples=resamples, seed=seed, used=n, outside=0)


def _scored(score: Callable[[Floats], Any], weights: Floats) -> Floats:
    return np.asarray(score(weights), dtype=np.float64).ravel()


def _drawn_counts(where: Whole, number: int) -> Draw:
    """Return what draws counts of places, event by event: one multinomial over the places and "none"."""
    counts = np.bincount(where + 1, minlength=number + 1)
    share = counts / max(len(where), 1)
    return lambda random: random.multinomial(len(where), share)[1:].astype(np.float64)


def _drawn_groups(where: Whole, number: int, groups: Any) -> Draw:
    """Return what draws counts of places by whole groups of events."""
    unit, units = _units(groups, len(where))
    inside = where >= 0
    table = scipy.sparse.csr_array(
        (np.ones(int(inside.sum())), (where[inside], unit[inside])), shape=(number, max(units, 1))
    )
    return lambda random: np.asarray(table @ _times_drawn(max(units, 1), random))


def _times_drawn(units: int, random: np.random.Generator) -> Floats:
    """Return how often each unit comes up when as many are drawn as there are."""
    return np.bincount(random.integers(0, units, units), minlength=units).astype(np.float64)


def _ranked(
    seen: Floats, draw: Draw, *, k: int, resamples: int, seed: int, used: int, outside: int
) -> RankStability:
    for name, value in (("k", k), ("resamples", resamples)):
        if value < 1:
            raise InputError("rank_setting", name=name, value=value)
    random = np.random.default_rng(seed)
    top, ranks = np.zeros(len(seen)), np.empty((resamples, len(seen)), dtype=np.float32)
    for row in range(resamples):  # one draw at a time: all weights together would not fit
        ranks[row], chance = _ranks(draw(random) if used else seen, k)
        top += chance
    low, high = np.quantile(ranks, (0.05, 0.95), axis=0)
    return RankStability(
        score=seen,
        rank=_ranks(seen, k)[0],
        top_share=top / resamples,
        rank_low=low,
        rank_high=high,
        k=k,
        resamples=resamples,
        seed=seed,
        used=used,
        outside=outside,
    )


def _ranks(scores: Floats, k: int) -> tuple[Floats, Floats]:
    """Return mean ranks (m,) and the chance of each place to be among the first k."""
    values = np.where(np.isnan(scores), -np.inf, scores)
    ascending = np.sort(values)
    up_to = np.searchsorted(ascending, values, side="right")
    above = len(values) - up_to
    same = up_to - np.searchsorted(ascending, values, side="left")
    return above + (same + 1) / 2, np.clip((k - above) / same, 0.0, 1.0)


def _units(groups: Any, n: int) -> tuple[Whole, int]:
    """Return which unit of drawing each event belongs to, 0 .. without gaps, and how many there are."""
    if groups is None:
        return np.arange(n), n
    given = np.asarray(groups, dtype=np.int64)
    if given.shape != (n,):
        raise InputError("rank_setting", name="groups", value=given.shape)
    found, unit = np.unique(given, return_inverse=True)
    return unit.reshape(-1).astype(np.int64), len(found)
