"""New, growing, lasting and former hotspots: classes of cells over periods that do not overlap.

Each period is scored by itself: Gi* with false-discovery control over the cells of that period. A cell is
*hot* in a period where z > 0 and the adjusted p is below `significance`, *cold* where z < 0. With T
periods, in this order (the cold classes are the mirror of these, given to cells that are cold in the last
period, or were cold and never hot):

hot in the last period:
    in at least 90 % of all periods     INTENSIFYING, FADING or PERSISTENT: rising, falling, neither
    in the last only                    NEW
    cold in some earlier period         OSCILLATING
    in one unbroken run, 2 or more      CONSECUTIVE
    otherwise                           SPORADIC
not hot in the last period, but earlier:
    in one unbroken run, or in at least 90 % of the earlier periods     HISTORICAL
    otherwise                           SPORADIC, if it never was cold; HISTORICAL if it was
never hot nor cold                      NONE

The trend is Mann–Kendall (exact) at `significance` on the number of incidents in the cell's neighbourhood,
or on its Gi* score (`trend_of`). A commander asks whether there are more incidents there; the score only
says how far the cell stands out from the same month's city, and does not move when the only hotspot
doubles.

Unlike ArcGIS Pro's Emerging Hot Spot Analysis: neighbours in earlier periods do not count, so a bad month
cannot make the next one hot; each period is compared with its own mean, not with that of the whole cube;
false discoveries are controlled per period; the trend is of counts by default, and exact for few periods;
SPORADIC need not be hot in the last period; and HISTORICAL does not ask for 90 % of the periods, because a
hotspot of half a year that has gone is what "historical" says to a reader (ArcGIS: no pattern). ArcGIS's
DIMINISHING is FADING. It does not say why a place became a hotspot, and a class may change by one period's
chance.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from geo.analysis.coordinates import Floats
from geo.analysis.emerging_words import EmergingClass
from geo.analysis.hotspots import Mask, adjust, local_g, p_values
from geo.analysis.mann_kendall import mann_kendall
from geo.domain.errors import InputError

TrendOf = Literal["counts", "z"]
Classes = npt.NDArray[np.int8]

NEARLY_ALWAYS = 0.9


@dataclass(frozen=True)
class Emerging:
    """Classes with what they rest on.

    classes : (ny, nx) int8 of EmergingClass
    z, q : (T, ny, nx) Gi* and adjusted p of each period; NaN where undefined
    hot, cold : (T, ny, nx) bool
    trend_p, tau : (ny, nx) of the trend, NaN where it was not needed
    counts : EmergingClass -> number of cells, without OUTSIDE
    """

    classes: Classes
    z: Floats = field(repr=False)
    q: Floats = field(repr=False)
    hot: Mask = field(repr=False)
    cold: Mask = field(repr=False)
    trend_p: Floats = field(repr=False)
    tau: Floats = field(repr=False)
    significance: float
    adjustment: str
    trend_of: TrendOf

    @property
    def counts(self) -> dict[EmergingClass, int]:
        """Number of cells of each class that occurs, without OUTSIDE."""
        kinds, numbers = np.unique(self.classes, return_counts=True)
        found = {EmergingClass(int(kind)): int(n) for kind, n in zip(kinds, numbers, strict=True)}
        return {kind: n for kind, n in found.items() if kind is not EmergingClass.OUTSIDE}


def classify(
    counts_by_period: Any,
    mask: Any = None,
    *,
    radius_cells: int = 1,
    significance: float = 0.05,
    adjustment: str = "bh",
    trend_of: TrendOf = "counts",
) -> Classes:
    """Return the class of each cell, (ny, nx) int8 of `EmergingClass`; see `examine` for what it rests on."""
    return examine(
        counts_by_period,
        mask,
        radius_cells=radius_cells,
        significance=significance,
        adjustment=adjustment,
        trend_of=trend_of,
    ).classes


def examine(
    counts_by_period: Any,
    mask: Any = None,
    *,
    radius_cells: int = 1,
    significance: float = 0.05,
    adjustment: str = "bh",
    trend_of: TrendOf = "counts",
) -> Emerging:
    """Return classes, scores and trends of cells over periods, oldest first.

    counts_by_period : (T, ny, nx) with T >= 2; NaN in any period puts a cell outside the study area
    mask : (ny, nx) bool, True inside the study area; None for all
    radius_cells : neighbourhood of Gi* and of the trend's counts, as in `local_g`
    significance : of hot, cold and trend; adjustment : as in `adjust`
    A period in which all cells are the same has no hot or cold cells. Periods should be equally long.
    Raises InputError ``emerging_shape``, ``emerging_setting``, and as `local_g` and `adjust`.
    """
    values = np.asarray(counts_by_period, dtype=np.float64)
    if values.ndim != 3 or len(values) < 2:
        raise InputError("emerging_shape", shape=values.shape)
    if not 0 < significance < 1:
        raise InputError("emerging_setting", name="significance", value=significance)
    if trend_of not in ("counts", "z"):
        raise InputError("emerging_setting", name="trend_of", value=trend_of)
    inside: Mask = np.asarray(~np.isnan(values).any(axis=0))
    if mask is not None:
        area = np.asarray(mask, dtype=bool)
        if area.shape != inside.shape:
            raise InputError("bad_mask_shape", mask=area.shape, counts=inside.shape)
        inside &= area
    z = np.array([local_g(period, inside, radius_cells) for period in values])
    q = np.array([adjust(p_values(period), adjustment) for period in z])
    with np.errstate(invalid="ignore"):
        significant = q < significance
        hot, cold = significant & (z > 0), significant & (z < 0)
    strength = z if trend_of == "z" else _around(values, inside, radius_cells)
    rising, falling, trend_p, tau = _trends(strength, hot, cold, significance)
    classes = _classes_of(hot, cold, rising, falling)
    classes[~inside] = EmergingClass.OUTSIDE
    return Emerging(classes, z, q, hot, cold, trend_p, tau, significance, adjustment, trend_of)


def _around(values: Floats, inside: Mask, radius_cells: int) -> Floats:
    """Return (T, ny, nx) counts in the square neighbourhood of each cell; outside counts nothing."""
    ny, nx = inside.shape
    padded = np.pad(np.where(inside, values, 0.0), ((0, 0), (radius_cells,) * 2, (radius_cells,) * 2))
    sums = np.zeros(values.shape)
    for down in range(2 * radius_cells + 1):
        for across in range(2 * radius_cells + 1):
            sums += padded[:, down : down + ny, across : across + nx]
    return sums


def _trends(
    strength: Floats, hot: Mask, cold: Mask, significance: float
) -> tuple[Mask, Mask, Floats, Floats]:
    """Return where the strength rises and falls, p and tau; only where the class asks for it."""
    asked = (hot.mean(axis=0) >= NEARLY_ALWAYS) | (cold.mean(axis=0) >= NEARLY_ALWAYS)
    p, tau = np.full(asked.shape, np.nan), np.full(asked.shape, np.nan)
    trend = mann_kendall(strength[:, asked])
    p[asked], tau[asked] = trend.p, trend.tau
    clear = np.where(np.isnan(p), 1.0, p) < significance
    direction = np.nan_to_num(tau)
    return clear & (direction > 0), clear & (direction < 0), p, tau


def _classes_of(hot: Mask, cold: Mask, rising: Mask, falling: Mask) -> Classes:
    """Return hot and cold classes of cells; all arguments (T, ny, nx) or (ny, nx)."""
    warm, chilled = _hot_classes(hot, cold, rising, falling), -_hot_classes(cold, hot, falling, rising)
    return np.where(cold[-1] | (warm == EmergingClass.NONE), chilled, warm).astype(np.int8)


def _hot_classes(hot: Mask, cold: Mask, rising: Mask, falling: Mask) -> Classes:
    """Return the hot classes of cells; swapped arguments give the cold ones without their sign."""
    now, before = hot[-1], hot[:-1]
    was_cold = cold[:-1].any(axis=0)
    runs = hot[0].astype(int) + (hot[1:] & ~before).sum(axis=0)
    always = hot.mean(axis=0) >= NEARLY_ALWAYS
    kinds = EmergingClass
    rules = [
        (now & always & rising, kinds.INTENSIFYING),
        (now & always & falling, kinds.FADING),
        (now & always, kinds.PERSISTENT),
        (now & ~before.any(axis=0), kinds.NEW),
        (now & was_cold, kinds.OSCILLATING),
        (now & (runs == 1), kinds.CONSECUTIVE),
        (now, kinds.SPORADIC),
        (before.any(axis=0) & ((runs == 1) | (before.mean(axis=0) >= NEARLY_ALWAYS)), kinds.HISTORICAL),
        (before.any(axis=0) & ~cold.any(axis=0), kinds.SPORADIC),
        (before.any(axis=0), kinds.HISTORICAL),
    ]
    return np.select([rule for rule, _ in rules], [int(kind) for _, kind in rules], 0).astype(np.int8)
