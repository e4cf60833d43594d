"""Days of the deployment's time zone, and the moments in UTC that they begin and end at."""

from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo import settings

Days = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]
_EPOCH = date(1970, 1, 1)


def today() -> date:
    """Return the day it is in the deployment's time zone."""
    return datetime.now(settings.load().timezone).date()


def utc_bounds(first: date, last: date) -> tuple[np.datetime64, np.datetime64]:
    """Return [start, stop) in UTC of the local days from `first` to `last`, both included."""
    return _utc(first), _utc(last + timedelta(days=1))


def _utc(day: date) -> np.datetime64:
    local = datetime.combine(day, time(), tzinfo=settings.load().timezone)
    return np.datetime64(int(local.timestamp()), "s")


def local_times(moments: Times) -> Times:
    """Return (n,) datetime64[us] by the clocks of the deployment's time zone of moments in UTC."""
    local = pd.DatetimeIndex(moments, tz="UTC").tz_convert(settings.load().timezone).tz_localize(None)
    return np.asarray(local, dtype="datetime64[us]")


def local_days(moments: Times) -> Days:
    """Return (n,) days since 1970 in the deployment's time zone of moments in UTC; none may be missing."""
    days: Days = local_times(moments).astype("datetime64[D]").astype(np.int64)
    return days


def local_day(moment: np.datetime64) -> date:
    """Return the day of one moment in UTC."""
    seconds = int(moment.astype("datetime64[s]").astype(np.int64))
    return datetime.fromtimestamp(seconds, tz=settings.load().timezone).date()


def end_of(day: date) -> datetime:
    """Return the moment at which `day` ends."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=settings.load().timezone)


def day_number(day: date) -> int:
    """Return `day` as days since 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the day that is so many days since 1970."""
    return _EPOCH + timedelta(days=int(number))
