"""The course of incidents: the interval they happened in, when recorded, due and resolved, how precise."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.demo.incidents import MINUTES_A_DAY, Events
from geo.demo.network import Network
from geo.demo.tables import figures
from geo.domain.kinds import IncidentStatus

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STATUSES = tuple(status.value for status in IncidentStatus)
_RECEIVED, _ASSIGNED, _IN_PROGRESS, _RESOLVED = range(4)
_NEVER = np.iinfo(np.int64).min  # NaT of datetime64
# Viet Nam keeps UTC+7 the whole year (Asia/Ho_Chi_Minh, no daylight saving since 1975).
_LOCAL_MINUTES = 7 * 60


@dataclass(frozen=True)
class Course:
    """All (n,): instants in UTC minutes since 1970 (lowest integer: none), status position, place.

    xy : (n, 2) metres from the city's centre, NaN without location; precision_m : (n,) likewise
    """

    occurred_from: Ints
    occurred_to: Ints
    recorded_at: Ints
    due_at: Ints
    resolved_at: Ints
    status: Ints
    xy: Floats
    precision_m: Floats


def first_day(today: date) -> date:
    """Return the first day of the period of incidents that ends before `today`."""
    return today - timedelta(days=int(figures()["incidents"]["days"]))


def run(
    events: Events, leaf: pd.DataFrame, network: Network, today: date, rng: np.random.Generator
) -> Course:
    """Let `events` be recorded, worked on and resolved, as known at the first minute of `today` (local)."""
    day_zero = np.datetime64(first_day(today), "D").astype(np.int64) * MINUTES_A_DAY - _LOCAL_MINUTES
    now = int(day_zero) + int(figures()["incidents"]["days"]) * MINUTES_A_DAY
    start = day_zero + events.minute
    end = _ends(events, leaf, start, now, rng)
    recorded = _recorded(events, leaf, end, now, rng)
    due = recorded + (leaf["due_h"].to_numpy(float)[events.category] * 60).astype(np.int64)
    resolved, status = _resolve(events, leaf, recorded, now, rng)
    xy, precision_m = _locate(events, network, rng)
    return Course(start, end, recorded, due, resolved, status, xy, precision_m)


def _ends(events: Events, leaf: pd.DataFrame, start: Ints, now: int, rng: np.random.Generator) -> Ints:
    """Return when each ended at the latest: often somebody only knows that it was while they were away."""
    unsure = rng.random(len(start)) < leaf["interval_share"].to_numpy(float)[events.category]
    unsure &= ~events.discovered
    hours = np.clip(rng.lognormal(np.log(8.0), 0.8, len(start)), 1.0, 96.0)
    end = start + np.where(unsure, hours * 60, 0).astype(np.int64)
    return np.minimum(end, np.maximum(start, now - 1))


def _recorded(events: Events, leaf: pd.DataFrame, end: Ints, now: int, rng: np.random.Generator) -> Ints:
    usual_h = np.where(events.discovered, 0.3, leaf["report_lag_h"].to_numpy(float)[events.category])
    lag = (usual_h * 60 * rng.lognormal(0.0, 0.9, len(end))).astype(np.int64) + 1
    # What would be recorded after `now` is not in the record yet: it came in earlier instead.
    soon = (rng.random(len(end)) * np.maximum(now - end, 0)).astype(np.int64)
    return end + np.where(end + lag <= now, lag, soon)


def _resolve(
    events: Events, leaf: pd.DataFrame, recorded: Ints, now: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return when resolved and the status: most by when they were due, the rest within days after.

    What the category does not settle in its usual time comes in late, by an exponential delay, and one in a
    few hundred of those stays for months: at any time a few dozens of 40,000 are overdue.
    """
    settings = figures()["incidents"]
    n = len(recorded)
    allowed = leaf["due_h"].to_numpy(float)[events.category] * 60
    usual = allowed * rng.lognormal(np.log(0.5), settings["resolution_spread"], n)
    settled = leaf["cleared_share"].to_numpy(float)[events.category]
    drawn = rng.random(n)
    rest = np.clip((drawn - settled) / (1 - settled), 0.0, 1.0 - 1e-9)  # even among the late ones
    delay_days = -np.log1p(-rest) * settings["late_days"]
    stuck = rest > 1 - settings["stuck_share"]
    delay_days[stuck] = (
        settings["stuck_days"] * (rest[stuck] - 1 + settings["stuck_share"]) / (settings["stuck_share"])
    )
    late = allowed + 60 + delay_days * MINUTES_A_DAY
    done = recorded + np.where(drawn < settled, usual, late).astype(np.int64) + 1
    resolved = done <= now
    age = now - recorded
    status = np.where(
        age < MINUTES_A_DAY, _RECEIVED, np.where(age < 3 * MINUTES_A_DAY, _ASSIGNED, _IN_PROGRESS)
    )
    return np.where(resolved, done, _NEVER), np.where(resolved, _RESOLVED, status)


def _locate(events: Events, network: Network, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return recorded places and their precision; the coarsest are only known to the block."""
    settings = figures()["incidents"]
    n = len(events.category)
    radii = np.array(settings["precision_m"])
    grade = np.searchsorted(np.cumsum(settings["precision_shares"])[:-1], rng.random(n), side="right")
    precision_m, xy = radii[grade], events.places.xy.copy()
    coarse = grade == len(radii) - 1
    inner = shapely.get_coordinates(shapely.point_on_surface(network.blocks))
    xy[coarse] = inner[events.places.block[coarse]]
    missing = rng.random(n) < settings["without_location_share"]
    xy[missing], precision_m[missing] = np.nan, np.nan
    return xy, precision_m
