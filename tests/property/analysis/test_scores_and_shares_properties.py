"""What scores, changes, hours and concentrations must keep whatever the counts."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.analysis import accuracy, change, concentration, timing

FEW = settings(max_examples=80, deadline=None)
COUNTS: Any = arrays(float, st.integers(1, 60), elements=st.integers(0, 9).map(float))
SOME: Any = COUNTS.filter(lambda counts: counts.sum() > 0)
SHARE = st.floats(0.001, 1)
TWO: Any = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[arrays(float, (n,), elements=st.integers(0, 30).map(float))] * 2)
)
MINUTE = st.integers(-2_000_000, 40_000_000)
INTERVALS: Any = st.lists(st.tuples(MINUTE, st.integers(0, 30_000)), max_size=30)


@FEW
@given(SOME, SHARE, st.data())
def test_no_map_beats_the_best_and_any_order_is_within_the_ties(
    counts: np.ndarray, share: float, data: Any
) -> None:
    score = data.draw(arrays(float, counts.shape, elements=st.integers(0, 3).map(float)))
    result = accuracy.evaluate(score, counts, share)
    assert 0 <= result.hits_low <= result.hits <= result.hits_high <= result.events
    assert 0 <= result.pei <= 1 + 1e-12
    assert accuracy.evaluate(counts, counts, share).pei == 1
    np.testing.assert_allclose(result.pai * result.area_share, result.hit_rate)
    assert result.area_share <= max(share * (1 + 1e-9), 1 / counts.size)
    order = np.random.default_rng(0).permutation(counts.size)
    other = accuracy.evaluate(score[order], counts[order], share)
    assert (other.hits_low, other.hits_high, other.pei >= 0) == (result.hits_low, result.hits_high, True)


@FEW
@given(SOME, SHARE, SHARE)
def test_more_area_never_catches_less(counts: np.ndarray, one: float, other: float) -> None:
    score = np.sin(np.arange(counts.size) * 1.7)
    low, high = sorted((one, other))
    assert accuracy.hit_rate(score, counts, low) <= accuracy.hit_rate(score, counts, high)
    assert accuracy.hit_rate(score * 3 + 1, counts, low) == accuracy.hit_rate(score, counts, low)


@FEW
@given(SOME, SHARE)
def test_equal_areas_of_any_unit_are_no_areas(counts: np.ndarray, share: float) -> None:
    plain = accuracy.evaluate(counts[::-1], counts, share)
    sized = accuracy.evaluate(counts[::-1], counts, share, area=np.full(counts.size, 0.25))
    np.testing.assert_allclose(
        [sized.places, sized.hits, sized.pai, sized.pei], [plain.places, plain.hits, plain.pai, plain.pei]
    )


@FEW
@given(TWO, st.integers(0, 2**31), st.booleans())
def test_sppt_is_a_share_and_the_same_for_the_same_seed(two: Any, seed: int, shares: bool) -> None:
    result = change.sppt(*two, replicates=20, seed=seed, shares=shares)
    assert 0 <= result.s <= 1
    assert (result.base_low <= result.base_high).all()
    assert (result.test_low <= result.test_high).all()
    again = change.sppt(*two, replicates=20, seed=seed, shares=shares)
    np.testing.assert_array_equal(result.local, again.local)
    assert np.isnan(result.robust_s) == (two[0] + two[1] == 0).all()


@FEW
@given(TWO)
def test_a_period_against_itself_has_not_changed(two: Any) -> None:
    counts, other = two
    p = change.share_test(counts, counts).p
    assert (np.isnan(p) | (p == 1)).all()
    there, back = change.share_test(counts, other), change.share_test(other, counts)
    np.testing.assert_allclose(there.p, back.p)
    np.testing.assert_allclose(there.difference, -back.difference, atol=1e-15)
    assert (np.isnan(there.p) | ((there.p > 0) & (there.p <= 1))).all()


@FEW
@given(st.integers(0, 3000), st.integers(0, 3000), st.floats(0.1, 20), st.floats(0.1, 20))
def test_e_test_is_a_p_value_and_does_not_ask_who_is_first(a: int, b: int, n1: float, n2: float) -> None:
    p = change.e_test(a, b, n1, n2)
    assert 0 < p <= 1
    np.testing.assert_allclose(p, change.e_test(b, a, n2, n1), rtol=1e-6, atol=1e-12)


@FEW
@given(*[st.tuples(st.integers(0, 500), st.integers(0, 500))] * 4)
def test_wdd_of_treated_and_control_swapped_is_its_opposite(c: Any, t: Any, dc: Any, dt: Any) -> None:
    result, swapped = change.wdd(c, t, dc, dt), change.wdd(t, c, dt, dc)
    assert result.estimate == -swapped.estimate
    np.testing.assert_allclose(result.standard_error, swapped.standard_error)
    assert result.total.low <= result.estimate <= result.total.high
    assert 0 < result.total.p <= 1


@FEW
@given(INTERVALS, st.sampled_from(["hour", "weekday", "weekday_hour"]), st.integers(-300, 300))
def test_aoristic_keeps_every_event_and_knows_the_week(rows: Any, by: str, weeks: int) -> None:
    minutes = np.array([row[0] for row in rows], dtype=np.int64)
    lasts = np.array([row[1] for row in rows], dtype=np.int64)
    start = np.datetime64("2000-01-03T00:00", "m") + minutes
    end = start + lasts
    counts = timing.aoristic(start, end, by=by)
    assert (counts >= 0).all()
    np.testing.assert_allclose(counts.sum(), len(rows), rtol=1e-12, atol=1e-9)
    later = np.timedelta64(weeks * 7 * 1440, "m")
    np.testing.assert_allclose(timing.aoristic(start + later, end + later, by=by), counts, atol=1e-9)
    halves = timing.aoristic(start[::2], end[::2], by=by) + timing.aoristic(start[1::2], end[1::2], by=by)
    np.testing.assert_allclose(halves, counts, atol=1e-9)


@FEW
@given(SOME, st.integers(2, 9))
def test_concentration_does_not_depend_on_order_or_unit(counts: np.ndarray, k: int) -> None:
    n = counts.size
    for measure in (concentration.gini, concentration.share_holding):
        np.testing.assert_allclose(measure(counts[::-1] * k), measure(counts), atol=1e-12)
        np.testing.assert_allclose(measure(np.repeat(counts, k)), measure(counts), atol=1 / n + 1e-12)
    assert -1e-12 <= concentration.gini(counts) <= 1 - 1 / n + 1e-12
    assert -1e-9 <= concentration.generalised_gini(counts) <= concentration.gini(counts) + 1e-12
    np.testing.assert_allclose(
        concentration.gini(np.repeat(counts, k)), concentration.gini(counts), atol=1e-12
    )


@FEW
@given(SOME, SHARE)
def test_the_places_that_hold_a_share_hold_it(counts: np.ndarray, share: float) -> None:
    places = round(concentration.share_holding(counts, share) * counts.size)
    held = np.cumsum(np.sort(counts)[::-1])
    assert held[places - 1] >= share * counts.sum() * (1 - 1e-9)
    assert places == 1 or held[places - 2] < share * counts.sum() * (1 + 1e-9)
