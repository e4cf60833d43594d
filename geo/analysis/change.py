"""Did it change: patterns of two periods (SPPT), an operation against its control (WDD), two counts (e-test).

None of these says why. A place chosen because its last period was bad will look better in the next one
whatever is done (regression to the mean); the control should have been as bad, and be out of reach of
displacement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, norm, poisson

from geo.analysis.coordinates import Floats
from geo.analysis.hotspots import adjust
from geo.domain.errors import InputError

_CELLS = 1 << 22  # numbers drawn at a time


@dataclass(frozen=True, eq=False)
class PatternTest:
    """Andresen's spatial point pattern test; arrays are (n,), one a place.

    s : share of places whose intervals overlap; 1 is the same pattern. robust_s : the same without the
        places that are empty in both periods (NaN where all are)
    local : 1 where the test period has a larger share than chance explains, -1 smaller, 0 no difference
    base_low .. test_high : ends of the intervals, shares of the total (or counts)
    base_events, test_events : totals used
    """

    s: float
    robust_s: float
    local: npt.NDArray[np.int8]
    base_low: Floats
    base_high: Floats
    test_low: Floats
    test_high: Floats
    base_events: int
    test_events: int
    replicates: int
    level: float
    seed: int


@dataclass(frozen=True, eq=False)
class ShareTest:
    """Whether each place's share of the total changed, by a chi-square test; arrays are (n,).

    difference : share of the test period - share of the base period
    p : two-sided; NaN in places empty in both. q : p adjusted for testing many places
    """

    difference: Floats
    p: Floats
    q: Floats
    adjustment: str

    def significant(self, level: float = 0.05) -> npt.NDArray[np.bool_]:
        """Return the places with q below `level`."""
        return np.nan_to_num(self.q, nan=1.0) < level


@dataclass(frozen=True)
class Effect:
    """An estimated change in events with its standard error, interval and two-sided p-value.

    Negative is fewer events than the control would have led to expect.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class DisplacementTest:
    """Weighted displacement difference; `total` = `local` + `displacement`.

    local : in the treated area against its control
    displacement : in the area around it against that one's control; 0 where none is given
    """

    local: Effect
    displacement: Effect
    total: Effect
    level: float

    @property
    def estimate(self) -> float:
        """The total effect, events."""
        return self.total.estimate

    @property
    def standard_error(self) -> float:
        """Standard error of the total effect."""
        return self.total.standard_error

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high) of the total effect at `level`."""
        return self.total.low, self.total.high


def sppt(
    base: Any,
    test: Any,
    replicates: int = 200,
    seed: int = 0,
    *,
    level: float = 0.95,
    fix_base: bool = False,
    shares: bool = True,
) -> PatternTest:
    """Return the spatial point pattern test of two periods' counts over the same places.

    base, test : (n,) whole counts per place, or (ny, nx), which is flattened row by row
    replicates : bootstrap samples of each period's events, drawn with replacement
    level : of the interval between the quantiles of the samples
    fix_base : take the base period as it is and resample the test period only (Andresen's first version)
    shares : compare shares of each period's total, so that a general rise is no change of pattern; False
        compares counts
    Andresen (2009), Testing for Similarity in Area-based Spatial Patterns; Wheeler, Steenbeek & Andresen
    (2018). Intervals that touch overlap. A place that had no event in a period has the interval 0 to 0.
    With few events nearly everything overlaps: a high S is then no proof of sameness. Places are not
    corrected for being many (see `share_test`).
    Raises InputError ``bad_counts``, ``shape_mismatch``, ``bad_replicates``, ``bad_level``.
    """
    before, after = _checked_pair(base, test)
    if replicates != int(replicates) or replicates < 1:
        raise InputError("bad_replicates", replicates=replicates)
    _require_level(level)
    base_low, base_high = (
        _as_it_is(before, shares) if fix_base else _interval(before, replicates, seed, level, shares)
    )
    test_low, test_high = _interval(after, replicates, seed + 1, level, shares)
    local = (test_low > base_high).astype(np.int8) - (base_low > test_high).astype(np.int8)
    same, used = local == 0, (before + after) > 0
    return PatternTest(
        s=float(same.mean()) if len(same) else float("nan"),
        robust_s=float(same[used].mean()) if used.any() else float("nan"),
        local=local,
        base_low=base_low,
        base_high=base_high,
        test_low=test_low,
        test_high=test_high,
        base_events=int(before.sum()),
        test_events=int(after.sum()),
        replicates=int(replicates),
        level=level,
        seed=seed,
    )


def share_test(base: Any, test: Any, adjustment: str = "by") -> ShareTest:
    """Return where the share of the total changed: Wheeler, Steenbeek & Andresen's variant of the SPPT.

    base, test : (n,) counts per place, or (ny, nx), flattened
    adjustment : as for `hotspots.adjust`; places empty in both periods are not tested and not counted
    Chi-square with Yates's correction on the table place / elsewhere x base / test. The correction makes it
    cautious where a place has few events: it misses small changes sooner than it invents any.
    Raises InputError as `sppt`, ``unknown_adjustment``.
    """
    before, after = _checked_pair(base, test)
    total_before, total_after = before.sum(), after.sum()
    both, everything = before + after, before.sum() + after.sum()
    product = total_before * total_after * both * (everything - both)
    cross = np.abs(before * (total_after - after) - after * (total_before - before))
    corrected = np.maximum(cross - everything / 2, 0.0)
    statistic = np.divide(everything * corrected**2, product, out=np.zeros(len(both)), where=product > 0)
    p = np.where(both > 0, np.maximum(chi2.sf(statistic, 1), np.finfo(float).tiny), np.nan)
    difference = after / max(total_after, 1) - before / max(total_before, 1)
    return ShareTest(difference, p, adjust(p, adjustment), adjustment)


def wdd(
    control: Sequence[float],
    treated: Sequence[float],
    displacement_control: Sequence[float] = (0, 0),
    displacement_treated: Sequence[float] = (0, 0),
    *,
    time_weights: Sequence[float] = (1, 1),
    area_weights: Sequence[float] = (1, 1, 1, 1),
    level: float = 0.90,
) -> DisplacementTest:
    """Return the weighted displacement difference of an operation, with its interval.

    control, treated : (before, after) counts; displacement_* : of the areas around them, if looked at
    time_weights : lengths of the periods before and after, where they differ, in any unit
    area_weights : sizes of control, treated, displacement control, displacement treated
    level : of the interval; 0.90 is the authors'
    Wheeler & Ratcliffe (2018), A simple weighted displacement difference test to evaluate place based crime
    interventions: (treated after - before) - (control after - before), counts taken as Poisson. Crime
    varies more than that from year to year, so a small p is weaker evidence than it looks.
    Raises InputError ``bad_counts``, ``shape_mismatch``, ``bad_exposure``, ``bad_level``.
    """
    _require_level(level)
    pairs = [_before_after(pair) for pair in (control, treated, displacement_control, displacement_treated)]
    times, areas = _weights(time_weights, 2), _weights(area_weights, 4)
    local = _difference(pairs[0], pairs[1], times, areas[:2])
    around = _difference(pairs[2], pairs[3], times, areas[2:])
    total = (local[0] + around[0], local[1] + around[1])
    return DisplacementTest(_effect(*local, level), _effect(*around, level), _effect(*total, level), level)


def e_test(a: float, b: float, a_exposure: float = 1.0, b_exposure: float = 1.0) -> float:
    """Return the two-sided p-value that two Poisson counts have the same rate, in (0, 1].

    a, b : whole counts; a_exposure, b_exposure : what each is counted over (days, km²), any unit
    Krishnamoorthy & Thomson (2004), A more powerful test for comparing two Poisson means. Two counts of 0
    show nothing: p is 1. Counts that vary more than Poisson (most do) make p too small.
    Raises InputError ``bad_counts``, ``bad_exposure``.
    """
    (first, second), (n1, n2) = _before_after((a, b)), _weights((a_exposure, b_exposure), 2)
    if first / n1 == second / n2:
        return 1.0
    pooled = (first + second) / (n1 + n2)
    squared = (first / n1 - second / n2) ** 2 / pooled
    p = sum(
        float((poisson.pmf(x, n1 * pooled) * _tails(x, squared, n1, n2, n2 * pooled)).sum())
        for x in _likely(n1 * pooled)
    )
    return min(max(p, float(np.finfo(float).tiny)), 1.0)


def _tails(x: Floats, squared: float, n1: float, n2: float, mean: float) -> Floats:
    """Return P(Y: the statistic of (x, Y) is as large as observed), for Y Poisson with `mean`.

    (x / n1 - y / n2)² >= squared (x + y) / (n1 + n2) is a quadratic in y: true up to its lower root and
    from its upper root on.
    """
    middle = x / n1 + squared * n2 / (2 * (n1 + n2))
    spread = np.sqrt(np.maximum(middle**2 - (x / n1) ** 2 + squared * x / (n1 + n2), 0.0))
    slack = 1e-9 * (1 + x / n1 + squared)  # the observed pair itself lies on a root
    lower, upper = np.floor(n2 * (middle - spread + slack)), np.ceil(n2 * (middle + spread - slack))
    lower = np.where((x == 0) & (lower <= 0), -1.0, lower)  # the statistic of (0, 0) is not defined
    return np.asarray(poisson.cdf(lower, mean) + poisson.sf(np.maximum(upper, lower + 1) - 1, mean))


def _likely(mean: float) -> Iterator[Floats]:
    """Yield in blocks the counts outside which a Poisson variable lies with less than 1e-20."""
    reach = 10 * sqrt(mean) + 50
    start, stop = max(0, int(mean - reach)), int(mean + reach) + 1
    for low in range(start, stop, _CELLS):
        yield np.arange(low, min(low + _CELLS, stop), dtype=np.float64)


def _interval(
    counts: Floats, replicates: int, seed: int, level: float, shares: bool
) -> tuple[Floats, Floats]:
    """Return the quantiles of each place's share (or count) over bootstrap samples of the events."""
    events = int(counts.sum())
    if events == 0:
        return np.zeros(len(counts)), np.zeros(len(counts))
    drawn = _resampled(counts, replicates, np.random.default_rng(seed))
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail), axis=0)
    scale = events if shares else 1
    return low / scale, high / scale


def _resampled(counts: Floats, replicates: int, rng: np.random.Generator) -> Floats:
    """Return (replicates, n) counts of as many events, drawn with replacement from the events.

    Event by event as in Andresen's program, although one multinomial over the places has the same law: the
    published values then come out to the last digit for the same seed.
    """
    events = int(counts.sum())
    filled = np.flatnonzero(counts)
    starts = np.concatenate(([0], np.cumsum(counts[filled].astype(np.int64))[:-1]))
    drawn = np.zeros((replicates, len(counts)))
    block = max(1, _CELLS // events)
    for row in range(0, replicates, block):
        times = rng.multinomial(events, np.full(events, 1.0 / events), size=min(block, replicates - row))
        drawn[row : row + block, filled] = np.add.reduceat(times, starts, axis=1)
    return drawn


def _as_it_is(counts: Floats, shares: bool) -> tuple[Floats, Floats]:
    values = counts / max(float(counts.sum()), 1.0) if shares else counts
    return values, values


def _difference(control: Floats, treated: Floats, times: Floats, areas: Floats) -> tuple[float, float]:
    """Return the estimate and its variance, Poisson counts over their exposures."""
    control_exposure, treated_exposure = times * areas[0], times * areas[1]
    change = np.diff(treated / treated_exposure)[0] - np.diff(control / control_exposure)[0]
    variance = (treated / treated_exposure**2).sum() + (control / control_exposure**2).sum()
    return float(change), float(variance)


def _effect(estimate: float, variance: float, level: float) -> Effect:
    error = sqrt(variance)
    reach = float(norm.ppf(0.5 + level / 2)) * error
    p = float(2 * norm.sf(abs(estimate) / error)) if error > 0 else 1.0
    return Effect(estimate, error, estimate - reach, estimate + reach, max(p, float(np.finfo(float).tiny)))


def _checked_pair(base: Any, test: Any) -> tuple[Floats, Floats]:
    before, after = np.asarray(base, dtype=np.float64), np.asarray(test, dtype=np.float64)
    if before.shape != after.shape:
        raise InputError("shape_mismatch", what="test", got=after.shape, wanted=before.shape)
    return _whole(before.ravel()), _whole(after.ravel())


def _before_after(pair: Sequence[float]) -> Floats:
    values = np.asarray(pair, dtype=np.float64)
    if values.shape != (2,):
        raise InputError("shape_mismatch", what="(before, after)", got=values.shape, wanted=(2,))
    return _whole(values)


def _whole(counts: Floats) -> Floats:
    wrong = int((~(np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts)))).sum())
    if wrong:
        raise InputError("bad_counts", n=wrong)
    return counts


def _weights(weights: Sequence[float], n: int) -> Floats:
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (n,) or not (np.isfinite(values) & (values > 0)).all():
        raise InputError("bad_exposure", weights=tuple(np.ravel(values).tolist()))
    return values


def _require_level(level: float) -> None:
    if not (isfinite(level) and 0 < level < 1):
        raise InputError("bad_level", level=level)
