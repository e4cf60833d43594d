"""What cannot be planned is refused at once, with the place of the fault and its cure."""

import numpy as np
import pytest

from geo.domain.errors import InputError
from geo.planning import draw, edge_costs_m, plan_of, rebalance
from tests.unit.planning.wards import grid, picture


def refused(code: str, **changes: object) -> InputError:
    with pytest.raises(InputError) as caught:
        grid(4, 3, **({"k": 3} | changes))
    assert caught.value.code == code
    for lang in ("vi", "en"):
        assert "{" not in caught.value.message(lang)
    return caught.value


def test_more_beats_than_units() -> None:
    assert refused("plan_k_above_units", k=13).params == {"n": 12, "k": 13}
    refused("plan_bad_k", k=0)
    refused("plan_bad_k", k=2.5)


def test_workload_must_be_finite_and_not_negative() -> None:
    wrong = np.ones(12)
    wrong[5] = -2
    assert refused("plan_negative", workload=wrong).params["first"] == 5
    wrong[5] = np.nan
    assert refused("plan_not_finite", workload=wrong).params["first"] == 5
    refused("plan_no_workload", workload=np.zeros(12))
    refused("plan_no_units", workload=np.zeros(0))


@pytest.mark.parametrize("field", ["xy", "area_m2", "perimeter_m", "border_m"])
def test_every_measure_must_be_finite_and_of_its_shape(field: str) -> None:
    values = np.array(getattr(grid(4, 3, 3), field))
    values[2] = np.nan
    refused("plan_not_finite", **{field: values})
    refused("plan_bad_shape", **{field: values[:-1]})


def test_a_graph_in_two_parts_is_named() -> None:
    whole = grid(4, 3, 3)
    x = whole.xy[:, 0]
    across = (x[whole.edges] < 300).sum(axis=1) == 1  # between the third and the fourth column
    fault = refused("plan_graph_in_parts", edges=whole.edges[~across], border_m=whole.border_m[~across])
    assert fault.params["pieces"] == 2
    assert fault.params["smallest"] == 3
    # the same borders there but blocked, as by a river, part it too; one bridge joins it
    kinds = np.where(across, "river", "border")
    refused("plan_graph_in_parts", edge_cost_m=edge_costs_m(kinds))
    kinds[np.flatnonzero(across)[1]] = "bridge"
    assert grid(4, 3, 3, edge_cost_m=edge_costs_m(kinds)).adjacency.passable.sum() == 2 * (17 - 2)


def test_edges_must_join_two_units() -> None:
    edges = grid(4, 3, 3).edges.copy()
    edges[4] = (3, 3)
    assert refused("plan_bad_edges", edges=edges).params["first"] == 4
    edges[4] = (3, 12)
    refused("plan_bad_edges", edges=edges)


def test_owners_locks_and_capacities() -> None:
    owner = np.zeros(12, dtype=int)
    owner[7] = 3
    assert refused("plan_bad_owner", owner=owner).params["first"] == 7
    refused("plan_not_whole", owner=owner + 0.5)
    locked = np.zeros(12, dtype=bool)
    locked[1] = True
    refused("plan_lock_without_owner", locked=locked)
    refused("plan_capacity_short", capacity=[3, 3, 3])
    assert refused("plan_bad_capacity", capacity=[3, np.nan, 30]).params["part"] == 1
    refused("plan_bad_share", share=[1, 0, 1])
    refused("plan_bad_shape", capacity=[12, 12])


def test_locks_that_tear_a_beat_are_refused() -> None:
    locked = np.ones(5, dtype=bool)
    with pytest.raises(InputError) as caught:
        picture("ABABB", locked=locked)
    assert caught.value.code == "plan_lock_apart"
    locked[1] = False
    assert picture("ABABB", locked=locked).k == 2


def test_a_share_or_a_capacity_sets_the_targets() -> None:
    assert grid(4, 3, 3).target == pytest.approx([4, 4, 4])
    assert grid(4, 3, 3, capacity=[8, 8, 16]).target == pytest.approx([3, 3, 6])
    assert grid(4, 3, 3, capacity=[8, 8, np.inf]).target == pytest.approx([4, 4, 4])
    assert grid(4, 3, 3, share=[1, 2, 3]).target == pytest.approx([2, 4, 6])


def test_a_problem_is_its_own_and_cannot_be_changed() -> None:
    workload = np.ones(12)
    problem = grid(4, 3, 3, workload=workload)
    workload[0] = 99
    assert problem.total == 12
    with pytest.raises(ValueError, match="read-only"):
        problem.workload[0] = 5


@pytest.mark.parametrize("solve", [draw, rebalance])
def test_bad_limits_are_refused(solve: object) -> None:
    problem = picture("AAB\nABB")
    for code, arguments in (
        ("plan_bad_tolerance", {"tolerance": -0.1}),
        ("plan_bad_tolerance", {"tolerance": float("nan")}),
        ("plan_bad_limit", {"time_limit_s": 0}),
    ):
        with pytest.raises(InputError) as caught:
            solve(problem, **arguments)  # type: ignore[operator]
        assert caught.value.code == code


def test_a_move_says_what_it_cannot_do() -> None:
    locked = np.array([True, False, False, False, False, False])
    plan = plan_of(picture("ABB\nAAB", locked=locked))
    for units, part, code in (
        (6, 0, "plan_unknown_unit"),
        (2, 2, "plan_unknown_part"),
        (0, 1, "plan_locked_unit"),
    ):
        with pytest.raises(InputError) as caught:
            plan.move(units, part)
        assert caught.value.code == code
