"""Khu phố on the desk: which a plan parts, and what a planner's word on them does. The ward: desk_ward."""

from dataclasses import replace

import numpy as np
import pytest

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR
from geo.services.plans import solve as plan_solve
from geo.services.plans.groups import FREE, MUST, RATHER, split_groups
from geo.services.plans.options import PlanOptions, Wishes
from geo.services.plans.problem import Desk, arranged
from tests.desk_ward import ground, opened, unit


def _desk(groups: int, tolerance: float, granted: float = 0.0) -> Desk:
    """K1 has a column of khu phố more than it should: 3 columns against 2 and 1."""
    flat = ground()
    held = flat.held_by.copy()
    held[[unit(2, row) for row in range(2)]] = 1
    options = PlanOptions(tolerance=tolerance, granted=granted, wishes=Wishes(2, 1, 1, 0, groups))
    return arranged(replace(flat, held_by=held), options)


def test_a_split_khu_pho_is_named_with_its_beats() -> None:
    desk = opened().desk
    assert split_groups(desk, desk.problem.owner) == ()
    owner = desk.problem.owner.copy()
    owner[unit(1, 0)] = 1
    (found,) = split_groups(desk, owner)
    assert found.name == "Khu phố 1"
    assert found.beats == (("Khu vực 1", 1), ("Khu vực 2", 1))
    assert found.said("vi") == "Khu phố 1 chia giữa Khu vực 1 (1\u00a0tổ), Khu vực 2 (1\u00a0tổ)"
    assert found.said("en") == "Khu phố 1 between Khu vực 1 (1\u00a0block), Khu vực 2 (1\u00a0block)"
    assert not found.already


def test_the_planner_chooses_whether_they_stay_whole() -> None:
    desk = _desk(MUST, 0.3)
    whole = plan_solve.rebalance(OPERATOR, desk, time_limit_s=5)
    assert whole.proposal.split_groups == ()
    assert split_groups(desk, whole.owner) == ()
    free = plan_solve.rebalance(OPERATOR, _desk(FREE, 0.3), time_limit_s=5)
    assert free.proposal.moved_workload <= whole.proposal.moved_workload
    drawn = plan_solve.draw(OPERATOR, _desk(MUST, 0.3), time_limit_s=5)
    assert drawn.proposal.split_groups == ()


def test_where_they_cannot_stay_whole_the_planner_is_told_which() -> None:
    flat = ground()
    homes = flat.households.copy()
    homes[[unit(1, 0), unit(1, 1)]] = 30  # a khu phố of 60 beside others of 20: 100 of 160 in the first beat
    heavy = replace(flat, households=homes)
    must = arranged(heavy, PlanOptions(tolerance=0.15, wishes=Wishes(groups=MUST)))
    with pytest.raises(InputError, match="Khu phố") as caught:
        plan_solve.rebalance(OPERATOR, must, time_limit_s=5)
    assert caught.value.code == "plan_groups_split"
    rather = arranged(heavy, PlanOptions(tolerance=0.15, wishes=Wishes(groups=RATHER)))
    found = plan_solve.rebalance(OPERATOR, rather, time_limit_s=5)
    assert found.summary()["split_groups"]
    assert found.summary()["extra_workload"] == 0


def test_two_wards_may_have_a_khu_pho_of_one_name() -> None:
    import geopandas as gpd

    from geo.services.plans.ground import _groups

    blocks = gpd.GeoDataFrame(
        {"unit_id": [1, 1, 2, 2], "neighbourhood": ["Khu phố 1", "khu phố 1", "Khu phố 1", ""]}
    )
    found = _groups(blocks)
    assert found[0] == found[1]
    assert found[2] not in {found[0], -1}
    assert found[3] == -1
    assert found.dtype == np.int64
