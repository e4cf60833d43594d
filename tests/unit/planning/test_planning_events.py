"""Events give new problems with the way back; cover ends on its day."""

from datetime import date

import numpy as np
import pytest

from geo.domain.errors import InputError
from geo.planning import absent, check, merge_wards, new_building, new_officer, rebalance
from tests.unit.planning.wards import picture

WARD = "AABBCC\nAABBCC"


def test_an_absent_officers_units_are_taken_over_and_come_back() -> None:
    ward = picture(WARD)
    cover = absent(ward, 1, since=date(2026, 3, 2), until=date(2026, 3, 20))
    assert cover.is_temporary
    assert cover.problem.owner.tolist() == [0, 0, -1, -1, 1, 1] * 2
    proposal = rebalance(cover.problem, 0.0)
    assert proposal.objective == proposal.bound == 4
    assert check(cover.problem, proposal.owner, 0.0).ok
    during = cover.on(date(2026, 3, 2), proposal.owner)
    assert set(during.tolist()) == {0, 2}
    assert cover.on(date(2026, 3, 19), proposal.owner).tolist() == during.tolist()
    for day in (date(2026, 3, 1), date(2026, 3, 20)):
        assert cover.on(day, proposal.owner).tolist() == ward.owner.tolist()
    assert {move.reason for move in proposal.moves} == {"plan_move_vacant"}
    assert proposal.every_step_contiguous


def test_an_absence_has_limits() -> None:
    for arguments, code in (
        ({"part": 3}, "plan_unknown_part"),
        ({"part": 0, "since": date(2026, 3, 2), "until": date(2026, 3, 2)}, "plan_bad_expiry"),
    ):
        with pytest.raises(InputError) as caught:
            absent(picture(WARD), **arguments)  # type: ignore[arg-type]
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        absent(picture("AA"), 0)
    assert caught.value.code == "plan_last_beat"
    with pytest.raises(InputError) as caught:
        absent(picture(WARD, capacity=[5, 5, 5]), 0)
    assert caught.value.code == "plan_capacity_short"


def test_a_new_officer_gets_a_beat() -> None:
    cover = new_officer(picture("AAABBB\nAAABBB"))
    proposal = rebalance(cover.problem, 0.0)
    assert proposal.plan.workload.tolist() == [4, 4, 4]
    assert proposal.objective == 4
    assert cover.in_todays_numbers(proposal.owner).max() == 2
    assert new_officer(picture(WARD, capacity=[5, 6, 7])).problem.capacity.tolist() == [5, 6, 7, 6]


def test_a_new_building_moves_few() -> None:
    cover = new_building(picture("AAAABBBB"), unit=0, workload=3)
    assert cover.problem.workload.tolist() == [4, 1, 1, 1, 1, 1, 1, 1]
    assert rebalance(cover.problem, 0.1).objective == 1
    with pytest.raises(InputError):
        new_building(picture("AB"), 0, -2)


def test_two_wards_become_one() -> None:
    one, other = picture("AAAB", group=[-1, 4, 4, -1]), picture("AB", group=[0, 0])
    cover = merge_wards(one, other, edges=[(3, 0)], border_m=[100.0])
    merged = cover.problem
    assert merged.owner.tolist() == [0, 0, 0, 1, 2, 3]
    assert merged.group is not None
    assert merged.group.tolist() == [-1, 4, 4, -1, 5, 5]
    assert merged.edges[-1].tolist() == [3, 4]
    with pytest.raises(InputError) as caught:
        merge_wards(one, other, edges=[], border_m=[])
    assert caught.value.code == "plan_problems_differ"
    with pytest.raises(InputError) as caught:
        merge_wards(one, other, edges=[(3, 0)], border_m=[100.0], edge_cost_m=[np.inf])
    assert caught.value.code == "plan_graph_in_parts"
