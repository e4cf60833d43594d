"""The rows behind the four works on a day, each with the ward, beat and block that it counts to."""

from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo import settings
from geo.analysis.membership import points_in_polygons
from geo.services.coverage.on_a_day import FRESH_DAYS
from geo.services.days import day_number, day_of
from geo.services.kept import Followed, Kept
from geo.services.works import households as works_households
from geo.services.works.households import Ledger
from geo.services.works.periods import Periods
from geo.services.works.record import NOWHERE, Placing, Record, on_day
from geo.store import read_works, reads
from geo.store.engine import data_version

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PRIMARY, CONCURRENT, ACTING = 1, 2, 3
_COUNTS = read_works.HOUSEHOLD_COUNTS
_HOUR_US = 3_600_000_000
_KEPT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Asked:
    """Whose rows, of which day and periods; `units` None is everything."""

    scope: tuple[str, str]
    record: Record
    placing: Placing
    day: date
    periods: Periods
    units: list[int] | None


def _size(frame: pd.DataFrame) -> int:
    return 1024 + int(frame.memory_usage(index=False).sum())


_kept: Kept[pd.DataFrame] = Kept(_KEPT_BYTES, _size)
_as_read: Followed[pd.DataFrame] = Followed(_KEPT_BYTES, _size)


def beat_rows(asked: Asked) -> tuple[pd.DataFrame, Floats, Floats]:
    """Return beats by ward with what holds on the day, and their days by period: all, and held.

    Columns: beat, ward, weight, on_day, vacant, primary, concurrent · arrays (n, k)
    """
    record, day = asked.record, asked.placing.day
    all_days, held_days = beat_days(record, asked.periods)
    known = asked.placing.beats
    position = pd.Index(record.beats["id"]).get_indexer(known["beat"])
    holding = on_day(record.beats, day)["id"]
    duties = on_day(record.duties, day)
    rows = known.assign(on_day=known["beat"].isin(holding).astype(float))
    for name, role in (("primary", PRIMARY), ("concurrent", CONCURRENT)):
        held = duties.loc[duties["role"] == role, "beat_id"].value_counts()
        rows[name] = known["beat"].map(held).fillna(0.0) * rows["on_day"]
    rows["vacant"] = rows["on_day"] * (rows["primary"] == 0)
    return rows, all_days[position], held_days[position]


def beat_days(record: Record, periods: Periods) -> tuple[Floats, Floats]:
    """Return (n, k) days by beat of `record` and period: on which it held, and had a primary officer."""
    beats = record.beats
    held = _held_spans(record)
    position = pd.Index(beats["id"]).get_indexer(held["beat_id"])
    parts = _overlap(held["start"], held["stop"], periods)
    sums = np.zeros((len(beats), len(periods.starts)))
    np.add.at(sums, position, parts)
    return _overlap(beats["start"], beats["stop"], periods), sums


def _held_spans(record: Record) -> pd.DataFrame:
    """Return beat_id, start, stop of primary duties, within the days that their beat held."""
    primary = record.duties[record.duties["role"] == PRIMARY]
    both = primary.merge(record.beats[["id", "start", "stop"]], left_on="beat_id", right_on="id")
    return pd.DataFrame({
        "beat_id": both["beat_id"],
        "start": np.maximum(both["start_x"], both["start_y"]),
        "stop": np.minimum(both["stop_x"], both["stop_y"]),
    })  # fmt: skip


def _overlap(start: pd.Series, stop: pd.Series, periods: Periods) -> Floats:
    first = np.maximum(start.to_numpy()[:, None], np.array(periods.starts))
    last = np.minimum(stop.to_numpy()[:, None], np.array(periods.stops))
    days: Floats = np.clip(last - first, 0, None).astype(np.float64)
    return days


def household_rows(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return households by block, beat and ward: ward, beat, block_id, weight, counts, covered, held_share.

    covered : how many are in a beat with a primary officer on the day
    held_share : share of the newest period's days on which they were
    """
    held, version = works_households.ledger(connection, asked.scope, asked.units)
    key = (asked.scope, "households", version, asked.record.version,
           asked.day, asked.periods.starts[-1:], asked.periods.stops[-2:])  # fmt: skip
    return _kept.get(key, lambda: _households(connection, asked, held))


def _households(connection: Connection, asked: Asked, held_now: Ledger) -> pd.DataFrame:
    days = _days(asked)
    now = held_now.totals(day_number(days[0]), day_number(days[1]), FRESH_DAYS)
    since = read_works.households_since(connection, days, asked.units, FRESH_DAYS)
    rows = pd.concat([now, since], ignore_index=True) if len(since) else now
    rows = rows.assign(beat=beats_of(asked, rows["block_id"]))
    loose = _in_drawn_beats(connection, asked)
    if loose is not None:
        taken = loose.assign(beat=NOWHERE, **{name: -loose[name] for name in _COUNTS})
        rows = pd.concat([rows, loose, taken], ignore_index=True)
    if loose is not None or len(since):
        rows = rows.groupby(["block_id", "unit_id", "beat"], as_index=False)[list(_COUNTS)].sum()
        rows = rows[rows["households"] > 0]
    rows = asked.placing.placed(rows)
    held = held_beats(asked)
    share = _held_share(asked)
    by_block = rows["block_id"].map(share[0])
    by_beat = rows["beat"].map(share[1])
    return rows.assign(
        covered=rows["households"] * rows["beat"].isin(held),
        held_share=by_block.fillna(by_beat).fillna(0.0),
    )


def _days(asked: Asked) -> tuple[date, date]:
    """Return the day looked at and the last one of the period before."""
    return asked.day, asked.periods.before or asked.day


def held_beats(asked: Asked) -> pd.Index:
    """Return ids of the beats with a primary officer on the day."""
    duties = on_day(asked.record.duties, asked.placing.day)
    held = duties.loc[duties["role"] == PRIMARY, "beat_id"]
    beats: pd.Index = pd.Index(held[held.isin(on_day(asked.record.beats, asked.placing.day)["id"])])
    return beats


def beats_of(asked: Asked, blocks: pd.Series) -> Ints:
    """Return the beat of each block on the day, 0 for none."""
    beat = blocks.map(asked.placing.beat_of_block).fillna(NOWHERE).astype(np.int64)
    holding = on_day(asked.record.beats, asked.placing.day)["id"]
    found: Ints = np.where(beat.isin(holding), beat, NOWHERE)
    return found


def _in_drawn_beats(connection: Connection, asked: Asked) -> pd.DataFrame | None:
    """Return households that no block puts in a beat but a drawn border does, with that beat."""
    drawn = _drawn_beats(connection, asked)
    if drawn is None:
        return None
    points = read_works.household_points(connection, _days(asked), asked.units, FRESH_DAYS)
    position = points_in_polygons(points[["lon", "lat"]].to_numpy(), drawn)
    inside = points[position >= 0]
    return inside.assign(beat=drawn["id"].to_numpy()[position[position >= 0]])[
        ["block_id", "unit_id", "beat", *_COUNTS]
    ]


def _drawn_beats(connection: Connection, asked: Asked) -> pd.DataFrame | None:
    """Return the beats that are drawn and hold no block on the day, where there are any."""
    if not on_day(asked.record.beats, asked.placing.day)["drawn"].any():
        return None
    found = reads.beats_on(connection, asked.day, None)
    found = found[found["drawn"] == 1]
    return found if len(found) else None


def _held_share(asked: Asked) -> tuple[pd.Series, pd.Series]:
    """Return the share of the newest period's days held by a primary officer, by block and by beat.

    A block that was in no beat for some days was in nobody's hands then.
    """
    record, newest = asked.record, asked.periods
    held = _held_spans(record)
    both = record.members.merge(held, on="beat_id")
    start = np.maximum(np.maximum(both["start_x"], both["start_y"]), newest.starts[-1])
    stop = np.minimum(np.minimum(both["stop_x"], both["stop_y"]), newest.stops[-1])
    length = newest.stops[-1] - newest.starts[-1]
    by_block = (np.maximum(stop - start, 0) / length).groupby(both["block_id"]).sum()
    _, days = beat_days(record, newest)
    return by_block, pd.Series(days[:, -1] / length, index=record.beats["id"])


def report_rows(connection: Connection, asked: Asked) -> tuple[pd.DataFrame, Ints, Ints]:
    """Return beats by ward (beat, ward, weight), and (n, m) whether each was due a month and had reported."""
    known, record = asked.placing.beats, asked.record
    months = np.array(asked.periods.months)
    ends = (months.astype("datetime64[D]").astype("datetime64[M]") + 1).astype("datetime64[D]")
    last = ends.astype(np.int64) - 1
    beats = record.beats.set_index("id").loc[known["beat"]]
    due = (beats["start"].to_numpy()[:, None] <= last) & (last < beats["stop"].to_numpy()[:, None])
    found = _reports(connection, asked)
    found = found[found["reported_on"] <= asked.placing.day]
    position = pd.Index(record.beats["id"]).get_indexer(found["beat_id"])
    month = np.searchsorted(months, found["month"])
    there = np.zeros((len(record.beats), len(months)), dtype=bool)
    there[position[position >= 0], month[position >= 0]] = True
    reported = there[pd.Index(record.beats["id"]).get_indexer(known["beat"])] & due
    return known, due.astype(np.int64), reported.astype(np.int64)


def _reports(connection: Connection, asked: Asked) -> pd.DataFrame:
    first, last = (day_of(asked.periods.months[at]) for at in (0, -1))
    zone = str(settings.load().timezone)
    version = data_version(connection, ("beat_report", "beat"))
    return _kept.get(
        (asked.scope, "reports", version, first, last),
        lambda: read_works.reports(connection, first, last, zone),
    )


def incident_rows(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return incidents by place: ward, beat, block_id, weight, id and their course by period.

    occurred, due : position of the period it began and was due in, -1 for none
    cleared, on_time : 1 where it was resolved by the end of its period, and by when it was due
    hours : from record to resolution, NaN where not known
    overdue : 1 where it was due before the day and open on it
    """
    version = data_version(connection, ("incident",))
    key = (asked.scope, "incidents", version, asked.record.ground, asked.day, asked.periods)
    return _kept.get(key, lambda: _incidents(connection, asked))


def _incidents(connection: Connection, asked: Asked) -> pd.DataFrame:
    starts = np.array([_midnight(day) for day in asked.periods.starts])
    stops = np.array([_midnight(day) for day in asked.periods.stops])
    today, tomorrow = (_midnight(asked.placing.day + ahead) for ahead in (0, 1))
    stop = max(asked.placing.day + 1, asked.periods.stops[-1])
    read = _read_incidents(connection, asked, _month(asked.periods.starts[0]), _month(stop - 1, ahead=1))
    read = read[read["occurred"] < _midnight(stop)]
    then = read_works.incidents_then(connection, asked.day)
    read = read.assign(block_id=read["id"].map(then).fillna(read["block_id"]).astype(np.int64))
    beat = beats_of(asked, read["block_id"])
    drawn = _drawn_beats(connection, asked)
    if drawn is not None:
        points = read_works.incident_points(connection, _moment(_midnight(stop)), asked.units)
        position = points_in_polygons(points[["lon", "lat"]].to_numpy(), drawn)
        held_by = pd.Series(
            drawn["id"].to_numpy()[position[position >= 0]], index=points["id"][position >= 0]
        )
        beat = np.where(beat == NOWHERE, read["id"].map(held_by).fillna(NOWHERE).astype(np.int64), beat)
    rows = read.assign(beat=beat)
    occurred, resolved, due = (rows[name].to_numpy() for name in ("occurred", "resolved", "due"))
    period = _period_of(occurred, starts, stops)
    # What is due later today is not late yet.
    due_period = _period_of(np.where(due < today, due, read_works.NEVER), starts, stops)
    known = resolved != read_works.NEVER
    late = (due != read_works.NEVER) & (due < today) & ~(known & (resolved < tomorrow))
    hours = np.where(known & (rows["timed"] == 1), (resolved - rows["recorded"]) / _HOUR_US, np.nan)
    made = rows[["id", "unit_id", "block_id", "beat"]].assign(
        occurred=period,
        cleared=(known & (period >= 0) & (resolved < stops[period])).astype(np.int64),
        due=due_period,
        on_time=(known & (resolved <= due)).astype(np.int64),
        hours=hours,
        overdue=late.astype(np.int64),
    )
    placed = asked.placing.placed(made)
    # A duration cannot be shared: it counts where most of the incident does.
    most = placed.sort_values("weight", kind="stable").drop_duplicates("id", keep="last").index
    return placed.assign(hours=placed["hours"].where(placed.index.isin(most)))


def _read_incidents(connection: Connection, asked: Asked, first: int, stop: int) -> pd.DataFrame:
    """Return `read_works.incidents` of whole months, so that neighbouring days share what is read."""
    span = _moment(_midnight(first)), _moment(_midnight(stop))
    scope = data_version(connection, ("admin_unit", "unit_lineage"))

    def renew(held: pd.DataFrame, changed: list[int]) -> pd.DataFrame:
        new = read_works.incidents(connection, *span, changed)
        return pd.concat([held[~held["unit_id"].isin(changed)], new], ignore_index=True)

    read, _ = _as_read.get(
        connection,
        ((asked.scope, scope, span), "incident"),
        lambda: read_works.incidents(connection, *span, asked.units),
        renew,
    )
    return read


def _month(day: int, ahead: int = 0) -> int:
    """Return the first day of the month of `day`, or of one so many months later."""
    month = np.datetime64(day, "D").astype("datetime64[M]") + ahead
    return int(month.astype("datetime64[D]").astype(np.int64))


def _period_of(moments: Ints, starts: Ints, stops: Ints) -> Ints:
    at = np.searchsorted(starts, moments, side="right") - 1
    return np.where((at >= 0) & (moments < stops[at]), at, -1)


def _midnight(day: int) -> int:
    """Return when a day begins, microseconds since 1970 in UTC."""
    local = datetime.combine(day_of(day), time(), settings.load().timezone)
    return int(local.timestamp()) * 1_000_000


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(int(microseconds) / 1_000_000, tz=settings.load().timezone)
