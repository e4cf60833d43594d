"""What Gi* and its p-values must keep whatever the counts."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from libpysal.graph import Graph

from geo.analysis import hotspots

SHAPES: Any = array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=12)
COUNTS: Any = SHAPES.flatmap(lambda shape: arrays(float, shape, elements=st.integers(0, 30).map(float)))
PROBABILITIES: Any = arrays(float, st.integers(0, 60), elements=st.floats(0, 1) | st.just(float("nan")))
FEW = settings(max_examples=80, deadline=None)


@FEW
@given(COUNTS, st.booleans(), st.integers(1, 4))
def test_z_does_not_change_with_the_unit_of_the_counts(counts: np.ndarray, star: bool, radius: int) -> None:
    z = hotspots.local_g(counts, None, radius, star)
    np.testing.assert_allclose(hotspots.local_g(counts * 7 + 3, None, radius, star), z, atol=1e-7)


@FEW
@given(COUNTS, st.booleans())
def test_turning_the_map_turns_the_scores(counts: np.ndarray, star: bool) -> None:
    z = hotspots.local_g(counts, star=star)
    for turned, back in ((counts.T, lambda a: a.T), (counts[::-1], lambda a: a[::-1])):
        np.testing.assert_allclose(back(hotspots.local_g(turned, star=star)), z, atol=1e-9)


@FEW
@given(COUNTS, st.booleans(), st.integers(0, 2))
def test_a_window_wider_than_the_grid_is_the_whole_grid(counts: np.ndarray, star: bool, more: int) -> None:
    reach = max(counts.shape) - 1
    assert np.isnan(hotspots.local_g(counts, None, max(1, reach + more), star)).all()


@FEW
@given(COUNTS)
def test_a_disc_of_one_cell_is_the_rook(counts: np.ndarray) -> None:
    ny, nx = counts.shape
    cell = np.arange(ny * nx).reshape(ny, nx)
    pairs = np.r_[
        np.c_[cell[:, 1:].ravel(), cell[:, :-1].ravel()], np.c_[cell[1:].ravel(), cell[:-1].ravel()]
    ]
    both = np.r_[pairs, pairs[:, ::-1]]
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    rook = Graph.from_arrays(both[:, 0], both[:, 1], np.ones(len(both)))
    z = hotspots.local_g(counts, window="disc")
    np.testing.assert_allclose(z.ravel(), hotspots.local_g_graph(counts.ravel(), rook), atol=1e-9)


@FEW
@given(COUNTS, st.data())
def test_nan_stays_nan_and_means_outside(counts: np.ndarray, data: Any) -> None:
    outside = data.draw(arrays(bool, counts.shape))
    z = hotspots.local_g(np.where(outside, np.nan, counts))
    assert np.isnan(z[outside]).all()
    np.testing.assert_array_equal(z, hotspots.local_g(counts, ~outside))


@FEW
@given(COUNTS)
def test_p_lies_above_zero_and_up_to_one(counts: np.ndarray) -> None:
    z = hotspots.local_g(counts)
    p = hotspots.p_values(z)
    assert (np.isnan(p) == np.isnan(z)).all()
    assert ((p[np.isfinite(p)] > 0) & (p[np.isfinite(p)] <= 1)).all()


@FEW
@given(PROBABILITIES)
def test_adjusting_never_makes_a_finding_surer_and_keeps_its_rank(p: np.ndarray) -> None:
    tested = np.isfinite(p)
    bh, by, bonferroni = (hotspots.adjust(p, method) for method in ("bh", "by", "bonferroni"))
    for q in (bh, by, bonferroni):
        assert (np.isnan(q) == ~tested).all()
        assert (q[tested] >= p[tested]).all()
        assert (q[tested] <= 1).all()
        order = np.argsort(p[tested])
        assert (np.diff(q[tested][order]) >= 0).all()
    assert (by[tested] >= bh[tested]).all()
    assert (bonferroni[tested] >= bh[tested] - 1e-15).all()
