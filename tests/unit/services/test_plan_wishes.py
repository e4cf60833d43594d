"""What a planner wants, as figures and as a price. The ward: desk_ward."""

import pytest

from geo.domain.errors import InputError
from geo.services.plan_options import PlanOptions, Wishes, Workload, from_json
from geo.services.plan_wishes import price, said, standing, weights_of
from tests.desk_ward import opened, unit

_NOTHING = Wishes(0, 0, 0, 0, 0)


def test_today_costs_nothing_and_each_wish_prices_its_own_figure() -> None:
    desk = opened().desk
    owner = desk.problem.owner.copy()
    today = standing(desk, owner)
    assert (today.moved, today.touched) == (0.0, 0)
    assert today.distance == pytest.approx(2**0.5 * 50)  # four squares of 100 m around their middle
    owner[unit(1, 0)] = 1
    after = standing(desk, owner)
    assert after.moved == pytest.approx(1 / 12)
    assert after.touched == 2
    assert after.compact < today.compact
    assert after.distance > today.distance
    assert price(Wishes(3, 3, 3, 3, 2), today, today, 3) == 0
    assert price(_NOTHING, after, today, 3) == 0
    for name in ("moved", "touched", "compact", "distance"):
        little, much = (price(Wishes(**{**vars(_NOTHING), name: at}), after, today, 3) for at in (1, 3))
        assert 0 < little < much
    assert (today.groups, after.groups) == (0, 1)  # a column of blocks is a khu phố
    assert 0 < price(Wishes(0, 0, 0, 0, 1), after, today, 3) < price(Wishes(0, 0, 0, 0, 2), after, today, 3)


def test_the_balance_is_said_in_both_languages_and_kept() -> None:
    options = PlanOptions(
        workload=Workload(1.0, 0.25, 0.0), targets="days", norm=40.0, wishes=Wishes(0, 0, 1, 3)
    )
    assert from_json(options.as_json()) == options
    assert said(options, "vi") == (
        "Cân theo 1 × hộ + 0,25 × nhân khẩu · ±5 % · theo số ngày bám địa bàn · "
        "định mức 40 mỗi ngày bám địa bàn · ưu tiên: đường đi ngắn, khu vực gọn"
    ).replace("5 %", "5\u00a0%")
    assert said(PlanOptions(wishes=_NOTHING), "en") == "Balanced by households · ±5% · equal shares"


@pytest.mark.parametrize(
    "wrong",
    [
        {"workload": {"households": 0.0, "residents": 0.0, "incidents": 0.0}},
        {"workload": {"households": -1.0}},
        {"norm": 0.0},
        {"wishes": {"moved": 4}},
        {"wishes": {"groups": 3}},
    ],
)
def test_what_balances_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match="settings"):
        from_json(wrong)


def test_drawing_from_scratch_takes_the_strengths() -> None:
    assert weights_of(Wishes(0, 0, 3, 1)).compactness > weights_of(Wishes(0, 0, 1, 1)).compactness
    assert weights_of(Wishes(0, 0, 0, 3)).distance > 0
