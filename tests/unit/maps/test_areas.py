import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.domain.errors import WrongCrsError
from geo.maps.areas import bounds_latlon, feature_collection, simplified


def wavy_neighbours():
    """Two areas that share a border of 2,000 vertices."""
    y = np.linspace(0, 1, 2000)
    x = 0.5 + 0.01 * np.sin(8 * y) + 0.00003 * np.cos(4001 * y)
    border = np.column_stack((x, y))
    left = shapely.Polygon([(0, 0), *border.tolist(), (0, 1)])
    right = shapely.Polygon([*border.tolist(), (1, 1), (1, 0)])
    return np.array([left, right], dtype=object)


def test_shared_borders_stay_shared_and_get_thin():
    thin = simplified(wavy_neighbours())
    assert shapely.get_num_coordinates(thin).sum() < 800  # of 4,006
    assert thin[0].intersection(thin[1]).length > 0.99
    assert shapely.unary_union(thin).area == pytest.approx(1.0, abs=1e-4)
    assert thin[0].intersection(thin[1]).area == 0


def test_overlapping_areas_are_left_as_they_are():
    both = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)], dtype=object)
    assert (shapely.area(simplified(both)) == [4, 4]).all()


def test_label_stands_inside_also_of_a_crescent():
    crescent = shapely.Point(106, 21).buffer(0.1).difference(shapely.Point(106.04, 21).buffer(0.1))
    frame = gpd.GeoDataFrame({"code": ["1"], "name": ["A"]}, geometry=[crescent], crs="EPSG:4326")
    lat, lon = feature_collection(frame)["features"][0]["properties"]["label_at"]
    assert crescent.contains(shapely.Point(lon, lat))


def test_degrees_are_asked_for():
    frame = gpd.GeoDataFrame(
        {"code": ["1"], "name": ["A"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:3405"
    )
    with pytest.raises(WrongCrsError):
        feature_collection(frame)


def test_bounds_for_leaflet():
    assert bounds_latlon([shapely.box(105, 20, 106, 21)]) == [[20, 105], [21, 106]]
    assert bounds_latlon([]) is None


def test_a_gap_without_width_is_left_as_it_is():
    ring = (
        "107.4999999994499 10.100000000319138, 107.47999999946856 10.10000000030829, "
        "107.4599999994872 10.100000000297438, 107.43999999950586 10.100000000286586, "
        "107.43999999949486 10.080000000292975, 107.43999999948389 10.06000000029936, "
        "107.45999999946523 10.06000000031021, 107.47999999944659 10.060000000321063, "
        "107.45999999946523 10.06000000031021, 107.43999999948389 10.060000000299357, "
        "107.4399999994729 10.040000000305747, 107.4399999994619 10.020000000312136, "
        "107.43999999942424 10.000003612235561, 107.43999999942423 10.000003612235561, "
        "107.4399999994619 10.020000000312136, 107.43999999947289 10.040000000305747, "
        "107.43999999948386 10.060000000299356, 107.41999999950251 10.060000000288511, "
        "107.43999999948386 10.060000000299357, 107.43999999949484 10.080000000292975, "
        "107.43999999950584 10.100000000286586, 107.41999999952448 10.100000000275745, "
        "107.39999999954314 10.100000000264894, 107.4999999994499 10.100000000319138"
    )
    gap = shapely.from_wkt(f"POLYGON (({ring}))")
    with pytest.raises(shapely.errors.GEOSException):  # what it is left for
        shapely.coverage_simplify([gap], 1e-5)
    assert len(shapely.get_coordinates(simplified([gap]))) == 24
