"""What a planner wants, as figures and as a price. The ward: desk_ward."""

from dataclasses import replace

import numpy as np
import pytest

from geo.domain.errors import InputError
from geo.domain.roles import OPERATOR
from geo.planning.search import posts_of
from geo.services.plans import solve as plan_solve
from geo.services.plans.ground import DeskPost
from geo.services.plans.options import PlanOptions, Wishes, Workload, from_json
from geo.services.plans.problem import arranged
from geo.services.plans.wishes import price, said, standing, weights_of
from tests.desk_ward import X0, Y0, ground, opened, unit

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


def test_ways_are_to_the_post_that_lies_best_for_the_beat() -> None:
    """One post in the middle of the first beat, one in that of the third: the second beat has two alike."""
    found = opened()
    posts = tuple(DeskPost(name, X0 + x, Y0 + 100.0) for name, x in (("Tây", 100.0), ("Đông", 500.0)))
    ground = replace(found.desk.ground, posts=posts)
    middle = arranged(ground, PlanOptions(tolerance=0.3))
    post = arranged(ground, PlanOptions(tolerance=0.3, ways="post"))
    assert middle.problem.posts is None
    owner = middle.problem.owner
    own, far = 2**0.5 * 50, (np.hypot(150, 50) + np.hypot(250, 50)) / 2
    assert standing(middle, owner).distance == pytest.approx(own)
    assert standing(post, owner).distance == pytest.approx((own + far + own) / 3)
    assert posts_of(post.problem, owner)[[0, 2]].tolist() == [0, 1]
    said_of = PlanOptions(wishes=Wishes(0, 0, 0, 1), ways="post")
    assert "đường đến trụ sở ngắn" in said(said_of, "vi")
    assert from_json(said_of.as_json()).ways == "post"
    with pytest.raises(InputError, match="settings"):
        from_json({"ways": "moon"})


def test_short_ways_to_posts_shape_a_plan_from_scratch() -> None:
    """Two posts at the ends of a long ward: beats worked from them lie along it, not across."""
    long = replace(ground(columns=12, rows=4, beats=2), posts=())
    ends = tuple(DeskPost(name, X0 + x, Y0 + 200.0) for name, x in (("Tây", 0.0), ("Đông", 1200.0)))
    options = PlanOptions(tolerance=0.1, wishes=Wishes(0, 0, 0, 3, 0), ways="post")
    desk = arranged(replace(long, posts=ends), options)
    found = plan_solve.draw(OPERATOR, desk, time_limit_s=20)
    columns = np.arange(48) // 4
    assert standing(desk, found.owner).distance <= standing(desk, (columns >= 6).astype(int)).distance + 1e-6
    assert set(found.owner[columns == 0].tolist()).isdisjoint(found.owner[columns == 11].tolist())
    assert found.summary()["ways"] == "post"


def test_the_price_of_a_plan_from_scratch_is_the_sum_that_is_named() -> None:
    desk = arranged(ground(columns=8, rows=6, beats=4), PlanOptions(tolerance=0.2, wishes=_NOTHING))
    found = plan_solve.draw(OPERATOR, desk, time_limit_s=20)
    summary, problem = found.summary(), desk.problem
    plan, weights = found.proposal.plan, summary["weights"]
    assert summary["objective_name"] == "price"
    assert set(weights) == {"border", "neighbours", "compactness"}
    crossing = found.owner[problem.edges[:, 0]] != found.owner[problem.edges[:, 1]]
    metres = problem.border_m[crossing].sum()
    assert summary["border_m"]["plan"] == pytest.approx(metres)
    price_now = (
        weights["border"] * metres / problem.border_m.mean()
        + weights["neighbours"] * crossing.sum()
        + weights["compactness"] * 100 * (1 - plan.polsby_popper).sum()
    )
    assert summary["objective"] == pytest.approx(price_now)


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
