"""Risk: events for each unit of what they could happen to, from two densities of one kernel.

Bithell (1990), An Application of Density Estimation to Geographical Epidemiology: the ratio of two kernel
densities of one bandwidth. What the kernel loses at the border of the grid it loses in both. Where little
lies within the kernel, one event more or less would decide, so nothing is said there.
"""

from math import pi
from typing import Any

import numpy as np

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

# Area over which the quartic kernel averages, as a share of the disc of its radius: 1 / integral of K².
_AVERAGED = 5 / 9


def ratio(events: Any, base: Any, bandwidth_m: float, least: float) -> Floats:
    """Return events for each unit of the base, same shape; NaN where less than `least` of the base is near.

    events, base : (ny, nx) densities per km² of the quartic kernel of radius `bandwidth_m`, metres
    least : units of the base that the kernel must average over, above 0
    Raises InputError ``bad_counts_shape``, ``bad_bandwidth``.
    """
    above, below = (np.asarray(part, dtype=np.float64) for part in (events, base))
    if above.shape != below.shape:
        raise InputError("bad_counts_shape", shape=above.shape)
    if not bandwidth_m > 0:
        raise InputError("bad_bandwidth", bandwidth_m=bandwidth_m)
    enough = below * (_AVERAGED * pi * (bandwidth_m / 1000) ** 2) >= least
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=enough & (below > 0))
    return found
