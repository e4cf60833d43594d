"""Outlines of groups planted by hand."""

import numpy as np
import pytest
import shapely

from geo.analysis import outlines as module
from geo.analysis.outlines import NOISE, outlines
from geo.domain.errors import InputError

RANDOM = np.random.default_rng(5)
FAR = np.array([587_000.0, 2_325_000.0])  # metres of a real CRS, far from the origin
BIG = FAR + RANDOM.normal(0, 60, (120, 2))
SMALL = FAR + np.array([2000, 500]) + RANDOM.normal(0, 40, (40, 2))
STRAYS = FAR + np.array([[-3000, 0], [0, 4000], [5000, 5000], [-2500, -2500.0]])
XY = np.concatenate((SMALL, STRAYS, BIG))


@pytest.mark.parametrize("method", ["dbscan", "hdbscan"])
def test_planted_groups_are_found_the_largest_first(method: module.Method) -> None:
    found = outlines(XY, method=method, eps_m=100)
    assert [group.label for group in found.outlines] == [0, 1]
    big, small = found.outlines
    assert big.n == (found.labels == 0).sum() >= 100
    assert small.n == (found.labels == 1).sum() >= 35
    assert set(found.labels[44:].tolist()) <= {0, NOISE}
    assert (found.labels[40:44] == NOISE).all()
    assert found.in_groups == big.n + small.n
    assert found.used == 164
    for group in found.outlines:
        inside = shapely.contains_xy(group.polygon, *XY[found.labels == group.label].T)
        assert inside.all()
        assert not shapely.contains_xy(group.polygon, *STRAYS.T).any()
        assert group.area_km2 == pytest.approx(group.polygon.area / 1e6)
        assert group.per_km2 == pytest.approx(group.n / group.area_km2)
    assert not big.polygon.intersects(small.polygon)


def test_dbscan_counts_as_written_out() -> None:
    # 0 100 200 | 450 550 650 | 900: groups of places with 3 within 100 m; 900 is alone
    x = np.array([0, 100, 200, 450, 550, 650, 900.0])
    found = outlines(np.c_[x, np.zeros(7)], eps_m=100, min_events=3, margin_m=10)
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1, NOISE]
    # events on a line: 200 m long, 20 m wide, and a cap of a 16-sided polygon at either end
    area = 200 * 20 + 0.5 * 16 * 100 * np.sin(2 * np.pi / 16)
    assert found.outlines[0].area_km2 * 1e6 == pytest.approx(area)


def test_many_incidents_at_one_address_are_a_group_with_an_area() -> None:
    for method in ("dbscan", "hdbscan"):
        found = outlines(np.tile(FAR, (12, 1)), method=method, margin_m=30)
        assert found.labels.tolist() == [0] * 12
        assert found.outlines[0].n == 12
        assert found.outlines[0].polygon.buffer(1e-6).contains(shapely.Point(FAR))
        assert found.outlines[0].area_km2 * 1e6 == pytest.approx(np.pi * 900, rel=0.03)
    # the weight of an address is its incidents: 9 there and 1 near make 10
    near = np.concatenate((np.tile(FAR, (9, 1)), FAR[None] + 50))
    assert outlines(near, eps_m=100, min_events=10).outlines[0].n == 10
    assert outlines(near, eps_m=100, min_events=11).outlines == ()


def test_a_bent_group_gets_a_bent_outline() -> None:
    square = RANDOM.uniform(0, 1000, (3000, 2))
    corner = square[(square < 150).any(axis=1)]  # an L, 150 m wide
    bent = outlines(corner, eps_m=50, concavity=0.0).outlines[0]
    convex = outlines(corner, eps_m=50, concavity=1.0).outlines[0]
    assert convex.area_km2 > 0.55
    assert bent.area_km2 == pytest.approx(0.2775 + 4 * 0.025, abs=0.08)  # and its margin
    assert not bent.polygon.contains(shapely.Point(450, 450))
    assert convex.polygon.contains(shapely.Point(450, 450))


def test_nothing_and_little_give_no_outline() -> None:
    for n in (0, 1, 9):
        for method in ("dbscan", "hdbscan"):
            found = outlines(XY[:n], method=method)
            assert (found.outlines, found.used, found.in_groups) == ((), n, 0)
            assert (found.labels == NOISE).all()


def test_bad_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [
        ("method", "kmeans"), ("eps_m", 0), ("eps_m", np.nan), ("min_events", 1), ("margin_m", 0),
        ("concavity", 1.2),
    ]:  # fmt: skip
        with pytest.raises(InputError, match=name):
            outlines(XY, **{name: value})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no coordinates"):
        outlines([[0, np.nan]])
    monkeypatch.setattr(module, "MOST_PAIRS", 100)
    monkeypatch.setattr(module, "MOST_PAIRS_HDBSCAN", 100)
    for method in ("dbscan", "hdbscan"):
        with pytest.raises(InputError, match="eps_m"):
            outlines(XY, method=method)
