"""What must pass between beats: never more than the best plan by force moves; no plan is left out."""

from itertools import islice, product

import networkx as nx
import numpy as np
import pytest

from geo.planning import Problem, check
from geo.planning.reduction import reachable
from geo.planning.separation import Cut, detour_cuts
from geo.planning.stopwatch import Stopwatch
from geo.planning.transfers import Ranges, least_moved, ranges
from tests.unit.planning.wards import grid, picture


def test_who_is_not_a_neighbour_takes_by_way_of_one() -> None:
    """A has 2 too many, C room for 2; what C takes of A goes through B, or B passes it on: 4 move, not 2."""
    problem = picture("AAAABBCCC", workload=[[2, 2, 2, 2, 3, 3, 1, 1, 2]])
    least, most = np.array([5.0, 6.0, 4.0]), np.array([6.0, 6.0, 6.0])
    found = ranges(problem, least, most, 5.0, Stopwatch(60))
    assert found is not None
    assert found.way[0, 2] == 6  # all of B lies between
    assert least_moved(problem, least, most, found, Stopwatch(60)) == 4
    assert ranges(problem, least, most, 3.0, Stopwatch(60)) is None


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_by_force_is_left_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    workload = rng.integers(0, 6, (3, 3)) / (2 if seed % 2 else 1) + (0.3 if seed % 4 == 1 else 0)
    problem = picture(("AAB\nACB\nCCB", "AAA\nB.C\nBBC", "AAB\nAA.\nCCB")[seed % 3], workload=workload)
    tolerance = 0.3
    least, most = problem.limits(tolerance)
    plans = _plans(problem, tolerance)
    moved = (plans != problem.owner) @ problem.workload
    for known in np.unique(moved):
        found = ranges(problem, least, most, float(known), Stopwatch(60))
        assert found is not None
        assert least_moved(problem, least, most, found, Stopwatch(60)) <= moved.min() + 1e-6
        allowed = reachable(problem, found)
        cuts = _detour_cuts(problem, allowed, found)
        for owner in plans[moved <= known + 1e-9]:
            strange = owner != problem.owner
            assert allowed[np.flatnonzero(strange), owner[strange]].all()
            for cut in cuts:
                held = owner[list(cut.ring)] == cut.part
                assert owner[cut.unit] != cut.part or held.any()


def test_a_unit_hangs_only_on_what_is_cheap_enough_to_reach() -> None:
    """A takes unit 2 by way of 1; beyond it, 3 is reached past 2 alone, and by the long way for 12."""
    problem = picture("BBBB\nABBB", workload=[[4, 4, 3, 1], [1, 2, 1, 1]])
    units, allowed = np.array([2]), np.ones(8, dtype=bool)
    assert [cut.ring for cut in detour_cuts(problem, 0, units, allowed, 3.0)] == [(1,)]
    assert [cut.ring for cut in detour_cuts(problem, 0, units, allowed, 11.0)] == [(1, 6)]
    assert [cut.ring for cut in detour_cuts(problem, 0, units, allowed, 12.0)] == [(1, 3, 6)]
    assert [cut.ring for cut in detour_cuts(problem, 0, units, allowed, 2.0)] == [()]


@pytest.mark.parametrize("seed", range(5))
def test_what_a_unit_hangs_on_is_what_the_graph_without_it_leaves(seed: int) -> None:
    """Networkx takes the unit out and looks for the cheapest way from each neighbour to the beat."""
    rng = np.random.default_rng(seed)
    owner = np.where(rng.random(42) < 0.15, 0, 1)
    owner[:2] = 0, 1
    problem = grid(7, 6, 2, workload=rng.integers(0, 7, 42), owner=owner)
    allowed, room = (rng.random(42) < 0.85) | (owner == 0), float(rng.integers(4, 16))
    units = np.flatnonzero(allowed & (owner != 0))
    price = np.where(owner == 0, 0.0, problem.workload)
    ways = nx.DiGraph()
    for a, b in problem.edges.tolist():
        if allowed[a] and allowed[b]:
            ways.add_edge(a, b, weight=price[a])
            ways.add_edge(b, a, weight=price[b])  # a unit costs where it is left for the next
    for cut in detour_cuts(problem, 0, units, allowed, room):
        without = ways.copy()
        without.remove_nodes_from([cut.unit])
        beat = [int(unit) for unit in np.flatnonzero(owner == 0) if unit in without]
        cheapest = nx.multi_source_dijkstra_path_length(without.reverse(), beat)
        near = problem.adjacency.neighbours(cut.unit).tolist()
        assert cut.ring == tuple(
            sorted(other for other in near if cheapest.get(other, np.inf) + price[cut.unit] <= room)
        )


def _detour_cuts(problem: Problem, allowed: np.ndarray, found: Ranges) -> list[Cut]:
    """Return the cuts of every beat that keeps a unit for sure."""
    cuts = list[Cut]()
    for part in range(problem.k):
        own = problem.owner == part
        if found.out[part] < problem.workload[own].sum() - 1e-6:
            units, room = np.flatnonzero(allowed[:, part] & ~own), float(found.into[part])
            cuts += detour_cuts(problem, part, units, allowed[:, part], room)
    return cuts


def _plans(problem: Problem, tolerance: float) -> np.ndarray:
    """Return the plans that pass the gate with the fewest households moved, 40 at most."""
    plans = np.array(list(product(range(problem.k), repeat=problem.n)))
    least, most = problem.limits(tolerance)
    inside = np.ones(len(plans), dtype=bool)
    for part in range(problem.k):  # the cheap half of the gate first
        load = (plans == part) @ problem.workload
        inside &= (load >= least[part] - 1e-6) & (load <= most[part] + 1e-6)
    plans = plans[inside]
    plans = plans[np.argsort((plans != problem.owner) @ problem.workload, kind="stable")]
    held = (plan for plan in plans if check(problem, plan, tolerance).ok)
    return np.array(list(islice(held, 40)))
