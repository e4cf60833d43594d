"""What a suggestion says of a draft, and that it leaves held beats alone. Ward: desk_ward, 40 a beat."""

import numpy as np
import pytest

from geo.domain.messages import Lang
from geo.domain.roles import OPERATOR
from geo.planning import InfeasibleError
from geo.services.plans import solve as plan_solve
from geo.services.plans.drafts import explained
from geo.services.plans.options import PlanOptions
from tests.desk_ward import opened, unit


@pytest.mark.parametrize(("lang", "shown"), [("en", "+25.0 % → +0.0 %"), ("vi", "+25,0 % → +0,0 %")])
def test_moves_that_are_not_taken_yet_count_from_the_draft(lang: Lang, shown: str) -> None:
    desk = opened().desk
    today = desk.problem.owner
    draft = today.copy()
    draft[unit(1, 0)] = 1  # the second beat has 50 of 40 now
    ((move, said),) = explained(desk, today, lang, start=draft)
    assert (move.unit, move.source, move.target) == (unit(1, 0), 1, 0)
    assert shown in said
    assert explained(desk, today, lang) == ()  # nothing of it is a move from today


def test_what_a_held_beat_has_in_the_draft_stays_there() -> None:
    def rebalanced(tolerance: float, *held: str) -> list[int]:
        desk = opened(PlanOptions(tolerance=tolerance, locked_beats=held)).desk
        draft = desk.problem.owner.copy()
        draft[unit(1, 0)] = 1
        found = plan_solve.rebalance(OPERATOR, desk, owner=draft, time_limit_s=5)
        return np.flatnonzero(found.owner != draft).tolist()

    assert len(rebalanced(0.1)) > 0
    assert rebalanced(0.3, "K2") == []
    with pytest.raises(InfeasibleError) as caught:  # 50 of 40 are held, and may not go
        rebalanced(0.1, "K2")
    assert caught.value.proved
