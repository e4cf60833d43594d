"""Snapping to street segments: always the nearest, nobody lost, and no matter where or in which order."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo.analysis import nearest_segment
from geo.analysis.concentration import snap_to_segments

_METRES = st.integers(0, 4000).map(lambda value: value / 4)  # quarters of a metre: ties do occur
_POINTS = st.integers(0, 25).flatmap(lambda n: arrays(np.float64, (n, 2), elements=_METRES))
_LINES = (
    st.integers(1, 12)
    .flatmap(lambda n: arrays(np.float64, (n, 2, 2), elements=_METRES))
    .map(shapely.linestrings)
)
_LIMIT = st.integers(0, 2000).map(lambda value: value / 4)


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT)
def test_each_event_is_on_the_lowest_of_its_nearest_segments_or_beyond(xy, lines, limit_m):
    found = snap_to_segments(xy, lines, limit_m)
    apart = shapely.distance(shapely.points(xy)[:, None], lines[None, :]).reshape(len(xy), len(lines))
    nearest = apart.min(axis=1)
    wanted = np.where(nearest <= limit_m, apart.argmin(axis=1), -1)
    assert found.segment.tolist() == wanted.tolist()
    assert np.array_equal(found.distance_m, np.where(nearest <= limit_m, nearest, np.nan), equal_nan=True)


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT)
def test_grid_and_tree_agree(xy, lines, limit_m):
    (segment, distance), (wanted, apart) = (
        find(xy, lines, limit_m) for find in (nearest_segment.by_grid, nearest_segment.by_tree)
    )
    assert segment.tolist() == wanted.tolist()
    assert np.array_equal(distance, apart, equal_nan=True)


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT)
def test_every_event_is_counted_once_or_beyond(xy, lines, limit_m):
    found = snap_to_segments(xy, lines, limit_m)
    assert found.counts().sum() == found.used
    assert found.used + found.beyond == len(xy)
    assert len(found.counts()) == len(lines)


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT, st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(xy, lines, limit_m, random):
    order = list(range(len(xy)))
    random.shuffle(order)
    found, moved = (snap_to_segments(points, lines, limit_m) for points in (xy, xy[order]))
    assert moved.segment.tolist() == found.segment[order].tolist()


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT, st.integers(0, 400))
def test_a_wider_limit_keeps_who_was_in(xy, lines, limit_m, more_m):
    near, far = (snap_to_segments(xy, lines, limit) for limit in (limit_m, limit_m + more_m))
    kept = near.segment >= 0
    assert far.segment[kept].tolist() == near.segment[kept].tolist()
    assert far.used >= near.used


@settings(deadline=None)
@given(_POINTS, _LINES, _LIMIT, st.integers(-4096, 4096), st.integers(-4096, 4096))
def test_the_place_on_earth_does_not_matter(xy, lines, limit_m, east_m, north_m):
    shift = np.array([east_m, north_m], dtype=np.float64)
    found = snap_to_segments(xy, lines, limit_m)
    moved = snap_to_segments(xy + shift, shapely.transform(lines, lambda corners: corners + shift), limit_m)
    assert np.allclose(found.distance_m, moved.distance_m, equal_nan=True, atol=1e-6) or _at_the_limit(
        found, moved, xy, lines, limit_m
    )


def _at_the_limit(found, moved, xy, lines, limit_m):
    """Say whether the two differ only in events that lie on the limit but for rounding."""
    nearest = shapely.distance(shapely.points(xy)[:, None], lines[None, :]).min(axis=1)
    differ = np.isnan(found.distance_m) != np.isnan(moved.distance_m)
    return bool(np.allclose(nearest[differ], limit_m, atol=1e-6))
