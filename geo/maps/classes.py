"""Classes of a map: round borders, the same for all that is compared."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.maps.palettes import MAX_CLASSES

Floats = npt.NDArray[np.float64]

# Shares of the highest value at which a density map changes its colour: most of a city is nearly
# empty, so equal steps would paint one class, and quantiles would paint nothing but noise.
_DENSITY_SHARES = (0.05, 0.12, 0.22, 0.36, 0.54, 0.76)
UNCHANGED = 3  # the middle class of a difference
_DIFFERENCE_SHARES = (0.5, 0.2, 0.07)
_QUANTILES = (0.2, 0.4, 0.6, 0.8, 0.93)


@dataclass(frozen=True)
class Classes:
    """Class i holds borders[i] <= value < borders[i + 1], the last is open; below the first is no class."""

    borders: tuple[float, ...]

    def of(self, values: Any) -> npt.NDArray[np.int64]:
        """Return (n,) classes of (n,) values; -1 below the first border and for NaN."""
        numbers = np.asarray(values, dtype=np.float64)
        found = np.searchsorted(np.asarray(self.borders), numbers, side="right") - 1
        return np.where(np.isnan(numbers), -1, found).astype(np.int64)

    def labels(self, show: Callable[[float], str], *, whole: bool = False) -> tuple[str, ...]:
        """Return one label a class; with `whole` numbers "5-9", else "0,5-1,2", and "≥ 40" for the last."""
        if not self.borders:
            return ()
        return tuple(
            _label(low, high, show, whole=whole)
            for low, high in zip(self.borders, (*self.borders[1:], None), strict=True)
        )


def _label(low: float, high: float | None, show: Callable[[float], str], *, whole: bool) -> str:
    if high is None:
        return f"≥ {show(low)}"
    if whole and high - low == 1:
        return show(low)
    return f"{show(low)}–{show(high - 1 if whole else high)}"


def count_classes(*values: Any) -> Classes:
    """Return classes of whole numbers (from 1 up) for all `values` together; 0 is outside of them."""
    return Classes(_quantile_borders(values, lambda value: max(1.0, float(round(value))), first=1.0))


def rate_classes(*values: Any) -> Classes:
    """Return classes of positive rates for all `values` together, borders of two significant digits."""
    return Classes(_quantile_borders(values, _two_digits, first=None))


def density_classes(highest: float) -> Classes:
    """Return six classes of a density surface whose peak is `highest`; below the first is left unpainted."""
    if not highest > 0:
        return Classes(())
    borders = {_two_digits(highest * share) for share in _DENSITY_SHARES}
    return Classes(tuple(sorted(borders)))


def change_classes() -> Classes:
    """Return the seven classes of a relative change: fixed, so that maps of any two days can be compared."""
    return Classes((-1.0, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5))


def difference_classes(largest: float) -> Classes:
    """Return seven classes of a difference up to `largest` either way; the middle, `UNCHANGED`, is none."""
    if not largest > 0:
        return Classes(())
    far, near, least = (_two_digits(largest * share) for share in _DIFFERENCE_SHARES)
    # Rounded, the far border may lie on the largest value: the first class is open below.
    return Classes((float("-inf"), -far, -near, -least, least, near, far))


def _quantile_borders(
    values: tuple[Any, ...], rounded: Callable[[float], float], *, first: float | None
) -> tuple[float, ...]:
    numbers = np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in values])
    positive = numbers[numbers > 0]
    if positive.size == 0:
        return ()
    # Rounding the lowest border up would leave the smallest value outside of every class.
    lowest = first if first is not None else _rounded_down(float(positive.min()))
    inner = {rounded(float(value)) for value in np.quantile(positive, _QUANTILES)}
    borders = sorted({lowest, *(value for value in inner if value > lowest)})
    return tuple(borders[:MAX_CLASSES])


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


def _rounded_down(value: float) -> float:
    step = 10.0 ** (floor(log10(value)) - 1)
    return float(f"{floor(value / step + 1e-9) * step:.2g}")
