"""The periods that the four works are compared by: the newest and the ones before it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from geo.services.days import day_of
from geo.services.report_periods import Calendar, whole_periods

Ints = npt.NDArray[np.int64]

_DAYS = 28
_COUNT = 13
_MONTHS = 12
_LOOK_BACK = timedelta(days=430)


class Span(StrEnum):
    """How long a period is: 28 days up to the day itself, or the last whole one of a report calendar."""

    DAYS = "days"
    WEEK = "week"
    WEEK_THURSDAY = "week_thursday"
    MONTH = "month"
    MINISTRY_MONTH = "ministry_month"


@dataclass(frozen=True)
class Periods:
    """Periods in order, the newest last; days are whole numbers since 1970, ends are not included.

    starts, stops : (k,) · months : (m,) first days of the months whose reports are looked at
    """

    starts: tuple[int, ...]
    stops: tuple[int, ...]
    months: tuple[int, ...]

    @property
    def first(self) -> date:
        """First day of the newest period."""
        return day_of(self.starts[-1])

    @property
    def last(self) -> date:
        """Last day of the newest period."""
        return day_of(self.stops[-1] - 1)

    @property
    def month(self) -> date:
        """First day of the month whose reports are counted."""
        return day_of(self.months[-1])

    @property
    def before(self) -> date | None:
        """Last day of the period before the newest one; None where there is none."""
        return day_of(self.stops[-2] - 1) if len(self.stops) > 1 else None

    def bounds(self, position: int) -> tuple[date, date]:
        """Return first and last day of a period."""
        return day_of(self.starts[position]), day_of(self.stops[position] - 1)


def periods(connection: Connection, span: Span, day: date) -> Periods:
    """Return the periods up to `day`. Reports are those of the last month that had ended on `day`.

    Where the calendar does not reach as far as `day`, the 28 days up to it take its place.
    """
    months = np.datetime64(day, "M") - np.arange(_MONTHS, 0, -1)
    month_days = tuple(int(month) for month in months.astype("datetime64[D]").astype(np.int64))
    if span is not Span.DAYS:
        found = whole_periods(connection, Calendar(span.value), day - _LOOK_BACK, day)
        edges = found.astype("datetime64[D]").astype(np.int64)[-_COUNT:]
        if len(edges):
            return Periods(tuple(edges[:, 0].tolist()), tuple(edges[:, 1].tolist()), month_days)
    stop = int(np.datetime64(day, "D").astype(np.int64)) + 1
    stops = [stop - _DAYS * back for back in range(_COUNT - 1, -1, -1)]
    return Periods(tuple(at - _DAYS for at in stops), tuple(stops), month_days)
