"""What a space–time scan must keep whatever the events."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.scan import ScanResult, space_time_scan

EVENTS: Any = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 12)), min_size=0, max_size=40
)
FEW = settings(max_examples=40, deadline=None)


def scanned(rows: Any, scale: float = 100.0, shift: float = 0.0, later: int = 0, **given: Any) -> ScanResult:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    given = {"permutations": 19, **given}
    return space_time_scan(table[:, :2] * scale + shift, table[:, 2] + later, **given)


@FEW
@given(EVENTS, st.booleans())
def test_clusters_are_what_they_say(rows: Any, alive: bool) -> None:
    found = scanned(rows, alive_only=alive)
    table = np.array(rows, dtype=float).reshape(-1, 3)
    for cluster in found.clusters:
        assert 1 / 20 <= cluster.p <= 1
        assert cluster.n == len(cluster.events) >= 2
        assert cluster.n > cluster.expected > 0
        assert cluster.llr > 0
        days = table[cluster.events, 2]
        assert days.min() == cluster.from_day
        assert days.max() <= cluster.to_day
        if alive:
            assert cluster.to_day == found.period[1]
        reach = np.hypot(*(table[cluster.events, :2] * 100 - cluster.centre).T)
        assert reach.max() <= cluster.radius_m + 1e-6
    llr = [cluster.llr for cluster in found.clusters]
    assert llr == sorted(llr, reverse=True)
    assert [c.p for c in found.clusters] == sorted(c.p for c in found.clusters)
    for i, a in enumerate(found.clusters):
        for b in found.clusters[:i]:
            gap = np.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1])
            assert gap > a.radius_m + b.radius_m
            assert not np.intersect1d(a.events, b.events).size


@FEW
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_events_does_not_matter(rows: Any, random: Any) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    assert scanned(rows) == scanned(mixed)


@FEW
@given(EVENTS, st.sampled_from([(1.0, 5e5, 0), (2.0, -700.0, 4000), (0.5, 123456.0, -17)]))
def test_moving_or_scaling_the_map_moves_and_scales_the_clusters(rows: Any, change: Any) -> None:
    by, shift, later = change
    one, other = scanned(rows), scanned(rows, 100 * by, shift, later)
    assert len(one.clusters) == len(other.clusters)
    for a, b in zip(one.clusters, other.clusters, strict=True):
        assert b.centre == pytest.approx((a.centre[0] * by + shift, a.centre[1] * by + shift))
        assert b.radius_m == pytest.approx(a.radius_m * by, abs=1e-6)
        assert (b.from_day, b.n, b.p) == (a.from_day + later, a.n, a.p)
        assert b.llr == pytest.approx(a.llr)


@FEW
@given(EVENTS, st.floats(0.05, 1))
def test_no_circle_holds_more_than_its_share(rows: Any, share: float) -> None:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    for cluster in scanned(rows, max_share=share, ties="whole_rings").clusters:
        inside = np.hypot(*(table[:, :2] * 100 - cluster.centre).T) <= cluster.radius_m + 1e-6
        assert inside.sum() <= share * len(rows)


def test_chance_alone_is_called_significant_about_as_often_as_promised() -> None:
    random = np.random.default_rng(0)
    p = []
    for number in range(200):
        xy, days = random.integers(0, 6, (50, 2)) * 10.0, random.integers(0, 40, 50).astype(float)
        found = space_time_scan(xy, days, permutations=39, seed=number, max_days=10)
        p.append(found.clusters[0].p if found.clusters else 1.0)
    # 10 % of 200 are 20; 4 standard deviations are 17
    assert 3 <= (np.array(p) <= 0.1).sum() <= 37
