"""How good was the map: what share of the next period's events falls into the places it named.

Hit rate and PAI: Chainey, Tompson & Uhlig (2008), The Utility of Hotspot Mapping for Predicting Spatial
Patterns of Crime. PEI: Hunt (2016), Do Crime Hot Spots Move? A good score says that the map found where
events were next recorded, not why, and not that going there prevents any. A map of `discovered` events
scores itself: they are found where officers go.

Which places are "the best 5 %": places are taken from the highest score down while their area stays within
the share (at least one place is taken). Ties: among equal scores the later position is taken first (on a
grid, the more northern row, then the more eastern cell). Plain counts have many ties, so `compare` also says
how few and how many hits another order could have given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

PLAIN_COUNTS = "plain_counts"
SHARES = (0.01, 0.02, 0.05, 0.10, 0.20)
_ROUNDING = 1e-9  # 0.29 of 100 places is 29 of them, not 28.999999999999996


@dataclass(frozen=True)
class Score:
    """How one map did with one share of the area.

    method : name of the map; share : share of the area asked for
    places, area_share : places taken, and what share of the area they really are
    hits, events : events of the test period in them, and in all places
    hits_low, hits_high : the fewest and most hits that another order of equal scores could have given, for
        the same number of places
    hit_rate : hits / events
    pai : hit rate / area share; 1 is no better than chance
    pei : hits / the most that any places of that area could have caught; 1 is the best possible map
    """

    method: str
    share: float
    places: int
    area_share: float
    hits: float
    hits_low: float
    hits_high: float
    events: float
    hit_rate: float
    pai: float
    pei: float


@dataclass(frozen=True)
class Comparison:
    """Several maps against the same next period, plain counts always among them.

    scores : one a method and share, in the order given, plain counts last
    left_out : places without a score in some map (NaN); no map is scored there
    """

    scores: tuple[Score, ...]
    left_out: int

    def best(self, share: float) -> Score:
        """Return the best map at `share`; among equals plain counts, because they are the simplest."""
        at = [score for score in self.scores if score.share == share]
        if not at:
            raise InputError("bad_share", share=share)
        return max(at, key=lambda score: (score.hit_rate, score.method == PLAIN_COUNTS))


def hit_rate(score: Any, test_counts: Any, share: float, area: Any = None) -> float:
    """Return the share of the test period's events in the best `share` of the area, 0 to 1.

    score : (ny, nx) or (n,) of any map made before the test period; NaN is outside the study area
    test_counts : same shape, events of the test period
    share : 0 < share <= 1
    area : same shape, area of each place in any unit; None where all are alike
    How places are taken, and ties, stand at the head of this module.
    Raises InputError ``bad_share``, ``shape_mismatch``, ``bad_counts``, ``no_test_events``, ``bad_exposure``.
    """
    return evaluate(score, test_counts, share, area).hit_rate


def pai(score: Any, test_counts: Any, share: float, area: Any = None) -> float:
    """Return the prediction accuracy index: hit rate / share of the area taken. As `hit_rate`."""
    return evaluate(score, test_counts, share, area).pai


def pei(score: Any, test_counts: Any, share: float, area: Any = None) -> float:
    """Return the prediction efficiency index: PAI / the best reachable PAI, 0 to 1. As `hit_rate`."""
    return evaluate(score, test_counts, share, area).pei


def evaluate(score: Any, test_counts: Any, share: float, area: Any = None, method: str = "") -> Score:
    """Return everything about one map and one share; parameters as for `hit_rate`."""
    if not 0 < share <= 1:
        raise InputError("bad_share", share=share)
    scores, counts, sizes = _checked(score, test_counts, area)
    order = _ranked(scores)
    taken = _taken(sizes[order], share)
    chosen, events = order[:taken], float(counts.sum())
    hits, area_share = float(counts[chosen].sum()), float(sizes[chosen].sum() / sizes.sum())
    low, high = _range_of_ties(scores, counts, order, taken)
    best = _best_hits(counts, sizes, float(sizes[chosen].sum()))
    return Score(
        method,
        share,
        taken,
        area_share,
        hits,
        low,
        high,
        events,
        hits / events,
        hits / events / area_share,
        hits / best,
    )


def compare(
    maps: Mapping[str, Any],
    train_counts: Any,
    test_counts: Any,
    shares: Sequence[float] = SHARES,
    area: Any = None,
) -> Comparison:
    """Return every map's score at every share, with the plain counts of the training period beside them.

    maps : name -> scores, all of one shape; a place without a score in any of them is left out for all
    train_counts, test_counts : events per place before and in the test period
    Raises InputError as `hit_rate`.
    """
    named = {name: np.asarray(scores, dtype=np.float64) for name, scores in maps.items()}
    named[PLAIN_COUNTS] = np.asarray(train_counts, dtype=np.float64)
    shape = named[PLAIN_COUNTS].shape
    for name, scores in named.items():
        if scores.shape != shape:
            raise InputError("shape_mismatch", what=name, got=scores.shape, wanted=shape)
    missing = np.any([np.isnan(scores) for scores in named.values()], axis=0)
    judged = tuple(
        evaluate(np.where(missing, np.nan, values), test_counts, share, area, method=name)
        for name, values in named.items()
        for share in shares
    )
    return Comparison(judged, int(missing.sum()))


def _checked(score: Any, test_counts: Any, area: Any) -> tuple[Floats, Floats, Floats]:
    """Return scores, counts and areas of the places that have a score, flat."""
    scores = np.asarray(score, dtype=np.float64)
    counts = np.asarray(test_counts, dtype=np.float64)
    sizes = np.ones(scores.shape) if area is None else np.asarray(area, dtype=np.float64)
    for what, values in (("test_counts", counts), ("area", sizes)):
        if values.shape != scores.shape:
            raise InputError("shape_mismatch", what=what, got=values.shape, wanted=scores.shape)
    inside = ~np.isnan(scores)
    scores, counts, sizes = scores[inside], counts[inside], sizes[inside]
    wrong = int((~(np.isfinite(counts) & (counts >= 0))).sum())
    if wrong:
        raise InputError("bad_counts", n=wrong)
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise InputError("bad_exposure", weights="area")
    if counts.sum() == 0:
        raise InputError("no_test_events")
    return scores, counts, sizes


def _ranked(scores: Floats) -> npt.NDArray[np.int64]:
    """Return positions from the highest score down, equal scores from the last position to the first."""
    return np.argsort(scores, kind="stable")[::-1]


def _taken(sizes: Floats, share: float) -> int:
    """Return how many of the ranked places stay within the share of the area, at least one."""
    limit = share * sizes.sum() * (1 + _ROUNDING)
    return max(1, int(np.searchsorted(np.cumsum(sizes), limit, side="right")))


def _range_of_ties(
    scores: Floats, counts: Floats, order: npt.NDArray[np.int64], taken: int
) -> tuple[float, float]:
    """Return the fewest and most hits over all orders of the places that score as the last one taken."""
    last = scores[order[taken - 1]]
    sure = float(counts[scores > last].sum())
    tied = np.sort(counts[scores == last])
    more = taken - int((scores > last).sum())
    return sure + float(tied[:more].sum()), sure + float(tied[len(tied) - more :].sum())


def _best_hits(counts: Floats, sizes: Floats, area: float) -> float:
    """Return the most events that places of that area could hold.

    Exact for places of one size. For others it is the bound that lets the last place be taken in part, so
    that PEI can never exceed 1.
    """
    order = np.argsort(-counts / sizes, kind="stable")
    room = np.clip(area - (np.cumsum(sizes[order]) - sizes[order]), 0.0, sizes[order])
    return float((counts[order] * room / sizes[order]).sum())
