"""A plan's quantities on wards drawn by hand, and the gate that finds every planted fault."""

import numpy as np
import pytest

from geo.planning import check, edge_costs_m, plan_of
from tests.unit.planning.wards import owners, picture

WARD = """
AABB
AABB
CCBB
"""


def test_the_quantities_of_a_plan() -> None:
    plan = plan_of(picture(WARD))
    assert plan.workload.tolist() == [4, 6, 2]
    assert plan.units.tolist() == [4, 6, 2]
    assert plan.perimeter_m.tolist() == [800, 1000, 600]
    assert plan.polsby_popper == pytest.approx([np.pi / 4, 4 * np.pi * 6e4 / 1e6, 4 * np.pi * 2e4 / 36e4])
    assert plan.cut_edges == 5
    assert plan.pieces.tolist() == [1, 1, 1]
    assert plan.contiguous
    assert plan.moved_units == 0
    assert plan.deviation == pytest.approx([0, 0.5, -0.5])


def test_a_move_is_a_new_plan_and_undo_is_the_old_one() -> None:
    plan = plan_of(picture(WARD))
    moved = plan.move([2, 6], 2)
    assert moved.owner.tolist() == owners("AABB\nAACB\nCCCB").tolist()
    assert (moved.workload.tolist(), moved.moved_workload) == ([4, 4, 4], 2)
    assert plan.workload.tolist() == [4, 6, 2], "the plan before must stay as it was"
    back = moved.move([2, 6], 1)
    assert back.owner.tolist() == plan.owner.tolist()
    assert (back.moved_units, back.moved_workload, back.cut_edges) == (0, 0, plan.cut_edges)
    assert plan.move([0], 2) is plan


def test_a_torn_beat_and_a_vacant_one_show() -> None:
    plan = plan_of(picture(WARD)).move(5, 2)  # A keeps three corners of its square; C gets the fourth
    assert plan.pieces.tolist() == [1, 1, 1]
    plan = plan.move(9, 2)
    assert plan.pieces.tolist() == [1, 1, 1]
    assert plan.move(4, 1).pieces.tolist() == [1, 2, 1]
    vacant = plan_of(picture(WARD)).move([0, 1], -1)
    assert (vacant.pieces.tolist(), vacant.contiguous) == ([1, 1, 0], False)


def test_a_river_tears_what_a_bridge_joins() -> None:
    ward = picture("AB\nAB")
    river = (ward.edges[:, 0] < 2) & (ward.edges[:, 1] >= 2)  # between the two rows
    blocked = edge_costs_m(np.where(river, "river", "border"))
    bridge = np.flatnonzero(river)[0]
    with_bridge = picture(
        "AB\nAB",
        edges=np.vstack((ward.edges, ward.edges[bridge])),
        border_m=np.append(ward.border_m, 0.0),
        edge_cost_m=np.append(blocked, 0.0),
    )
    plan = plan_of(with_bridge)
    assert plan.pieces.tolist() == [1, 2]
    assert plan.perimeter_m.tolist() == [600, 600], "the river is a shared border all the same"
    assert [fault.code for fault in check(with_bridge, plan.owner, 0.1).violations] == ["plan_fault_pieces"]


def codes(text: str, plan: str, tolerance: float = 0.5, **changes: object) -> list[str]:
    problem = picture(text, **changes)
    report = check(problem, owners(plan), tolerance)
    assert report.ok is not bool(report.violations)
    for fault in report.violations:
        assert "{" not in fault.message("vi") + fault.message("en")
    return [fault.code for fault in report.violations]


def test_the_gate_lets_a_good_plan_through() -> None:
    assert codes(WARD, WARD) == []
    report = check(picture(WARD), owners(WARD), 0.5)
    assert report.parts.tolist() == [1, 1, 1]
    assert report.deviation == pytest.approx([0, 0.5, -0.5])


def test_the_gate_rejects_every_planted_fault() -> None:
    assert codes(WARD, WARD, 0.49) == ["plan_fault_deviation"] * 2
    assert codes(WARD, "AABB\nAABB\nBCBB", 0.99) == ["plan_fault_pieces"]
    assert codes(WARD, "AABB\nAABB\nAABB", 0.99) == ["plan_fault_empty", "plan_fault_deviation"]
    assert codes(WARD, "AABB\nAABB\nCC.B") == ["plan_fault_vacant"]
    assert codes(WARD, "AABB\nAABB\nCDBB") == ["plan_fault_owner", "plan_fault_deviation"]
    locked = np.arange(12) == 0
    assert codes(WARD, "AABB\nAABB\nACBB", 0.99, locked=locked) == ["plan_fault_lock"]
    capacity = [4, 5.5, 4]
    assert "plan_fault_capacity" in codes(WARD, WARD, 0.9, capacity=capacity)


@pytest.mark.parametrize(
    "owner", [[0, 1], np.zeros((12, 1)), ["A"] * 12, [np.nan] * 12, None, np.full(12, 0.5)]
)
def test_the_gate_rejects_what_is_no_plan(owner: object) -> None:
    assert not check(picture(WARD), owner, 0.99).ok


def test_units_without_workload_must_be_joined_too() -> None:
    work = [[1, 1, 0], [1, 1, 0]]
    assert codes("AAB\nABB", "ABA\nABB", 0.2, workload=work) == ["plan_fault_pieces"]


def test_split_groups_are_told_and_allowed() -> None:
    report = check(picture("AABB", group=[7, 7, 7, -1]), [0, 0, 1, 1], 0.1)
    assert report.ok
    assert report.split_groups == (7,)
