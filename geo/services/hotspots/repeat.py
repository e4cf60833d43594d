"""Near repeat: is there more to come around the last incidents, how far, how long, and where is that now?

The table is that of Knox with shuffled days, see `geo.analysis.near_repeat`. Days are whole local days: times
of day are often those of the report. More than 30,000 incidents or six million close pairs are thinned at
random, which leaves ratios as they are on average and makes the table less sure, never surer.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from geo.analysis.hotspots import adjust
from geo.analysis.near_repeat import KnoxResult, Metric, RiskZones, knox, risk_zones
from geo.domain.errors import InputError
from geo.domain.roles import Actor, Permission
from geo.services.days import local_days
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, LeftOut, Rows, asked
from geo.services.kept import Kept
from geo.services.tiles import note_reading
from geo.store.engine import Database, transaction

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]

STEPS_M = (50, 100, 200, 300)
STEPS_DAYS = (1, 3, 7, 14)
MOST_INCIDENTS = 30_000
MOST_PAIRS = 6_000_000
MOST_ZONES = 60
ENOUGH_INCIDENTS = 50
_BANDS_M, _BANDS_DAYS = 5, 4
_PERMUTATIONS = 999
_YEAR_DAYS = 365
_ALPHA = 0.05
_LATEST_EVENTS = 5000
_KEPT_BYTES = 32 * 1024 * 1024


class Distance(StrEnum):
    """How distance is measured."""

    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"


class Span(StrEnum):
    """Which incidents the table is made of: those of the year up to the period's end, or of the period."""

    YEAR = "year"
    PERIOD = "period"


@dataclass(frozen=True)
class RepeatSetting:
    """Width of the bands and how they are measured. Raises InputError ``bad_bands``."""

    step_m: int = 100
    step_days: int = 7
    distance: Distance = Distance.EUCLIDEAN
    span: Span = Span.YEAR

    def __post_init__(self) -> None:
        for what, step, most in (("step_m", self.step_m, 1000), ("step_days", self.step_days, 60)):
            if not 1 <= step <= most:
                raise InputError("bad_bands", what=what, edges=str(step))

    @property
    def edges_m(self) -> tuple[int, ...]:
        """Edges of the bands of distance, metres."""
        return tuple(self.step_m * i for i in range(_BANDS_M + 1))

    @property
    def edges_days(self) -> tuple[int, ...]:
        """Edges of the bands of time, days."""
        return tuple(self.step_days * i for i in range(_BANDS_DAYS + 1))


@dataclass(frozen=True)
class Zones:
    """Places where, by the table, another incident is likelier now or soon; most incidents per area first.

    frame : GeoDataFrame of rings or discs in the metric CRS: day (of the incident), start, until (both
        included), inner_m, outer_m, incidents (recent ones whose zone holds here), ratio, ward (code), name
    all : zones before those that lie on a better one, and those beyond the first sixty, were left out
    """

    frame: gpd.GeoDataFrame
    all: int


@dataclass(frozen=True)
class Repeat:
    """The answer to "near repeat".

    first, last : days that the table is made of; known : incidents with a point in them; table.n : used
    significant : cells of the table with a ratio of 1.2 or more whose p, adjusted by Benjamini-Hochberg for
        their number, is at most .05
    reach : of those, the cells joined to the first one, side by side: what "near" means here
    hidden : cells with fewer than five pairs, for who may not see exact points
    zones : None for who may not see exact points
    """

    query: HotspotQuery
    setting: RepeatSetting
    first: date
    last: date
    known: int
    without_point: int
    table: KnoxResult
    significant: Marks
    reach: Marks
    hidden: Marks
    zones: Zones | None
    left_out: LeftOut

    @property
    def is_enough(self) -> bool:
        """Say whether there are enough incidents for a table of twenty cells."""
        return self.table.n >= ENOUGH_INCIDENTS

    @property
    def is_thinned(self) -> bool:
        """Say whether a part of the incidents was drawn at random."""
        return self.table.n < self.known


_kept: Kept[Repeat] = Kept(_KEPT_BYTES, lambda _: 64 * 1024)


def repeat(
    database: Database, actor: Actor, query: HotspotQuery, setting: RepeatSetting | None = None
) -> Repeat:
    """Return the Knox table and the zones that hold on the period's last day, or begin after it.

    Zones are around exact points: only for roles that may see these, and written to the audit trail.
    Raises InputError ``unknown_unit``, ``unknown_category``.
    """
    chosen = setting or RepeatSetting()
    found = asked(database, actor, query)
    exact = actor.may(Permission.VIEW_POINTS)
    plain = replace(query, bandwidth_m=300.0)
    key = (str(database.app.url), actor.scope_key, found.version, exact, plain, chosen)
    made = _kept.get(key, lambda: _repeat(found, query, chosen, exact=exact))
    if made.zones is not None and len(made.zones.frame):
        with transaction(database, actor) as connection:
            note_reading(connection, actor, query)
    return made


def _repeat(found: Asked, query: HotspotQuery, setting: RepeatSetting, *, exact: bool) -> Repeat:
    learned = query
    if setting.span is Span.YEAR and query.days < _YEAR_DAYS:
        learned = replace(query, start=query.end - timedelta(days=_YEAR_DAYS - 1))
    every = found.counted(learned)
    rows = found.placed(every)
    first_day = np.datetime64(learned.start, "D").astype(np.int64)
    days = local_days(found.columns.occurred[rows]) - first_day
    used = _few_enough(found.columns.xy[rows], setting)
    table = knox(
        found.columns.xy[rows][used], days[used], setting.edges_m, setting.edges_days, _PERMUTATIONS,
        metric=_metric(setting),
    )  # fmt: skip
    adjusted = replace(table, p=adjust(table.p, "bh"))
    significant = adjusted.significant(_ALPHA) & (table.n >= ENOUGH_INCIDENTS)
    reach = _joined(significant)
    small = (table.observed > 0) & (table.observed < SMALL_N)
    near = replace(table, p=np.where(reach, adjusted.p, 1.0))
    return Repeat(
        query=query,
        setting=setting,
        first=learned.start,
        last=learned.end,
        known=len(rows),
        without_point=len(every) - len(rows),
        table=table,
        significant=significant,
        reach=reach,
        hidden=small if not exact else np.zeros_like(small),
        zones=_zones(found, near, rows, days, learned) if exact else None,
        left_out=found.left_out(learned),
    )


def _metric(setting: RepeatSetting) -> Metric:
    return "manhattan" if setting.distance is Distance.MANHATTAN else "euclidean"


def _few_enough(xy: Floats, setting: RepeatSetting) -> Rows:
    """Return positions, ascending, of as many points as the table can be made of in a few seconds."""
    random = np.random.default_rng(0)
    used: Rows = np.arange(len(xy))
    if len(xy) > MOST_INCIDENTS:
        used = np.sort(random.choice(len(xy), MOST_INCIDENTS, replace=False))
    pairs = _close_pairs(xy[used], setting)
    if pairs > MOST_PAIRS:  # many on one point: pairs grow with the square of their number
        fewer = int(len(used) * (MOST_PAIRS / pairs) ** 0.5)
        used = np.sort(random.choice(used, fewer, replace=False))
    return used


def _close_pairs(xy: Floats, setting: RepeatSetting) -> int:
    if len(xy) < 2:
        return 0
    power = 1.0 if setting.distance is Distance.MANHATTAN else 2.0
    tree = KDTree(xy)
    return (int(tree.count_neighbors(tree, float(setting.edges_m[-1]), p=power)) - len(xy)) // 2


def _joined(significant: Marks) -> Marks:
    """Return the marked cells that a rook reaches from cell (0, 0) over marked cells."""
    joined = np.zeros_like(significant)
    joined[0, 0] = significant[0, 0]
    while True:
        grown = joined.copy()
        grown[1:] |= joined[:-1]
        grown[:-1] |= joined[1:]
        grown[:, 1:] |= joined[:, :-1]
        grown[:, :-1] |= joined[:, 1:]
        grown &= significant
        if (grown == joined).all():
            return joined
        joined = grown


def _zones(found: Asked, near: KnoxResult, rows: Rows, days: Rows, learned: HotspotQuery) -> Zones:
    """Return the zones of the latest incidents, whether or not the table was made of them."""
    rows, days = rows[-_LATEST_EVENTS:], days[-_LATEST_EVENTS:]
    xy = found.columns.xy[rows]
    every = risk_zones(near, xy, days, learned.days - 1)
    incidents = _incidents_in(every, xy)
    chosen = _apart(every, incidents)[:MOST_ZONES]
    ward = found.wards.frame.iloc[found.positions].iloc[found.ward_of(rows[every.event[chosen]])]

    def dates(since: Floats) -> list[date]:
        return [learned.start + timedelta(days=int(day)) for day in since]

    frame = gpd.GeoDataFrame(
        {
            "day": dates(days[every.event[chosen]].astype(np.float64)),
            "start": dates(every.from_day[chosen]),
            "until": dates(every.until_day[chosen] - 1),
            "inner_m": every.inner_m[chosen],
            "outer_m": every.outer_m[chosen],
            "incidents": incidents[chosen],
            "ratio": every.ratio[chosen],
            "ward": ward["code"].to_numpy(),
            "name": ward["name"].to_numpy(),
        },
        geometry=every.shapes()[chosen],
        crs=found.wards.metric_crs,
    )
    return Zones(frame, len(every))


def _incidents_in(zones: RiskZones, xy: Floats) -> Rows:
    """Return (zones,) how many of the incidents that have a zone of their own lie in each, its own too."""
    if not len(zones):
        return np.zeros(0, dtype=np.int64)
    power = 1.0 if zones.metric == "manhattan" else 2.0
    tree = KDTree(xy[np.unique(zones.event)])
    centres = np.column_stack((zones.x, zones.y))
    outer, inner = (
        tree.query_ball_point(centres, np.nextafter(reach, 0), p=power, return_length=True)
        for reach in (zones.outer_m, zones.inner_m)
    )
    counted: Rows = np.asarray(outer - np.where(zones.inner_m > 0, inner, 0), dtype=np.int64)
    return counted


def _apart(zones: RiskZones, incidents: Rows) -> Rows:
    """Return positions of zones, most incidents per area first; no centre in a better one of its kind."""
    order = np.lexsort((-zones.until_day, -zones.ratio, -incidents / (zones.outer_m**2 - zones.inner_m**2)))
    taken: list[int] = []
    for i in order:  # stops at the most that are shown
        mine = [j for j in taken if zones.outer_m[j] == zones.outer_m[i]]
        apart = np.hypot(zones.x[mine] - zones.x[i], zones.y[mine] - zones.y[i])
        if not (apart < zones.outer_m[i]).any():
            taken.append(int(i))
        if len(taken) == MOST_ZONES:
            break
    return np.array(taken, dtype=np.int64)
