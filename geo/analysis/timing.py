"""When: events spread over the hours and weekdays in which they can have happened.

Ratcliffe (2000), Aoristic Analysis: an event known only to lie between two times counts in every hour of
the interval by the share of the interval that falls into it. The result says when events can have happened;
many long intervals (a house empty for a week) pull every hour to the same height, so they can be left out
with `longest_h`, and `usable` says how many that costs.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

Times = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# name: hours in a cycle, hours in a bin, shape of the answer
CYCLES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "hour": (24, 1, (24,)),
    "weekday": (168, 24, (7,)),
    "weekday_hour": (168, 1, (7, 24)),
}
_HOUR_US = 3_600_000_000
_MONDAY = 72  # hours from Monday 00:00 to the start of counting, Thursday 1 January 1970


def aoristic(start: Any, end: Any, by: str = "hour", *, longest_h: float | None = None) -> Floats:
    """Return how many events fall into each part of the day or week, fractions included.

    start, end : (n,) datetime64 or naive pandas times, local; the interval is [start, end), and an end equal
        to the start is a moment, which counts whole in its hour. Without a start or an end (NaT) an event is
        left out.
    by : "hour" gives (24,), "weekday" (7,) from Monday, "weekday_hour" (7, 24)
    longest_h : leave out intervals longer than this many hours; None keeps all
    The sum is the number of events used: ``usable(start, end, longest_h=...).sum()``.
    Raises InputError ``ends_before_start`` (never swapped: which of the two is wrong is not known here),
    ``shape_mismatch``, ``not_local_times``, ``unknown_cycle``.
    """
    none = np.zeros(np.shape(start), dtype=np.int64)
    (counts,) = aoristic_by_group(start, end, none, 1, by, longest_h=longest_h)
    return np.asarray(counts, dtype=np.float64)


def aoristic_by_group(
    start: Any, end: Any, group: Any, groups: int, by: str = "hour", *, longest_h: float | None = None
) -> Floats:
    """Return `aoristic` for each ward, beat or hotspot, (groups, ...) in one pass.

    group : (n,) 0 ... groups - 1; -1 is in none and left out
    Raises InputError as `aoristic`.
    """
    if by not in CYCLES:
        raise InputError("unknown_cycle", by=by, known=", ".join(CYCLES))
    cycle, bin_h, shape = CYCLES[by]
    starts, ends = _checked_intervals(start, end)
    belongs = np.asarray(group, dtype=np.int64)
    if belongs.shape != starts.shape:
        raise InputError("shape_mismatch", what="group", got=belongs.shape, wanted=starts.shape)
    used = usable(start, end, longest_h=longest_h) & (belongs >= 0) & (belongs < groups)
    hours = _by_hour(_microseconds(starts[used]), _microseconds(ends[used]), belongs[used], groups, cycle)
    bins = hours.reshape(groups, cycle // bin_h, bin_h).sum(axis=2)
    return np.asarray(bins.reshape(groups, *shape), dtype=np.float64)


def usable(start: Any, end: Any, *, longest_h: float | None = None) -> Mask:
    """Return (n,) which events have both times and, where `longest_h` is given, are not longer than that.

    Raises InputError as `aoristic`.
    """
    starts, ends = _checked_intervals(start, end)
    known = ~(np.isnat(starts) | np.isnat(ends))
    if longest_h is not None:
        lasted = np.where(known, ends - starts, np.timedelta64(0, "us")) / np.timedelta64(1, "h")
        known &= lasted <= longest_h
    return known


def _by_hour(start: Ints, end: Ints, group: Ints, groups: int, cycle: int) -> Floats:
    """Return (groups, cycle) events per hour of the cycle; times in microseconds.

    The first and the last hour of an interval are held in part; the whole hours between them are written
    as steps up and down that a running sum fills in, so that a year costs no more than an hour.
    """
    first, last = start // _HOUR_US, end // _HOUR_US
    moment = end == start
    within = moment | (first == last) | ((last == first + 1) & (end == last * _HOUR_US))
    per_us = np.divide(1.0, end - start, out=np.zeros(len(start)), where=~moment)
    head = np.where(within, 1.0, ((first + 1) * _HOUR_US - start) * per_us)
    tail = np.where(within, 0.0, (end - last * _HOUR_US) * per_us)
    whole = np.where(within, 0, last - first - 1)
    per_hour = np.where(within, 0.0, _HOUR_US * per_us)
    size = groups * cycle
    sums = np.bincount(group * cycle + (first + _MONDAY) % cycle, weights=head, minlength=size)
    sums += np.bincount(group * cycle + (last + _MONDAY) % cycle, weights=tail, minlength=size)
    rounds = np.bincount(group, weights=(whole // cycle) * per_hour, minlength=groups)
    table = sums.reshape(groups, cycle) + rounds[:, None]
    return table + _steps((first + 1 + _MONDAY) % cycle, whole % cycle, per_hour, group, groups, cycle)


def _steps(  # noqa: PLR0917
    low: Ints, length: Ints, weight: Floats, group: Ints, groups: int, cycle: int
) -> Floats:
    """Return (groups, cycle) sums of `weight` over the `length` hours from `low`, around the cycle."""
    width = 2 * cycle
    up = np.bincount(group * width + low, weights=weight, minlength=groups * width)
    down = np.bincount(group * width + low + length, weights=weight, minlength=groups * width)
    filled = np.cumsum((up - down).reshape(groups, width), axis=1)
    # what comes down leaves a rounding of what went up
    return np.asarray(np.maximum(filled[:, :cycle] + filled[:, cycle:], 0.0))


def _checked_intervals(start: Any, end: Any) -> tuple[Times, Times]:
    starts, ends = _local(start), _local(end)
    if starts.shape != ends.shape or starts.ndim != 1:
        raise InputError("shape_mismatch", what="end", got=ends.shape, wanted=starts.shape)
    wrong = np.flatnonzero(ends < starts)  # NaT compares as False
    if len(wrong):
        first = int(wrong[0])
        raise InputError(
            "ends_before_start", n=len(wrong), first=first, start=str(starts[first]), end=str(ends[first])
        )
    return starts, ends


def _local(times: Any) -> Times:
    zone = getattr(getattr(times, "dtype", None), "tz", None)
    values = np.asarray(times)
    if zone is not None or values.dtype.kind != "M":
        if values.size == 0 and zone is None:
            return np.empty(0, dtype="datetime64[us]")
        raise InputError("not_local_times", kind=str(getattr(times, "dtype", values.dtype)))
    return values.astype("datetime64[us]")


def _microseconds(times: Times) -> Ints:
    return times.astype("datetime64[us]").astype(np.int64)
