"""Where and how much: counts and rates by ward against the period before, and the density of incidents.

The default counts *reported* incidents only: discovered ones follow where officers were sent. A reader who
may not see exact points gets a density of cells with at least five incidents; the rest is left out and said.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest, chi2

from geo.domain.errors import InputError
from geo.domain.kinds import OriginFilter
from geo.domain.roles import Actor, Permission
from geo.services.categories import Category, read_categories, with_those_below
from geo.services.days import local_day, utc_bounds
from geo.services.deployment import is_synthetic
from geo.services.hotspots.surface import FULL_CELL, DensitySurface, in_full_cells, surface
from geo.services.incident_columns import IncidentColumns, columns
from geo.services.kept import Kept
from geo.services.wards import Wards, wards
from geo.store.engine import Database, transaction

Rows = npt.NDArray[np.int64]

WHOLE_SCOPE = "*"
SMALL_N = FULL_CELL  # below it a change says nothing, and a cell may point at one home
BANDWIDTHS_M = (200.0, 300.0, 500.0, 1000.0, 2000.0)
_SURFACES_BYTES = 192 * 1024 * 1024


@dataclass(frozen=True)
class HotspotQuery:
    """What is asked: a unit (None or "*": all in scope), days `start` to `end`, both included, of what.

    Days are those of the deployment's time zone; an incident with an interval counts on the day it began.
    cutoff : what was recorded after this moment does not count, as if it were asked then; None counts all
    Raises InputError ``end_before_start``, ``bad_bandwidth``.
    """

    start: date
    end: date
    unit: str | None = None
    category: str | None = None
    origin: OriginFilter = OriginFilter.REPORTED
    bandwidth_m: float = 300.0
    cutoff: datetime | None = None

    def __post_init__(self) -> None:
        if self.unit == WHOLE_SCOPE:
            object.__setattr__(self, "unit", None)  # one question, one way to write it: it is a cache key
        if self.end < self.start:
            raise InputError("end_before_start", start=self.start.isoformat(), end=self.end.isoformat())
        if not 50 <= self.bandwidth_m <= 5000:
            raise InputError("bad_bandwidth", bandwidth_m=self.bandwidth_m)

    @property
    def days(self) -> int:
        """Length of the period in days."""
        return (self.end - self.start).days + 1

    def back(self, periods: int) -> "HotspotQuery":
        """Return the same question about the period of the same length so many periods earlier."""
        gap = timedelta(days=periods * self.days)
        return replace(self, start=self.start - gap, end=self.end - gap)

    def before(self) -> "HotspotQuery":
        """Return the same question about the period of the same length just before."""
        return self.back(1)

    def year_before(self) -> "HotspotQuery":
        """Return the same question about the same days 52 weeks earlier: weekdays fall on weekdays."""
        gap = timedelta(days=364)
        return replace(self, start=self.start - gap, end=self.end - gap)


@dataclass(frozen=True)
class LeftOut:
    """Incidents of the asked kind and origin that are not counted, or counted and not drawn.

    outside : in the period, with a place in no ward (only in the whole scope)
    without_place : in the period, with neither place nor ward
    undated : without a time, in the asked unit: they may belong to any period
    not_drawn : counted in their ward, but without a point for the density
    """

    outside: int
    without_place: int
    undated: int
    not_drawn: int


@dataclass(frozen=True)
class Review:
    """The figures of a period beside those of the period compared with.

    table : (wards,) code, name, count, before, households, residents, rate, rate_before (per 1,000
        households, NaN without households), change (share, NaN where before is 0 or not comparable);
        order of the wards
    n, n_before : sums of the counts
    p_change : how often chance alone would move the split between the two periods this far (two-sided exact
        binomial by their days; takes incidents as independent, which near repeats are not: read it as a
        lower bound); NaN where both are 0
    data_since : day of the first incident in scope; before it, no count means no data
    """

    query: HotspotQuery
    compared: HotspotQuery
    table: pd.DataFrame
    n: int
    n_before: int
    left_out: LeftOut
    p_change: float
    data_since: date | None

    @property
    def comparable(self) -> bool:
        """Say whether the data reaches back over the whole period compared with."""
        return self.data_since is not None and self.data_since <= self.compared.start

    @property
    def change(self) -> float | None:
        """Change of the whole as a share; None where there was nothing before, or no data for it."""
        return None if self.n_before == 0 or not self.comparable else self.n / self.n_before - 1


@dataclass(frozen=True)
class Choices:
    """What there is to choose from, and how far the data reaches (days; None without dated incidents)."""

    wards: Wards
    categories: tuple[Category, ...]
    first_day: date | None
    last_day: date | None
    incidents: int
    synthetic: bool
    version: str


def choices(database: Database, actor: Actor) -> Choices:
    """Return what the page offers `actor`."""
    actor.require(Permission.VIEW)
    held, found = wards(database, actor), columns(database, actor)
    with transaction(database, actor) as connection:
        categories, synthetic = read_categories(connection), is_synthetic(connection)
    last = local_day(found.occurred[found.dated - 1]) if found.dated else None
    return Choices(
        held, categories, first_day(found), last, len(found), synthetic, f"{held.version}-{found.version}"
    )


def review(
    database: Database, actor: Actor, query: HotspotQuery, compared: HotspotQuery | None = None
) -> Review:
    """Return counts, rates and changes by ward.

    compared : another period of the same question; the one just before where None
    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    compared = compared or query.before()
    asked = _asked(database, actor, query)
    table = asked.wards.frame[["code", "name", "households", "residents"]].iloc[asked.positions].copy()
    counts = [asked.by_ward(asked.rows(one)) for one in (query, compared)]
    table["count"], table["before"] = counts
    households = table["households"].to_numpy(dtype=float)
    households[households == 0] = np.nan
    table["rate"], table["rate_before"] = (1000 * values / households for values in counts)
    since = first_day(asked.columns)
    table["change"] = _share_change(*counts) if since and since <= compared.start else np.nan
    n, n_before = (int(values.sum()) for values in counts)
    return Review(
        query, compared, pd.DataFrame(table).reset_index(drop=True), n, n_before, asked.left_out(query),
        _p_change(n, n_before, query.days / (query.days + compared.days)), since,
    )  # fmt: skip


def by_category(database: Database, actor: Actor, query: HotspotQuery) -> pd.DataFrame:
    """Return code, name_vi, name_en, count of the categories with any, most first."""
    asked = _asked(database, actor, query)
    rows = asked.counted(query)
    counts = np.bincount(asked.columns.category_id[rows], minlength=1)
    named = {category.id: category for category in asked.categories}
    found = [
        (named[i], int(counts[i])) for i in np.argsort(-counts, kind="stable") if counts[i] and i in named
    ]
    return pd.DataFrame(
        [(category.code, category.name_vi, category.name_en, count) for category, count in found],
        columns=["code", "name_vi", "name_en", "count"],
    )


def rate_interval(count: int, households: int) -> tuple[float, float]:
    """Return the exact 95 % Poisson interval of a rate per 1,000 households (Garwood 1936)."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = chi2.ppf(0.975, 2 * count + 2) / 2
    return 1000 * float(low) / households, 1000 * float(high) / households


_surfaces: Kept[DensitySurface] = Kept(_SURFACES_BYTES, lambda made: made.values.nbytes)  # noqa: PD011 (its own field)


def density(database: Database, actor: Actor, query: HotspotQuery, *, coarse: bool = False) -> DensitySurface:
    """Return the density of the incidents asked for, kept for the next who asks the same in the same scope.

    coarse : without what lies in cells of fewer than five, as it is for who may not see exact points

    Raises InputError ``unknown_unit``, ``unknown_category``, and ``no_points`` where no ward has a border.
    """
    asked = _asked(database, actor, query)
    with_points = actor.may(Permission.VIEW_POINTS) and not coarse
    key = (str(database.app.url), actor.scope_key, asked.version, with_points, query)
    return _surfaces.get(key, lambda: _density(asked, query, key, with_points=with_points))


def _density(
    asked: "Asked", query: HotspotQuery, key: tuple[object, ...], *, with_points: bool
) -> DensitySurface:
    xy = asked.drawn(query)
    kept = np.ones(len(xy), dtype=bool) if with_points else in_full_cells(xy, query.bandwidth_m)
    return surface(asked.bounds, asked.wards.metric_crs, query.bandwidth_m, (xy, kept), key)


@dataclass(frozen=True)
class Asked:
    """A question with the data that answers it: made once a call, used by every figure."""

    columns: IncidentColumns
    wards: Wards
    categories: tuple[Category, ...]
    category_ids: frozenset[int] | None
    positions: Rows
    whole_scope: bool

    @property
    def version(self) -> str:
        """Of the data: incidents and wards."""
        return f"{self.columns.version}-{self.wards.version}"

    @property
    def bounds(self) -> npt.NDArray[np.float64]:
        """Bounds of the wards of the unit, metric. Raises InputError ``no_points`` without any."""
        if len(self.positions) == 0:
            raise InputError("no_points")
        return np.asarray(self.wards.metric.geometry.iloc[self.positions].total_bounds)

    def rows(self, query: HotspotQuery) -> Rows:
        """Return the rows of `columns` in the period, of the kind and origin asked for, in any unit."""
        return self._of_kind(self.columns.between(*utc_bounds(query.start, query.end)), query)

    def _of_kind(self, part: slice, query: HotspotQuery) -> Rows:
        origin = query.origin
        chosen = np.ones(part.stop - part.start, dtype=bool)
        if self.category_ids is not None:
            wanted = np.fromiter(self.category_ids, dtype=np.int16)
            chosen &= np.isin(self.columns.category_id[part], wanted)
        if origin is not OriginFilter.ALL:
            chosen &= self.columns.discovered[part] == (origin is OriginFilter.DISCOVERED)
        if query.cutoff is not None:
            until = np.datetime64(query.cutoff.astimezone(UTC).replace(tzinfo=None), "us")
            chosen &= ~(self.columns.recorded[part] > until)  # NaT is not later than anything
        rows: Rows = np.flatnonzero(chosen) + part.start
        return rows

    def ward_of(self, rows: Rows) -> Rows:
        """Return the place of each row's ward in `positions`, -1 for another or none."""
        ids = self.wards.frame["id"].to_numpy()[self.positions]
        units = self.columns.unit_id[rows]
        top = max(int(ids.max(initial=0)), int(units.max(initial=0)))
        place = np.full(top + 1, -1, dtype=np.int64)
        place[ids] = np.arange(len(ids))
        found: Rows = place[units]
        return found

    def by_ward(self, rows: Rows) -> Rows:
        """Return (wards,) numbers of `rows` in each ward of the unit."""
        ward = self.ward_of(rows)
        counts: Rows = np.bincount(ward[ward >= 0], minlength=len(self.positions))
        return counts

    def counted(self, query: HotspotQuery) -> Rows:
        """Return the rows of `query` in the wards of the unit."""
        rows = self.rows(query)
        return rows[self.ward_of(rows) >= 0]

    def placed(self, rows: Rows) -> Rows:
        """Return those of `rows` that have a point."""
        found: Rows = rows[np.isfinite(self.columns.xy[rows, 0])]
        return found

    def drawn(self, query: HotspotQuery) -> npt.NDArray[np.float64]:
        """Return (n, 2) metres of the counted incidents that have a point."""
        return self.columns.xy[self.placed(self.counted(query))]

    def reaches(self, day: date) -> bool:
        """Say whether the data begins on `day` or before it: only then does no incident mean none."""
        since = first_day(self.columns)
        return since is not None and since <= day

    def left_out(self, query: HotspotQuery) -> LeftOut:
        """Return what the figures of `query` do not hold, by reason."""
        rows = self.rows(query)
        inside = self.ward_of(rows) >= 0
        placed = np.isfinite(self.columns.xy[rows, 0])
        nowhere = self.columns.unit_id[rows] == 0
        dateless = self._of_kind(slice(self.columns.dated, len(self.columns)), query)
        undated = len(dateless) if self.whole_scope else int((self.ward_of(dateless) >= 0).sum())
        return LeftOut(
            outside=int((placed & ~inside).sum()) if self.whole_scope else 0,
            without_place=int((~placed & nowhere).sum()) if self.whole_scope else 0,
            undated=undated,
            not_drawn=int((inside & ~placed).sum()),
        )


def _asked(database: Database, actor: Actor, query: HotspotQuery) -> Asked:
    actor.require(Permission.VIEW)
    held, found = wards(database, actor), columns(database, actor)
    with transaction(database, actor) as connection:
        categories = read_categories(connection)
    ids = None if query.category is None else with_those_below(categories, query.category)
    return Asked(found, held, categories, ids, held.positions(query.unit), query.unit is None)


def asked(database: Database, actor: Actor, query: HotspotQuery) -> Asked:
    """Return `query` with its data, for the services that make cells and tiles of it."""
    return _asked(database, actor, query)


def first_day(found: IncidentColumns) -> date | None:
    """Return the day of the first incident in scope; None where none has a time."""
    return local_day(found.occurred[0]) if found.dated else None


def _share_change(now: Rows, before: Rows) -> npt.NDArray[np.float64]:
    change = np.full(len(now), np.nan)
    np.divide(now - before, before, out=change, where=before > 0)
    return change


def _p_change(n: int, n_before: int, share_of_time: float) -> float:
    if n + n_before == 0:
        return float("nan")
    return float(binomtest(n, n + n_before, share_of_time).pvalue)
