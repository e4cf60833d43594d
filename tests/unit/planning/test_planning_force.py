"""The smallest change of every small ward here is known: all ways of three whole beats are counted through.

Beats are sets of blocks, as the bits of a number; which sets are in one piece is found here, not by the
planner. 4x4 blocks have 11,506 such sets, and as many first beats.
"""

from functools import cache

import numpy as np
import pytest

from geo.planning import InfeasibleError, Problem, rebalance
from geo.planning.stopwatch import Stopwatch
from geo.planning.transfers import least_moved, ranges
from tests.unit.planning.wards import grid

SHAPES = ((4, 3), (4, 4))
ENDS = 60  # seconds within which each of them is proved many times over


@cache
def whole_sets(nx: int, ny: int, closed: frozenset[tuple[int, int]]) -> np.ndarray:
    """Return all sets of blocks that are in one piece, as numbers; nobody crosses the borders in `closed`."""
    n = nx * ny
    right = [(i, i + 1) for i in range(n) if (i + 1) % nx]
    near = [0] * n
    for a, b in (*right, *((i, i + nx) for i in range(n - nx))):
        if (a, b) not in closed:
            near[a] |= 1 << b
            near[b] |= 1 << a
    found = {1 << i for i in range(n)}
    fresh = set(found)
    while fresh:  # each set in one piece is a smaller one and a neighbour
        grown = set()
        for blocks in fresh:
            around = 0
            for i in range(n):
                if blocks >> i & 1:
                    around |= near[i]
            grown |= {blocks | 1 << i for i in range(n) if (around & ~blocks) >> i & 1}
        fresh = grown - found
        found |= fresh
    return np.array(sorted(found), dtype=np.int64)


def sums(n: int, values: np.ndarray) -> np.ndarray:
    """Return the sum of the values of each set of n blocks, (2^n,)."""
    found = np.zeros(1)
    for value in values[:n]:
        found = np.concatenate((found, found + value))
    return found


def least_by_force(problem: Problem, whole: np.ndarray, tolerance: float) -> float:
    """Return the least workload moved by any plan of three whole beats within limits, or infinity."""
    n, everything = problem.n, (1 << problem.n) - 1
    load = sums(n, problem.workload)
    least, most = problem.limits(tolerance)
    kept = [sums(n, np.where(problem.owner == part, problem.workload, 0.0)) for part in range(3)]
    fits = [
        whole[(load[whole] >= least[part] - 1e-9) & (load[whole] <= most[part] + 1e-9)] for part in range(3)
    ]
    is_third = np.zeros(everything + 1, dtype=bool)
    is_third[fits[2]] = True
    best = np.inf
    for first in fits[0]:
        second = fits[1][fits[1] & first == 0]
        third = everything ^ first ^ second
        second, third = second[is_third[third]], third[is_third[third]]
        if len(second):
            stays = kept[0][first] + kept[1][second] + kept[2][third]
            best = min(best, problem.total - float(stays.max()))
    return best


def ward_of(seed: int) -> tuple[Problem, np.ndarray]:
    """Return a ward in three beats after an event, and its sets in one piece; a wall in every third ward."""
    rng = np.random.default_rng(seed)
    nx, ny = SHAPES[seed % 2]
    problem = grid(nx, ny, 3, workload=rng.integers(0 if seed % 4 == 1 else 1, 9, nx * ny))
    shut = frozenset[tuple[int, int]]()
    if seed % 3 == 0:
        at = rng.choice(nx - 1)  # a wall between two columns, with a gate in the top row
        shut = frozenset((y * nx + at, y * nx + at + 1) for y in range(ny - 1))
    cost = [np.inf if (int(a), int(b)) in shut else 0.0 for a, b in problem.edges]
    middle = rng.permutation(nx * ny)[:3]
    away = np.abs(problem.xy[:, None] - problem.xy[middle][None]).sum(axis=2)
    owner = away.argmin(axis=1)
    owner[middle] = range(3)
    if seed % 5 == 0:
        owner[rng.integers(nx * ny)] = -1
    return problem.replaced(owner=owner, edge_cost_m=np.array(cost)), whole_sets(nx, ny, shut)


def test_the_sets_are_as_many_as_is_known() -> None:
    """Connected induced subgraphs of the n x n grid, without the empty one, as they are known."""
    counts = [len(whole_sets(n, n, frozenset())) for n in (1, 2, 3, 4)]
    assert counts == [1, 13, 218, 11506]


@pytest.mark.parametrize("seed", range(24))
def test_nothing_moves_less(seed: int) -> None:
    problem, whole = ward_of(seed)
    for tolerance in (0.1, 0.3):
        wanted = least_by_force(problem, whole, tolerance)
        if wanted == np.inf:
            with pytest.raises(InfeasibleError):
                rebalance(problem, tolerance, seed, ENDS)
            continue
        found = rebalance(problem, tolerance, seed, ENDS)
        assert (found.objective, found.bound) == (wanted, pytest.approx(wanted))


@pytest.mark.parametrize("seed", range(24))
def test_what_must_pass_is_no_more_than_the_best_plan_moves(seed: int) -> None:
    problem, whole = ward_of(seed)
    least, most = problem.limits(0.2)
    wanted = least_by_force(problem, whole, 0.2)
    for known in (wanted, wanted + 1, wanted + 7) if wanted < np.inf else ():
        between = ranges(problem, least, most, known, Stopwatch(ENDS))
        assert between is not None
        assert least_moved(problem, least, most, between, Stopwatch(ENDS)) <= wanted
