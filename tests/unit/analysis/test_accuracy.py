"""Scores of maps on maps drawn by hand."""

from typing import Any

import numpy as np
import pytest

from geo.analysis.accuracy import compare, evaluate, hit_rate, pai, pei
from geo.domain.errors import InputError

#  score      test
#  4 3 3      0 2 1     (row 1, north)
#  9 0 1      5 1 1     (row 0, south)
SCORE = np.array([[9, 0, 1], [4, 3, 3]], dtype=float)
TEST = np.array([[5, 1, 1], [0, 2, 1]])


def test_by_hand() -> None:
    result = evaluate(SCORE, TEST, 1 / 3)
    assert (result.places, result.hits, result.events) == (2, 5, 10)
    assert (result.hit_rate, result.pai, result.pei) == (0.5, 1.5, pytest.approx(5 / 7))


def test_of_equal_scores_the_later_place_is_taken() -> None:
    result = evaluate(SCORE, TEST, 0.5)
    assert (result.hits, result.hits_low, result.hits_high) == (6, 6, 7)


def test_a_share_is_never_exceeded_but_one_place_is_always_taken() -> None:
    assert [evaluate(SCORE, TEST, share).places for share in (0.01, 0.17, 0.49, 0.99, 1.0)] == [1, 1, 2, 5, 6]
    hundred = np.arange(100.0)
    assert evaluate(hundred, hundred, 0.29).places == 29


def test_everything_is_everything() -> None:
    assert hit_rate(SCORE, TEST, 1.0) == pai(SCORE, TEST, 1.0) == pei(SCORE, TEST, 1.0) == 1


def test_nan_is_outside() -> None:
    score = np.where(SCORE == 9, np.nan, SCORE)
    result = evaluate(score, TEST, 0.2)
    assert (result.places, result.events, result.hits) == (1, 5, 0)
    assert result.area_share == 0.2


def test_areas_of_different_size() -> None:
    """Two wards of 1 km² and one of 8: the big one is 80 % of the area and does not fit into 20 %."""
    result = evaluate([3, 2, 1], [4, 4, 8], 0.2, area=[1, 1, 8])
    assert (result.places, result.area_share, result.hits) == (2, 0.2, 8)
    assert result.pai == pytest.approx(2.5)
    assert result.pei == 1
    assert evaluate([1, 2, 3], [4, 4, 8], 0.2, area=[1, 1, 8]).places == 1  # the best place, though too large


def test_plain_counts_are_always_compared_and_win_ties() -> None:
    result = compare({"copy": TEST, "worst": -TEST}, TEST, TEST, shares=(0.5,))
    assert [score.method for score in result.scores] == ["copy", "worst", "plain_counts"]
    assert result.best(0.5).method == "plain_counts"
    assert result.scores[1].hits < result.scores[0].hits


def test_a_place_without_a_score_is_left_out_for_all() -> None:
    result = compare({"a": np.where(SCORE == 9, np.nan, SCORE)}, TEST, TEST, shares=(0.5,))
    assert result.left_out == 1
    assert {score.events for score in result.scores} == {5}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((SCORE, TEST, 0.0), "bad_share"),
        ((SCORE, TEST, 1.01), "bad_share"),
        ((SCORE, TEST, float("nan")), "bad_share"),
        ((SCORE, TEST[0], 0.1), "shape_mismatch"),
        ((SCORE, TEST * 0, 0.1), "no_test_events"),
        ((SCORE * np.nan, TEST, 0.1), "no_test_events"),
        ((SCORE, -TEST, 0.1), "bad_counts"),
        ((SCORE, TEST, 0.1, TEST * 0), "bad_exposure"),
    ],
)
def test_bad_input_is_named(arguments: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        pai(*arguments)
    assert caught.value.code == code
