"""What a Knox table must keep whatever the events."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.analysis.near_repeat import knox

N = st.integers(2, 40)
EVENTS: Any = N.flatmap(
    lambda n: st.tuples(
        arrays(float, (n, 2), elements=st.integers(0, 60).map(lambda k: k * 10.0)),
        arrays(float, (n,), elements=st.integers(0, 40).map(float)),
    )
)
METRIC: Any = st.sampled_from(["euclidean", "manhattan"])
BANDS: tuple[Any, Any] = ((0, 1, 50, 100, 300), (0, 1, 2, 7, 30))
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(EVENTS, METRIC, st.randoms(use_true_random=False))
def test_the_order_of_the_events_does_not_matter(events: Any, metric: Any, random: Any) -> None:
    xy, days = events
    order = list(range(len(xy)))
    random.shuffle(order)
    here = knox(xy, days, *BANDS, permutations=0, metric=metric)
    there = knox(xy[order], days[order], *BANDS, permutations=0, metric=metric)
    np.testing.assert_array_equal(here.observed, there.observed)
    np.testing.assert_allclose(here.expected, there.expected)


@FEW
@given(EVENTS, METRIC, st.integers(-5000, 5000), st.integers(-5000, 5000))
def test_moving_and_scaling_everything_changes_nothing(events: Any, metric: Any, dx: int, later: int) -> None:
    xy, days = events
    here = knox(xy, days, *BANDS, permutations=19, metric=metric)
    scaled = (np.array(BANDS[0]) * 4, BANDS[1])
    there = knox((xy + dx) * 4, days[::1] + later, *scaled, permutations=19, metric=metric)
    np.testing.assert_array_equal(here.observed, there.observed)
    np.testing.assert_array_equal(here.p, there.p)


@FEW
@given(EVENTS, METRIC)
def test_finer_bands_add_up(events: Any, metric: Any) -> None:
    xy, days = events
    fine = knox(xy, days, *BANDS, permutations=0, metric=metric)
    coarse = knox(xy, days, (0, 300), (0, 30), permutations=0, metric=metric)
    assert fine.observed.sum() == coarse.observed[0, 0]
    np.testing.assert_allclose(fine.expected.sum(), coarse.expected[0, 0])


@FEW
@given(EVENTS, st.integers(0, 40), st.integers(0, 2**32))
def test_p_is_above_0_and_at_most_1(events: Any, permutations: int, seed: int) -> None:
    xy, days = events
    result = knox(xy, days, *BANDS, permutations=permutations, seed=seed)
    assert ((result.p >= 1 / (1 + permutations)) & (result.p <= 1)).all()
    again = knox(xy, days, *BANDS, permutations=permutations, seed=seed)
    np.testing.assert_array_equal(result.p, again.p)


@FEW
@given(EVENTS, METRIC)
def test_all_pairs_with_open_ends_are_all_pairs(events: Any, metric: Any) -> None:
    xy, days = events
    result = knox(xy, days, (0, 100, np.inf), (0, 5, np.inf), permutations=0, metric=metric)
    assert result.observed.sum() == result.pairs == len(xy) * (len(xy) - 1) // 2
    np.testing.assert_allclose(result.expected.sum(), result.pairs)
