"""Is a series rising or falling: the Mann–Kendall test, exact.

Mann (1945), Nonparametric Tests Against Trend; Kendall (1975), Rank Correlation Methods. Only the order of
the values counts, so one extreme month cannot make a trend. It takes the periods to be independent: where a
busy month drags the next one with it, trends are found too easily. Fewer than 5 periods can never reach
p < .05.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import erfc, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.analysis.coordinates import Floats
from geo.domain.errors import InputError

EXACT_UP_TO = 40  # periods; beyond, the normal approximation differs by less than 3e-3


@dataclass(frozen=True)
class Trend:
    """Mann–Kendall per series.

    s : (m,) pairs that rise minus pairs that fall; tau : (m,) Kendall's tau-b, NaN for a constant series
    p : (m,) two-sided, in (0, 1]; NaN for a series with a NaN
    """

    s: npt.NDArray[np.int64]
    tau: Floats
    p: Floats


def mann_kendall(series: Any) -> Trend:
    """Return the trend of each column of (T, m) values; (T,) is one column.

    p is exact for T <= `EXACT_UP_TO`, with ties too: the distribution of S over all orders of the same values
    (its generating function is a q-multinomial coefficient). Beyond that, the normal approximation with the
    variance corrected for ties and a continuity correction. A constant series has p = 1.
    Raises InputError ``trend_series``.
    """
    values = np.asarray(series, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) < 2:
        raise InputError("trend_series", shape=values.shape)
    periods, number = values.shape
    s, tied = np.zeros(number, dtype=np.int64), np.zeros(number, dtype=np.int64)
    for earlier in range(periods - 1):  # T is small; all pairs of all columns at once would not fit
        steps = np.sign(values[earlier + 1 :] - values[earlier])
        s += np.nansum(steps, axis=0).astype(np.int64)
        tied += (steps == 0).sum(axis=0)
    pairs = periods * (periods - 1) / 2
    spread = np.sqrt(pairs * (pairs - tied))
    tau = np.divide(s, spread, out=np.full(number, np.nan), where=spread > 0)
    missing = np.asarray(np.isnan(values).any(axis=0))
    p = np.array([_p(int(s[k]), _ties(values[:, k])) if not missing[k] else np.nan for k in range(number)])
    tau[missing] = np.nan
    return Trend(s, tau, p)


def _ties(column: Floats) -> tuple[int, ...]:
    """Return how often each value occurs, sorted: all that the distribution depends on."""
    return tuple(sorted(np.unique(column, return_counts=True)[1].tolist()))


@lru_cache(maxsize=65536)
def _p(s: int, ties: tuple[int, ...]) -> float:
    periods = sum(ties)
    if periods > EXACT_UP_TO:
        return _p_normal(s, ties)
    orders = _orders_by_inversions(ties)
    most = len(orders) - 1  # S = most - 2 * inversions
    extreme = sum(number for inversions, number in enumerate(orders) if abs(most - 2 * inversions) >= abs(s))
    return extreme / sum(orders)


def _p_normal(s: int, ties: tuple[int, ...]) -> float:
    periods = sum(ties)
    variance = (
        periods * (periods - 1) * (2 * periods + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    ) / 18
    z = max(abs(s) - 1, 0) / sqrt(variance) if variance > 0 else 0.0
    return max(erfc(z / sqrt(2)), np.finfo(np.float64).tiny)


@lru_cache(maxsize=4096)
def _orders_by_inversions(ties: tuple[int, ...]) -> list[int]:
    """Return how many orders of values with these ties have 0, 1, 2 ... inversions.

    The q-multinomial coefficient prod(1 - q^k, k <= T) / prod over ties prod(1 - q^k, k <= t), in whole
    numbers: multiplying and dividing by 1 - q^k are running differences and sums.
    """
    periods = sum(ties)
    length = (periods * (periods - 1) - sum(t * (t - 1) for t in ties)) // 2 + 1
    orders = [1] + [0] * (length - 1)
    for k in range(1, periods + 1):
        for inversions in range(length - 1, k - 1, -1):
            orders[inversions] -= orders[inversions - k]
    for t in ties:
        for k in range(1, t + 1):
            for inversions in range(k, length):
                orders[inversions] += orders[inversions - k]
    return orders
