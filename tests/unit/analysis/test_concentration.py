"""Concentration by hand; snapping on a drawn crossing and on a real street graph."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.analysis.concentration import generalised_gini, gini, lorenz, share_holding, snap_to_segments
from geo.domain.crs import to_metric
from geo.domain.errors import InputError, WrongCrsError


def pairwise_gini(counts: np.ndarray) -> float:
    """Half the mean difference between any two places over the mean."""
    return float(np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()))


def test_gini_is_the_mean_difference() -> None:
    counts = np.random.default_rng(0).poisson(1.3, 200).astype(float)
    assert gini(counts) == pytest.approx(pairwise_gini(counts))


def test_the_ends_of_the_scale() -> None:
    assert (gini([4, 4, 4]), generalised_gini([4, 4, 4])) == (0, 0)
    assert gini([9] + [0] * 9) == pytest.approx(0.9)
    assert gini([1, 1, 1] + [0] * 7) == pytest.approx(0.7)
    assert generalised_gini([1, 1, 1] + [0] * 7) == pytest.approx(0, abs=1e-12)  # as even as 3 can be on 10


def test_share_holding_by_hand() -> None:
    counts = [5, 3, 1, 1, 0, 0, 0, 0, 0, 0]
    assert [share_holding(counts, share) for share in (0.1, 0.5, 0.51, 0.8, 0.9, 1)] == [
        0.1,
        0.1,
        0.2,
        0.2,
        0.3,
        0.4,
    ]


def test_no_event_has_no_concentration() -> None:
    assert np.isnan([gini([0, 0]), generalised_gini([0, 0]), share_holding([0, 0]), gini([])]).all()
    assert np.isnan(lorenz([0, 0]).events[1:]).all()


def test_lorenz_encloses_the_gini() -> None:
    counts = np.random.default_rng(1).poisson(0.4, 500)
    curve = lorenz(counts)
    assert 2 * np.trapezoid(curve.events, curve.places) - 1 == pytest.approx(gini(counts))
    assert curve.equal_places == counts.sum() / 500
    at = np.searchsorted(curve.events, 0.5)
    assert curve.places[at] == pytest.approx(share_holding(counts, 0.5))


#        1
#        |          point 0 near 0, point 1 at the crossing, point 2 far, point 3 at the limit
#    0 --+-- 0
#        |
#        1
CROSSING = [shapely.LineString([(-100, 0), (100, 0)]), shapely.LineString([(0, -100), (0, 100)])]


def test_snapping_by_hand() -> None:
    result = snap_to_segments([[50, 10], [0, 0], [300, 300], [60, 30]], CROSSING, limit_m=30)
    assert result.segment.tolist() == [0, 0, -1, 0]
    assert result.distance_m.tolist()[:2] == [10, 0]
    assert np.isnan(result.distance_m[2])
    assert (result.used, result.beyond, result.limit_m) == (3, 1, 30)
    assert result.counts().tolist() == [3, 0]


def test_ties_go_to_the_lowest_position() -> None:
    for lines in (CROSSING, CROSSING[::-1]):
        assert snap_to_segments([[20, 20], [-7, 7]], lines, limit_m=50).segment.tolist() == [0, 0]


def test_a_limit_of_0_takes_what_lies_on_the_street() -> None:
    result = snap_to_segments([[5, 0], [5, 1e-6]], CROSSING, limit_m=0)
    assert result.segment.tolist() == [0, -1]


def test_missing_streets_take_nothing() -> None:
    assert snap_to_segments([[5, 0]], [None, shapely.LineString(), CROSSING[0]], 10).segment.tolist() == [2]
    assert snap_to_segments([[5, 0]], [], 10).beyond == 1
    assert snap_to_segments(np.empty((0, 2)), CROSSING, 10).counts().tolist() == [0, 0]


@pytest.fixture(scope="module")
def hanoi(shared_data: Path) -> gpd.GeoSeries:
    """2,322 street segments around Ô Chợ Dừa."""
    path = shared_data / "hanoi_ochodua_streets" / "o_cho_dua_new.json"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    lines = [f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "LineString"]
    frame = gpd.GeoDataFrame(geometry=[shapely.LineString(line) for line in lines], crs=4326)
    return to_metric(frame, "EPSG:5897").geometry


@pytest.mark.shared_data
def test_snapping_on_the_streets_of_hanoi(hanoi: gpd.GeoSeries) -> None:
    assert len(hanoi) == 2322
    rng = np.random.default_rng(0)
    chosen = rng.integers(0, len(hanoi), 500)
    lines = hanoi.to_numpy()[chosen]
    on = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, rng.uniform(0.2, 0.8, 500), normalized=True)
    )
    xy = on + rng.normal(0, 15, (500, 2))
    result = snap_to_segments(xy, hanoi, limit_m=20)
    apart = shapely.distance(shapely.points(xy)[:, None], hanoi.to_numpy()[None, :])
    nearest = apart.min(axis=1)
    np.testing.assert_array_equal(result.segment, np.where(nearest <= 20, apart.argmin(axis=1), -1))
    np.testing.assert_allclose(result.distance_m[result.segment >= 0], nearest[nearest <= 20])
    assert 0 < result.beyond < 250
    assert result.counts().sum() == result.used == 500 - result.beyond


@pytest.mark.shared_data
def test_degrees_are_refused(hanoi: gpd.GeoSeries) -> None:
    with pytest.raises(WrongCrsError):
        snap_to_segments([[105.8, 21.0]], hanoi.to_crs(4326), limit_m=20)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: gini([1, -1]), "bad_counts"),
        (lambda: generalised_gini([1, np.nan]), "bad_counts"),
        (lambda: share_holding([1, 2], 0), "bad_share"),
        (lambda: snap_to_segments([[0, 0]], CROSSING, -1), "bad_limit"),
        (lambda: snap_to_segments([[0, 0]], CROSSING, float("inf")), "bad_limit"),
        (lambda: snap_to_segments([[0, 0]], [shapely.Point(0, 0)], 5), "not_lines"),
        (lambda: snap_to_segments([[0, np.nan]], CROSSING, 5), "not_finite_coordinates"),
    ],
)
def test_bad_input_is_named(call: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")
