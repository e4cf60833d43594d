"""Days of the deployment's time zone for many moments at once."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from geo.services.hotspots import utc_bounds


def local_days(moments: npt.NDArray[np.datetime64], first: date, last: date) -> npt.NDArray[np.int64]:
    """Return (n,) days since `first`, whole, of moments (UTC) that lie in the local days `first` to `last`.

    By the midnights themselves, so that a day of 23 or 25 hours is one day too.
    """
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    midnights = np.array([utc_bounds(day, day)[0] for day in days], dtype=moments.dtype)
    found: npt.NDArray[np.int64] = np.searchsorted(midnights, moments, side="right") - 1
    return found
