"""Stability of ranks where the answer is known."""

import numpy as np
import pytest
from scipy.stats import binom

from geo.analysis.density import exact
from geo.analysis.grid import Grid
from geo.analysis.stability import count_stability, score_stability
from geo.domain.errors import InputError


def test_a_clear_winner_is_sure_and_twins_share_the_second_place() -> None:
    place = np.repeat([0, 1, 2, 3, -1], [500, 50, 50, 1, 30])
    found = count_stability(place, 4, k=2, resamples=2000)
    assert found.score.tolist() == [500, 50, 50, 1]
    assert found.rank.tolist() == [1, 2.5, 2.5, 4]
    assert found.top_share[0] == 1
    assert found.top_share[1:3] == pytest.approx([0.5, 0.5], abs=0.04)
    assert found.top_share[3] == 0
    assert (found.rank_low[0], found.rank_high[0]) == (1, 1)
    assert (found.rank_low[1], found.rank_high[1]) == (2, 3)
    assert (found.used, found.outside) == (601, 30)


def test_two_places_swap_as_often_as_the_binomial_says() -> None:
    # of 30 draws, the place with 12 of 30 wins with more than 15; at 15 they are even
    found = count_stability(np.repeat([0, 1], [12, 18]), 2, k=1, resamples=20_000)
    wanted = binom.sf(15, 30, 0.4) + binom.pmf(15, 30, 0.4) / 2
    assert found.top_share[0] == pytest.approx(wanted, abs=0.01)


def test_events_that_come_together_make_ranks_less_sure() -> None:
    #  place 0: 40 single events; place 1: 30 events in one night. Everything else elsewhere.
    place = np.repeat([0, 1, -1], [40, 30, 60])
    night = np.concatenate((np.arange(40), np.full(30, 1000), np.arange(2000, 2060)))
    single = count_stability(place, 2, k=1, resamples=2000)
    together = count_stability(place, 2, k=1, resamples=2000, groups=night)
    # the night is drawn 0, 1, 2 ... times, nearly Poisson(1): twice or more in 26 %, and then 60 beat 40
    assert single.top_share[0] > 0.85
    assert together.top_share[0] == pytest.approx(0.74, abs=0.04)


def test_any_score_can_be_ranked() -> None:
    random = np.random.default_rng(1)
    xy = np.concatenate((random.normal(500, 60, (80, 2)), random.normal(1500, 60, (20, 2))))
    grid = Grid(0.0, 0.0, 100.0, 20, 20)
    found = score_stability(lambda weights: exact(xy, grid, 300.0, weights), 100, k=5, resamples=60, seed=2)
    np.testing.assert_allclose(found.score, exact(xy, grid, 300.0).ravel())
    assert found.top_share.sum() == pytest.approx(5)
    assert found.top_share.reshape(20, 20)[10:].sum() == 0
    counted = score_stability(
        lambda weights: np.bincount(np.arange(100) // 80, weights, 2), 100, k=1, resamples=200
    )
    assert counted.top_share.tolist() == [1, 0]
    unknown = score_stability(lambda _: np.array([np.nan, 1.0, 2.0]), 3, k=2, resamples=3)
    assert unknown.top_share.tolist() == [0, 1, 1]


def test_the_seed_and_only_the_seed_decides() -> None:
    place = np.random.default_rng(0).integers(0, 30, 200)
    one, same, other = (count_stability(place, 30, resamples=50, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.top_share, same.top_share)
    assert (one.top_share != other.top_share).any()


def test_no_events_and_fewer_places_than_asked_for() -> None:
    nothing = count_stability([], 4, k=2, resamples=5)
    assert nothing.top_share.tolist() == [0.5] * 4  # all equal: each has the same chance
    few = count_stability([0, 1, 1], 2, k=10, resamples=5)
    assert few.top_share.tolist() == [1, 1]
    assert count_stability([-1, -1], 2, k=1, resamples=5, groups=[0, 1]).outside == 2


def test_bad_input_is_refused() -> None:
    for place, number in (([0, 5], 3), ([-2], 3), ([[0]], 3), ([0], 0)):
        with pytest.raises(InputError, match="place"):
            count_stability(place, number)
    for name in ("k", "resamples"):
        with pytest.raises(InputError, match=name):
            count_stability([0], 1, **{name: 0})
    with pytest.raises(InputError, match="groups"):
        count_stability([0, 0], 1, groups=[1])
