"""The calendars that figures are reported by: each series has its own weeks and months."""

from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

Days = npt.NDArray[np.datetime64]

_THURSDAY = 3  # Monday is 0


class Calendar(StrEnum):
    """What a report counts by: the ordinary week or month, or those of the ministry's year."""

    WEEK = "week"
    WEEK_THURSDAY = "week_thursday"
    MONTH = "month"
    MINISTRY_MONTH = "ministry_month"

    @property
    def is_weekly(self) -> bool:
        """Say whether its periods are weeks."""
        return self in {Calendar.WEEK, Calendar.WEEK_THURSDAY}

    @property
    def a_year(self) -> int:
        """How many of its periods make a year."""
        return 52 if self.is_weekly else 12


def whole_periods(connection: Connection, calendar: Calendar, first: date, last: date) -> Days:
    """Return (k, 2) start and end, the end not included, of the periods wholly within `first` to `last`.

    Weeks run Monday to Sunday, or Thursday to Wednesday. Months are those of table ``report_calendar``: of
    its series ``month``, or of ``ministry_year``, whose months run from the 15th to the 14th.
    """
    if calendar.is_weekly:
        return _weeks(first, last, _THURSDAY if calendar is Calendar.WEEK_THURSDAY else 0)
    found: Days = _months(connection) if calendar is Calendar.MONTH else _ministry_months(connection)
    whole = (found[:, 0] >= np.datetime64(first)) & (found[:, 1] <= np.datetime64(last + timedelta(days=1)))
    kept: Days = found[whole]
    return kept


def _weeks(first: date, last: date, begins: int) -> Days:
    start = np.datetime64(first + timedelta(days=(begins - first.weekday()) % 7), "D")
    starts = np.arange(start, np.datetime64(last, "D") - 5, 7)
    return np.column_stack((starts, starts + 7))


def _months(connection: Connection) -> Days:
    rows = connection.execute(
        text("SELECT first_day, last_day FROM diaban.report_calendar WHERE series = 'month' ORDER BY 1")
    )
    days: Days = np.array([tuple(row) for row in rows], dtype="datetime64[D]").reshape(-1, 2)
    days[:, 1] += 1
    return days


def _ministry_months(connection: Connection) -> Days:
    years = connection.execute(
        text("SELECT first_day FROM diaban.report_calendar WHERE series = 'ministry_year' ORDER BY 1")
    ).scalars()
    # the months of one year end where the next begins, and years follow each other
    starts = np.array([_months_on(year, month) for year in years for month in range(13)], "datetime64[D]")
    edges = starts.reshape(-1, 13)
    return np.column_stack((edges[:, :-1].ravel(), edges[:, 1:].ravel()))


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return day.replace(year=number // 12, month=number % 12 + 1)
