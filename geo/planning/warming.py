"""Compile the planner's kernels, as set-up does: else an installation's first plans spend their cap on it.

Numba keeps what it compiled beside the sources and takes it from there ever after.
"""

import numpy as np

from geo.planning.centring import median
from geo.planning.compiled import HAS_NUMBA
from geo.planning.drawing import draw
from geo.planning.problem import Problem
from geo.planning.rebalancing import rebalance

_SIDE, _BEATS = 8, 4
_CELL_M = 100.0
_CAP_S = 2.0


def warm() -> None:
    """Solve a small ward in every way that has kernels; without Numba there is nothing to do."""
    if not HAS_NUMBA:
        return
    ward = _ward()
    draw(ward, time_limit_s=_CAP_S)
    for changed in (ward, ward.replaced(posts=ward.xy[:: _SIDE + 1]), ward.replaced(group=ward.owner)):
        rebalance(changed, tolerance=0.2, time_limit_s=_CAP_S)
    median(ward, time_limit_s=_CAP_S)


def _ward() -> Problem:
    """Return a board of square blocks in four strips of equal width and unequal workload."""
    number = np.arange(_SIDE**2).reshape(_SIDE, _SIDE)
    y, x = np.divmod(number.ravel(), _SIDE)
    pairs = (number[:, :-1], number[:, 1:]), (number[:-1], number[1:])
    edges = np.concatenate([np.column_stack((one.ravel(), other.ravel())) for one, other in pairs])
    n = _SIDE**2
    return Problem(
        workload=(40 + 7 * x + (number.ravel() * 13) % 11).astype(np.float64),
        xy=np.column_stack((x, y)) * _CELL_M,
        edges=edges,
        border_m=np.full(len(edges), _CELL_M),
        area_m2=np.full(n, _CELL_M**2),
        perimeter_m=np.full(n, 4 * _CELL_M),
        owner=x * _BEATS // _SIDE,
        k=_BEATS,
    )


if __name__ == "__main__":
    warm()
