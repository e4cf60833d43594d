"""What holds for every ward: nothing lost, incremental equals recomputed, every answer passes the gate."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.planning import InfeasibleError, Problem, check, draw, edge_costs_m, plan_of, rebalance
from tests.unit.planning.wards import grid

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIMIT_S = 3  # what holds of an answer holds of one that was stopped, too
QUANTITIES = (
    "workload",
    "units",
    "area_m2",
    "perimeter_m",
    "pieces",
    "cut_edges",
    "moved_workload",
    "moved_units",
)


@st.composite
def wards(draw_value: st.DrawFn, held: bool = False) -> Problem:
    """A grid with random loads (zeros among them), a river with one bridge, and owners in strips or any."""
    nx_, ny = draw_value(st.integers(3, 7)), draw_value(st.integers(2, 6))
    k = draw_value(st.integers(2, 3))
    rng = np.random.default_rng(draw_value(st.integers(0, 10_000)))
    n = nx_ * ny
    workload = rng.integers(0, 9, n) * rng.integers(0, 2, n) + (np.arange(n) % 2)
    ward = grid(nx_, ny, k, workload=workload)
    across = (ward.xy[ward.edges, 0] < 100 * (nx_ // 2)).sum(axis=1) == 1
    kinds = np.where(across, "river", np.where(rng.random(len(across)) < 0.2, "railway", "border"))
    kinds[rng.choice(np.flatnonzero(across))] = "bridge"
    strips = np.arange(n) % nx_ * k // nx_
    owner = strips if held else rng.integers(-1, k, n)
    return ward.replaced(owner=owner, edge_cost_m=edge_costs_m(kinds))


def pieces_by_networkx(problem: Problem, owner: np.ndarray) -> list[int]:
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.n))
    assert problem.edge_cost_m is not None
    graph.add_edges_from(problem.edges[np.isfinite(problem.edge_cost_m)].tolist())
    return [
        nx.number_connected_components(graph.subgraph(np.flatnonzero(owner == part).tolist()))
        for part in range(problem.k)
    ]


@FEW
@given(wards(), st.integers(0, 10_000), st.integers(1, 12))
def test_incremental_equals_recomputed_and_undo_restores(problem: Problem, seed: int, moves: int) -> None:
    rng = np.random.default_rng(seed)
    plan = plan_of(problem)
    history = [plan]
    for _ in range(moves):
        units = rng.choice(problem.n, rng.integers(1, 5), replace=False)
        plan = plan.move(units, int(rng.integers(-1, problem.k)))
        history.append(plan)
    anew = plan_of(problem, plan.owner)
    for name in QUANTITIES:
        np.testing.assert_allclose(getattr(plan, name), getattr(anew, name), rtol=1e-9, atol=1e-6)
    held = plan.owner >= 0
    assert plan.workload.sum() == problem.workload[held].sum()
    assert plan.pieces.tolist() == pieces_by_networkx(problem, plan.owner)
    assert plan.pieces.tolist() == check(problem, plan.owner, 0.5).parts.tolist()
    for before, after in pairwise(history):
        for part in range(-1, problem.k):
            changed = np.flatnonzero((before.owner != after.owner) & (before.owner == part))
            after = after.move(changed, part)  # noqa: PLW2901 - undone beat by beat
        assert after.owner.tolist() == before.owner.tolist()
        np.testing.assert_allclose(after.perimeter_m, before.perimeter_m, atol=1e-6)


@FEW
@given(wards(), st.integers(0, 50), st.sampled_from([0.1, 0.3, 0.6]))
def test_a_drawn_plan_passes_the_gate_or_is_refused_with_reason(
    problem: Problem, seed: int, tolerance: float
) -> None:
    try:
        proposal = draw(problem, tolerance, seed, proposals=4000)
    except InfeasibleError as refusal:
        if refusal.owner is not None:
            works = refusal.smallest_tolerance
            assert check(problem, refusal.owner, min(works + 1e-6, 0.999)).ok or works >= 1  # noqa: PT017
        return
    assert check(problem, proposal.owner, tolerance).ok
    assert pieces_by_networkx(problem, proposal.owner) == [1] * problem.k
    assert proposal.plan.workload.sum() == problem.total


@FEW
@given(wards(), st.integers(0, 50), st.sampled_from([0.1, 0.3, 0.6]))
def test_the_smallest_change_passes_the_gate_and_respects_its_bound(
    problem: Problem, seed: int, tolerance: float
) -> None:
    try:
        proposal = rebalance(problem, tolerance, seed, time_limit_s=LIMIT_S)
    except InfeasibleError:
        return
    assert check(problem, proposal.owner, tolerance).ok
    assert pieces_by_networkx(problem, proposal.owner) == [1] * problem.k
    assert proposal.bound <= proposal.objective + 1e-9
    try:
        other = draw(problem, tolerance, seed, proposals=3000)
    except InfeasibleError:
        return
    assert other.moved_workload >= proposal.bound - 1e-9


@FEW
@given(wards(held=True), st.integers(0, 50))
def test_the_moves_lead_from_today_to_the_proposal(problem: Problem, seed: int) -> None:
    try:
        proposal = rebalance(problem, 0.4, seed, time_limit_s=LIMIT_S)
    except InfeasibleError:
        return
    owner = problem.owner.copy()
    for move in proposal.moves:
        before = np.array(pieces_by_networkx(problem, owner))
        assert owner[move.unit] == move.source
        owner[move.unit] = move.target
        after = np.array(pieces_by_networkx(problem, owner))
        assert move.contiguous == bool((after <= np.maximum(before, 1)).all() and (after > 0).all())
    assert owner.tolist() == proposal.owner.tolist()
