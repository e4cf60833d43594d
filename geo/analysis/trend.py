"""Counts over time: by the periods of any report calendar, against what was to be expected, by day and hour.

A report calendar comes as an array of period bounds, because each report series has its own: a year from 15
December to 14 December, a week from Thursday to Wednesday. Nothing here asks for the date of today: a period
that is not over yet must be left out by the caller, or its count is low for want of time.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import nbinom

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Ints = npt.NDArray[np.int64]
Baseline = Literal["same_season", "recent"]


@dataclass(frozen=True)
class PeriodCounts:
    """Events per period, (k,), and how many fell in none (`outside`) or have no time (`undated`)."""

    counts: Ints
    outside: int
    undated: int


@dataclass(frozen=True)
class ExpectedBand:
    """What each period was expected to hold; NaN (verdict 0, known False) where there is too little history.

    expected : (k,) mean of the periods compared with, scaled to the length of the period
    low, high : (k,) a count from low to high, both included, is within the band
    verdict : (k,) -1 below, 0 within or unknown, 1 above
    known : (k,) whether there was a band; compared : (k,) number of periods it rests on
    dispersion : (k,) variance over mean of the history, at least 1 (Poisson)
    """

    expected: Floats
    low: Floats
    high: Floats
    verdict: npt.NDArray[np.int8]
    known: npt.NDArray[np.bool_]
    compared: Ints
    dispersion: Floats
    baseline: Baseline
    level: float


@dataclass(frozen=True)
class CalendarHeat:
    """Events by day and hour of the day.

    days : (D,) datetime64[D], every day from the first to the last, those without events too
    counts : (D, 24); undated : events without a time; outside : events on other days
    """

    days: npt.NDArray[np.datetime64]
    counts: Ints
    undated: int
    outside: int

    def weeks(self) -> tuple[npt.NDArray[np.datetime64], Floats]:
        """Return the Mondays (W,) and daily counts (W, 7), Monday first; NaN beyond the days asked for."""
        # 1 January 1970 was a Thursday: day 0 is number 3 of its week
        weekday = int((self.days[0].astype(np.int64) + 3) % 7)
        weeks = -(-(weekday + len(self.days)) // 7)
        table = np.full(weeks * 7, np.nan)
        table[weekday : weekday + len(self.days)] = self.counts.sum(axis=1)
        mondays = self.days[0] - weekday + 7 * np.arange(weeks)
        return mondays, table.reshape(weeks, 7)


def count_by_period(when: Any, bounds: Any) -> PeriodCounts:
    """Return the number of events in each period.

    when : (n,) datetime64 or numbers; NaT or NaN is undated
    bounds : (k, 2) start and end of each period, or (k + 1,) edges of periods without gaps; of the same kind
        as `when`. A period holds start <= time < end, so no event is counted twice; gaps are allowed.
    Raises InputError ``bad_periods`` (overlapping, unordered, empty), ``bad_times``.
    """
    times, edges = np.asarray(when), np.asarray(bounds)
    if len(times) and (times.dtype.kind == "M") != (edges.dtype.kind == "M"):
        raise InputError("bad_times", times=times.dtype, bounds=edges.dtype)
    periods = _checked_periods(edges)
    missing = np.isnan(times.astype(np.float64)) if times.dtype.kind != "M" else np.isnat(times)
    known = np.sort(times[~missing])
    if not len(known):  # an empty list has no kind of its own
        return PeriodCounts(np.zeros(len(periods), dtype=np.int64), 0, int(missing.sum()))
    counts = np.searchsorted(known, periods[:, 1]) - np.searchsorted(known, periods[:, 0])
    return PeriodCounts(counts.astype(np.int64), len(known) - int(counts.sum()), len(times) - len(known))


def expected_band(
    counts: Any,
    *,
    season: int = 12,
    years: int = 5,
    baseline: Baseline = "same_season",
    lookback: int = 8,
    lengths: Any = None,
    min_compared: int = 2,
    level: float = 0.95,
) -> ExpectedBand:
    """Return the band in which each period's count was to be expected from the periods before it.

    counts : (k,) events per period, oldest first; season : periods per year (12 months, 52 weeks)
    baseline : "same_season" compares with the same period of up to `years` former years; "recent" with the
        `lookback` periods just before, where there are no former years. Never with later periods.
    lengths : (k,) lengths of the periods (days), None for equal ones
    min_compared : fewest periods to compare with; with fewer there is no band
    level : share of periods that fall within the band where nothing changed

    The band is predictive, for one new count: negative binomial with mean m = (sum + 1/2) e / E and variance
    dispersion * m (1 + e / E), where `sum` events came in periods of total length E and this one has length
    e. With dispersion 1 that is the exact Poisson prediction with Jeffreys' prior; it is wide after one or
    two years, as it should be. The dispersion is Pearson's, pooled over the seasons of the history
    (quasi-Poisson). It takes former years to have been alike: growth over years widens the band and shifts
    the verdict to "above". Of 100 periods in which nothing changed, 5 lie outside a band of level .95.
    Raises InputError ``band_setting``.
    """
    values, spans = _checked_band(counts, lengths, season, years, baseline, lookback, min_compared, level)
    k = len(values)
    expected, low, high, dispersion = (np.full(k, np.nan) for _ in range(4))
    compared = np.zeros(k, dtype=np.int64)
    for period in range(k):  # each has its own history; k is a few hundred
        groups = _history(period, season, years) if baseline == "same_season" else _recent(period, lookback)
        compared[period] = len(groups[0])
        if len(groups[0]) < min_compared:
            continue
        dispersion[period] = _dispersion(values, spans, groups)
        total, ratio = values[groups[0]].sum(), spans[period] / spans[groups[0]].sum()
        expected[period] = total * ratio
        low[period], high[period] = _predicted(total, ratio, dispersion[period], level)
    known = ~np.isnan(expected)
    verdict = (known & (values > high)).astype(np.int8) - (known & (values < low)).astype(np.int8)
    return ExpectedBand(expected, low, high, verdict, known, compared, dispersion, baseline, level)


def calendar_heat(when: Any, first_day: Any = None, last_day: Any = None) -> CalendarHeat:
    """Return the number of events by day and hour.

    when : (n,) datetime64, local time; NaT is undated. Events known to a day only stand at hour 0: leave them
        out, or spread them with `geo.analysis.timing.aoristic`.
    first_day, last_day : the days shown, both included; None takes those of the events
    Raises InputError ``bad_times`` for other kinds, ``bad_periods`` for a last day before the first, or none.
    """
    times = np.asarray(when)
    if times.dtype.kind != "M" and len(times):
        raise InputError("bad_times", times=times.dtype, bounds="datetime64")
    times = times.astype("datetime64[m]")
    known = times[~np.isnat(times)]
    day, hour = known.astype("datetime64[D]"), known.astype("datetime64[h]")
    first = np.datetime64(first_day, "D") if first_day is not None else day.min() if len(day) else None
    last = np.datetime64(last_day, "D") if last_day is not None else day.max() if len(day) else None
    if first is None or last is None or last < first:
        raise InputError("bad_periods", reason=f"{first} > {last}" if first is not None else "n = 0")
    days = np.arange(first, last + 1)
    inside = (day >= first) & (day <= last)
    cell = (hour[inside] - first.astype("datetime64[h]")).astype(np.int64)
    counts = np.bincount(cell, minlength=24 * len(days)).reshape(len(days), 24)
    return CalendarHeat(days, counts.astype(np.int64), len(times) - len(known), int((~inside).sum()))


def _checked_periods(edges: Any) -> Any:
    periods = np.column_stack((edges[:-1], edges[1:])) if edges.ndim == 1 and len(edges) > 1 else edges
    if periods.ndim != 2 or periods.shape[1] != 2 or not len(periods):
        raise InputError("bad_periods", reason=f"shape {edges.shape}")
    # written so that NaT and NaN fail too
    if not (periods[:, 0] < periods[:, 1]).all():
        raise InputError("bad_periods", reason="start >= end")
    if not (periods[:-1, 1] <= periods[1:, 0]).all():
        raise InputError("bad_periods", reason="end > next start")
    return periods


def _history(period: int, season: int, years: int) -> list[Ints]:
    """Return the same season of former years, then each other season of the same years."""
    back = season * np.arange(years, 0, -1)
    groups = [period - offset - back for offset in range(season)]
    return [group[group >= 0] for group in groups]


def _recent(period: int, lookback: int) -> list[Ints]:
    return [np.arange(max(0, period - lookback), period)]


def _dispersion(counts: Floats, lengths: Floats, groups: list[Ints]) -> float:
    """Return Pearson's chi-square over its degrees of freedom, pooled; at least 1."""
    pearson, freedom = 0.0, 0
    for group in groups:
        mean = lengths[group] * counts[group].sum() / max(lengths[group].sum(), 1e-300)
        if len(group) > 1 and mean.sum() > 0:
            pearson += float(((counts[group] - mean) ** 2 / mean).sum())
            freedom += len(group) - 1
    return max(1.0, pearson / freedom) if freedom else 1.0


def _predicted(total: float, ratio: float, dispersion: float, level: float) -> tuple[float, float]:
    mean = (total + 0.5) * ratio
    variance = dispersion * mean * (1 + ratio)
    chance, size = mean / variance, mean**2 / (variance - mean)
    outside = (1 - level) / 2
    return float(nbinom.ppf(outside, size, chance)), float(nbinom.ppf(1 - outside, size, chance))


def _checked_band(  # noqa: PLR0917 - the settings of one function, in its order
    counts: Any, lengths: Any, season: int, years: int, baseline: str, lookback: int, least: int, level: float
) -> tuple[Floats, Floats]:
    values = np.asarray(counts, dtype=np.float64)
    spans = np.ones(values.shape) if lengths is None else np.asarray(lengths, dtype=np.float64)
    fine = {
        "counts": (values.ndim == 1 and bool((values >= 0).all()), values.shape),
        "lengths": (spans.shape == values.shape and bool((spans > 0).all()), spans.shape),
        "season": (season >= 1, season),
        "years": (years >= 1, years),
        "baseline": (baseline in ("same_season", "recent"), baseline),
        "lookback": (lookback >= 1, lookback),
        "min_compared": (least >= 1, least),
        "level": (0 < level < 1, level),
    }
    for name, (good, value) in fine.items():
        if not good:
            raise InputError("band_setting", name=name, value=value)
    return values, spans
