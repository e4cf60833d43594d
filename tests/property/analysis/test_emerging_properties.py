"""What classes, trends, bands, outlines and ranks must keep whatever the counts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.analysis.emerging import examine
from geo.analysis.emerging_words import EmergingClass
from geo.analysis.mann_kendall import mann_kendall
from geo.analysis.outlines import NOISE, outlines
from geo.analysis.stability import count_stability
from geo.analysis.trend import calendar_heat, count_by_period, expected_band

FEW = settings(max_examples=50, deadline=None)
SHAPES: Any = st.tuples(st.integers(2, 7), st.integers(3, 9), st.integers(3, 9))
CUBES: Any = SHAPES.flatmap(
    lambda shape: arrays(float, shape, elements=st.sampled_from([0.0, 0.0, 0.0, 1.0, 2.0, 30.0]))
)


@FEW
@given(CUBES, st.sampled_from(["none", "bh"]))
def test_a_class_agrees_with_the_history_it_rests_on(counts: np.ndarray, method: str) -> None:
    found = examine(counts, adjustment=method)
    hot, cold, kind = found.hot, found.cold, found.classes
    assert not (hot & cold).any()
    never = ~hot.any(axis=0) & ~cold.any(axis=0)
    np.testing.assert_array_equal(kind == EmergingClass.NONE, never)
    assert hot[-1][np.isin(kind, [1, 2, 3, 4, 5, 7])].all()
    assert not hot[-1][kind == EmergingClass.HISTORICAL].any()
    assert not hot[:-1, kind == EmergingClass.NEW].any()
    assert not cold[:, kind == EmergingClass.SPORADIC].any()
    assert hot.any(axis=0)[kind > 0].all()
    assert cold.any(axis=0)[kind < 0].all()
    assert set(np.unique(kind).tolist()) <= {int(value) for value in EmergingClass}


@FEW
@given(CUBES)
def test_turning_the_map_or_changing_the_unit_changes_no_class(counts: np.ndarray) -> None:
    kind = examine(counts).classes
    np.testing.assert_array_equal(examine(counts * 4).classes, kind)
    np.testing.assert_array_equal(examine(counts[:, ::-1]).classes[::-1], kind)
    np.testing.assert_array_equal(examine(counts.transpose(0, 2, 1)).classes.T, kind)


@FEW
@given(arrays(float, st.integers(2, 12), elements=st.integers(0, 4).map(float)))
def test_a_trend_turned_round_is_the_other_trend(series: np.ndarray) -> None:
    up, down = mann_kendall(series), mann_kendall(series[::-1])
    assert up.s[0] == -down.s[0]
    assert up.p[0] == down.p[0]
    assert 0 < up.p[0] <= 1
    assert mann_kendall(np.exp(series)).p[0] == up.p[0]  # only the order counts


@FEW
@given(st.lists(st.integers(-5, 40) | st.just(None), max_size=60), st.sets(st.integers(0, 30), min_size=2))
def test_every_event_is_in_one_period_outside_or_undated(times: Any, edges: Any) -> None:
    when = np.array([np.nan if time is None else time for time in times], dtype=float)
    found = count_by_period(when, np.array(sorted(edges), dtype=float))
    assert found.counts.sum() + found.outside + found.undated == len(when)
    assert (found.counts >= 0).all()


@FEW
@given(arrays(np.int64, st.integers(0, 200), elements=st.integers(0, 3_000_000)))
def test_the_calendar_keeps_every_event(minutes: np.ndarray) -> None:
    when = np.datetime64("2019-12-30T00:00", "m") + minutes
    found = calendar_heat(when, "2019-12-30", "2026-01-01")
    assert found.counts.sum() == len(when)
    assert np.nansum(found.weeks()[1]) == len(when)
    hours = np.bincount(minutes // 60 % 24, minlength=24)
    np.testing.assert_array_equal(found.counts.sum(axis=0), hours)


@FEW
@given(
    arrays(np.int64, st.integers(3, 40), elements=st.integers(0, 60)),
    st.floats(0.5, 0.99),
    st.sampled_from(["same_season", "recent"]),
)
def test_a_band_holds_its_expectation_and_knows_no_future(
    counts: np.ndarray, level: float, baseline: Any
) -> None:
    found = expected_band(counts, season=4, baseline=baseline, level=level)
    known = found.known
    assert (found.low[known] <= found.high[known]).all()
    assert (found.low[known] <= np.ceil(found.expected[known])).all()
    assert (found.verdict[~known] == 0).all()
    assert (found.dispersion[known] >= 1).all()
    later = counts.copy()
    later[-1] += 50
    again = expected_band(later, season=4, baseline=baseline, level=level)
    np.testing.assert_array_equal(again.high, found.high)
    np.testing.assert_array_equal(again.verdict[:-1], found.verdict[:-1])
    wider = expected_band(counts, season=4, baseline=baseline, level=(1 + level) / 2)
    assert (wider.high[known] >= found.high[known]).all()


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=80),
    st.randoms(use_true_random=False),
    st.sampled_from(["dbscan", "hdbscan"]),
)
def test_outlines_hold_their_incidents_in_any_order(rows: Any, random: Any, method: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    xy = np.array(rows, dtype=float).reshape(-1, 2) * 50 + 5e5
    found, mixed = (outlines(p, method=method, eps_m=60, min_events=4) for p in (xy, xy[order]))
    np.testing.assert_array_equal(mixed.labels, found.labels[order])
    assert sum(group.n for group in found.outlines) + (found.labels == NOISE).sum() == len(xy)
    assert [group.n for group in found.outlines] == sorted((g.n for g in found.outlines), reverse=True)
    for group in found.outlines:
        assert group.n >= 4
        assert group.polygon.is_valid
        assert group.area_km2 > 0


@FEW
@given(st.lists(st.integers(-1, 9), max_size=60), st.integers(1, 12), st.booleans())
def test_the_chances_to_be_among_the_first_add_up(place: Any, k: int, together: bool) -> None:
    groups = np.arange(len(place)) // 3 if together else None
    found = count_stability(place, 10, k, resamples=20, groups=groups)
    assert found.top_share.sum() == pytest.approx(min(k, 10))
    assert ((found.top_share >= 0) & (found.top_share <= 1)).all()
    assert (found.rank_low <= found.rank_high).all()
    assert ((found.rank_low >= 1) & (found.rank_high <= 10)).all()
    assert found.rank.sum() == pytest.approx(55)
