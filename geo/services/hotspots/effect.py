"""Did an operation work: the treated places before and during it, beside places that were left as they were.

Places are wards, or the beats of the first day of the operation. An incident is one of a beat by its point,
of a ward also without one.
The control is brought to the size of the treated places by what both had in the year before, which neither
period decides; where that is not known, by households, else by the number of places. See
`geo.analysis.change` for the tests and for what they do not show.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import shapely

from geo.analysis.change import Effect, e_test, sppt, wdd
from geo.analysis.membership import PolygonIndex
from geo.domain.crs import to_metric
from geo.domain.errors import InputError
from geo.domain.roles import Actor
from geo.services.coverage.on_a_day import TOPICS as HANDS
from geo.services.coverage.on_a_day import coverage
from geo.services.coverage.result import CoverageResult
from geo.services.days import utc_bounds
from geo.services.hotspots.review import SMALL_N, Asked, HotspotQuery, LeftOut, asked
from geo.services.kept import Kept
from geo.store.engine import Database, data_version, transaction

Rows = npt.NDArray[np.int64]

LONGEST_DAYS = 366
LEVEL = 0.95
FEWEST_PLACES = 5
_ALPHA = 0.05
_BASELINE_DAYS = 365
_FEWEST_PAST = 20  # below it the past says too little of how large a group is
_TOUCHING_M = 30.0  # borders of different sources leave gaps
_MOST_EVENTS = 100_000
_MOST_PERIODS = 13
_KEPT_BYTES = 8 * 1024 * 1024


class Area(StrEnum):
    """What an operation was in, and is held against."""

    WARD = "ward"
    BEAT = "beat"


@dataclass(frozen=True)
class Operation:
    """What was done: from `start`, for `days` days, in the wards or beats `treated` (codes).

    control : codes of the places to hold it against; none: all that are neither treated nor next to them
    area : what the codes are of
    Raises InputError ``operation_days``, ``operation_control``.
    """

    start: date
    days: int
    treated: tuple[str, ...]
    control: tuple[str, ...] = ()
    area: Area = Area.WARD

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST_DAYS:
            raise InputError("operation_days", days=self.days, most=LONGEST_DAYS)
        both = sorted(set(self.treated) & set(self.control))
        if both:
            raise InputError("operation_control", codes=", ".join(both))

    @property
    def end(self) -> date:
        """Last day of the operation."""
        return self.start + timedelta(days=self.days - 1)

    @property
    def before(self) -> tuple[date, date]:
        """First and last day of the period of the same length just before."""
        return self.start - timedelta(days=self.days), self.start - timedelta(days=1)


class Scale(StrEnum):
    """By what groups of different size are made comparable."""

    PAST = "past"
    HOUSEHOLDS = "households"
    PLACES = "places"


class Finding(StrEnum):
    """What the interval of the effect in the treated wards says."""

    FEWER = "fewer"
    MORE = "more"
    UNCLEAR = "unclear"
    SMALL = "small"


@dataclass(frozen=True)
class Group:
    """Counts of some places.

    codes : of its wards or beats
    usual : mean of a period of this length in the year before, NaN where it is not known
    p : how often chance alone would make the two counts differ this much (e-test)
    """

    codes: tuple[str, ...]
    before: int
    during: int
    usual: float
    p: float


@dataclass(frozen=True)
class Similarity:
    """Andresen's S of the places' shares before and during: share of those without a change beyond chance.

    places : how many had an incident; more, fewer : codes of those whose share rose or fell beyond chance
    """

    s: float
    places: int
    more: tuple[str, ...]
    fewer: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class History:
    """Periods of the operation's length, oldest first, the operation last; all (k,).

    starts : first days; treated : incidents in the treated places; control : in the control, brought to the
        size of the treated places
    """

    starts: tuple[date, ...]
    treated: Rows
    control: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """The answer to "did it work".

    neighbours : None where none is left beside treated and control: displacement is not looked at then
    local : in the treated places against the control, incidents; displacement : in the neighbours;
        total : of both together
    was_high, was_low : the treated places had more or fewer than usual before it began (e-test, p < .05):
        what comes after would be nearer to the usual anyway
    history : at most 13 periods, as far as the data reaches back
    similarity : None where there are fewer than five places, no incidents, or more than 100,000
    """

    query: HotspotQuery
    operation: Operation
    treated: Group
    control: Group
    neighbours: Group | None
    local: Effect
    displacement: Effect | None
    total: Effect | None
    scale: Scale
    was_high: bool
    was_low: bool
    history: History
    similarity: Similarity | None
    left_out: LeftOut

    @property
    def finding(self) -> Finding:
        """What can be said of the treated places."""
        if min(self.treated.before, self.treated.during) < SMALL_N or self.control.before < SMALL_N:
            return Finding.SMALL
        if self.local.high < 0:
            return Finding.FEWER
        return Finding.MORE if self.local.low > 0 else Finding.UNCLEAR


_kept: Kept[Outcome] = Kept(_KEPT_BYTES, lambda _: 8 * 1024)


def effect(database: Database, actor: Actor, query: HotspotQuery, operation: Operation) -> Outcome:
    """Return what changed with `operation` for incidents of the query's category and origin.

    The query's unit and days do not matter: the control may be anywhere in scope.
    Raises InputError ``operation_unit`` (no such ward or beat in scope), ``operation_alone`` (nothing to
    compare with), ``operation_no_past``, ``operation_not_over`` (the data does not cover the days before it
    or all of its own), ``unknown_category``.
    """
    whole = replace(query, unit=None, bandwidth_m=300.0, start=operation.start, end=operation.end)
    found = asked(database, actor, whole)
    version = found.version
    if operation.area is Area.BEAT:
        with transaction(database, actor) as connection:
            version = f"{version}-{data_version(connection, HANDS)}"
    key = (str(database.app.url), actor.scope_key, version, whole, operation)

    def build() -> Outcome:
        if operation.area is Area.WARD:
            return _effect(found, _wards(found), whole, operation)
        return _effect(found, _beats(found, coverage(database, actor, operation.start)), whole, operation)

    return _kept.get(key, build)


@dataclass(frozen=True, eq=False)
class _Places:
    """Wards or beats, (n,): code, border in metres, households, and what counts incidents in each."""

    codes: npt.NDArray[np.object_]
    shapes: npt.NDArray[np.object_]
    households: npt.NDArray[np.float64]
    counts: Callable[[HotspotQuery], Rows]


def _wards(found: Asked) -> _Places:
    frame = found.wards.frame.iloc[found.positions]
    return _Places(
        frame["code"].to_numpy(dtype=object),
        found.wards.metric.geometry.iloc[found.positions].to_numpy(),
        frame["households"].to_numpy(dtype=np.float64),
        lambda query: found.by_ward(found.rows(query)),
    )


def _beats(found: Asked, hands: CoverageResult) -> _Places:
    held = {beat.code: float(beat.tally.households) for beat in hands.beats}
    frame = to_metric(hands.areas.beats[["code", "geometry"]], found.wards.metric_crs)
    shapes = frame.geometry.to_numpy()
    index = PolygonIndex(shapes)

    def counts(query: HotspotQuery) -> Rows:
        beat = index.locate(found.drawn(query))
        return np.bincount(beat[beat >= 0], minlength=len(shapes))

    codes = frame["code"].to_numpy(dtype=object)
    return _Places(codes, shapes, np.array([held.get(code, 0.0) for code in codes]), counts)


def _effect(found: Asked, places: _Places, query: HotspotQuery, operation: Operation) -> Outcome:
    groups = _groups(places, operation)
    past = _past(found, operation)
    _require_over(found, operation)
    windows = (operation.before, (operation.start, operation.end), past)
    counts = [places.counts(replace(query, start=days[0], end=days[1])) if days else None for days in windows]
    before, during, earlier = counts
    assert before is not None
    assert during is not None
    past_days = (past[1] - past[0]).days + 1 if past else 0
    usual = np.full(len(before), np.nan)
    if earlier is not None:
        usual = np.asarray(earlier * (operation.days / past_days), dtype=np.float64)
    scale, sizes = _sizes(places, groups, earlier)
    treated, control, neighbours = (
        _group(places, group, before, during, usual) if len(group) else None for group in groups
    )
    assert treated is not None
    assert control is not None

    def against(*parts: Group | None, size: float) -> Effect:
        pair = [sum(getattr(part, name) for part in parts if part) for name in ("before", "during")]
        weights = (sizes[1] / size, 1, 1, 1)
        return wdd((control.before, control.during), pair, area_weights=weights, level=LEVEL).local

    p_usual = 1.0
    if earlier is not None:
        p_usual = e_test(treated.before, int(earlier[groups[0]].sum()), operation.days, past_days)
    return Outcome(
        query=query,
        operation=operation,
        treated=treated,
        control=control,
        neighbours=neighbours,
        local=against(treated, size=sizes[0]),
        displacement=against(neighbours, size=sizes[2]) if neighbours else None,
        total=against(treated, neighbours, size=sizes[0] + sizes[2]) if neighbours else None,
        scale=scale,
        was_high=p_usual < _ALPHA and treated.before > treated.usual,
        was_low=p_usual < _ALPHA and treated.before < treated.usual,
        history=_history(found, places, query, groups, sizes[0] / sizes[1]),
        similarity=_similarity(places, before, during),
        left_out=found.left_out(query),
    )


def _require_over(found: Asked, operation: Operation) -> None:
    """Raise unless the data reaches the last day: half an operation would always look like a success."""
    dated = found.columns.dated
    if not dated or found.columns.occurred[dated - 1] < utc_bounds(operation.end, operation.end)[0]:
        raise InputError("operation_not_over", day=operation.end.isoformat(), days=operation.days)


def _groups(places: _Places, operation: Operation) -> tuple[Rows, Rows, Rows]:
    """Return positions of the treated places, of the control and of the neighbours."""
    codes, shapes = places.codes, places.shapes
    known = set(codes)
    for code in (*operation.treated, *operation.control):
        if code not in known:
            raise InputError("operation_unit", code=code)
    if not operation.treated:
        raise InputError("operation_unit", code="–")
    treated, chosen = np.isin(codes, operation.treated), np.isin(codes, operation.control)
    around = shapely.buffer(shapely.union_all(shapes[treated]), _TOUCHING_M)
    near = shapely.intersects(shapes, around) & ~treated & ~chosen
    control = chosen if operation.control else ~treated & ~near
    if not control.any():  # everything is next to it: better a control that may catch displacement than none
        control, near = near, np.zeros_like(near)
    if not control.any():
        raise InputError("operation_alone")
    return np.flatnonzero(treated), np.flatnonzero(control), np.flatnonzero(near)


def _past(found: Asked, operation: Operation) -> tuple[date, date] | None:
    """Return the days that say what is usual: a year before the period before, or as much as there is.

    None where that is not as long as the operation.
    """
    first = operation.before[0]
    if not found.reaches(first):
        raise InputError("operation_no_past", day=first.isoformat())
    for days in (_BASELINE_DAYS, 2 * operation.days, operation.days):
        start = first - timedelta(days=days)
        if days >= operation.days and found.reaches(start):
            return start, first - timedelta(days=1)
    return None


def _sizes(
    places: _Places, groups: tuple[Rows, Rows, Rows], earlier: Rows | None
) -> tuple[Scale, list[float]]:
    """Return how large treated, control and neighbours are, by the best measure that all of them have."""
    held = [group for group in groups if len(group)]
    if earlier is not None and min(earlier[group].sum() for group in held) >= _FEWEST_PAST:
        return Scale.PAST, [float(earlier[group].sum()) for group in groups]
    households = places.households
    if min(households[group].sum() for group in held) > 0:
        return Scale.HOUSEHOLDS, [float(households[group].sum()) for group in groups]
    return Scale.PLACES, [float(len(group)) for group in groups]


def _group(places: _Places, group: Rows, before: Rows, during: Rows, usual: npt.NDArray[np.float64]) -> Group:
    codes = places.codes[group]
    first, then = int(before[group].sum()), int(during[group].sum())
    return Group(tuple(codes.tolist()), first, then, float(usual[group].sum()), e_test(first, then))


def _history(
    found: Asked,
    places: _Places,
    query: HotspotQuery,
    groups: tuple[Rows, Rows, Rows],
    size_of_control: float,
) -> History:
    """Return the periods up to the operation; `query` is about its days."""
    starts, counts = [], []
    for back in range(_MOST_PERIODS):
        period = query.back(back)
        if not found.reaches(period.start):
            break
        starts.append(period.start)
        counts.append(places.counts(period))
    by_place = np.array(counts[::-1])
    return History(
        tuple(starts[::-1]),
        by_place[:, groups[0]].sum(axis=1),
        by_place[:, groups[1]].sum(axis=1) * size_of_control,
    )


def _similarity(places: _Places, before: Rows, during: Rows) -> Similarity | None:
    most = max(int(before.sum()), int(during.sum()))
    if len(before) < FEWEST_PLACES or min(before.sum(), during.sum()) == 0 or most > _MOST_EVENTS:
        return None
    pattern = sppt(before, during)
    more, fewer = (tuple(places.codes[pattern.local == sign].tolist()) for sign in (1, -1))
    return Similarity(pattern.robust_s, int(((before + during) > 0).sum()), more, fewer)
