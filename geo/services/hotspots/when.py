"""When: hours and weekdays, the days of the past year, and the trend against what was to be expected."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import shapely
from scipy.stats import poisson

from geo.analysis.membership import points_in_polygons
from geo.analysis.timing import aoristic, usable
from geo.analysis.trend import Baseline, ExpectedBand, calendar_heat, count_by_period, expected_band
from geo.domain.crs import shape_to_metric
from geo.domain.roles import Actor
from geo.services.days import Times, local_times
from geo.services.hotspots.review import Asked, HotspotQuery, LeftOut, Rows, asked
from geo.services.kept import Kept
from geo.services.report_periods import Calendar, Days, whole_periods
from geo.store.engine import Database, transaction

Floats = npt.NDArray[np.float64]

ENOUGH_FOR_GRID = 7 * 24  # one incident a cell; below it the grid shows single incidents, not a rhythm
LONGEST_H = 24.0  # a longer interval says nothing of the hour
PEAK_H = 2
_HEAT_DAYS = 365
_YEARS = 5
_LOOKBACK = 8
_SHOWN = {True: 104, False: 36}
_MIDNIGHT = np.timedelta64(0, "us")
_KEPT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Peak:
    """The two hours of a weekday with most incidents for each such day.

    weekday : 0 is Monday; hour : the first of the two
    n : incidents, fractions included; share : of those used; times : n over what even hours would hold
    p : how often chance would fill any two hours so, were all hours alike (Bonferroni over all of them)
    """

    weekday: int
    hour: int
    n: float
    share: float
    times: float
    p: float


@dataclass(frozen=True)
class Hours:
    """Incidents by weekday and hour, local time.

    grid : (7, 24) from Monday; an interval counts in each hour by its share; sums to `used`
    weekdays : (7,) how often each weekday is in the period
    spread : of those used, how many have an interval; too_long : left out, interval over 24 hours
    day_only : left out, known to the day only (a moment at exactly 00:00)
    peak : None without incidents, or where the period does not hold every weekday
    """

    grid: Floats
    weekdays: npt.NDArray[np.int64]
    used: int
    spread: int
    too_long: int
    day_only: int
    peak: Peak | None

    @property
    def is_enough(self) -> bool:
        """Say whether there are enough incidents, and all weekdays, for a grid of 168 cells."""
        return self.used >= ENOUGH_FOR_GRID and bool(self.weekdays.all())


@dataclass(frozen=True)
class Year:
    """Incidents a day. days : (365,); counts : (365,), NaN on days before the data begins; n : their sum."""

    days: Days
    counts: Floats
    n: int


@dataclass(frozen=True)
class Trend:
    """Whole periods of a report calendar, oldest first, each against the ones before it.

    periods : (k, 2) start and end, the end not included; counts : (k,); band : of the same k
    """

    calendar: Calendar
    periods: Days
    counts: npt.NDArray[np.int64]
    band: ExpectedBand

    def __len__(self) -> int:
        return len(self.counts)


@dataclass(frozen=True)
class When:
    """The answer to "when" for one question; n : all incidents of the period in the unit."""

    query: HotspotQuery
    n: int
    hours: Hours
    year: Year
    trend: Trend
    left_out: LeftOut
    data_since: date | None


_kept: Kept[When] = Kept(_KEPT_BYTES, lambda _: 24 * 1024)
_kept_hours: Kept[Hours] = Kept(_KEPT_BYTES // 8, lambda _: 4 * 1024)


def when(
    database: Database,
    actor: Actor,
    query: HotspotQuery,
    calendar: Calendar = Calendar.WEEK,
    area: shapely.Geometry | None = None,
) -> When:
    """Return hours, days and trend of the incidents of `query`; kept for who asks the same in the same scope.

    area : of the unit's incidents only those in it, such as a hotspot's shape (EPSG:4326)
    The year and the trend end with the query's period or with the data, whichever is first.
    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    found = asked(database, actor, query)
    question = (replace(query, bandwidth_m=300.0), calendar, shapely.to_wkb(area) if area else None)
    key = (str(database.app.url), actor.scope_key, found.version, *question)
    return _kept.get(key, lambda: _when(database, actor, _source(found, area), query, calendar))


def hours_in(database: Database, actor: Actor, query: HotspotQuery, area: shapely.Geometry) -> Hours:
    """Return the hours alone of the incidents of `query` in an area (EPSG:4326), kept like `when`.

    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    found = asked(database, actor, query)
    key = (
        str(database.app.url),
        actor.scope_key,
        found.version,
        replace(query, bandwidth_m=300.0),
        shapely.to_wkb(area),
    )

    def build() -> Hours:
        starts, ends = _interval(found, _source(found, area).rows(query))
        return hours_of(starts, ends, query.start, query.end)

    return _kept_hours.get(key, build)


@dataclass(frozen=True)
class _Source:
    """Where the incidents come from: the data of a question, and an area in its metric CRS or None."""

    data: Asked
    area: shapely.Geometry | None

    def rows(self, query: HotspotQuery) -> Rows:
        """Return the rows of the period that lie in the unit and in the area."""
        rows = self.data.counted(query)
        if self.area is None:
            return rows
        return rows[points_in_polygons(self.data.columns.xy[rows], [self.area]) >= 0]


def _source(found: Asked, area: shapely.Geometry | None) -> _Source:
    return _Source(found, shape_to_metric(area, found.wards.metric_crs) if area else None)


def _when(database: Database, actor: Actor, source: _Source, query: HotspotQuery, calendar: Calendar) -> When:
    found, rows = source.data, source.rows(query)
    dated = found.columns.occurred[: found.columns.dated]
    since = until = None
    if len(dated):
        since, until = local_times(dated[[0, -1]]).astype("datetime64[D]").tolist()
    last = min(query.end, until) if until else query.end
    with transaction(database, actor) as connection:
        periods = whole_periods(connection, calendar, since, last) if since else _no_periods()
    starts, ends = _interval(found, rows)
    return When(
        query, len(rows), hours_of(starts, ends, query.start, query.end),
        _year(source, query, last, since), _trend(source, query, calendar, periods),
        found.left_out(query), since,
    )  # fmt: skip


def hours_of(starts: Times, ends: Times, first: date, last: date) -> Hours:
    """Return the rhythm of incidents that began on the days from `first` to `last`; times are local."""
    day_only = (starts == ends) & (starts - starts.astype("datetime64[D]") == _MIDNIGHT)
    starts, ends = starts[~day_only], ends[~day_only]
    used = usable(starts, ends, longest_h=LONGEST_H)
    grid = aoristic(starts, ends, "weekday_hour", longest_h=LONGEST_H)
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    # 1 January 1970 was a Thursday
    weekdays = np.bincount((days.astype(np.int64) + 3) % 7, minlength=7)
    n = int(used.sum())
    return Hours(
        grid, weekdays, n, int((used & (ends > starts)).sum()), int((~used).sum()), int(day_only.sum()),
        _peak(grid, weekdays, n),
    )  # fmt: skip


def _peak(grid: Floats, weekdays: npt.NDArray[np.int64], n: int) -> Peak | None:
    if n == 0 or not weekdays.all():
        return None
    windows = np.lib.stride_tricks.sliding_window_view(grid, PEAK_H, axis=1).sum(axis=2)
    weekday, hour = np.unravel_index(np.argmax(windows / weekdays[:, None]), windows.shape)
    held = float(windows[weekday, hour])
    chance = n * weekdays[weekday] / weekdays.sum() * PEAK_H / 24
    # fractions of intervals are rounded down: the test must not gain by them
    p = min(1.0, windows.size * float(poisson.sf(np.floor(held + 1e-9) - 1, chance)))
    return Peak(int(weekday), int(hour), held, held / n, held / chance, p)


def _interval(found: Asked, rows: Rows) -> tuple[Times, Times]:
    """Return local start and end; the length is that of UTC, whatever the clocks did in between."""
    starts = local_times(found.columns.occurred[rows])
    return starts, starts + (found.columns.until[rows] - found.columns.occurred[rows])


def _year(source: _Source, query: HotspotQuery, last: date, since: date | None) -> Year:
    first = last - timedelta(days=_HEAT_DAYS - 1)
    rows = source.rows(replace(query, start=first, end=last))
    heat = calendar_heat(local_times(source.data.columns.occurred[rows]), first, last)
    counts = heat.counts.sum(axis=1).astype(np.float64)
    counts[heat.days < np.datetime64(since or last + timedelta(days=1))] = np.nan
    return Year(heat.days, counts, len(rows))


def _trend(source: _Source, query: HotspotQuery, calendar: Calendar, periods: Days) -> Trend:
    shown, season = _SHOWN[calendar.is_weekly], calendar.a_year
    periods = periods[-(shown + _YEARS * season) :]
    if not len(periods):
        return Trend(calendar, periods, np.zeros(0, dtype=np.int64), expected_band([]))
    first, last = periods[0, 0].tolist(), periods[-1, 1].tolist() - timedelta(days=1)
    rows = source.rows(replace(query, start=first, end=last))
    counts = count_by_period(
        local_times(source.data.columns.occurred[rows]), periods.astype("datetime64[us]")
    ).counts
    lengths = (periods[:, 1] - periods[:, 0]).astype(np.int64)
    band = _band(counts, lengths, season, "same_season")
    # without former years for most of what is shown, each period is held against the ones just before it
    if band.known[-shown:].mean() < 0.5:
        band = _band(counts, lengths, season, "recent")
    return Trend(calendar, periods[-shown:], counts[-shown:], _last(band, shown))


def _band(
    counts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], season: int, baseline: Baseline
) -> ExpectedBand:
    least = 2 if baseline == "same_season" else _LOOKBACK // 2
    return expected_band(
        counts, season=season, years=_YEARS, baseline=baseline, lookback=_LOOKBACK, lengths=lengths,
        min_compared=least,
    )  # fmt: skip


def _last(band: ExpectedBand, shown: int) -> ExpectedBand:
    return replace(
        band, expected=band.expected[-shown:], low=band.low[-shown:], high=band.high[-shown:],
        verdict=band.verdict[-shown:], known=band.known[-shown:], compared=band.compared[-shown:],
        dispersion=band.dispersion[-shown:],
    )  # fmt: skip


def _no_periods() -> Days:
    return np.empty((0, 2), dtype="datetime64[D]")
